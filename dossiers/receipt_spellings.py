"""Receipt numbers as people type them: any case, blanks for dashes, signs left out ("bn 2026 00777").

Written and typed numbers are compared by their letters and digits alone; the database keeps an index of just that, so
the number of ways to write one costs nothing.
"""

from __future__ import annotations

import re

from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Replace, Upper
from django.db.models.lookups import Exact

LONGEST = 60
SIGNS = " -./"
_IN_TEXT = re.compile(r"(?<![^\W_])[A-Za-z]{1,6}[ \-./]{0,3}20\d\d[ \-./]{0,3}\d{2,8}(?![^\W_]|[\-./]\d)")


def bare() -> Func:
    """Return the receipt number of a row by its letters and digits alone, as the index keeps it."""
    text: Combinable = F("receipt_number")
    for sign in SIGNS:
        text = Replace(text, Value(sign), Value(""))
    return Upper(text)


def written_as(typed: str) -> Q:
    """Return the filter of the rows whose receipt number is the typed one, however it is written; none for nothing."""
    plain = re.sub(r"[\s\-./]", "", typed[:LONGEST]).upper()
    return Q(Exact(bare(), plain)) if plain else Q(pk__in=[])


def found_in(text: str) -> str:
    """Return the first thing in a sentence that looks like a receipt number, "" for none."""
    found = _IN_TEXT.search(text)
    return " ".join(found[0].split()) if found else ""
