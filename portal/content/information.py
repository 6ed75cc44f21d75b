"""The page "Thông tin": what other rooms offer there, and the list of places elsewhere.

A room that has something to look up registers a Section in the ready() of its app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.content.models import Link

MOST_IN_CHAT = 2
NATIONAL_PORTAL = "https://dichvucong.gov.vn/"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: where it leads, in whose words. An address that begins with "/" is of this site."""

    title: str
    address: str
    description: str = ""

    @property
    def elsewhere(self) -> bool:
        return not self.address.startswith("/")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines below; `title` and `entries` are asked at each page, in the reader's language."""

    name: str
    title: Callable[[], str]
    entries: Callable[[], Iterable[Entry]]
    order: int = 50


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Put the section on the page "Thông tin", in place of one of the same name."""
    _sections[section.name] = section


def sections() -> list[tuple[str, str, list[Entry]]]:
    """Return (name, title, lines) of every registered section that has a line, by its order."""
    ordered = sorted(_sections.values(), key=lambda each: (each.order, each.name))
    found = [(each.name, each.title(), list(each.entries())) for each in ordered]
    return [each for each in found if each[2]]


def links() -> list[tuple[str, list[Entry]]]:
    """Return (group, lines) of the places elsewhere that are shown, in the order of the groups. One query."""
    rows = list(Link.objects.filter(active=True))
    return [
        (group.value, [Entry(row.title, row.address, row.description) for row in rows if row.group == group])
        for group in Link.Group
        if any(row.group == group for row in rows)
    ]


def of_the_province() -> list[tuple[str, str]]:
    """Return (title, address) of the province's own portals, for the chat's answer to "thông tin" (S1-04)."""
    rows = Link.objects.filter(active=True, group=Link.Group.PROVINCE, agency=None)[:MOST_IN_CHAT]
    return [(row.title, row.address) for row in rows]
