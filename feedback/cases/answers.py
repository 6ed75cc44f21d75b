"""What the acts of answering change: draft, approval where the theme requires it, sending; knowing that it arrived."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from feedback.cases import events
from feedback.cases.moving import ActError, Change, change, needed
from feedback.lateness import time_limits
from feedback.models import Answer, Case, FeedbackEvent
from feedback.states import OPEN, Publishing, Status

Kind = FeedbackEvent.Kind


def draft(case: Case, *, by, now: dt.datetime, text: str) -> Change:
    """Keep this text as the case's unsent answer, which the act returns; the status of the case does not change."""
    text = needed(text, "Câu trả lời chưa có nội dung.", longest=8000)

    def then(_event) -> Answer:
        defaults = {"text": text, "author": by, "drafted_at": now}
        return Answer.objects.update_or_create(case=case, status=Answer.Status.DRAFT, defaults=defaults)[0]

    return Change(then=then)


def submit(case: Case, *, by, now: dt.datetime) -> Change:
    """Hand the draft to whoever approves."""
    _parts_are_done(case)
    answer = _unsent(case, Answer.Status.DRAFT)
    return Change(then=_marked(answer, status=Answer.Status.SUBMITTED, submitted_at=now, returned_note=""))


def return_for_changes(case: Case, *, by, now: dt.datetime, note: str) -> Change:
    """The approver does not approve: back to the author, with what to change."""
    note = needed(note, "Ghi rõ cần sửa gì để người soạn làm lại đúng.", longest=2000)
    answer = _unsent(case, Answer.Status.SUBMITTED)
    then = _marked(answer, status=Answer.Status.DRAFT, returned_note=note)
    return Change(told={"internal_note": note}, then=then)


def send(case: Case, *, by, now: dt.datetime) -> Change:
    """Send the answer: approve one that waits, or send the draft where no approval is required.

    Nobody approves an answer they wrote themselves. Senders of merged duplicates get the same answer.
    """
    waiting = case.status == Status.APPROVAL
    _parts_are_done(case)
    answer = _unsent(case, Answer.Status.SUBMITTED if waiting else Answer.Status.DRAFT)
    if needs_approval(case) and by is not None and answer.author_id == by.pk and not by.is_superuser:
        raise ActError("Câu trả lời phải do người khác duyệt, không phải người soạn.")
    values = {
        "answered_at": now,
        "answer_received_at": None,
        "satisfied": None,
        "reopen_until": time_limits.days_on(case.agency, now, "pakn-reopen-days"),
    }
    if case.may_publish and case.publishing == Publishing.NONE:
        values["publishing"] = Publishing.DRAFT
        values["publish_due_at"] = time_limits.moment(case.agency, now, "pakn-publish-limit")
    approved_by = by if waiting or needs_approval(case) else None
    sent = _marked(answer, status=Answer.Status.SENT, sent_at=now, approved_by=approved_by)

    def then(event: FeedbackEvent) -> FeedbackEvent:
        _tell_the_others(case, sent(event))
        return event

    told = {"public_note": answer.text, "facts": {"reopen_until": values["reopen_until"].isoformat()}}
    return Change(values, told=told, then=then)


def _marked(answer: Answer, **values):
    """Return what writes these values to the answer once the case has changed, and hands the history row on."""

    def then(event: FeedbackEvent) -> FeedbackEvent:
        for name, value in values.items():
            setattr(answer, name, value)
        answer.save(update_fields=list(values))
        return event

    return then


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
    open_parts = case.parts.filter(status__in=OPEN)
    if open_parts.exists():
        titles = "; ".join(open_parts.order_by("id").values_list("title", flat=True)[:3])
        raise ActError(f"Còn phần chưa trả lời xong: {titles}. Hãy chờ đủ các phần rồi trả lời chung.")
