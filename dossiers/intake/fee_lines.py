"""Fees of a dossier as lines: what for, how many, how much each; collected now or later, by whom and how."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier, DossierFee, Fee, ProcedureCase

METHODS = frozenset(DossierFee.Method.values)


@dataclass(frozen=True, slots=True)
class FeeEntry:
    """One line as typed; `price` in đồng for each of `quantity`."""

    name: str
    unit: str = ""
    quantity: int = 1
    price: int = 0
    basis: str = ""


def total(entries: Iterable[FeeEntry]) -> Decimal:
    """Return the sum of the lines in đồng."""
    return Decimal(sum(entry.price * entry.quantity for entry in entries))


def write(dossier: Dossier, entries: Iterable[FeeEntry], method: str, *, by, at: dt.datetime) -> None:
    """Write the lines of a dossier just received; collected at once when `method` says how."""
    collected = {"method": method, "collected_at": at, "collected_by": by} if method in METHODS else {}
    DossierFee.objects.bulk_create(
        DossierFee(
            dossier=dossier,
            name=entry.name,
            unit=entry.unit,
            quantity=entry.quantity,
            price=entry.price,
            basis=entry.basis,
            **collected,
        )
        for entry in entries
    )


def collect(dossier: Dossier, method: str, *, by, now: dt.datetime) -> Decimal:
    """Mark what is still due as collected and return its sum; 0 when nothing was due. One transaction."""
    with transaction.atomic():
        due = DossierFee.objects.select_for_update().filter(dossier=dossier, collected_at__isnull=True)
        collected = sum((line.total for line in due), Decimal(0))
        if not due.update(method=method, collected_at=now, collected_by=by):
            return Decimal(0)
        Dossier.objects.filter(pk=dossier.pk).update(fee_paid=True)
    return collected


def collected_on(day: dt.date, agency_ids: Iterable[int] | None) -> list[dict]:
    """Return the sums collected that day by counter, person and way of paying, one row each.

    `who` is the person's name; `at_desk` the sum of the row's counter. `agency_ids` None means every agency. One query.
    """
    start = dt.datetime.combine(day, dt.time(), ZONE)
    lines = DossierFee.objects.filter(collected_at__gte=start, collected_at__lt=start + dt.timedelta(days=1))
    if agency_ids is not None:
        lines = lines.filter(dossier__agency_id__in=agency_ids)
    sums: dict[tuple, dict] = {}
    desks: dict[tuple, Decimal] = defaultdict(Decimal)
    for line in lines.select_related("collected_by", "dossier__desk").order_by("id"):
        where = (line.dossier.agency_name, line.dossier.desk.name if line.dossier.desk else "Không ghi quầy")
        who = line.collected_by
        names = {"agency": where[0], "desk": where[1], "method": line.get_method_display()}
        names["who"] = (who.get_full_name() or who.get_username()) if who else ""
        row = sums.setdefault((where, line.method, line.collected_by_id), names | {"sum": Decimal(0), "count": 0})
        row["sum"] += line.total
        row["count"] += 1
        desks[where] += line.total
    return sorted(
        (row | {"at_desk": desks[row["agency"], row["desk"]]} for row in sums.values()),
        key=lambda row: (row["agency"], row["desk"]),
    )


def in_force(version, case: ProcedureCase | None, channel: str, day: dt.date) -> list[Fee]:
    """Return the fees in force that day for the case and channel; the channel's own before the common ones."""
    rows = [
        fee
        for fee in version.fees.all()
        if fee.case_id in {None, case.pk if case else None}
        and (fee.valid_from is None or fee.valid_from <= day)
        and (fee.valid_to is None or day <= fee.valid_to)
    ]
    own = [fee for fee in rows if fee.channel == channel]
    return own or [fee for fee in rows if not fee.channel]
