"""Who to call, where to go and how long: the public facts of an agency, kept for a short time in each process.

Every page that shows a dossier shows them, and they change a few times a year: reading them each time would double the
cost of a look-up. A correction made in the admin is on every page within FRESH_SECONDS.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass

from dossiers.models import Agency, AgencySuccession, Unit

FRESH_SECONDS = 30
MOST_HOPS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A number to call; `dial` is what a phone dials."""

    label: str
    phone: str
    dial: str
    hours: str


@dataclass(frozen=True, slots=True)
class Successor:
    """Who answers for an agency that was renamed, merged or split, and since when."""

    name: str
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class AgencyCard:
    """An agency as a citizen meets it today. `lines` are its own, or its successor's when it is gone."""

    id: int
    name: str
    address: str
    hours: str
    lines: tuple[Line, ...]
    successors: tuple[Successor, ...]

    def now_called(self, name_of_the_day: str) -> tuple[Successor, ...]:
        """Return who stands beside the name a dossier carries; () while it is still the name in use."""
        if self.successors:
            return self.successors
        return (Successor(self.name, None),) if self.name != name_of_the_day else ()


_kept: dict[int, tuple[float, AgencyCard | None]] = {}
_units: dict[int, tuple[float, str]] = {}


def card(agency_id: int, today: dt.date) -> AgencyCard | None:
    """Return the card of the agency as of `today`, at most FRESH_SECONDS old; None when there is no such agency."""
    kept = _kept.get(agency_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    found = _read(agency_id, today)
    _kept[agency_id] = (time.monotonic() + FRESH_SECONDS, found)
    return found


def unit_name(unit_id: int | None) -> str:
    """Return what the room or section is called, at most FRESH_SECONDS old; "" for none."""
    if unit_id is None:
        return ""
    kept = _units.get(unit_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    name = Unit.objects.filter(pk=unit_id).values_list("name", flat=True).first() or ""
    _units[unit_id] = (time.monotonic() + FRESH_SECONDS, name)
    return name


def forget() -> None:
    """Drop what is kept in this process; the next page reads again."""
    _kept.clear()
    _units.clear()


def dialled(phone: str) -> str:
    """Return the number as a tel: address carries it, "+842073822123" or "19001234"."""
    digits = re.sub(r"[^0-9+]", "", phone)
    return "+84" + digits[1:] if re.fullmatch(r"0\d{9,10}", digits) else digits


def _read(agency_id: int, today: dt.date) -> AgencyCard | None:
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        return None
    heirs = _heirs(agency, today)
    speaking = heirs[0][0] if heirs else agency
    version = speaking.version_on(today)
    return AgencyCard(
        id=agency.pk,
        name=agency.name,
        address=version.address if version else "",
        hours=version.hours if version else "",
        lines=lines_of(speaking, version.phone if version else ""),
        successors=tuple(Successor(heir.name, since) for heir, since in heirs),
    )


def lines_of(agency: Agency, fallback: str = "") -> tuple[Line, ...]:
    """Return the hotlines of the agency in their order, or its own telephone when it has none."""
    lines = [Line(line.label, line.phone, dialled(line.phone), line.hours) for line in agency.hotlines.all()]
    if not lines and fallback:
        lines = [Line("", fallback, dialled(fallback), "")]
    return tuple(lines)


def _heirs(agency: Agency, today: dt.date) -> list[tuple[Agency, dt.date]]:
    """Return the agencies that answer for `agency` today, at the end of every chain of mergers and splits."""
    found: list[tuple[Agency, dt.date]] = []
    seen, front = {agency.pk}, [agency.pk]
    for _hop in range(MOST_HOPS):
        steps = AgencySuccession.objects.filter(
            predecessor_id__in=front, effective_on__lte=today, successor__isnull=False
        ).select_related("successor")
        moved = {step.predecessor_id: step for step in steps}
        if not moved:
            break
        found = [(heir, since) for heir, since in found if heir.pk not in moved]
        front = []
        for step in sorted(steps, key=lambda step: step.pk):
            if step.successor_id not in seen:
                seen.add(step.successor_id)
                front.append(step.successor_id)
                found.append((step.successor, step.effective_on))
    return found
