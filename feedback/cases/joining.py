"""Splitting a case that asks several agencies, and merging reports of the same thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from dossiers.models import Agency, Unit
from dossiers.workflow.moving import ActError
from feedback.cases import events
from feedback.cases.moving import allow, change, move, needed
from feedback.lateness import time_limits
from feedback.models import Case, Category, FeedbackEvent
from feedback.states import OPEN, WORKABLE, Status

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


@transaction.atomic
def split(case: Case, *, by, now: dt.datetime, parts: list[Part], expected_version=None) -> list[Case]:
    """Return the new parts, each with its own agency, limit and answer; the whole is answered after them.

    The parts carry no sender: another agency needs the question, not the person.
    """
    allow(by, "assign_case", case)
    if case.status not in WORKABLE:
        raise ActError(f"Ý kiến đang ở bước “{case.get_status_display()}” nên không tách được.")
    if case.parent_id:
        raise ActError("Đây đã là một phần được tách ra. Hãy tách từ ý kiến ban đầu.")
    present = case.parts.count()
    if not parts or (len(parts) < 2 and not present):
        raise ActError("Tách ý kiến cần ít nhất hai phần.")
    if present + len(parts) > MOST_PARTS:
        raise ActError(f"Một ý kiến tách tối đa {MOST_PARTS} phần.")
    made = []
    for number, part in enumerate(parts, start=1):
        title = needed(part.title, f"Phần {number}: ghi tiêu đề.", longest=200)
        text = needed(part.text, f"Phần {number}: ghi nội dung.", longest=8000)
        child = Case(
            kind=case.kind,
            channel=case.channel,
            category=part.category or case.category,
            title=title,
            text=text,
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
        child.save()
        events.record(child, Kind.RECEIVED, at=now, actor=by, to_status=Status.NEW)
        made.append(child)
    change(case, {"handler": case.handler or by}, expected_version=expected_version)
    events.record(case, Kind.SPLIT, at=now, actor=by, facts={"parts": [child.code for child in made]})
    return made


@transaction.atomic
def merge(case: Case, into: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """Join a duplicate to the case that is worked on; its sender keeps the code and gets the same answer."""
    allow(by, "assign_case", case)
    allow(by, "assign_case", into)
    if case.pk == into.pk:
        raise ActError("Không gộp ý kiến vào chính nó.")
    if into.merged_into_id:
        raise ActError(f"{into.code} đã được gộp vào ý kiến khác. Hãy chọn ý kiến chính.")
    if into.status not in OPEN:
        raise ActError(f"{into.code} đang ở bước “{into.get_status_display()}” nên không nhận gộp được.")
    if case.parts.exists() or case.parent_id or into.parent_id == case.pk:
        raise ActError("Ý kiến đã tách phần thì không gộp.")
    event = move(
        case,
        Status.MERGED,
        kind=Kind.MERGED,
        by=by,
        now=now,
        changes={"merged_into": into, "clock_open": False},
        expected_version=expected_version,
        # The other sender's code is a key to their case: it stays inside.
        internal_note=f"Gộp vào {into.code}",
    )
    # Those merged here before follow to the new main case.
    for follower in case.duplicates.all():
        change(follower, {"merged_into": into})
    return event


@transaction.atomic
def separate(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """Undo a mistaken merge: the case is new again, its limit counted from when it was sent."""
    allow(by, "assign_case", case)
    if case.status != Status.MERGED:
        raise ActError("Ý kiến này chưa được gộp.")
    former = case.merged_into.code if case.merged_into else ""
    return move(
        case,
        Status.NEW,
        kind=Kind.SEPARATED,
        by=by,
        now=now,
        changes={"merged_into": None, "answered_at": None, **time_limits.first_limits(case, case.sent_at)},
        expected_version=expected_version,
        internal_note=f"Tách khỏi {former}",
    )


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
