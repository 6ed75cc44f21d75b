"""Every staff address of this part as every other role and another agency's staff: refused, and no row ever shows."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.cases import acts as case_acts
from feedback.cases.acts import ACTS
from feedback.models import Case, FollowUp, ReadRecord
from feedback.states import Status
from tests.feedback.conftest import case_in, new_case
from tests.portal.staff_walk import without_frame

pytestmark = pytest.mark.django_db
ROLES = ("clerk", "handler", "leader", "supervisor", "editor", "administrator")


def admin(name: str, *args) -> str:
    return reverse(f"admin:feedback_{name}", args=args)


@pytest.fixture(autouse=True)
def bare_pages():
    with without_frame():
        yield


def test_another_agency_sees_nothing(centre, elsewhere, client):
    case = case_in(Status.IN_PROGRESS, centre, text="Đèn đường ấp Đông tắt đã lâu")
    for role in ROLES:
        user = getattr(elsewhere, role)
        client.force_login(user)
        for page in (admin("case_changelist"), f"{admin('case_changelist')}?q=den+duong", admin("boards")):
            answer = client.get(page)
            assert answer.status_code in {200, 403} and case.code not in answer.content.decode()
        assert client.get(admin("case_change", case.pk)).status_code in {403, 404}
        for name in ACTS:
            assert client.post(admin("case_act", case.pk, name), {}).status_code in {403, 404}
        for name in ("case_draft", "case_note", "case_sender"):
            assert client.post(admin(name, case.pk), {"text": "x"}).status_code in {403, 404}
        assert client.get(admin("case_file", case.pk, 1)).status_code in {403, 404}
    assert Case.objects.get(pk=case.pk).version == case.version


def test_the_page_asks_for_its_case_once(centre, client):
    case = case_in(Status.IN_PROGRESS, centre)
    client.force_login(centre.handler)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(admin("case_change", case.pk)).status_code == 200
    mine = [query["sql"] for query in asked if f'"feedback_case"."id" = {case.pk}' in query["sql"]]
    assert sum('FROM "feedback_case"' in sql and "feedback_feedbackevent" not in sql for sql in mine) == 1, mine


def test_strangers_are_sent_to_the_sign_in_page(centre, client):
    case = new_case(centre)
    for page in (
        admin("case_changelist"),
        admin("case_change", case.pk),
        admin("boards"),
        admin("followup_changelist"),
    ):
        answer = client.get(page)
        assert answer.status_code == 302 and "/login/" in answer["Location"]


def test_roles_may_do_only_their_own_acts(centre, client):
    case = case_in(Status.APPROVAL, centre)
    for role, status in (("handler", 409), ("clerk", 409), ("editor", 403)):
        client.force_login(getattr(centre, role))
        assert client.post(admin("case_act", case.pk, "send"), {"version": case.version}).status_code == status
    assert Case.objects.get(pk=case.pk).status == Status.APPROVAL
    client.force_login(centre.leader)
    assert client.post(admin("case_act", case.pk, "send"), {"version": case.version}).status_code == 302
    assert Case.objects.get(pk=case.pk).status == Status.ANSWERED


def test_nobody_approves_an_answer_they_wrote(centre, client):
    from tests.people import MONDAY

    case = new_case(centre)
    case_acts.do("accept", case, by=centre.leader, now=MONDAY)
    case_acts.do("draft", case, by=centre.leader, now=MONDAY, text="Đã sửa xong.")
    case_acts.do("submit", case, by=centre.leader, now=MONDAY)
    client.force_login(centre.leader)
    page = client.post(admin("case_act", case.pk, "send"), {"version": case.version})
    assert page.status_code == 409 and "người khác duyệt" in page.content.decode()


def test_a_stale_page_is_told(centre, client):
    case = new_case(centre)
    client.force_login(centre.handler)
    page = client.post(admin("case_act", case.pk, "accept"), {"version": 99})
    assert page.status_code == 409 and "tải lại trang" in page.content.decode()


def test_the_sender_is_masked_until_asked_and_the_asking_is_written_down(centre, client):
    case = new_case(centre, phone="0987654321", sender_name="Lê Thị Kín")
    client.force_login(centre.handler)
    page = client.get(admin("case_change", case.pk)).content.decode()
    assert "Kín" not in page and "987654321" not in page and "09xx xxx x21" in page
    shown = client.post(admin("case_sender", case.pk)).content.decode()
    assert "Lê Thị Kín" in shown and "+84987654321" in shown
    assert ReadRecord.objects.get(case=case).user == centre.handler
    client.force_login(centre.clerk)
    assert client.post(admin("case_sender", case.pk)).status_code == 403


def test_supervisor_pages_are_for_supervisors(centre, client):
    for role in ("clerk", "handler", "editor", "administrator"):
        client.force_login(getattr(centre, role))
        for page in ("followup_changelist", "rating_changelist"):
            assert client.get(admin(page)).status_code == 403, (role, page)
        assert client.post(admin("boards_export")).status_code == 403, role
    for role in ("leader", "supervisor"):
        client.force_login(getattr(centre, role))
        for page in ("followup_changelist", "rating_changelist", "boards"):
            assert client.get(admin(page)).status_code == 200, (role, page)
        assert client.post(admin("boards_export")).status_code == 200, role
    assert client.post(admin("boards_export"))["Content-Disposition"].startswith('attachment; filename="y-kien-2')
    assert not FollowUp.objects.exists()


def test_every_page_opens_for_whoever_may(centre, client):
    User.objects.create_superuser("root", password="x")
    client.force_login(User.objects.get(username="root"))
    for status in Status.values:
        if status == Status.RESTRICTED:
            continue
        case = case_in(status, centre)
        assert client.get(admin("case_change", case.pk)).status_code == 200, status
    for name in (
        "case_changelist case_add boards category_changelist category_add routingrule_changelist "
        "routingrule_add servicelevel_changelist servicelevel_add cannedanswer_changelist faqentry_changelist "
        "faqentry_add questionset_changelist questionset_add restrictedofficer_changelist restrictedofficer_add "
        "readrecord_changelist followup_changelist rating_changelist"
    ).split():
        assert client.get(admin(name)).status_code == 200, name


def test_the_list_costs_the_same_however_long(centre, client, django_assert_max_num_queries):
    for _ in range(3):
        case_in(Status.IN_PROGRESS, centre)
    client.force_login(centre.supervisor)
    client.get(admin("case_changelist"))
    with django_assert_max_num_queries(26):
        client.get(admin("case_changelist"))
