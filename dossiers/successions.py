"""Who answers for whom after a rename, a merger or a dissolution: said once for every figure that is counted.

From the day a succession takes effect the successor answers for its predecessor: the figures of a period that reaches
that day hold both, and say so. An agency that several succeed cannot be divided, whatever the succession is called: it
stays a line of its own. No figure names a person, so a successor's people see its predecessors' figures; their rows
they open as far as their own scope goes.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from dossiers.models import Agency, AgencySuccession
from dossiers.scoping import agency_ids_of
from dossiers.written_dates import written_day

Ids = frozenset[int] | None
"""Ids of agencies; None means all of them."""
TAKES_OVER = (AgencySuccession.Kind.RENAME, AgencySuccession.Kind.MERGE, AgencySuccession.Kind.DISSOLVE)
MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """The agencies that are counted: those asked for with those they took over; None means all."""

    inside: Ids
    heirs: dict[int, int] = field(default_factory=dict)  # predecessor → successor
    notes: tuple[str, ...] = ()

    def heir_of(self, agency: int) -> int:
        """Return on whose line the figures of the agency stand: its heir's where that is counted, else its own."""
        heir = self.heirs.get(agency, agency)
        return heir if self.inside is None or heir in self.inside else agency

    def old_of(self, agency: int) -> list[int]:
        """Return the agencies whose figures stand on the agency's line beside its own."""
        return [old for old, heir in self.heirs.items() if heir == agency]


def counted(inside: Ids, first: dt.date, last: dt.date) -> Counted:
    """Return these agencies with those they answer for by `last`, and what to say of it. One query."""
    step, notes = _taken_over(first, min(last, timezone.localdate()))
    # One asked alone in a chain holds those it took over itself, whoever took it over afterwards.
    heirs = {old: _last_heir(old, step, inside) for old in step}
    if inside is not None:
        inside = inside | {old for old, heir in heirs.items() if heir in inside}
        notes = [each for each in notes if each[0] in inside or each[1] in inside]
    else:
        notes = notes[:MOST_NOTES]
    # Who is asked alone holds nothing of its heir.
    said = [
        f"{words}: ở đây chỉ có số của cơ quan cũ."
        if inside is not None and old in inside and old in heirs and heirs[old] not in inside
        else f"{words}: số {'của cả kỳ gồm cả cơ quan cũ' if old in heirs else 'trước ngày đó để ở dòng riêng'}."
        for old, _successor, words in notes
    ]
    return Counted(inside, heirs, tuple(dict.fromkeys(said)))


def counted_by(user, first: dt.date, last: dt.date, agency: Agency | None = None) -> Counted:
    """Return the agencies whose figures the user sees, or the one of them asked for. One query beside the scope's."""
    inside = allowed = agency_ids_of(user)
    if agency is not None:
        inside = frozenset({agency.pk}) if allowed is None else allowed & {agency.pk}
    return counted(inside, first, last)


def _taken_over(first: dt.date, last: dt.date) -> tuple[dict[int, int], list[tuple[int, int | None, str]]]:
    """Return predecessor → who took it over, of those in effect by `last`, and what to say of those of the days."""
    found = AgencySuccession.objects.filter(effective_on__lte=last).select_related("predecessor", "successor")
    rows = list(found.order_by("effective_on", "id"))
    successors = Counter(row.predecessor_id for row in rows if row.successor_id is not None)
    step: dict[int, int] = {}
    notes = []
    for row in rows:
        alone = row.kind in TAKES_OVER and successors[row.predecessor_id] == 1
        heir = row.successor_id if alone else None
        if heir is not None:
            step[row.predecessor_id] = heir
        if row.effective_on <= first:
            continue
        day = written_day(row.effective_on)
        if heir is not None:
            words = f"{row.successor} kế thừa {row.predecessor} từ ngày {day}"
        else:
            words = f"{row.predecessor} {row.get_kind_display().lower()} ngày {day}"
        notes.append((row.predecessor_id, row.successor_id, words))
    return step, notes


def _last_heir(agency: int, step: dict[int, int], inside: Ids) -> int:
    """Return the last along the chain of who took over whom; of those inside where there are any."""
    seen, heir, here = {agency}, agency, agency
    while here in step and step[here] not in seen:
        here = step[here]
        seen.add(here)
        if inside is None or here in inside:
            heir = here
    return here if heir == agency else heir
