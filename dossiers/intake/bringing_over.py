"""Many dossiers of another system's past at once: what the connector makes of each, in a few statements for all.

Whatever is new in a batch is checked and reckoned row by row, with the connector's own rules, and written by table;
what is known already goes the connector's way. Nobody is told of any of it (`events.brought_over`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, transaction

from dossiers import many_rows
from dossiers.deadlines.due import DueDate
from dossiers.deadlines.limits import limit_for
from dossiers.deadlines.working_time import ZONE, CalendarError
from dossiers.intake import connector, outside_receipts, people
from dossiers.intake.connector import CodeTaken, ConnectorError, Pushed, PushedEvent
from dossiers.intake.named_procedures import procedures_with
from dossiers.intake.people import PersonData
from dossiers.models import (
    AgencyVersion,
    Applicant,
    Dossier,
    DossierEvent,
    Holding,
    Procedure,
    ProcedureVersion,
    Receipt,
    TimeLimit,
)
from dossiers.read_once import reading_once
from dossiers.states import State
from dossiers.workflow import acts, events, holding, moving
from dossiers.workflow.series import next_number, series_key


@dataclass(frozen=True, slots=True)
class Old:
    """A dossier as it came in, and the step it has got to, if any."""

    pushed: Pushed
    step: PushedEvent | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one: whether it is new; `stays_in` is its state where the step does not lead on."""

    created: bool
    stays_in: str = ""


Outcome = Taken | ConnectorError | CodeTaken


def many(olds: Sequence[Old], *, now: dt.datetime, dry_run: bool = False) -> list[Outcome]:
    """Return what came of each dossier of one agency, in their order; all are written together or none is.

    The same again changes nothing. A row that cannot be taken is an exception in its place and holds up no other.
    `dry_run` writes and takes it back.
    """
    if not olds:
        return []
    try:
        with transaction.atomic(), events.brought_over(), reading_once():
            outcomes = _Batch(olds, now).outcomes()
            transaction.set_rollback(dry_run)
            return outcomes
    except (IntegrityError, DataError):
        # Somebody wrote one of them meanwhile, or one does not fit its column: whose it is shows row by row.
        return [_alone(old, now, dry_run) for old in olds]


def _alone(old: Old, now: dt.datetime, dry_run: bool) -> Outcome:
    try:
        with transaction.atomic(), events.brought_over():
            row, created = connector.upsert(old.pushed, now=now)
            taken = Taken(created, _step_of_known(row, old.step, None, now))
            transaction.set_rollback(dry_run)
            return taken
    except (ConnectorError, CodeTaken) as error:
        return error
    except DataError:
        return ConnectorError({"code": "Một ô của dòng dài quá chỗ chứa: rút ngắn rồi chạy lại."})


def _step_of_known(row: Dossier, step: PushedEvent | None, event: DossierEvent | None, now: dt.datetime) -> str:
    """Let a dossier that is there take the step, unless `event` is that very one; return the state it stays in."""
    if step is None:
        return ""
    if event is None:
        event, _ = connector.append(row, step, now=now)
    return "" if event.to_state == step.state else row.state


@dataclass(slots=True)
class _New:
    """A dossier that will be written, as far as it is known."""

    place: int
    old: Old
    owner: PersonData
    submitter: PersonData
    procedure: Procedure
    version: ProcedureVersion | None
    named: AgencyVersion | None
    limit: TimeLimit | None
    due: DueDate | None
    owner_row: Applicant = field(init=False)
    submitter_row: Applicant = field(init=False)
    receipt: Receipt = field(init=False)

    @property
    def number(self) -> str:
        """What stands on its slip."""
        return self.old.pushed.receipt_number or self.old.pushed.code


class _Batch:
    """One batch inside its transaction: checked, then written table by table."""

    def __init__(self, olds: Sequence[Old], now: dt.datetime):
        self.olds, self.now, self.today = olds, now, now.astimezone(ZONE).date()
        self.agency = olds[0].pushed.agency
        self.found: dict[int, Outcome] = {}
        self.one_by_one: list[int] = []
        self.people: list[Applicant] = []
        self.receipts: list[Receipt] = []
        self.entered: list[tuple[Receipt, int]] = []

    def outcomes(self) -> list[Outcome]:
        """Write the batch and return what came of each."""
        codes = {old.pushed.code for old in self.olds}
        rows = Dossier.objects.select_for_update(of=("self",)).select_related("agency", "owner", "submitter", "receipt")
        self.known = {row.code: row for row in rows.filter(code__in=codes).order_by("pk")}
        self.procedures = procedures_with(old.pushed.procedure_code for old in self.olds)
        self.named = list(self.agency.versions.order_by("-valid_from"))
        self.versions: dict[int, list[ProcedureVersion]] = defaultdict(list)
        published = ProcedureVersion.objects.filter(
            procedure__in={row.pk for row in self.procedures.values()}, status=ProcedureVersion.Status.PUBLISHED
        ).only("procedure", "name", "valid_from", "valid_to")
        for version in published.order_by("-valid_from", "-id").prefetch_related("time_limits"):
            self.versions[version.procedure_id].append(version)
        self._write(self._with_people(self._checked()))
        self._go_one_by_one()
        return [self.found[place] for place in range(len(self.olds))]

    def _checked(self) -> list[_New]:
        """Return what is new and can be taken."""
        news, codes = [], set(self.known)
        for place, old in enumerate(self.olds):
            try:
                if old.pushed.code in codes or old.pushed.papers or (old.step and old.step.unit):
                    self.one_by_one.append(place)
                else:
                    news.append(self._check(place, old))
                    codes.add(old.pushed.code)
            except ConnectorError as error:
                self.found[place] = error
        return news

    def _check(self, place: int, old: Old) -> _New:
        pushed = old.pushed
        procedure = self.procedures.get(pushed.procedure_code)
        if procedure is None:
            raise connector.unknown_procedure(pushed.procedure_code)
        owner, submitter = connector.checked(pushed, self.now)
        connector.may_use(pushed)
        if old.step:
            connector.check_step(old.step, self.now)
        day = pushed.received_at.astimezone(ZONE).date()
        versions = self.versions[procedure.pk]
        version = _on(versions, day) or _on(versions, self.today)
        limit = limit_for(version, None, pushed.channel, self.agency)
        try:
            due = connector.due_of(pushed, limit)
        except CalendarError as error:
            raise ConnectorError({"due_at": str(error)}) from error
        return _New(place, old, owner, submitter, procedure, version, _on(self.named, day), limit, due)

    def _with_people(self, news: list[_New]) -> list[_New]:
        """Give each its people and its slip, known or new; return those that can be written together."""
        ids = {data.id_number for new in news for data in (new.owner, new.submitter) if data.id_number}
        self.register = people.known_by_id(self.agency, ids)
        slips = outside_receipts.held(self.agency, [new.number for new in news], [new.submitter for new in news])
        together = []
        for new in news:
            accepted = new.old.pushed.state != State.SUBMITTED
            slip = outside_receipts.holder_of(slips[new.number], new.submitter)
            if slip is not None and slip.pk and slip.register_number is None and accepted:
                self.one_by_one.append(new.place)  # enters the register now: its row is locked for that
                continue
            new.receipt = slip or self._new_slip(slips[new.number], new)
            holder = new.receipt.submitter
            new.submitter_row = holder if people.states(holder, new.submitter) else self._row(new.submitter)
            if slip is not None and new.submitter_row is not holder:
                next(holders for each, holders in slips[new.number] if each is slip).append(new.submitter_row)
            new.owner_row = new.submitter_row if new.owner == new.submitter else self._row(new.owner)
            if accepted and new.receipt.register_year is None:
                new.receipt.register_year = new.old.pushed.received_at.astimezone(ZONE).year
                self.entered.append((new.receipt, new.receipt.register_year))
            together.append(new)
        return together

    def _new_slip(self, slips: list[outside_receipts.Slip], new: _New) -> Receipt:
        holder = self._row(new.submitter)
        slip = Receipt(number=new.number, agency=self.agency, submitter=holder, issued_at=self.now)
        self.receipts.append(slip)
        slips.append((slip, [holder]))
        return slip

    def _row(self, data: PersonData) -> Applicant:
        """Return the agency's newest row of the id when it states the same, else a further one (`people.keep`)."""
        known = self.register.get(data.id_number) if data.id_number else None
        if known is not None and people.states(known, data):
            return known
        row = people.unsaved(data, self.agency)
        self.people.append(row)
        if data.id_number:
            self.register[data.id_number] = row
        return row

    def _write(self, news: list[_New]) -> None:
        many_rows.write(self.people)
        for slip in self.receipts:
            slip.submitter_id = slip.submitter.pk
        # Last before the slips are written: whoever receives at a counter meanwhile waits for the next number.
        counts = Counter(year for _, year in self.entered)
        following = {
            year: next_number(series_key("receipt", self.agency.pk, year), count)
            for year, count in sorted(counts.items())
        }
        for slip, year in self.entered:
            slip.register_number = following[year]
            following[year] += 1
        many_rows.write(self.receipts)
        dossiers: list[Dossier] = []
        histories: list[DossierEvent] = []
        holdings: list[Holding] = []
        for new in news:
            dossier, history, held = self._life(new)
            dossiers.append(dossier)
            histories += history
            holdings += held
        many_rows.write(dossiers)
        for event in histories:
            event.dossier_id = event.dossier.pk
        for stretch in holdings:
            stretch.dossier_id = stretch.dossier.pk
        many_rows.write(histories)
        many_rows.write(holdings)

    def _life(self, new: _New) -> tuple[Dossier, list[DossierEvent], list[Holding]]:
        """Return the dossier with its history and who held it, not yet written, and note what came of the row."""
        pushed, step = new.old.pushed, new.old.step
        dossier = connector.row_of(
            pushed, new.procedure, new.version, new.named, new.limit, new.due, new.owner_row, new.submitter_row
        )
        dossier.receipt, dossier.receipt_number = new.receipt, new.receipt.number
        dossier.owner_name_folded = new.owner_row.name_folded
        at, state = pushed.received_at, dossier.state
        facts = events.promised_facts(dossier) if state == State.ACCEPTED else None
        first = events.row_of(
            dossier, State(state).value, at=at, to_state=state, source=DossierEvent.Source.API, facts=facts
        )
        history, held = [first], [holding.stretch(dossier, at)]
        if step and not connector.moves(dossier, step):
            history.append(events.row_of(dossier, DossierEvent.Kind.LATE_REPORT, **connector.late_report(step)))
        elif step:
            history.append(_moved(dossier, step))
            holding.close(held[0], dossier, step.at)
            held += [] if dossier.is_final else [holding.stretch(dossier, step.at)]
        stays = step is not None and dossier.state != step.state
        self.found[new.place] = Taken(True, dossier.state if stays else "")
        return dossier, history, held

    def _go_one_by_one(self) -> None:
        """Let what is known, or does not fit into the batch, go the connector's way, in order."""
        steps = {old.step.id for old in self.olds if old.step}
        told = DossierEvent.objects.filter(dossier__in=[row.pk for row in self.known.values()], external_id__in=steps)
        done = {(event.dossier_id, event.external_id): event for event in told} if self.known else {}
        for place in sorted(self.one_by_one):
            old = self.olds[place]
            row = self.known.pop(old.pushed.code, None)
            if row is None:
                self.found[place] = _alone(old, self.now, dry_run=False)
                continue
            event = done.get((row.pk, old.step.id)) if old.step else None
            self.found[place] = self._compare(old, row, event)

    def _compare(self, old: Old, row: Dossier, event: DossierEvent | None) -> Outcome:
        """Hold a known dossier, locked, against what the file says of it."""
        if old.pushed.procedure_code not in self.procedures:
            return connector.unknown_procedure(old.pushed.procedure_code)
        try:
            owner, submitter = connector.checked(old.pushed, self.now)
            with transaction.atomic():
                connector.update(row, old.pushed, owner, submitter, self.now)
                return Taken(False, _step_of_known(row, old.step, event, self.now))
        except (ConnectorError, CodeTaken) as error:
            return error
        except CalendarError as error:
            return ConnectorError({"due_at": str(error)})


def _on(versions: Iterable, day: dt.date):
    """Return the first of the versions that is valid on the day."""
    return next(
        (each for each in versions if each.valid_from <= day and not (each.valid_to and each.valid_to < day)), None
    )


def _moved(dossier: Dossier, step: PushedEvent) -> DossierEvent:
    """Take the dossier in hand to the step, and return the line of history."""
    source = dossier.state
    change, target, values = moving.decided(
        acts.ACTS["report"],
        dossier,
        by=None,
        now=step.at,
        state=step.state,
        due_at=step.due_at,
        note=step.note,
        reasons=step.reasons,
        external_id=step.id,
    )
    for name, value in values.items():
        setattr(dossier, name, value)
    dossier.version += 1
    return events.row_of(dossier, change.kind, at=step.at, from_state=source, to_state=target, **change.told)
