"""A register of documents too long to wait for: written by the worker as CSV, fetched for a week by who asked."""

from __future__ import annotations

import datetime as dt
from itertools import chain

from dossiers.long_acts import files, running
from dossiers.long_acts.kinds import register
from dossiers.long_acts.progress import Progress
from dossiers.models import Agency, LongAct
from portal.correspondence import register as registers

SEE = "correspondence.view_document"
KIND = files.offered("document-register-export", SEE)


def is_long(agency: Agency, direction: str, year: int, **chosen: str) -> bool:
    """Return whether the register has more lines than one waits for. One short query."""
    return files.is_long(registers.lines(agency, direction, year, **chosen))


def begin(agency: Agency, direction: str, year: int, *, made: str, by, now: dt.datetime, **chosen: str) -> LongAct:
    """Ask the worker for the register; `made` says who takes it and when. Return the act, whose page says how far."""
    asked = {"agency": agency.pk, "direction": direction, "year": year, "made": made, "chosen": chosen}
    return running.begin(KIND, registers.title_of(agency, direction, year, ""), asked, by=by, now=now)


@register(KIND)
def work(act: LongAct, progress: Progress) -> dict:
    """Write the file, for somebody who still may."""
    files.must_still(act, "xem sổ văn bản")
    agency = files.agency_of(act)
    direction, year, chosen = act.asked["direction"], act.asked["year"], act.asked["chosen"]
    total = registers.lines(agency, direction, year, **chosen).order_by().count()
    head = [[registers.title_of(agency, direction, year, act.asked["made"])], registers.headings_of(direction)]
    rows = chain(head, registers.cells(agency, direction, year, **chosen))
    return files.write(act, progress, rows, total, agencies=[agency.pk])
