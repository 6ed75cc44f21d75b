"""The door for the one-stop software a centre already has: upsert a dossier, append its events; twice is once.

A dossier that comes in here gives the same history, papers and page as one received at the counter.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from dossiers.deadlines import due as deadlines
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.limits import due_for, limit_for
from dossiers.deadlines.working_time import ZONE, CalendarError
from dossiers.intake import opening, outside_receipts, people
from dossiers.intake.counter import IntakeError
from dossiers.intake.named_procedures import procedures_with
from dossiers.intake.numbering import numbered_by
from dossiers.intake.opening import Opening, PaperLine
from dossiers.intake.people import PersonData, PersonError
from dossiers.models import (
    Agency,
    AgencyVersion,
    Applicant,
    Channel,
    Dossier,
    DossierEvent,
    Procedure,
    ProcedureVersion,
    TimeLimit,
    Unit,
)
from dossiers.states import FINAL, LINE, State
from dossiers.workflow import acts, events
from dossiers.workflow.moving import Stale
from dossiers.workflow.reports import STATED_BY

CLOCKS_DIFFER = dt.timedelta(minutes=10)
LONGEST_PROMISE = dt.timedelta(days=365 * 10)
"""No limit of the national catalogue comes near; what lies beyond is a slip in the year."""
REPRESENTATIVE_FIELDS = {
    "representative": "representative.full_name",
    "representative_id": "representative.id_number",
    "representative_position": "representative.position",
}


class ConnectorError(Exception):
    """What was sent cannot be taken; `errors` maps the field to its sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class CodeTaken(Exception):
    """The code belongs to a dossier of another agency."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A dossier as another system sends it; `code` is the one it gave.

    `scope` are the agencies its key speaks for, the dossier's own if empty: codes of other agencies' patterns are
    refused.
    """

    code: str
    agency: Agency
    procedure_code: str
    applicant: PersonData
    received_at: dt.datetime
    due_at: dt.datetime | None = None
    receipt_number: str = ""
    submitter: PersonData | None = None
    channel: str = Channel.COUNTER
    papers: tuple[PaperLine, ...] = ()
    state: str | None = None  # submitted or accepted; None: a new one is accepted, a known one stays where it is
    scope: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PushedEvent:
    """One step as another system reports it; `id` is that system's own and makes it repeatable."""

    id: str
    state: str
    at: dt.datetime
    note: str = ""
    due_at: dt.datetime | None = None
    unit: str = ""
    reasons: list[dict] = field(default_factory=list)


def upsert(pushed: Pushed, *, now: dt.datetime) -> tuple[Dossier, bool]:
    """Return the dossier and whether it is new; the same push again changes nothing.

    Raises ConnectorError by field, CodeTaken when another agency's dossier has the code.
    """
    procedure = procedure_with(pushed.procedure_code)
    owner, submitter = checked(pushed, now)
    try:
        try:
            return _put(pushed, procedure, owner, submitter, now)
        except (IntegrityError, Stale):
            # The same code, or another of the same slip, came in at once, or somebody did something to the dossier
            # meanwhile: the other one won and is there now.
            return _put(pushed, procedure, owner, submitter, now)
    except CalendarError as error:
        # The date of a dossier that is accepted now cannot be counted.
        raise ConnectorError({"due_at": str(error)}) from error


def checked(pushed: Pushed, now: dt.datetime) -> tuple[PersonData, PersonData]:
    """Return owner and submitter as they are written. Raises ConnectorError for what cannot be taken. No query."""
    try:
        owner = people.checked(pushed.applicant)
        submitter = people.checked(pushed.submitter) if pushed.submitter else owner
    except PersonError as error:
        prefix = "applicant" if pushed.submitter is None else "applicant/submitter"
        raise ConnectorError({_where(prefix, name): text for name, text in error.errors.items()}) from error
    if pushed.received_at > now + CLOCKS_DIFFER:
        raise ConnectorError({"received_at": "Thời điểm tiếp nhận ở tương lai: kiểm tra giờ của phần mềm gửi."})
    _check_promise(pushed.due_at, pushed.received_at, "lúc tiếp nhận")
    return owner, submitter


@transaction.atomic
def _put(
    pushed: Pushed, procedure: Procedure, owner: PersonData, submitter: PersonData, now: dt.datetime
) -> tuple[Dossier, bool]:
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("agency", "owner", "submitter", "receipt")
    known = rows.filter(code=pushed.code).first()
    if known is None:
        may_use(pushed)
        return _create(pushed, procedure, owner, submitter, now), True
    return update(known, pushed, owner, submitter, now), False


def _where(prefix: str, name: str) -> str:
    """Return the field of the sent document that a fact of a person came in by."""
    return REPRESENTATIVE_FIELDS.get(name) or f"{prefix}.{name}"


def may_use(pushed: Pushed) -> None:
    """Raise ConnectorError for a code that another agency's counter gives out."""
    numbering = numbered_by(pushed.code)
    if numbering and not numbering & (pushed.scope or {pushed.agency.pk}):
        raise ConnectorError({"code": f"Mã {pushed.code} theo dạng mã của cơ quan khác: hãy gửi mã do hệ thống cấp."})


def procedure_with(code: str) -> Procedure:
    """Return the procedure of this code or alias. Raises ConnectorError when the catalogue has neither."""
    found = procedures_with([code]).get(code)
    if found is None:
        raise unknown_procedure(code)
    return found


def unknown_procedure(code: str) -> ConnectorError:
    """Return what is said of a code the catalogue does not have."""
    return ConnectorError(
        {"procedure_code": f"Danh mục chưa có thủ tục {code}: kiểm tra mã, hoặc nhờ quản trị nạp danh mục."}
    )


def _check_promise(due_at: dt.datetime | None, begun: dt.datetime, what: str) -> None:
    """Raise ConnectorError for a date of return before the work began, or further than any limit reaches."""
    if due_at is None:
        return
    if due_at < begun:
        raise ConnectorError({"due_at": f"Ngày hẹn trả trước {what}: kiểm tra lại hai thời điểm."})
    if due_at - begun > LONGEST_PROMISE:
        years = LONGEST_PROMISE.days // 365
        raise ConnectorError({"due_at": f"Ngày hẹn trả xa quá {years} năm: kiểm tra lại năm của ngày hẹn."})


def _create(
    pushed: Pushed, procedure: Procedure, owner: PersonData, submitter: PersonData, now: dt.datetime
) -> Dossier:
    day = pushed.received_at.astimezone(ZONE).date()
    version = procedure.version_on(day) or procedure.version_on(now.astimezone(ZONE).date())
    named = pushed.agency.version_on(day)
    limit = limit_for(version, None, pushed.channel, pushed.agency)
    number = pushed.receipt_number or pushed.code
    receipt = outside_receipts.given(pushed.agency, number, submitter)
    if receipt is None:
        submitter_row = _row(submitter, pushed.agency)
        receipt = outside_receipts.new(pushed.agency, number, submitter_row, now)
    elif people.states(receipt.submitter, submitter):
        submitter_row = receipt.submitter
    else:
        submitter_row = _row(submitter, pushed.agency)
    owner_row = submitter_row if owner == submitter else _row(owner, pushed.agency)
    due = due_of(pushed, limit)
    dossier = row_of(pushed, procedure, version, named, limit, due, owner_row, submitter_row)
    opening.save(dossier, receipt, pushed.papers, by=None, at=pushed.received_at, source=DossierEvent.Source.API)
    return dossier


def row_of(
    pushed: Pushed,
    procedure: Procedure,
    version: ProcedureVersion | None,
    named: AgencyVersion | None,
    limit: TimeLimit | None,
    due: DueDate | None,
    owner: Applicant,
    submitter: Applicant,
) -> Dossier:
    """Return the dossier as it comes in, not yet written. No query."""
    return opening.row_of(
        Opening(
            code=pushed.code,
            agency=pushed.agency,
            named=named,
            procedure=procedure,
            version=version,
            channel=pushed.channel,
            owner=owner,
            submitter=submitter,
            state=State.SUBMITTED if pushed.state == State.SUBMITTED else State.ACCEPTED,
            at=pushed.received_at,
            limit=limit,
            due=due,
            more={"external_code": pushed.code},
        )
    )


def _row(data: PersonData, agency: Agency) -> Applicant:
    # The other system is the authority on names: a name that changed there has changed.
    return people.keep(data, agency, renamed=True)


def due_of(pushed: Pushed, limit: TimeLimit | None) -> DueDate | None:
    """Return the date promised with the acceptance: the stated one, else the limit's. Raises CalendarError."""
    if pushed.state == State.SUBMITTED:
        return None
    if pushed.due_at is not None:
        return deadlines.stated(pushed.due_at, pushed.received_at, STATED_BY)
    return due_for(pushed.agency, limit, pushed.received_at)


def update(dossier: Dossier, pushed: Pushed, owner: PersonData, submitter: PersonData, now: dt.datetime) -> Dossier:
    """Take over what the other system knows better, and return the dossier; no query where nothing is. Locked before.

    Raises CodeTaken for a dossier of another agency, CalendarError.
    """
    if dossier.agency_id != pushed.agency.pk:
        raise CodeTaken
    owner_row = _stated(owner, dossier.owner, pushed.agency)
    if submitter == owner and dossier.submitter_id == dossier.owner_id:
        submitter_row = owner_row
    else:
        submitter_row = _stated(submitter, dossier.submitter, pushed.agency)
    values: dict[str, Any] = {}
    if (dossier.owner_id, dossier.submitter_id) != (owner_row.pk, submitter_row.pk):
        values |= {"owner": owner_row, "submitter": submitter_row}
    if dossier.owner_name != owner_row.full_name:
        values["owner_name"] = owner_row.full_name
        values["owner_name_folded"] = owner_row.name_folded
    if pushed.receipt_number and dossier.receipt_number != pushed.receipt_number:
        values["receipt_number"] = pushed.receipt_number
        slip = outside_receipts.renumbered(dossier, pushed.receipt_number, submitter, now=now)
        values |= {} if slip.pk == dossier.receipt_id else {"receipt": slip}
    if values:
        acts.do("correct", dossier, by=None, now=now, values=values)
    if dossier.state == State.SUBMITTED:
        if pushed.state == State.ACCEPTED:
            accepted_at = max(pushed.received_at, dossier.state_changed_at)
            _apply(dossier, PushedEvent(id="", state=State.ACCEPTED, at=accepted_at, due_at=pushed.due_at))
    elif (
        pushed.due_at is not None
        and dossier.state not in FINAL
        # What was promised at first and moved since is the same content sent again, not a new date.
        and pushed.due_at not in {dossier.due_at, dossier.promised_at}
    ):
        _move_due(dossier, pushed.due_at, at=now, external_id="")
    return dossier


def _stated(data: PersonData, row: Applicant, agency: Agency) -> Applicant:
    """Return the dossier's row when it states the same, or what was left out; else the row of the correction."""
    data = people.completed(data, row)
    return row if people.states(row, data) else _row(data, agency)


def _move_due(dossier: Dossier, due_at: dt.datetime, *, at: dt.datetime, external_id: str) -> DossierEvent:
    due = deadlines.stated(due_at, dossier.received_at or due_at, STATED_BY)
    return acts.do(
        "move_due_date",
        dossier,
        by=None,
        now=at,
        due=due,
        reason=STATED_BY,
        source=DossierEvent.Source.API,
        external_id=external_id,
    )


def append(dossier: Dossier, pushed: PushedEvent, *, now: dt.datetime) -> tuple[DossierEvent, bool]:
    """Return the history row and whether it is new: the same id twice is one event.

    An event older than the present state, or one that would lead back, is kept in the history without moving the
    dossier. Raises ConnectorError by field.
    """
    check_step(pushed, now)
    known = dossier.events.filter(external_id=pushed.id).first()
    if known:
        return known, False
    try:
        with transaction.atomic():
            # Serialise per dossier, so that two reports at once are applied one after the other.
            fresh = Dossier.objects.select_for_update(of=("self",)).select_related("agency").get(pk=dossier.pk)
            return _apply(fresh, pushed), True
    except IntegrityError:
        return dossier.events.get(external_id=pushed.id), False
    except IntakeError as error:
        raise ConnectorError(error.errors) from error
    except CalendarError as error:
        raise ConnectorError({"at": str(error)}) from error


def check_step(pushed: PushedEvent, now: dt.datetime) -> None:
    """Raise ConnectorError for a step of the future, or a date promised with it that cannot be. No query."""
    if pushed.at > now + CLOCKS_DIFFER:
        raise ConnectorError({"at": "Thời điểm của sự kiện ở tương lai: kiểm tra giờ của phần mềm gửi."})
    _check_promise(pushed.due_at, pushed.at, "lúc xảy ra sự kiện")


def moves(dossier: Dossier, pushed: PushedEvent) -> bool:
    """Tell whether the report takes the dossier on; else it is history alone. No query."""
    late = pushed.at < dossier.state_changed_at or _leads_back(dossier, pushed.state)
    return not late and pushed.state != dossier.state and pushed.state in acts.reachable(dossier.state)


def late_report(pushed: PushedEvent) -> dict:
    """Return what the history says of a report that does not move the dossier, as `events.record` takes it."""
    return {
        "at": pushed.at,
        "source": DossierEvent.Source.API,
        "external_id": pushed.id,
        "public_note": pushed.note,
        "reasons": pushed.reasons,
        "facts": {"reported_state": pushed.state},
        "announce": False,
    }


def _leads_back(dossier: Dossier, target: str) -> bool:
    """Tell whether the report is of a step the dossier has left behind, whatever the clock of the sender says."""
    if target == State.SUBMITTED:
        return dossier.received_at is not None
    both = dossier.state in LINE and target in LINE
    return both and LINE.index(target) < LINE.index(dossier.state) and not acts.may_move(dossier.state, target)


def _apply(dossier: Dossier, pushed: PushedEvent) -> DossierEvent:
    unit = Unit.objects.filter(agency_id=dossier.agency_id, code=pushed.unit).first() if pushed.unit else None
    if not moves(dossier, pushed):
        return events.record(dossier, DossierEvent.Kind.LATE_REPORT, unit=unit, **late_report(pushed))
    return acts.do(
        "report",
        dossier,
        by=None,
        now=pushed.at,
        state=pushed.state,
        due_at=pushed.due_at,
        unit=unit,
        note=pushed.note,
        reasons=pushed.reasons,
        external_id=pushed.id,
    )
