"""Which dossiers stand on one receipt, put right after it was saved: one more taken in, one taken off onto its own.

Each with its reason in the history of every dossier on the slip; the slip is printed again and says which it replaces.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Channel, Dossier, DossierEvent, Receipt
from dossiers.workflow.acts import DossierSubject, do
from dossiers.workflow.moving import ActError, Stale, checked_note
from dossiers.workflow.series import enter_in_register
from dossiers.written_dates import written_day

NO_REASON_TO_ADD = "Ghi lý do thêm hồ sơ vào giấy đã lập: người sau cần biết vì sao."
NO_REASON_TO_TAKE_OFF = "Ghi lý do tách hồ sơ ra giấy riêng: người sau cần biết vì sao."
LONGEST_REASON = 500


def fault_of_adding(receipt: Receipt, reason: str, *, by, now: dt.datetime) -> tuple[str, str]:
    """Return (field, sentence) of what forbids adding to the receipt now; ("", "") when nothing does."""
    if by is not None and not by.has_perm("dossiers.correct_dossier"):
        return "", "Bạn chưa được giao quyền sửa giấy đã lập. Hãy tiếp nhận thành giấy riêng."
    if receipt.register_number is None:
        return "", "Giấy này chưa có hồ sơ nào được tiếp nhận. Hãy tiếp nhận thành giấy riêng."
    there = list(receipt.dossiers.values_list("received_at", "channel"))
    if any(channel == Channel.ONLINE for _, channel in there):
        return "", "Giấy này của hồ sơ nộp trực tuyến, gắn với đường liên kết của người nộp. Hãy lập giấy riêng."
    # Not when the slip was made: one that was taken off has the day of that, its dossier was received before.
    received = {at.astimezone(ZONE).date() for at, _ in there if at}
    if received != {now.astimezone(ZONE).date()}:
        day = written_day(min(received or {receipt.issued_at.astimezone(ZONE).date()}))
        return "", f"Giấy này có hồ sơ nhận ngày {day}. Hồ sơ nhận ngày khác thì lập giấy riêng."
    return ("reason", NO_REASON_TO_ADD) if not reason.strip() else ("", "")


def locked(receipt: Receipt) -> Receipt:
    """Return the receipt, locked with its dossiers until the transaction ends; always in one order."""
    list(Dossier.objects.select_for_update(of=("self",)).filter(receipt=receipt).order_by("pk"))
    return Receipt.objects.select_for_update(of=("self",)).select_related("submitter").get(pk=receipt.pk)


def added_by(receipt: Receipt, key: str) -> DossierEvent | None:
    """Return the row that tells what the form with that key added to the receipt: sent twice, it adds once."""
    rows = DossierEvent.objects.filter(dossier__receipt=receipt, facts__added_by=key)
    return rows.order_by("pk").first() if key else None


def tell_added(receipt: Receipt, new: list[Dossier], *, key: str, reason: str, by, now: dt.datetime) -> None:
    """Write to the history of the dossiers that were there what came onto their slip, and why."""
    codes = ", ".join(each.code for each in new)
    note = f"{reason.strip()[:LONGEST_REASON]} (thêm hồ sơ {codes} vào giấy tiếp nhận {receipt.number})"
    for row in receipt.dossiers.exclude(pk__in=[each.pk for each in new]).order_by("pk"):
        do(
            "correct_details",
            row,
            by=by,
            now=now,
            values={},
            note=note,
            facts={"added_by": key, "added": [each.pk for each in new]},
        )


def take_off(
    dossier: Dossier, *, reason: str, by, now: dt.datetime, expected_version: int | None = None
) -> DossierEvent:
    """Give the dossier a receipt of its own, with the next number of the register; return its history row.

    Raises ActError with a sentence, Stale when the row is no longer as it is in hand; nothing was written then.
    """
    reason = checked_note(reason, NO_REASON_TO_TAKE_OFF)[:LONGEST_REASON]
    if dossier.receipt is None or dossier.received_at is None:
        raise ActError("Hồ sơ này chưa được tiếp nhận nên chưa có giấy để tách.")
    with transaction.atomic():
        old = locked(dossier.receipt)
        if not Dossier.objects.filter(pk=dossier.pk, receipt=old, version=dossier.version).exists():
            raise Stale(DossierSubject.stale)
        beside = [row for row in old.dossiers.order_by("pk") if row.pk != dossier.pk]
        if not any(row.received_at for row in beside):
            raise ActError("Giấy tiếp nhận này chỉ có một hồ sơ, không có gì để tách.")
        if old.number == dossier.code:
            raise ActError(
                "Số của giấy chính là mã hồ sơ này nên hồ sơ này ở lại. Hãy mở hồ sơ kia rồi tách hồ sơ kia."
            )
        new = Receipt.objects.create(
            number=dossier.code, agency=old.agency, submitter=dossier.submitter, issued_at=now, issued_by=by
        )
        enter_in_register(new, now)
        event = do(
            "correct_details",
            dossier,
            by=by,
            now=now,
            expected_version=expected_version,
            values={"receipt": new, "receipt_number": new.number},
            note=f"{reason} (tách khỏi giấy tiếp nhận {old.number})",
            facts={"taken_off": old.pk},
        )
        for row in beside:
            note = f"{reason} (tách hồ sơ {dossier.code} ra giấy tiếp nhận riêng)"
            do("correct_details", row, by=by, now=now, values={}, note=note)
    return event


def taken_off(dossiers: list[Dossier]) -> Receipt | None:
    """Return the receipt the dossiers were taken off; None for those that are where they began."""
    rows = DossierEvent.objects.filter(dossier__in=dossiers, facts__taken_off__isnull=False).order_by("-id")
    event = rows.first()
    return Receipt.objects.filter(pk=event.facts["taken_off"]).first() if event else None
