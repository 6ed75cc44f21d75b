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
from dossiers.intake.people import PersonData, PersonError
from dossiers.models import Applicant, Dossier, DossierFee, DossierPaper, Procedure, Receipt
from dossiers.printed_forms import sentences
from dossiers.search_text import fold
from dossiers.workflow.acts import do
from dossiers.workflow.fees import lines_of, summed
from dossiers.workflow.moving import ActError

MOST_PAPERS = 80
THE_SUM = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """The dossier as it should have been written; `papers` by their row, new ones without one; fees the same.

    `submitter` None: the owner handed it in. What is in `no_papers` and `no_fees` was written by mistake. Where the sum
    of the fees alone is known, its key is THE_SUM.
    """

    reason: str
    owner: PersonData
    content: str
    result_place: str
    papers: dict[int, PaperLine] = field(default_factory=dict)
    more_papers: tuple[PaperLine, ...] = ()
    no_papers: frozenset[int] = frozenset()
    fees: dict[int, FeeEntry] = field(default_factory=dict)
    more_fees: tuple[FeeEntry, ...] = ()
    no_fees: frozenset[int] = frozenset()
    submitter: PersonData | None = None
    procedure: Procedure | None = None
    """Another one than the counter chose; None leaves it."""


def correct(dossier: Dossier, wanted: Correction, *, by, now: dt.datetime, expected_version: int | None = None):
    """Write the correction and return its history row. Raises PersonError or ActError with a sentence; nothing then."""
    if not wanted.reason.strip():
        raise ActError("Ghi lý do sửa: người sau cần biết vì sao.")
    data, handed_in_by = people.checked(wanted.owner), _checked_submitter(wanted.submitter)
    moved = None
    with transaction.atomic():
        # First of all, as every act does: whoever writes a paper before the dossier waits for one who does it the other
        # way round, for ever.
        beside = _locked(dossier)
        values = _columns(dossier, wanted, data, handed_in_by)
        said = [COLUMNS[name] for name in values if name in COLUMNS]
        if wanted.procedure and wanted.procedure.pk != dossier.procedure_id:
            said.insert(0, f"thủ tục, trước là {dossier.procedure.code} {dossier.procedure_name}"[:300])
            named, moved = other_procedure.columns(dossier, wanted.procedure, now)
            values |= named
        said += _papers(dossier, wanted) + _fees(dossier, wanted, values)
        if not said:
            raise ActError("Chưa có gì khác với thông tin đang ghi.")
        before = dossier.owner, dossier.submitter
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
            _one_submitter(dossier, beside, *before, by=by, now=now, reason=wanted.reason.strip()[:500])
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
COLUMNS = {
    "owner": "chủ hồ sơ",
    "submitter": "người nộp",
    "content": "nội dung yêu cầu",
    "result_place": "nơi nhận kết quả",
}


def _checked_submitter(data: PersonData | None) -> PersonData | None:
    """Return the person checked; what is wrong is said of the submitter, in whose boxes it stands."""
    try:
        return people.checked(data) if data else None
    except PersonError as error:
        raise PersonError({f"submitter_{name}": f"Người nộp: {said}" for name, said in error.errors.items()}) from error


def _locked(dossier: Dossier) -> list[Dossier]:
    """Lock the dossier with those on the same receipt, always in one order, and return the others."""
    rows = Dossier.objects.select_for_update(of=("self",)).order_by("pk")
    together = rows.filter(receipt=dossier.receipt_id) if dossier.receipt_id else rows.filter(pk=dossier.pk)
    return [row for row in together if row.pk != dossier.pk]


def _one_submitter(
    dossier: Dossier,
    beside: list[Dossier],
    owner: Applicant,
    submitter: Applicant,
    *,
    by,
    now: dt.datetime,
    reason: str,
) -> None:
    """Write the submitter to the receipt and its other dossiers: one slip is one person's.

    `owner` and `submitter` are those before. Who owns another of the dossiers is corrected there too when it is the
    same person stated anew.
    """
    new = dossier.submitter
    Receipt.objects.filter(pk=dossier.receipt_id, submitter=submitter).update(submitter=new)
    same = owner.pk == submitter.pk and dossier.owner_id == new.pk
    same = same or fold(submitter.full_name) == fold(new.full_name)
    same = same or (submitter.id_number != "" and submitter.id_number == new.id_number)
    for row in beside:
        if row.submitter_id != submitter.pk:
            continue
        values: dict = {"submitter": new}
        if same and row.owner_id == submitter.pk:
            values |= _owned_by(new)
        note = f"{reason} (sửa: người nộp, cùng hồ sơ {dossier.code} trên một giấy tiếp nhận)"
        do("correct_details", row, by=by, now=now, values=values, note=note)


def _owned_by(owner: Applicant) -> dict:
    return {"owner": owner, "owner_name": owner.full_name, "owner_name_folded": fold(owner.full_name)}


def _columns(dossier: Dossier, wanted: Correction, data: PersonData, handed_in_by: PersonData | None) -> dict:
    values: dict = {}
    owner = dossier.owner
    if not people.states(owner, data):
        owner = people.keep(data, dossier.agency, renamed=True)
        values |= _owned_by(owner)
    submitter = owner
    if handed_in_by:
        stated = people.states(dossier.submitter, handed_in_by)
        submitter = dossier.submitter if stated else people.keep(handed_in_by, dossier.agency, renamed=True)
    if submitter.pk != dossier.submitter_id:
        values["submitter"] = submitter
    for name in ("content", "result_place"):
        text = " ".join(getattr(wanted, name).split())
        if text != getattr(dossier, name):
            values[name] = text[:500] if name == "content" else text[:300]
    return values


def _papers(dossier: Dossier, wanted: Correction) -> list[str]:
    said = []
    rows = {row.pk: row for row in dossier.papers.all()}
    gone = [row for pk, row in rows.items() if pk in wanted.no_papers]
    if gone:
        dossier.papers.filter(pk__in=[row.pk for row in gone]).delete()
        said.append(f"bỏ giấy tờ ghi nhầm: {'; '.join(row.name for row in gone)[:300]}")
    for pk, line in wanted.papers.items():
        row = rows.get(pk)
        if row is None or row in gone:
            continue
        now = {name: getattr(line, name) for name in ("originals", "certified", "copies", "received")}
        if any(getattr(row, name) != value for name, value in now.items()):
            DossierPaper.objects.filter(pk=pk).update(**now)
            said.append("giấy tờ")
    for order, line in enumerate(wanted.more_papers[: MOST_PAPERS - len(rows)], start=len(rows)):
        DossierPaper.objects.create(
            dossier=dossier,
            name=line.name,
            originals=line.originals,
            certified=line.certified,
            copies=line.copies,
            order=order,
        )
        said.append("giấy tờ")
    return said


def _fees(dossier: Dossier, wanted: Correction, values: dict) -> list[str]:
    """Lines that were collected stay: money that changed hands is not corrected by a pen."""
    lines, said = lines_of(dossier), []
    before = summed(lines)
    for row in [row for row in lines if row.collected_at is None]:
        entry = wanted.fees.get(row.pk or THE_SUM)
        if (row.pk or THE_SUM) in wanted.no_fees:
            lines.remove(row)
            dossier.fees.filter(pk=row.pk).delete()
            said.append(f"bỏ khoản thu {row.name}")
        elif entry and (entry.quantity, entry.price) != (row.quantity, row.price):
            row.quantity, row.price = entry.quantity, entry.price
            said.append("phí, lệ phí")
    for entry in wanted.more_fees:
        lines.append(DossierFee(dossier=dossier, name=entry.name, quantity=entry.quantity, price=entry.price))
        said.append("phí, lệ phí")
    if not said:
        return []
    for row in lines:
        row.save()
    values["fee_total"] = summed(lines) if lines else None
    values["fee_paid"] = bool(summed(lines)) and all(line.collected_at for line in lines if line.total)
    return [*said, f"tổng phí, lệ phí trước là {sentences.money(int(before))}"]
