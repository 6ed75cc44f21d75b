"""Who to call, where to go and how long: the public facts of agencies, kept for a short time in each process.

Every page that shows a dossier shows them, and they change a few times a year: reading them each time would double the
cost of a look-up. All of them are read together, in five queries. A correction made in the admin is on every page
within FRESH_SECONDS.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field

from dossiers.kept import Kept
from dossiers.models import Agency, AgencySuccession, AgencyVersion, Hotline, Unit

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


@dataclass(frozen=True, slots=True)
class _Book:
    """What the database said about every agency and room at one moment, by id; cards are drawn from it when asked."""

    names: dict[int, str]
    versions: dict[int, list[AgencyVersion]]
    lines: dict[int, list[Line]]
    steps: dict[int, list[tuple[int, dt.date]]]
    units: dict[int, str]
    cards: dict[tuple[int, dt.date], AgencyCard] = field(default_factory=dict)


def card(agency_id: int, today: dt.date) -> AgencyCard | None:
    """Return the card of the agency as of `today`, at most FRESH_SECONDS old; None when there is no such agency."""
    book = _books.get()
    if agency_id not in book.names:
        book = _open()  # it may be new
    if agency_id not in book.names:
        return None
    found = book.cards.get((agency_id, today))
    if found is None:
        found = book.cards[agency_id, today] = _draw(book, agency_id, today)
    return found


def unit_name(unit_id: int | None) -> str:
    """Return what the room or section is called, at most FRESH_SECONDS old; "" for none."""
    if unit_id is None:
        return ""
    name = _books.get().units.get(unit_id)
    return _open().units.get(unit_id, "") if name is None else name


def forget() -> None:
    """Drop what is kept in this process; the next page reads again."""
    _books.forget()


def dialled(phone: str) -> str:
    """Return the number as a tel: address carries it, "+842073822123" or "19001234"."""
    digits = re.sub(r"[^0-9+]", "", phone)
    return "+84" + digits[1:] if re.fullmatch(r"0\d{9,10}", digits) else digits


def lines_of(agency: Agency, fallback: str = "") -> tuple[Line, ...]:
    """Return the hotlines of the agency in their order, or its own telephone when it has none."""
    return _or_its_own([_line(line.label, line.phone, line.hours) for line in agency.hotlines.all()], fallback)


def _open() -> _Book:
    """Read every agency at once: reading them one by one, each in its half minute, held up a busy portal's pages."""
    versions, lines, steps = defaultdict(list), defaultdict(list), defaultdict(list)
    columns = ("agency_id", "valid_from", "valid_to", "address", "hours", "phone")
    for version in AgencyVersion.objects.order_by("-valid_from").only(*columns):
        versions[version.agency_id].append(version)
    for agency_id, *row in Hotline.objects.order_by("order", "id").values_list("agency_id", "label", "phone", "hours"):
        lines[agency_id].append(_line(*row))
    moves = AgencySuccession.objects.filter(successor__isnull=False).order_by("pk")
    for old, new, since in moves.values_list("predecessor_id", "successor_id", "effective_on"):
        steps[old].append((new, since))
    names, units = Agency.objects.values_list("pk", "name"), Unit.objects.values_list("pk", "name")
    return _Book(dict(names.order_by()), versions, lines, steps, dict(units.order_by()))


_books = Kept(_open, FRESH_SECONDS)


def _line(label: str, phone: str, hours: str) -> Line:
    return Line(label, phone, dialled(phone), hours)


def _or_its_own(lines: list[Line], fallback: str) -> tuple[Line, ...]:
    return tuple(lines or ([Line("", fallback, dialled(fallback), "")] if fallback else []))


def _draw(book: _Book, agency_id: int, today: dt.date) -> AgencyCard:
    heirs = _heirs(book, agency_id, today)
    speaking = heirs[0][0] if heirs else agency_id
    valid = (each for each in book.versions.get(speaking, ()) if each.valid_from <= today)
    version = next((each for each in valid if each.valid_to is None or each.valid_to >= today), None)
    return AgencyCard(
        id=agency_id,
        name=book.names[agency_id],
        address=version.address if version else "",
        hours=version.hours if version else "",
        lines=_or_its_own(book.lines.get(speaking, []), version.phone if version else ""),
        successors=tuple(Successor(book.names[heir], since) for heir, since in heirs),
    )


def _heirs(book: _Book, agency_id: int, today: dt.date) -> list[tuple[int, dt.date]]:
    """Return the agencies that answer for this one today, at the end of every chain of mergers and splits."""
    found: list[tuple[int, dt.date]] = []
    seen, front = {agency_id}, [agency_id]
    for _hop in range(MOST_HOPS):
        moved = {old: [step for step in book.steps.get(old, ()) if step[1] <= today] for old in front}
        if not any(moved.values()):
            break
        found = [(heir, since) for heir, since in found if not moved.get(heir)]
        front = []
        for successor, since in itertools.chain.from_iterable(moved.values()):
            if successor not in seen:
                seen.add(successor)
                front.append(successor)
                found.append((successor, since))
    return found
