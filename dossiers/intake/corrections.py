"""What was written wrong at the counter, put right: with a reason and in the history.

Another procedure brings its own limit: the promised date moves by an act of its own, which tells the citizen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from dossiers.intake import other_procedure, people
from dossiers.intake.counter import PaperLine
from dossiers.intake.fee_lines import FeeEntry
from dossiers.intake.people import PersonData
from dossiers.models import Dossier, DossierFee, DossierPaper, Procedure, Receipt
from dossiers.search_text import fold
from dossiers.workflow.acts import do
from dossiers.workflow.moving import ActError

MOST_PAPERS = 80


@dataclass(frozen=True, slots=True)
class Correction:
    """The dossier as it should have been written; `papers` by their row, new ones without one; fees the same."""

    reason: str
    owner: PersonData
    content: str
    result_place: str
    papers: dict[int, PaperLine] = field(default_factory=dict)
    more_papers: tuple[PaperLine, ...] = ()
    fees: dict[int, FeeEntry] = field(default_factory=dict)
    more_fees: tuple[FeeEntry, ...] = ()
    procedure: Procedure | None = None
    """Another one than the counter chose; None leaves it."""


def correct(dossier: Dossier, wanted: Correction, *, by, now: dt.datetime, expected_version: int | None = None):
    """Write the correction and return its history row. Raises PersonError or ActError with a sentence; nothing then."""
    if not wanted.reason.strip():
        raise ActError("Ghi lý do sửa: người sau cần biết vì sao.")
    data = people.checked(wanted.owner)
    moved = None
    with transaction.atomic():
        # First of all, as every act does: whoever writes a paper before the dossier waits for one who does it the other
        # way round, for ever.
        Dossier.objects.select_for_update(of=("self",)).values_list("pk").get(pk=dossier.pk)
        values = _columns(dossier, wanted, data)
        said = [COLUMNS[name] for name in values if name in COLUMNS]
        if wanted.procedure and wanted.procedure.pk != dossier.procedure_id:
            said.insert(0, f"thủ tục, trước là {dossier.procedure.code} {dossier.procedure_name}"[:300])
            named, moved = other_procedure.columns(dossier, wanted.procedure, now)
            values |= named
        said += _papers(dossier, wanted) + _fees(dossier, wanted, values)
        if not said:
            raise ActError("Chưa có gì khác với thông tin đang ghi.")
        old_submitter = dossier.submitter_id
        event = do(
            "correct_details",
            dossier,
            by=by,
            now=now,
            expected_version=expected_version,
            values=values,
            note=f"{wanted.reason.strip()[:500]} (sửa: {', '.join(dict.fromkeys(said))})",
        )
        if "submitter" in values:
            Receipt.objects.filter(pk=dossier.receipt_id, submitter=old_submitter).update(submitter=values["submitter"])
        if "procedure" in values:
            # They were on the other procedure's list, and nobody handed them in.
            dossier.papers.filter(received=False).delete()
        if moved is not None and moved.at != dossier.due_at:
            do(
                "move_due_date",
                dossier,
                by=by,
                now=now,
                due=moved,
                reason=f"{RIGHT_PROCEDURE} {dossier.procedure_name}",
            )
    return event


RIGHT_PROCEDURE = "Hồ sơ được ghi lại đúng thủ tục:"
COLUMNS = {"owner": "người nộp, chủ hồ sơ", "content": "nội dung yêu cầu", "result_place": "nơi nhận kết quả"}


def _columns(dossier: Dossier, wanted: Correction, data: PersonData) -> dict:
    values: dict = {}
    if not people.states(dossier.owner, data):
        owner = people.keep(data, dossier.agency, renamed=True)
        values |= {"owner": owner, "owner_name": owner.full_name, "owner_name_folded": fold(owner.full_name)}
        if dossier.submitter_id == dossier.owner_id:
            values["submitter"] = owner
    for name in ("content", "result_place"):
        text = " ".join(getattr(wanted, name).split())
        if text != getattr(dossier, name):
            values[name] = text[:500] if name == "content" else text[:300]
    return values


def _papers(dossier: Dossier, wanted: Correction) -> list[str]:
    changed = False
    rows = {row.pk: row for row in dossier.papers.all()}
    for pk, line in wanted.papers.items():
        row = rows.get(pk)
        if row is None:
            continue
        now = {name: getattr(line, name) for name in ("originals", "certified", "copies", "received")}
        if any(getattr(row, name) != value for name, value in now.items()):
            DossierPaper.objects.filter(pk=pk).update(**now)
            changed = True
    for order, line in enumerate(wanted.more_papers[: MOST_PAPERS - len(rows)], start=len(rows)):
        DossierPaper.objects.create(
            dossier=dossier,
            name=line.name,
            originals=line.originals,
            certified=line.certified,
            copies=line.copies,
            order=order,
        )
        changed = True
    return ["giấy tờ"] if changed else []


def _fees(dossier: Dossier, wanted: Correction, values: dict) -> list[str]:
    """Lines that were collected stay: money that changed hands is not corrected by a pen."""
    changed = False
    for row in dossier.fees.filter(collected_at__isnull=True):
        entry = wanted.fees.get(row.pk)
        if entry and (entry.quantity, entry.price) != (row.quantity, row.price):
            DossierFee.objects.filter(pk=row.pk).update(quantity=entry.quantity, price=entry.price)
            changed = True
    for entry in wanted.more_fees:
        DossierFee.objects.create(dossier=dossier, name=entry.name, quantity=entry.quantity, price=entry.price)
        changed = True
    if not changed:
        return []
    lines = list(dossier.fees.all())
    values["fee_total"] = sum(line.total for line in lines)
    values["fee_paid"] = all(line.collected_at for line in lines if line.total)
    return ["phí, lệ phí"]
