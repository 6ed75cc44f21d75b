"""A centre proposes, the province answers, the proposer is told (S1-52, S4-10)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from dossiers.models import Agency
from dossiers.workflow.moving import ActError, Forbidden
from portal.correspondence import proposal_acts, proposing
from portal.correspondence.models import Proposal
from portal.desk import notices
from tests import people
from tests.people import MONDAY, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(centre):
    """The agency above the centre, with a leader who sees those below."""
    above = Agency.objects.create(code="H80", kind="province", name="UBND tỉnh")
    Agency.objects.filter(pk=centre.agency.pk).update(parent=above)
    centre.agency.refresh_from_db()
    leader = people.member(above, "lanh-dao-tinh", roles.LEADER, "Chánh Văn phòng")
    leader.memberships.update(sees_subordinates=True)
    return leader


def act(client, row: Proposal, name: str, **sent):
    row.refresh_from_db()
    address = reverse("admin:correspondence_proposal_act", args=[row.pk, name])
    return client.post(address, {"version": row.version, **sent}, follow=True)


def test_a_proposal_goes_up_is_answered_and_the_proposer_reads_it(
    client, centre, province, django_capture_on_commit_callbacks
):
    centre.clerk.email = "quay@example.vn"
    centre.clerk.save()
    client.force_login(centre.clerk)
    sent = {"subject": "data", "title": "Tra cứu lịch thu gom rác", "text": "Người dân hỏi mỗi ngày.",
            "agency": centre.agency.pk}  # fmt: skip
    address = reverse("admin:correspondence_proposal_changelist")
    assert client.post(address, {**sent, "text": "  "}).status_code == 422
    assert client.post(address, {**sent, "title": "???"}).status_code == 422
    assert client.post(address, sent, follow=True).status_code == 200
    row = Proposal.objects.get()
    client.force_login(centre.leader)
    own = client.get(reverse("admin:correspondence_proposal_change", args=[row.pk])).content.decode()
    assert "Chấp thuận" not in own, "nobody answers the own agency's proposal"
    assert act(client, row, "accept", answer="Đồng ý").status_code == 409
    client.force_login(province)
    assert "Tra cứu lịch thu gom rác" in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = act(client, row, "accept", answer="Làm trong quý I.", planned_on="31/03/2099")
    assert done.status_code == 200
    row.refresh_from_db()
    assert row.state == "accepted" and mail.outbox[-1].to == ["quay@example.vn"]
    said = [each.sentence for each in notices.for_user(centre.clerk, row.changed_at + dt.timedelta(days=1))]
    assert "Đề xuất “Tra cứu lịch thu gom rác”: chấp thuận, sẽ làm." in said
    client.force_login(centre.clerk)
    assert (
        "Làm trong quý I."
        in client.get(reverse("admin:correspondence_proposal_change", args=[row.pk])).content.decode()
    )


def test_an_answer_needs_words_and_a_day_that_is_to_come(centre, province, elsewhere):
    row = proposing.propose(
        centre.agency, by=centre.handler, now=MONDAY, subject="function", title="Đặt lịch hẹn", text="Đỡ chờ."
    )
    with pytest.raises(ActError, match="câu trả lời"):
        proposal_acts.do("decline", row, by=province, now=MONDAY, note=" ")
    with pytest.raises(ActError, match="đã qua"):
        proposal_acts.do("accept", row, by=province, now=MONDAY, answer="Ừ", planned_on=dt.date(2020, 1, 1))
    with pytest.raises(Forbidden):
        proposal_acts.do("accept", row, by=elsewhere.leader, now=MONDAY, answer="Ừ")
    proposal_acts.do("take_back", row, by=centre.handler, now=MONDAY, note="Đã có cách khác")
    with pytest.raises(ActError, match="Người đề xuất rút"):
        proposal_acts.do("accept", row, by=province, now=MONDAY, answer="Ừ")
