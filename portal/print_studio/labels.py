"""Sheets of labels, cut ready to peel: symbols of counters, or of the pages where dossiers are looked up.

One sheet is A4 with 3 × 7 labels of 63.5 × 38.1 mm, a common size of office labels; a sheet begun earlier is used up
from any place on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from dossiers import qr
from dossiers.models import Dossier
from dossiers.printed_forms import printing, sentences
from portal.print_studio import drawing
from portal.print_studio.facts import Facts
from portal.print_studio.sources import Source

COLUMNS, ROWS = 3, 7
ON_A_SHEET = COLUMNS * ROWS
WIDTH, HEIGHT = 63.5, 38.1
LEFT, TOP, ACROSS = 7.25, 15.15, 66.0
"""Millimetres: where the first label lies, and how far apart two neighbours begin; rows touch."""
MOST = 20 * ON_A_SHEET
_LONGEST_WORD = 11


CALL = "Quét bằng Zalo, bấm “Quan\u00a0tâm”"


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what its symbol holds and the three things said beside it."""

    address: str
    head: str
    title: str
    note: str

    def data(self, place: int) -> dict:
        """Return what the template reads; `place` counts from 0 on its sheet."""
        row, column = divmod(place, COLUMNS)
        return {
            "x": LEFT + column * ACROSS,
            "y": TOP + row * HEIGHT,
            "head": printing.breakable(self.head, _LONGEST_WORD),
            "title": printing.breakable(drawing.place_name(self.title), _LONGEST_WORD),
            "note": printing.breakable(self.note, _LONGEST_WORD),
            "qr": {"svg": qr.svg(self.address), "alt": f"{self.head} {self.title}: {self.address}"},
        }


def of_desks(facts: Facts, places: list[Source]) -> list[Label]:
    """Return a sheet full of the places' labels, each as often; more places than fit go on to the next sheet.

    Raises NothingToPrint without an account.
    """
    if facts.account is None:
        raise drawing.NothingToPrint(drawing.NO_ACCOUNT)
    each = max(1, ON_A_SHEET // max(1, len(places)))
    return [
        Label(place.address("n"), CALL, place.place or facts.oa, place.shown) for place in places for _ in range(each)
    ]


def of_dossiers(rows: Iterable[Dossier]) -> list[Label]:
    """Return one label each for the folder or the citizen's own paper: the number, the procedure, nobody's name."""
    return [
        Label(f"{settings.PUBLIC_BASE_URL}/h/{row.token}/", "Quét để xem tiến độ", row.shown_number, row.procedure_name)
        for row in rows
    ]


def drawn(labels: list[Label], facts: Facts, *, start: int, now: dt.datetime) -> bytes:
    """Return the PDF, A4 at its true size; `start` from 1 is the first label used of the first sheet.

    Raises PrintError when the engine refuses, ValueError for a start that no sheet has.
    """
    if not 1 <= start <= ON_A_SHEET:
        raise ValueError(f"a sheet has labels 1 to {ON_A_SHEET}")
    sheets: list[list[dict]] = [[]]
    for number, label in enumerate(labels, start=start - 1):
        if number and number % ON_A_SHEET == 0:
            sheets.append([])
        sheets[-1].append(label.data(number % ON_A_SHEET))
    data = drawing.look_of(facts, 210, 297) | {
        "cell": {"w": WIDTH, "h": HEIGHT},
        "sheets": sheets,
        "who": sentences.whole_names(printing.breakable(facts.name, _LONGEST_WORD)),
    }
    title = f"Nhãn dán – {facts.agency.name}"
    return printing.render("labels.typ", data, title=title, author=facts.agency.name, now=now, press=drawing.PRESS)
