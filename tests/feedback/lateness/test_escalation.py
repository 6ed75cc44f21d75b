"""The ladder: who is told at which rung, once each, by letters without a word of what was sent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core import mail

from feedback.cases import acts as case_acts
from feedback.cases import intake
from feedback.lateness import escalation, escalation_mail
from feedback.models import Escalation, FollowUp
from feedback.ratings import follow_up_mail, follow_ups
from feedback.ratings import rating as ratings
from feedback.states import Status
from portal.desk import roles
from tests import people
from tests.factories import in_state
from tests.feedback.conftest import case_in, new_case, sent
from tests.people import MONDAY, member

pytestmark = pytest.mark.django_db
Rung = Escalation.Rung
HOUR = dt.timedelta(hours=1)
LETTERS = {"handler": "xuly", "leader": "lanhdao", "supervisor": "giamsat", "clerk": "quay", "editor": "kenh"}


@pytest.fixture
def boxes(centre, elsewhere):
    """Everybody has an address, people of the other agency too."""
    for who, name in LETTERS.items():
        User.objects.filter(pk=getattr(centre, who).pk).update(email=f"{name}@example.vn")
    User.objects.filter(pk=elsewhere.supervisor.pk).update(email="ngoai@example.vn")
    User.objects.filter(pk=elsewhere.leader.pk).update(email="ngoai-ld@example.vn")
    return centre


def swept(now: dt.datetime) -> dict[str, str]:
    """Climb and mail; return the new letters by address."""
    mail.outbox.clear()
    escalation.climb(now=now)
    escalation_mail.mail(now=now)
    return {to: letter.subject + letter.body for letter in mail.outbox for to in letter.to}


def test_a_case_climbs_from_its_handler_to_the_leader_with_one_letter_each(boxes):
    case = case_in(Status.IN_PROGRESS, boxes)
    assert swept(case.due_at - 100 * HOUR) == {}
    soon = swept(case.due_at - 3 * HOUR)
    assert set(soon) == {"xuly@example.vn", "giamsat@example.vn"}
    assert swept(case.due_at - 2 * HOUR) == {}
    late = swept(case.due_at + HOUR)
    assert set(late) == {"giamsat@example.vn", "lanhdao@example.vn"}
    assert swept(case.due_at + 2 * HOUR) == {}
    notes = case.events.filter(kind="escalated").order_by("id").values_list("internal_note", flat=True)
    assert [note.split(" (")[0] for note in notes] == ["Sắp hết hạn", "Quá hạn"]
    for letter in (*soon.values(), *late.values()):
        assert case.code in letter and "/admin/feedback/case/" in letter
        assert "Đèn đường" not in letter and "Nguyễn Văn An" not in letter and case.token not in letter


def test_what_nobody_takes_up_is_told_at_the_screening_limit(boxes):
    case = new_case(boxes)
    assert set(swept(case.screen_due_at + HOUR)) == {"giamsat@example.vn"}
    taken = new_case(boxes)
    case_acts.do("accept", taken, by=boxes.handler, now=MONDAY)
    assert swept(taken.screen_due_at + 2 * HOUR) == {}


def test_what_is_due_on_monday_is_told_on_friday(boxes):
    case = new_case(boxes, urgent=True, category=None)
    monday = dt.datetime(2026, 11, 23, 10, 0, tzinfo=MONDAY.tzinfo)
    type(case).objects.filter(pk=case.pk).update(due_at=monday, screen_due_at=monday, status=Status.IN_PROGRESS)
    assert swept(monday - 4 * 24 * HOUR) == {}
    assert "giamsat@example.vn" in swept(monday - 3 * 24 * HOUR)


def test_nothing_is_said_of_what_was_settled_meanwhile(boxes):
    case = case_in(Status.IN_PROGRESS, boxes)
    mail.outbox.clear()
    assert escalation.climb(now=case.due_at + HOUR) == 1
    case_acts.do("withdraw", case, by=None, now=case.due_at + HOUR)
    assert escalation_mail.mail(now=case.due_at + 2 * HOUR) == 0 and not mail.outbox


def test_a_reopened_case_climbs_anew(boxes):
    case = case_in(Status.ANSWERED, boxes)
    case_acts.do("reopen", case, by=None, now=MONDAY + 24 * HOUR, text="Vẫn tắt")
    assert swept(case.due_at + HOUR) and swept(case.due_at + 2 * HOUR) == {}


def test_an_agency_without_a_supervisor_is_watched_by_its_leader(boxes):
    User.objects.filter(pk=boxes.supervisor.pk).update(email="")
    case = new_case(boxes)
    assert set(swept(case.screen_due_at + HOUR)) == {"lanhdao@example.vn"}


def test_one_person_gets_one_letter_however_much_waits(boxes):
    made = [case_in(Status.IN_PROGRESS, boxes) for _ in range(25)]
    letters = swept(max(case.due_at for case in made) + HOUR)
    assert set(letters) == {"giamsat@example.vn", "lanhdao@example.vn"}
    assert "… và 5 việc khác" in letters["lanhdao@example.vn"]


def test_a_mail_server_that_is_down_loses_nothing(boxes, monkeypatch):
    case = case_in(Status.IN_PROGRESS, boxes)

    def down(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(escalation_mail, "send_mail", down)
    assert swept(case.due_at + HOUR) == {}
    monkeypatch.undo()
    assert "lanhdao@example.vn" in swept(case.due_at + 2 * HOUR)


def test_of_a_petition_only_the_officers_who_may_open_it_hear(boxes, elsewhere):
    named = member(boxes.agency, "thanh-tra", roles.RECEPTION, "Thanh tra", unit=boxes.land)
    User.objects.filter(pk=named.pk).update(email="bi-neu@example.vn")
    for user in (boxes.supervisor, named):
        people.named_officer(user)
    petition = sent(boxes, text="Đơn tố cáo phòng Địa chính nhận tiền", nature="denunciation", about_unit=boxes.land)
    record = intake.receive(petition, now=MONDAY)
    first = swept(MONDAY + HOUR)
    assert set(first) == {"giamsat@example.vn"}
    [letter] = first.values()
    assert record.code in letter and "/admin/feedback/transferrecord/" in letter
    assert "tố cáo" not in letter.lower() and "Địa chính" not in letter
    assert swept(MONDAY + 2 * HOUR) == {}
    assert set(swept(record.due_at + HOUR)) == {"giamsat@example.vn"}
    # Its history names nobody but the sender and the officers.
    assert not record.events.filter(kind="escalated").exists()


@pytest.fixture
def low(boxes, procedure):
    """The follow-up of a low rating."""
    dossier = in_state("result_returned", boxes, procedure)
    rating = ratings.give(ratings.invitation_of(dossier), {"attitude": 1, "result": 1}, now=MONDAY)
    return FollowUp.objects.get(rating=rating)


def told_of_low_ratings(now: dt.datetime) -> dict[str, str]:
    mail.outbox.clear()
    follow_up_mail.mail(now=now)
    return {to: letter.subject + letter.body for letter in mail.outbox for to in letter.to}


def test_a_person_who_rated_low_and_waits_is_told_of_once(boxes, low):
    assert told_of_low_ratings(low.due_at - HOUR) == {}
    letters = told_of_low_ratings(low.due_at + HOUR)
    assert set(letters) == {"giamsat@example.vn", "lanhdao@example.vn"}
    for letter in letters.values():
        assert "1 người dân" in letter and "/admin/feedback/followup/" in letter
        assert "Nguyễn Văn An" not in letter and low.rating.invitation.dossier.code not in letter
    assert told_of_low_ratings(low.due_at + 2 * HOUR) == {}


def test_who_was_rated_gets_no_letter_about_it(boxes, low):
    low.rating.officer = boxes.supervisor
    low.rating.save()
    assert set(told_of_low_ratings(low.due_at + HOUR)) == {"lanhdao@example.vn"}


def test_contacted_in_time_is_not_told_and_opened_again_is_owed_again(boxes, low):
    follow_ups.contacted(low, by=boxes.supervisor, now=MONDAY, done="Đã gọi")
    assert told_of_low_ratings(low.due_at + HOUR) == {}
    follow_ups.citizen_says(low, now=low.due_at + HOUR, settled=False)
    assert set(told_of_low_ratings(low.due_at + 2 * HOUR)) == {"giamsat@example.vn", "lanhdao@example.vn"}


def test_a_mail_server_that_is_away_is_tried_again(boxes, low, monkeypatch):
    def away(*_args, **_more):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(follow_up_mail, "send_mail", away)
        assert told_of_low_ratings(low.due_at + HOUR) == {}
    assert len(told_of_low_ratings(low.due_at + 2 * HOUR)) == 2


def test_an_agency_without_addresses_does_not_hold_up_the_others(boxes, elsewhere, procedure, low, monkeypatch):
    User.objects.filter(pk__in=[elsewhere.supervisor.pk, elsewhere.leader.pk]).update(email="")
    silent = in_state("result_returned", elsewhere, procedure)
    ratings.give(ratings.invitation_of(silent), {"attitude": 1, "result": 1}, now=MONDAY - HOUR)
    monkeypatch.setattr(follow_up_mail, "AT_ONCE", 1)
    assert FollowUp.objects.count() == 2
    assert set(told_of_low_ratings(low.due_at + HOUR)) == {"giamsat@example.vn", "lanhdao@example.vn"}
