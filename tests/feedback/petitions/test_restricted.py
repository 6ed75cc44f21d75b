"""Complaints and denunciations: who may open them, who may not, what is written down, what is left behind."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.workflow.moving import ActError, Forbidden
from feedback.cases import acts as case_acts
from feedback.cases import intake, tracking
from feedback.cases.routing import Nature
from feedback.models import Case, CaseNote, FeedbackEvent, ReadRecord, RestrictedOfficer, TransferRecord
from feedback.petitions import acts as petition_acts
from feedback.petitions import restricted
from feedback.states import Status
from tests.feedback.conftest import case_in, new_case, sent
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
WORDS = "Ông trưởng phòng địa chính nhận tiền của tôi ngày 12/11"


@pytest.fixture
def record(centre):
    petition = sent(centre, text=WORDS, nature=Nature.DENUNCIATION, sender_name="Lê Thị Kín", phone="0987654321")
    return intake.receive(petition, now=MONDAY)


def name_officer(user, agency=None, **dates) -> RestrictedOfficer:
    return RestrictedOfficer.objects.create(
        user=user,
        agency=agency,
        decision="QĐ 12",
        valid_from=dates.get("since", dt.date(2020, 1, 1)),
        valid_to=dates.get("until"),
        confirmed_at=MONDAY,
    )


def everybody(centre, elsewhere) -> list[User]:
    admin = User.objects.create_superuser("root", password="x")
    cast = [
        getattr(place, role)
        for place in (centre, elsewhere)
        for role in ("clerk", "handler", "leader", "supervisor", "editor", "administrator")
    ]
    return [admin, *cast]


def test_nobody_opens_a_record_without_being_named_superusers_included(centre, elsewhere, record, client):
    for user in everybody(centre, elsewhere):
        assert not restricted.visible_to(user, MONDAY).exists()
        with pytest.raises(Forbidden):
            restricted.open_record(user, record.pk, now=MONDAY)
        client.force_login(user)
        for name, args in (
            ("feedback_transferrecord_changelist", []),
            ("feedback_transferrecord_change", [record.pk]),
            ("feedback_transferrecord_file", [record.pk, 1]),
        ):
            assert client.get(reverse(f"admin:{name}", args=args)).status_code == 403, (user, name)
        for act in ("send_on", "guide", "release", "against"):
            url = reverse("admin:feedback_transferrecord_act", args=[record.pk, act])
            assert client.post(url, {"body": "x", "number": "1", "note": "x"}).status_code == 403
    refused = ReadRecord.objects.filter(record=record, what=ReadRecord.What.REFUSED)
    assert {row.user for row in refused} == set(everybody_again())
    record.refresh_from_db()
    assert record.status == TransferRecord.Status.RECEIVED


def everybody_again():
    return User.objects.filter(is_staff=True)


def test_the_words_are_on_no_page_of_anybody_else(centre, elsewhere, record, client):
    for user in everybody(centre, elsewhere):
        client.force_login(user)
        for name in ("admin:feedback_case_changelist", "admin:feedback_boards"):
            page = client.get(reverse(name))
            assert record.code not in page.content.decode() and "địa chính nhận tiền" not in page.content.decode()


def test_a_named_officer_opens_it_and_every_look_is_written_down(centre, record, client):
    name_officer(centre.supervisor, centre.agency)
    client.force_login(centre.supervisor)
    listed = client.get(reverse("admin:feedback_transferrecord_changelist")).content.decode()
    assert record.code in listed and "nhận tiền" not in listed
    opened = client.get(reverse("admin:feedback_transferrecord_change", args=[record.pk])).content.decode()
    assert "nhận tiền" in opened and "Lê Thị Kín" in opened
    assert list(ReadRecord.objects.values_list("what", flat=True).order_by("id")) == ["list", "open"]
    with pytest.raises(TypeError):
        ReadRecord.objects.first().delete()


@pytest.mark.parametrize("dates", [{"since": dt.date(2026, 11, 17)}, {"until": dt.date(2026, 11, 15)}])
def test_a_duty_counts_between_its_dates_only(centre, record, dates):
    name_officer(centre.supervisor, centre.agency, **dates)
    assert not restricted.visible_to(centre.supervisor, MONDAY).exists()


def test_an_officer_of_another_agency_sees_nothing_one_for_all_sees_everything(centre, elsewhere, record):
    name_officer(elsewhere.supervisor, elsewhere.agency)
    assert not restricted.visible_to(elsewhere.supervisor, MONDAY).exists()
    name_officer(elsewhere.leader)
    assert list(restricted.visible_to(elsewhere.leader, MONDAY)) == [record]


def test_the_unit_the_person_and_the_agency_complained_of_never_see_it(centre, elsewhere):
    for user in (centre.handler, centre.leader, elsewhere.leader):
        name_officer(user)
    about_unit = intake.receive(sent(centre, text=WORDS, nature="denunciation", about_unit=centre.land), now=MONDAY)
    assert not restricted.visible_to(centre.handler, MONDAY).exists()
    assert list(restricted.visible_to(centre.leader, MONDAY)) == [about_unit]
    petition_acts.do("against", about_unit, by=elsewhere.leader, now=MONDAY, unit=None, agency=centre.agency)
    assert not restricted.visible_to(centre.leader, MONDAY).exists()
    assert restricted.visible_to(elsewhere.leader, MONDAY).exists()


def test_an_officer_named_in_the_text_cannot_open_it(centre):
    User.objects.filter(pk=centre.leader.pk).update(last_name="Phạm Văn", first_name="Quyết")
    name_officer(centre.leader)
    name_officer(centre.supervisor)
    record = intake.receive(sent(centre, text="To cao ong PHAM VAN QUYET nhan tien", nature="denunciation"), now=MONDAY)
    assert not restricted.visible_to(centre.leader, MONDAY).exists()
    assert list(restricted.visible_to(centre.supervisor, MONDAY)) == [record]


def test_restricting_a_case_leaves_nothing_readable_on_it(centre, client):
    case = case_in(Status.APPROVAL, centre, address="Ấp 2", sender_name="Lê Thị Kín")
    case.text = WORDS  # such words are stopped at the door; this case came before they were understood
    case.save()
    CaseNote.objects.create(case=case, author=centre.handler, text="xem nhận tiền", at=MONDAY)
    record = case_acts.do("restrict", case, by=centre.handler, now=MONDAY, kind="denunciation")
    case = Case.objects.get(pk=case.pk)
    left = f"{case.title} {case.text} {case.search_text} {case.sender_name} {case.phone} {case.address}"
    assert "tiền" not in left and "Kín" not in left and "Ấp" not in left
    assert not case.notes.exists() and not case.answers.exists() and not case.files.exists()
    assert not case.events.exclude(public_note="").exists()
    assert record.text == WORDS
    for user in (centre.handler, centre.leader, centre.supervisor):
        client.force_login(user)
        assert client.get(reverse("admin:feedback_case_change", args=[case.pk])).status_code == 404
    # The sender's address goes on working and says no more than that it was passed on.
    page = client.get(f"/gop-y/{case.token}/").content.decode()
    assert record.code in page and "nhận tiền" not in page


def test_sending_on_is_told_without_a_word_of_the_petition(centre, record, client):
    name_officer(centre.supervisor)
    event = petition_acts.do("send_on", record, by=centre.supervisor, now=MONDAY, body="Thanh tra tỉnh", number="15/PC")
    assert event.kind == FeedbackEvent.Kind.TRANSFER_SENT and set(event.facts) == {"code", "link"}
    with pytest.raises(ActError, match="Đã chuyển"):
        petition_acts.do("guide", record, by=centre.supervisor, now=MONDAY, note="lại")
    page = tracking.page_of(record, MONDAY)
    assert page.text == "" and all("Thanh tra" not in line.note for line in page.lines)
    # Where it went is read by whoever holds the address of the page; the history and the messages do not repeat it.
    assert "Thanh tra tỉnh, văn bản số 15/PC" in client.get(f"/gop-y/{record.token}/").content.decode()


def test_a_record_that_is_feedback_after_all_becomes_a_case(centre, record):
    name_officer(centre.supervisor)
    case = petition_acts.do("release", record, by=centre.supervisor, now=MONDAY, kind="report")
    assert case.text == WORDS and case.sender_name == "Lê Thị Kín"
    assert tracking.by_token(record.token) == case
    with pytest.raises(ActError):
        petition_acts.do("release", record, by=centre.supervisor, now=MONDAY, kind="report")


def test_a_case_about_a_unit_is_hidden_from_that_unit(centre, client):
    case = new_case(centre, about_unit=centre.land)
    assert not Case.objects.visible_to(centre.handler).exists()
    assert list(Case.objects.visible_to(centre.leader)) == [case]
    client.force_login(centre.handler)
    assert client.get(reverse("admin:feedback_case_change", args=[case.pk])).status_code == 404


def test_nobody_names_themselves(centre, client):
    client.force_login(centre.administrator)
    form = client.get(reverse("admin:feedback_restrictedofficer_add")).content.decode()
    choices = form[form.index('name="user"') : form.index("</select>", form.index('name="user"'))]
    assert centre.administrator.username not in choices and centre.supervisor.username in choices
    own = {"user": centre.administrator.pk, "agency": centre.agency.pk, "decision": "QĐ 1", "valid_from": "01/01/2026"}
    client.post(reverse("admin:feedback_restrictedofficer_add"), own)
    assert not RestrictedOfficer.objects.exists()
