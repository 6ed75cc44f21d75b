"""Dossier codes and document numbers: no gaps, no repeats, whoever asks at the same moment.

A number is taken inside the caller's transaction and goes back with it: the counter row is locked until commit.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from dossiers.dossier_codes import PATTERNS, format_code
from dossiers.models import Agency, CodePattern, Counter


def next_number(key: str) -> int:
    """Return the next number of the series `key`, from 1. Call inside the transaction that uses it."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number outside a transaction would leave gaps")
    Counter.objects.get_or_create(key=key)
    # The UPDATE takes the row lock; the read after it sees only this transaction's number.
    Counter.objects.filter(key=key).update(last=F("last") + 1)
    return Counter.objects.values_list("last", flat=True).get(key=key)


def new_dossier_code(agency: Agency, agency_code: str, day: dt.date) -> str:
    """Return the next dossier code of the agency for that day, in the pattern in force. Call inside a transaction."""
    number = next_number(f"dossier:{agency_code}:{day:%Y%m%d}")
    return format_code(pattern_on(agency, day), agency_code, day, number)


def pattern_on(agency: Agency, day: dt.date) -> str:
    """Return the name of the code pattern in force, the agency's own first."""
    rows = CodePattern.objects.filter(Q(agency=agency) | Q(agency__isnull=True), valid_from__lte=day)
    row = rows.order_by(F("agency").desc(nulls_last=True), "-valid_from").first()
    return row.pattern if row else PATTERNS[-1].name
