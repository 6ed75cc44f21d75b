"""Answering a case: draft, approval where the theme requires it, sending, and knowing that it arrived."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.workflow.moving import ActError
from feedback.cases import events
from feedback.cases.moving import allow, change, move, needed
from feedback.lateness import time_limits
from feedback.models import Answer, Case, FeedbackEvent
from feedback.states import FINAL, Publishing, Status

Kind = FeedbackEvent.Kind


@transaction.atomic
def draft(case: Case, *, by, now: dt.datetime, text: str) -> Answer:
    """Return the case's unsent answer with this text; the status of the case does not change."""
    allow(by, "handle_case", case)
    text = needed(text, "Câu trả lời chưa có nội dung.", longest=8000)
    if case.status != Status.IN_PROGRESS:
        raise ActError(f"Ý kiến đang ở bước “{case.get_status_display()}” nên không soạn trả lời được.")
    answer, _ = Answer.objects.update_or_create(
        case=case,
        status=Answer.Status.DRAFT,
        defaults={"text": text, "author": by, "drafted_at": now},
    )
    return answer


@transaction.atomic
def submit(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """Hand the draft to whoever approves."""
    allow(by, "handle_case", case)
    _parts_are_done(case)
    answer = _unsent(case, Answer.Status.DRAFT)
    event = move(
        case,
        Status.APPROVAL,
        kind=Kind.ANSWER_SUBMITTED,
        by=by,
        now=now,
        expected_version=expected_version,
    )
    answer.status, answer.submitted_at, answer.returned_note = Answer.Status.SUBMITTED, now, ""
    answer.save(update_fields=["status", "submitted_at", "returned_note"])
    return event


@transaction.atomic
def return_for_changes(case: Case, *, by, now: dt.datetime, note: str, expected_version=None) -> FeedbackEvent:
    """The approver does not approve: back to the author, with what to change."""
    allow(by, "approve_answer", case)
    note = needed(note, "Ghi rõ cần sửa gì để người soạn làm lại đúng.", longest=2000)
    if case.status != Status.APPROVAL:
        raise ActError("Không có câu trả lời nào đang chờ duyệt.")
    answer = _unsent(case, Answer.Status.SUBMITTED)
    event = move(
        case,
        Status.IN_PROGRESS,
        kind=Kind.ANSWER_RETURNED,
        by=by,
        now=now,
        expected_version=expected_version,
        internal_note=note,
    )
    answer.status, answer.returned_note = Answer.Status.DRAFT, note
    answer.save(update_fields=["status", "returned_note"])
    return event


@transaction.atomic
def send(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """Send the answer: approve one that waits, or send the draft where no approval is required.

    Nobody approves an answer they wrote themselves. Senders of merged duplicates get the same answer.
    """
    waiting = case.status == Status.APPROVAL
    allow(by, "approve_answer" if waiting or needs_approval(case) else "handle_case", case)
    _parts_are_done(case)
    answer = _unsent(case, Answer.Status.SUBMITTED if waiting else Answer.Status.DRAFT)
    if needs_approval(case) and by is not None and answer.author_id == by.pk and not by.is_superuser:
        raise ActError("Câu trả lời phải do người khác duyệt, không phải người soạn.")
    values = {
        "answered_at": now,
        "answer_received_at": None,
        "satisfied": None,
        "clock_open": False,
        "reopen_until": time_limits.days_on(case.agency, now, "pakn-reopen-days"),
    }
    if case.may_publish and case.publishing == Publishing.NONE:
        values["publishing"] = Publishing.DRAFT
        values["publish_due_at"] = time_limits.moment(case.agency, now, "pakn-publish-limit")
    event = move(
        case,
        Status.ANSWERED,
        kind=Kind.ANSWERED,
        by=by,
        now=now,
        changes=values,
        expected_version=expected_version,
        public_note=answer.text,
        facts={"reopen_until": values["reopen_until"].isoformat()},
    )
    answer.status, answer.sent_at = Answer.Status.SENT, now
    answer.approved_by = by if waiting or needs_approval(case) else None
    answer.save(update_fields=["status", "sent_at", "approved_by"])
    _tell_the_others(case, event)
    return event


def _tell_the_others(case: Case, event: FeedbackEvent) -> None:
    """Give the answer to the senders of merged duplicates, and to the whole when this is a part."""
    for duplicate in case.duplicates.select_related("agency", "category", "parent"):
        change(duplicate, {"answered_at": event.at})
        events.record(duplicate, Kind.ANSWERED, at=event.at, actor=event.actor, public_note=event.public_note)
    if case.parent_id:
        parent = case.parent
        note = f"{case.title}: {event.public_note}"
        events.record(parent, Kind.PART_ANSWERED, at=event.at, actor=event.actor, public_note=note)


def needs_approval(case: Case) -> bool:
    """Return whether a second person must approve; a case without a theme is approved to be safe."""
    return case.category is None or case.category.needs_approval


@transaction.atomic
def mark_received(case: Case, *, now: dt.datetime, how: str) -> bool:
    """Note that the sender has the answer (`how`: opened the page, delivered by Zalo …); False when already noted."""
    rows = Case.objects.filter(pk=case.pk, answer_received_at__isnull=True, answered_at__isnull=False)
    if rows.update(answer_received_at=now) != 1:
        return False
    case.answer_received_at = now
    events.record(case, Kind.ANSWER_RECEIVED, at=now, source=FeedbackEvent.Source.SYSTEM, internal_note=how)
    return True


def latest_sent(case: Case) -> Answer | None:
    """Return the last answer that went out; of the main case when this one was merged."""
    source = case.merged_into if case.merged_into_id else case
    return source.answers.filter(status=Answer.Status.SENT).order_by("-id").first()


def composed_from_parts(case: Case) -> str:
    """Return the parts' answers under their titles, as a first draft for the whole; "" without parts."""
    pieces = []
    for part in case.parts.order_by("id"):
        answer = latest_sent(part)
        pieces.append(f"{part.title}:\n{answer.text if answer else part.outcome_reason}")
    return "\n\n".join(pieces)


def _unsent(case: Case, status: str) -> Answer:
    answer = case.answers.filter(status=status).first()
    if answer is None:
        raise ActError("Chưa có câu trả lời. Hãy soạn và lưu câu trả lời trước.")
    return answer


def _parts_are_done(case: Case) -> None:
    done = FINAL | {Status.ANSWERED, Status.MERGED}
    open_parts = case.parts.exclude(status__in=done)
    if open_parts.exists():
        titles = "; ".join(open_parts.order_by("id").values_list("title", flat=True)[:3])
        raise ActError(f"Còn phần chưa trả lời xong: {titles}. Hãy chờ đủ các phần rồi trả lời chung.")
