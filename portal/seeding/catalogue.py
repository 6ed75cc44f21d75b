"""The common procedures of the demonstration, from procedures.toml; a catalogue already loaded is left alone."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dossiers.catalogue.paper_rows import kinds
from dossiers.intake.fee_lines import FeeEntry
from dossiers.models import Agency, CounterProcedure, Fee, Field, Procedure, ProcedureVersion, RequiredPaper, TimeLimit
from portal.seeding.agencies import MERGER, PROVINCE

FILE = Path(__file__).with_name("procedures.toml")


@dataclass(frozen=True)
class Common:
    """One procedure with what the month needs to know about it: who settles it, how often, and what for."""

    procedure: Procedure
    room: str
    province_room: str
    weight: int
    content: list[str]
    pays: list[int]
    papers: list[tuple[str, int, int]]
    fee: Decimal | None
    fees: tuple[FeeEntry, ...]
    same_day: bool
    online: bool


def commons() -> list[Common]:
    """Return the procedures `plant` has written, in the order of the file."""
    rows = _rows()
    known = Procedure.objects.in_bulk([row["code"] for row in rows], field_name="code")
    return [_common(row, known[row["code"]]) for row in rows]


def plant(today: dt.date) -> None:
    """Write the procedures that are missing."""
    rows = _rows()
    known = Procedure.objects.in_bulk([row["code"] for row in rows], field_name="code")
    found = [_common(row, known.get(row["code"]) or _write(row, today)) for row in rows]
    # What is settled at the counter on the day, copies certified there above all, goes to no leader's list.
    at_once = [common.procedure.pk for common in found if common.same_day]
    Procedure.objects.filter(pk__in=at_once).update(unsigned_result=True)
    _keep_limits(rows, found)


def _rows() -> list[dict]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))["procedure"]


def _keep_limits(rows: list[dict], found: list[Common]) -> None:
    """Keep for the counters the limits of law that the national record leaves out."""
    above = Agency.objects.filter(code=PROVINCE).first()
    if above is None:
        return
    for row, common in zip(rows, found, strict=True):
        if basis := row.get("counter_limit_basis"):
            limit = _limit(None, "", row["limit"])
            kept = {"limit_amount": limit.amount, "limit_unit": limit.unit, "limit_basis": basis}
            CounterProcedure.objects.get_or_create(agency=above, procedure=common.procedure, defaults=kept)


def _write(row: dict, today: dt.date) -> Procedure:
    subject, _ = Field.objects.get_or_create(name=row["field"])
    procedure = Procedure.objects.create(code=row["code"], name=row["name"], field=subject)
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        name=row["name"],
        field=subject,
        valid_from=MERGER,
        levels=row["levels"],
        executing_agency=row.get("executing", ""),
        online_level=row.get("online", ""),
        online_url=row.get("online_url", ""),
        results=row["results"],
        legal_bases=row["laws"],
    )
    RequiredPaper.objects.bulk_create(_paper(version, order, *paper) for order, paper in enumerate(_papers(row)))
    limits = {"": row["limit"], **row.get("limits", {})}
    TimeLimit.objects.bulk_create(_limit(version, channel, text) for channel, text in limits.items())
    Fee.objects.create(version=version, **_fee(row, today))
    return procedure


def _paper(version: ProcedureVersion, order: int, name: str, originals: int, copies: int) -> RequiredPaper:
    reading = kinds.read_row(version.name, "", name, originals, copies)
    return RequiredPaper(
        version=version,
        name=name,
        originals=originals,
        copies=copies,
        kind=reading.label.value,
        form=reading.copies.value,
        required=not reading.conditional,
        order=order,
    )


def _papers(row: dict) -> list[tuple[str, int, int]]:
    parts = [[part.strip() for part in line.split("|")] for line in row["papers"]]
    return [(name, int(originals), int(copies)) for name, originals, copies in parts]


def _limit(version: ProcedureVersion | None, channel: str, text: str) -> TimeLimit:
    if text == "same_day":
        return TimeLimit(version=version, channel=channel, unit=TimeLimit.Unit.SAME_DAY, text="Trong ngày làm việc")
    amount, unit = text.split()
    return TimeLimit(version=version, channel=channel, amount=Decimal(amount), unit=unit)


def _fee(row: dict, today: dt.date) -> dict:
    if "fee_kind" in row:
        return {"kind": row["fee_kind"], "text": row["fee_text"], "label": "Phí, lệ phí"}
    return {
        "kind": Fee.Kind.FIXED if row["fee"] else Fee.Kind.FREE,
        "amount": Decimal(row["fee"]),
        "per": row.get("fee_per", ""),
        "label": "Lệ phí",
        "basis": row.get("fee_basis", ""),
        # Many fees are halved until the end of 2026: the dated row ends by itself.
        "valid_to": dt.date(max(today.year, 2026), 12, 31) if row.get("fee_to_year_end") else None,
    }


def _common(row: dict, procedure: Procedure) -> Common:
    fee = row.get("fee")
    return Common(
        procedure=procedure,
        room=row.get("room", ""),
        province_room=row.get("province_room", ""),
        weight=row["weight"],
        content=row["content"],
        pays=row.get("pays", []),
        papers=_papers(row),
        fee=None if fee is None else Decimal(fee),
        fees=(FeeEntry("Lệ phí", row.get("fee_per", ""), 1, fee, row.get("fee_basis", "")),) if fee else (),
        same_day=row["limit"] == "same_day",
        online=bool(row.get("online")),
    )
