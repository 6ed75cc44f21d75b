"""What joining and parting change: splitting a case that asks several agencies, merging reports of one thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from dossiers.models import Agency, Unit
from feedback.cases import events
from feedback.cases.moving import CASE, ActError, Change, change, needed
from feedback.lateness import time_limits
from feedback.models import Case, Category, FeedbackEvent
from feedback.states import OPEN, Status

Kind = FeedbackEvent.Kind
MOST_PARTS = 8
NEARBY = Decimal("0.003")
"""Degrees of latitude: about three hundred metres."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a split: what it asks, and who answers."""

    title: str
    text: str
    agency: Agency
    unit: Unit | None = None
    category: Category | None = None


def split(case: Case, *, by, now: dt.datetime, parts: list[Part]) -> Change:
    """Make parts, each with its own agency, limit and answer, which the act returns; the whole is answered after them.

    The parts carry no sender: another agency needs the question, not the person.
    """
    if case.parent_id:
        raise ActError("Đây đã là một phần được tách ra. Hãy tách từ ý kiến ban đầu.")
    present = case.parts.count()
    if not parts or (len(parts) < 2 and not present):
        raise ActError("Tách ý kiến cần ít nhất hai phần.")
    if present + len(parts) > MOST_PARTS:
        raise ActError(f"Một ý kiến tách tối đa {MOST_PARTS} phần.")
    children = [_child(case, number, part, by, now) for number, part in enumerate(parts, start=1)]

    def then(_event) -> list[Case]:
        for child in children:
            child.save()
            events.record(child, Kind.RECEIVED, at=now, actor=by, to_status=Status.NEW)
        return children

    told = {"facts": {"parts": [child.code for child in children]}}
    return Change({"handler": case.handler or by}, told=told, then=then)


def _child(case: Case, number: int, part: Part, by, now: dt.datetime) -> Case:
    child = Case(
        kind=case.kind,
        channel=case.channel,
        category=part.category or case.category,
        title=needed(part.title, f"Phần {number}: ghi tiêu đề.", longest=200),
        text=needed(part.text, f"Phần {number}: ghi nội dung.", longest=8000),
        agency=part.agency,
        unit=part.unit,
        urgent=case.urgent,
        address=case.address,
        latitude=case.latitude,
        longitude=case.longitude,
        status_changed_at=now,
        sent_at=now,
        parent=case,
        created_by=by,
    )
    for name, value in time_limits.first_limits(child, now).items():
        setattr(child, name, value)
    return child


def merge(case: Case, *, by, now: dt.datetime, into: Case) -> Change:
    """Join a duplicate to the case that is worked on; its sender keeps the code and gets the same answer."""
    if by is not None:
        CASE.check_scope(by, into)
    if case.pk == into.pk:
        raise ActError("Không gộp ý kiến vào chính nó.")
    if into.merged_into_id:
        raise ActError(f"{into.code} đã được gộp vào ý kiến khác. Hãy chọn ý kiến chính.")
    if into.status not in OPEN:
        raise ActError(f"{into.code} đang ở bước “{into.get_status_display()}” nên không nhận gộp được.")
    if case.parts.exists() or case.parent_id or into.parent_id == case.pk:
        raise ActError("Ý kiến đã tách phần thì không gộp.")

    def then(event: FeedbackEvent) -> FeedbackEvent:
        # Those merged here before follow to the new main case.
        for follower in case.duplicates.all():
            change(follower, {"merged_into": into})
        return event

    # The other sender's code is a key to their case: it stays inside.
    return Change({"merged_into": into}, told={"internal_note": f"Gộp vào {into.code}"}, then=then)


def separate(case: Case, *, by, now: dt.datetime) -> Change:
    """Undo a mistaken merge: the case is new again, its limit counted from when it was sent."""
    former = case.merged_into.code if case.merged_into else ""
    values = {"merged_into": None, "answered_at": None, **time_limits.first_limits(case, case.sent_at)}
    return Change(values, told={"internal_note": f"Tách khỏi {former}"})


def take_over(case: Case, *, by, now: dt.datetime) -> Change:
    """The main case was withdrawn: the oldest duplicate takes its place, its limit counted from now."""
    former = case.merged_into.code if case.merged_into else ""
    values = {"merged_into": None, "clock_open": True, **time_limits.first_limits(case, now)}
    return Change(values, told={"internal_note": f"{former} đã được người gửi rút"})


def possible_duplicates(case: Case, limit: int = 5) -> list[Case]:
    """Return open cases of the agency that look the same: same words, same theme nearby, or same dossier. One query."""
    near = Q(text_hash=case.text_hash)
    if case.latitude is not None and case.category_id:
        near |= Q(
            category=case.category_id,
            latitude__range=(case.latitude - NEARBY, case.latitude + NEARBY),
            longitude__range=(case.longitude - NEARBY, case.longitude + NEARBY),
        )
    if case.dossier_id:
        near |= Q(dossier=case.dossier_id)
    rows = Case.objects.filter(near, agency=case.agency_id, status__in=OPEN, parent__isnull=True).exclude(pk=case.pk)
    return list(rows.order_by("id")[:limit])
