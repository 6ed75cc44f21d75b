"""The catalogue written as a table that can be loaded again: each procedure's own text, as it stands today.

What staff corrected in a version is not of its text, and stays whether or not the text comes back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dossiers.catalogue.columns import COLUMNS
from dossiers.catalogue.differences import CONTENT
from dossiers.models import Procedure, ProcedureVersion, valid_on

KEYS = ("ma_thu_tuc", *CONTENT)
HEADINGS = tuple(COLUMNS[key][0] for key in KEYS)


def rows(today: dt.date) -> Iterator[list[str]]:
    """Yield HEADINGS, then a row for each procedure in force; loading them changes nothing. Memory stays flat."""
    yield list(HEADINGS)
    found = (
        ProcedureVersion.objects.filter(valid_on(today), status=ProcedureVersion.Status.PUBLISHED)
        .exclude(procedure__status=Procedure.Status.ABOLISHED)
        .order_by("procedure__code", "-valid_from", "-id")
        .values_list("procedure__code", "name", "source_text")
    )
    last = None
    for code, name, text in found.iterator(chunk_size=200):
        if code != last:
            last = code
            said = {"ten_thu_tuc": name} | text | {"ma_thu_tuc": code}
            yield [str(said.get(key, "")) for key in KEYS]
