"""Numbers of papers and receipts: no gaps, no repeats, whoever asks at the same moment.

A number is taken inside the caller's transaction and goes back with it: the counter row is locked until commit.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Counter, Receipt


def next_number(key: str, count: int = 1) -> int:
    """Return the next number of the series `key`, from 1; with `count` the first of so many that follow each other.

    Call inside the transaction that uses it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number outside a transaction would leave gaps")
    Counter.objects.get_or_create(key=key)
    # The UPDATE takes the row lock; the read after it sees only this transaction's number.
    Counter.objects.filter(key=key).update(last=F("last") + count)
    return Counter.objects.values_list("last", flat=True).get(key=key) - count + 1


def series_key(form_code: str, agency_id: int, year: int) -> str:
    """Return the key of the agency's series of this kind of paper in that year."""
    return f"paper:{form_code}:{agency_id}:{year}"


def enter_in_register(receipt: Receipt, received_at: dt.datetime) -> None:
    """Give the receipt its number, once: when the first of its dossiers is received, in the same transaction.

    So numbers run with the days of receiving, whenever the paper is printed; what is not received uses none.
    """
    if receipt.register_number is not None:
        return
    year = received_at.astimezone(ZONE).year
    # Locked first: two dossiers of one receipt may be received at the same moment.
    fresh = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if fresh.register_number is None:
        fresh.register_year, fresh.register_number = year, next_number(series_key("receipt", receipt.agency_id, year))
        fresh.save(update_fields=["register_year", "register_number"])
    receipt.register_year, receipt.register_number = fresh.register_year, fresh.register_number
