"""Receiving dossiers: at the counter in one transaction, or from a channel that submits them first.

Journey 1 of README.md. Nothing here waits for the printer, the broker or Zalo.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from dossiers.deadlines import by_hand
from dossiers.deadlines import due as deadlines
from dossiers.deadlines.calendars import working_calendar
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.limits import NO_LIMIT, due_for, limit_for
from dossiers.deadlines.working_time import ZONE, CalendarError
from dossiers.dossier_codes import InvalidCode
from dossiers.intake import fee_lines, one_slip, opening, people
from dossiers.intake.fee_lines import FeeEntry
from dossiers.intake.numbering import new_dossier_code
from dossiers.intake.opening import Opening, PaperLine
from dossiers.intake.people import PersonData, PersonError
from dossiers.models import (
    Agency,
    Channel,
    Desk,
    DossierEvent,
    Procedure,
    ProcedureCase,
    Receipt,
    TimeLimit,
    Unit,
)
from dossiers.search_text import fold
from dossiers.states import State
from dossiers.written_dates import said_moment


class IntakeError(Exception):
    """The intake cannot be saved; `errors` maps a field to its sentence, "" holds what concerns the whole."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class AlreadySaved(IntakeError):
    """The form was saved before with other content: what is typed now needs a key of its own."""

    def __init__(self, receipt: Receipt):
        at = said_moment(receipt.issued_at)
        super().__init__(
            {
                "": f"Trang này đã lưu lúc {at} thành giấy tiếp nhận {receipt.number}, với nội dung khác. "
                "Hãy kiểm tra lại; nếu đây là hồ sơ mới thì bấm Lưu lần nữa."
            }
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One dossier of an intake."""

    procedure: Procedure
    case: ProcedureCase | None = None
    content: str = ""
    owner: PersonData | None = None  # None: the submitter owns it
    papers: tuple[PaperLine, ...] = ()
    sets: int = 1
    fees: tuple[FeeEntry, ...] = ()
    collected: str = ""  # how the fees were collected at once ("cash", "transfer"); "" is later
    fee: Decimal | None = None  # the sum, when nobody gives lines
    fee_paid: bool = False
    due_at: dt.datetime | None = None  # set by hand when the catalogue states no limit
    unit: Unit | None = None
    competent_agency: Agency | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything one submitter hands in at once."""

    agency: Agency
    submitter: PersonData
    items: tuple[Item, ...]
    channel: str = Channel.COUNTER
    desk: Desk | None = None
    result_place: str = ""
    key: str = ""  # of the form that was opened: sent twice, it makes one receipt
    renamed: bool = False
    source: str = DossierEvent.Source.COUNTER
    codes: tuple[str, ...] = field(default=())
    onto: Receipt | None = None  # a receipt of the same day that the dossiers are added to, for `reason`
    reason: str = ""


def receive(intake: Intake, *, by, now: dt.datetime) -> Receipt:
    """Return the receipt of the dossiers just received; the same `intake.key` again returns the first receipt.

    Raises IntakeError with a sentence by field (AlreadySaved when the key was used for something else); then nothing
    was written and no number was used.
    """
    return _take_in(intake, by=by, now=now, state=State.ACCEPTED)


def submit(intake: Intake, *, by, now: dt.datetime) -> Receipt:
    """Return the receipt of dossiers handed in online or by post, still to be accepted; the clock does not run yet."""
    return _take_in(intake, by=by, now=now, state=State.SUBMITTED)


def _take_in(intake: Intake, *, by, now: dt.datetime, state: str) -> Receipt:
    earlier = _earlier(intake)
    if earlier:
        return earlier
    if by is not None and not by.has_perm("dossiers.receive_dossier"):
        raise IntakeError({"": "Bạn chưa được giao quyền tiếp nhận hồ sơ. Hãy nhờ quản trị viên của trung tâm."})
    if intake.onto:
        _check_adding(intake, intake.onto, by=by, now=now, state=state)
    prepared = _checked(intake, now, promised=state == State.ACCEPTED)
    try:
        with transaction.atomic():
            return _write(intake, prepared, by=by, now=now, state=state)
    except IntegrityError:
        # The other send of the same form was quicker: its rows are committed, ours were rolled back.
        earlier = _earlier(intake)
        if earlier is None:
            raise
        return earlier
    except PersonError as error:
        raise IntakeError(error.errors) from error
    except InvalidCode as error:
        raise IntakeError({"": str(error)}) from error


def _check_adding(intake: Intake, onto: Receipt, *, by, now: dt.datetime, state: str) -> None:
    name, fault = one_slip.fault_of_adding(onto, intake.reason, by=by, now=now)
    if fault or state != State.ACCEPTED:
        raise IntakeError({name: fault or "Hồ sơ thiếu giấy hoặc bị từ chối thì lập giấy riêng."})


def _earlier(intake: Intake) -> Receipt | None:
    """Return the receipt this form was already saved as. Raises AlreadySaved when that was of something else."""
    if intake.onto and one_slip.added_by(intake.onto, intake.key):
        return intake.onto
    receipt = Receipt.objects.filter(intake_key=intake.key).select_related("submitter").first() if intake.key else None
    if receipt is None:
        return None
    procedures = sorted(receipt.dossiers.values_list("procedure_id", flat=True))
    same = (
        receipt.agency_id == intake.agency.pk
        and fold(receipt.submitter.full_name) == fold(intake.submitter.full_name)
        and procedures == sorted(item.procedure.pk for item in intake.items)
    )
    if not same:
        raise AlreadySaved(receipt)
    return receipt


def _checked(intake: Intake, now: dt.datetime, *, promised: bool) -> list[tuple]:
    """Return what each item will be written with; raises IntakeError before anything is written.

    `promised` when a date is given at once: what is only handed in gets its own at the acceptance.
    """
    errors: dict[str, str] = {}
    if not intake.items:
        errors["procedure"] = "Chọn ít nhất một thủ tục."
    try:
        submitter = people.checked(intake.submitter)
    except PersonError as error:
        errors |= error.errors
        submitter = None
    today = now.astimezone(ZONE).date()
    prepared = []
    for number, item in enumerate(intake.items, start=1):
        where = "" if len(intake.items) == 1 else f"{number}-"
        version = item.procedure.version_on(today)
        if item.procedure.status == Procedure.Status.ABOLISHED or version is None:
            errors[f"{where}procedure"] = (
                f"Thủ tục {item.procedure.code} không còn hiệu lực. Hãy chọn thủ tục thay thế."
            )
            continue
        owner = submitter
        if item.owner is not None:
            try:
                owner = people.checked(item.owner)
            except PersonError as error:
                errors |= {f"{where}owner-{name}": sentence for name, sentence in error.errors.items()}
        limit = limit_for(version, item.case, intake.channel, intake.agency)
        due, fault = _promise(intake, item, limit, now) if promised else (None, "")
        if fault:
            errors[f"{where}due_at"] = fault
        prepared.append((item, version, owner, limit, due))
    if errors:
        raise IntakeError(errors)
    return [submitter, *prepared]


def _promise(intake: Intake, item: Item, limit: TimeLimit | None, now: dt.datetime) -> tuple[DueDate | None, str]:
    """Return (the date given at the acceptance, "") or (None or a wrong date, what is wrong with it)."""
    try:
        due = due_for(intake.agency, limit, now)
    except CalendarError as error:
        return None, str(error)
    if item.due_at is None:
        return due, "" if due else NO_LIMIT
    fault = by_hand.fault_of(
        item.due_at.astimezone(ZONE).date(), now.astimezone(ZONE).date(), working_calendar(intake.agency)
    )
    return deadlines.stated(item.due_at, now, "cán bộ tiếp nhận ghi theo quy định của thủ tục"), fault


def _write(intake: Intake, prepared: list, *, by, now: dt.datetime, state: str) -> Receipt:
    submitter_data, *items = prepared
    today = now.astimezone(ZONE).date()
    named = intake.agency.version_on(today)
    onto = one_slip.locked(intake.onto) if intake.onto else None
    if onto and one_slip.added_by(onto, intake.key):
        return onto
    if onto:
        _check_adding(intake, onto, by=by, now=now, state=state)
    submitter = onto.submitter if onto else people.keep(submitter_data, intake.agency, renamed=intake.renamed)
    dossiers = []
    for position, (item, version, owner_data, limit, due) in enumerate(items):
        owner = submitter
        if owner_data is not submitter_data:
            owner = people.keep(owner_data, intake.agency, renamed=intake.renamed)
        code = intake.codes[position] if intake.codes else ""
        code = code or new_dossier_code(intake.agency, named.code if named else intake.agency.code, today)
        dossiers.append(
            opening.row_of(
                Opening(
                    code=code,
                    agency=intake.agency,
                    named=named,
                    procedure=item.procedure,
                    version=version,
                    channel=intake.channel,
                    owner=owner,
                    submitter=submitter,
                    state=state,
                    at=now,
                    limit=limit,
                    due=due,
                    more=_only_at_the_counter(intake, item, by),
                )
            )
        )
    receipt = onto or Receipt.objects.create(
        number=dossiers[0].code if len(dossiers) == 1 else f"{dossiers[0].code}+{len(dossiers) - 1}",
        agency=intake.agency,
        submitter=submitter,
        issued_at=now,
        issued_by=by,
        intake_key=intake.key or None,
    )
    for dossier, (item, *_rest) in zip(dossiers, items, strict=True):
        opening.save(
            dossier,
            receipt,
            item.papers,
            by=by,
            at=now,
            source=intake.source,
            fees=item.fees,
            collected=item.collected,
        )
    if onto:
        one_slip.tell_added(onto, dossiers, key=intake.key, reason=intake.reason, by=by, now=now)
    used = [dossier.procedure_id for dossier in dossiers]
    Procedure.objects.filter(pk__in=used).update(times_received=F("times_received") + 1)
    return receipt


def _only_at_the_counter(intake: Intake, item: Item, by) -> dict:
    """Return the columns that only whoever sits at the counter can fill in."""
    return {
        "competent_agency": item.competent_agency,
        "desk": intake.desk,
        "procedure_case": item.case,
        "content": item.content.strip()[:500],
        "sets": item.sets,
        "unit": item.unit,
        "fee_total": fee_lines.total(item.fees) if item.fees else item.fee,
        "fee_paid": item.fee_paid or (bool(item.fees) and item.collected in fee_lines.METHODS),
        "result_place": intake.result_place.strip(),
        "created_by": by,
    }
