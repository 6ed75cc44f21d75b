"""Fees of a dossier as lines: what for, how many, how much each; and the money of a day at every counter."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from dossiers.deadlines.working_time import ZONE
from dossiers.models import CancelledFee, Dossier, DossierFee, Fee, ProcedureCase

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


def collected_on(day: dt.date, agency_ids: Iterable[int] | None) -> list[dict]:
    """Return the sums of that day by counter, person and way of paying, one row each; cancelled ones are taken off.

    `who` is the person's name; `at_desk` the sum of the row's counter. `agency_ids` None means every agency. What was
    cancelled another day stays in the sum of the day it came in. Three queries.
    """
    start = dt.datetime.combine(day, dt.time(), ZONE)
    span = (start, start + dt.timedelta(days=1))
    sums: dict[tuple, dict] = {}
    desks: dict[tuple, Decimal] = defaultdict(Decimal)
    for line, who, how, sign in _moved(span, agency_ids):
        where = (line.dossier.agency_name, line.dossier.desk.name if line.dossier.desk else "Không ghi quầy")
        names = {"agency": where[0], "desk": where[1], "method": how}
        names["who"] = (who.get_full_name() or who.get_username()) if who else ""
        row = sums.setdefault((where, how, who and who.pk), names | {"sum": Decimal(0), "count": 0})
        row["sum"] += sign * line.total
        row["count"] += 1
        desks[where] += sign * line.total
    return sorted(
        (row | {"at_desk": desks[row["agency"], row["desk"]]} for row in sums.values()),
        key=lambda row: (row["agency"], row["desk"]),
    )


def _moved(span: tuple, agency_ids: Iterable[int] | None) -> Iterator[tuple]:
    """Yield (line, who, how, 1 or -1) of every sum that came in within the span, or was given back."""
    mine = {} if agency_ids is None else {"dossier__agency_id__in": list(agency_ids)}
    inside = {"collected_at__gte": span[0], "collected_at__lt": span[1]}
    for model in (DossierFee, CancelledFee):
        rows = model.objects.filter(**mine, **inside).select_related("collected_by", "dossier__desk")
        for line in rows.order_by("id"):
            yield line, line.collected_by, line.get_method_display() or "Không ghi", 1
    back = CancelledFee.objects.filter(**mine, event__at__gte=span[0], event__at__lt=span[1])
    for line in back.select_related("event__actor", "dossier__desk").order_by("id"):
        how = f"Hủy thu {line.get_method_display().lower()}".rstrip()
        yield line, line.event.actor, how, -1


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
