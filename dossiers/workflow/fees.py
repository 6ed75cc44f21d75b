"""What the acts of money change: fees collected at the desk, a collection taken back that was a mistake.

A dossier whose fees are known as one sum only gets that sum as its line when money moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from dossiers.models import CancelledFee, Dossier, DossierEvent, DossierFee
from dossiers.workflow.moving import ActError, Actor, Change, Stale, checked_note

THE_SUM = "Phí, lệ phí giải quyết thủ tục hành chính"
MEANWHILE = "Khoản thu này vừa được đồng nghiệp ghi. Hãy tải lại trang để xem."


def lines_of(dossier: Dossier) -> list[DossierFee]:
    """Return the fees line by line; where only a sum is known, that sum as one line not yet written. One query."""
    lines = list(dossier.fees.select_related("collected_by").order_by("id"))
    if lines or not dossier.fee_total:
        return lines
    at = (dossier.received_at or dossier.submitted_at or dossier.state_changed_at) if dossier.fee_paid else None
    by = dossier.created_by if at else None
    return [DossierFee(dossier=dossier, name=THE_SUM, price=dossier.fee_total, collected_at=at, collected_by=by)]


def collections(lines: Iterable[DossierFee]) -> list[tuple[dt.datetime, list[DossierFee]]]:
    """Return when money came in with the lines that came in together, in order of time."""
    found: dict[tuple, tuple[dt.datetime, list[DossierFee]]] = {}
    for line in lines:
        if line.collected_at:
            together = line.collected_at, line.method, line.collected_by_id
            found.setdefault(together, (line.collected_at, []))[1].append(line)
    return sorted(found.values(), key=lambda each: each[0])


def summed(lines: Iterable[DossierFee]) -> Decimal:
    """Return the sum of the lines in đồng."""
    return sum((Decimal(line.total) for line in lines), Decimal(0))


def collect(dossier: Dossier, *, by: Actor, now: dt.datetime, method: str) -> Change:
    """Write down that all that is still due was paid, in cash or by transfer."""
    if method not in DossierFee.Method.values:
        raise ActError("Chọn thu tiền mặt hay chuyển khoản.")
    due = [line for line in lines_of(dossier) if line.collected_at is None]
    amount = summed(due)
    if not amount:
        raise ActError("Không còn khoản nào phải thu.")

    def then(event: DossierEvent) -> DossierEvent:
        for line in due:
            _written(line, {"method": method, "collected_at": now, "collected_by": by})
        return event

    return Change({"fee_paid": True}, told={"facts": {"amount": str(amount)}}, then=then)


def cancel(
    dossier: Dossier, *, by: Actor, now: dt.datetime, line: int | None, reason: str, alone: bool = False
) -> Change:
    """Take back the collection the line came in with: it is due again, the slip printed for it says nothing any more.

    `line` is the row; None the sum of a dossier that has no lines. `alone` takes back that line only: what else came in
    with it stays, told by a slip of its own.
    """
    reason = checked_note(reason, "Ghi lý do hủy thu: người sau cần biết vì sao.")
    found = (each for each in collections(lines_of(dossier)) if line in {row.pk for row in each[1]})
    at, group = next(found, (now, []))
    if not group:
        raise ActError("Khoản này chưa thu hoặc đã được hủy. Hãy tải lại trang để xem.")
    if alone:
        group = [row for row in group if row.pk == line]
    amount = summed(group)

    def then(event: DossierEvent) -> DossierEvent:
        names = [field.attname for field in CancelledFee._meta.fields if field.name not in {"id", "event"}]
        for row in group:
            CancelledFee.objects.create(event=event, **{name: getattr(row, name) for name in names})
            _written(row, {"method": "", "collected_at": None, "collected_by": None})
        return event

    facts = {"amount": str(amount), "note": reason, "collected_at": at.isoformat()}
    return Change({"fee_paid": False}, told={"facts": facts}, then=then)


def _written(line: DossierFee, values: dict) -> None:
    """Write the values, unless somebody collected or cancelled the line meanwhile: then Stale."""
    if line.pk is None:
        for name, value in values.items():
            setattr(line, name, value)
        line.save(force_insert=True)
    elif not DossierFee.objects.filter(pk=line.pk, collected_at=line.collected_at).update(**values):
        raise Stale(MEANWHILE)
