"""The sweep: escalation, apology, closing; each once, and a bad case stops nobody."""

from __future__ import annotations

import datetime as dt

import pytest

from dossiers.models import GuessCount
from dossiers.privacy import guessing
from feedback.lateness import late_cases as lateness
from feedback.models import Case, FeedbackEvent
from feedback.states import Status
from tests.feedback.conftest import case_in, new_case
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
Kind = FeedbackEvent.Kind
HOUR = dt.timedelta(hours=1)


def test_staff_hear_before_and_senders_after_the_limit(centre):
    case = case_in(Status.IN_PROGRESS, centre)
    assert lateness.sweep(now=case.due_at - 96 * HOUR) == lateness.Swept()
    assert lateness.sweep(now=case.due_at - 2 * HOUR) == lateness.Swept(escalated=1)
    assert lateness.sweep(now=case.due_at + HOUR) == lateness.Swept(escalated=1, apologised=1)
    assert lateness.sweep(now=case.due_at + 2 * HOUR) == lateness.Swept()
    told = case.events.get(kind=Kind.LATE_APOLOGY)
    assert case.code in told.public_note and "xin lỗi" in told.public_note
    assert not any(event.public_note for event in case.events.filter(kind=Kind.ESCALATED))


def test_a_case_waiting_for_its_sender_is_not_late(centre):
    case = case_in(Status.INFO_REQUESTED, centre)
    assert lateness.sweep(now=case.due_at + 48 * HOUR).apologised == 0


def test_answered_cases_end_after_the_window_with_a_reason_when_nobody_looked(centre):
    seen, unseen = case_in(Status.ANSWERED, centre), case_in(Status.ANSWERED, centre)
    Case.objects.filter(pk=seen.pk).update(answer_received_at=MONDAY)
    assert lateness.sweep(now=seen.reopen_until - HOUR).closed == 0
    assert lateness.sweep(now=unseen.reopen_until + HOUR).closed == 2
    seen.refresh_from_db()
    unseen.refresh_from_db()
    assert (seen.status, seen.outcome_reason) == (Status.CLOSED, "")
    assert "chưa thấy người gửi mở" in unseen.outcome_reason


def test_what_was_never_supplied_ends_with_that_reason(centre):
    case = case_in(Status.INFO_REQUESTED, centre)
    assert lateness.sweep(now=case.supplement_due_at - HOUR).ended_unanswered == 0
    assert lateness.sweep(now=case.supplement_due_at + HOUR).ended_unanswered == 1
    case.refresh_from_db()
    assert case.status == Status.CLOSED and "không bổ sung" in case.outcome_reason


def test_traces_of_visitors_are_forgotten(centre):
    case = new_case(centre, source_hash="abc")
    guessing.missed("10.0.0.1", now=MONDAY.timestamp())
    lateness.sweep(now=MONDAY + dt.timedelta(days=31))
    case.refresh_from_db()
    assert case.source_hash == "" and not GuessCount.objects.exists()
