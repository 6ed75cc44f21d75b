"""The frozen answers of the public look-up, one per tier, built from the few columns each may know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext

from dossiers import typed
from dossiers.deadlines import in_words as due_in_words
from dossiers.deadlines.due import Explanation
from dossiers.identity_numbers import mask_name
from dossiers.lookup import agency_cards, delivery, readers
from dossiers.lookup.agency_cards import Line, Successor
from dossiers.lookup.readers import Read
from dossiers.lookup.rows import LISTED_COLUMNS, moves_of
from dossiers.models import DossierEvent, DossierPaper, DossierResult
from dossiers.states import (
    CLOCK_PAUSED,
    CLOCK_STOPPED,
    EXPLAINED,
    FINAL,
    WITH_RESULT,
    WITHOUT_RESULT,
    Record,
    State,
    on_list,
)
from dossiers.workflow import progress
from dossiers.workflow.progress import Move, Step

__all__ = [
    "LISTED_COLUMNS",
    "Detail",
    "Glance",
    "Happening",
    "Listed",
    "OwnDossiers",
    "Read",
    "Reason",
    "detail_of",
    "glance_of",
    "listed_of",
    "why_this_date",
]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of dossiers; `pass_text` opens its tier 2, `token` its tier 1."""

    code: str
    receipt_number: str  # "" where the agency gives none of its own
    procedure: str
    agency: str
    state: str
    state_title: str
    received_at: dt.datetime | None
    due_at: dt.datetime | None
    overdue: bool
    pass_text: str = ""
    token: str = ""

    @property
    def look(self) -> Record:
        """Icon and tone of the state."""
        return State(self.state).record

    @property
    def is_promised(self) -> bool:
        """Whether there is a date by which the result is still owed."""
        return self.due_at is not None and self.state not in CLOCK_STOPPED


@dataclass(frozen=True, slots=True)
class OwnDossiers:
    """Several dossiers; `proved` when the person proved to be theirs, `next_pass` opens the following ones."""

    rows: tuple[Listed, ...]
    proved: bool = False
    next_pass: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """Tier 1: state, step, unit, dates, procedure; the name masked; no number, note or reason of the person."""

    code: str
    receipt_number: str  # "" where the agency gives none of its own
    procedure: str
    procedure_code: str
    agency: str
    successors: tuple[Successor, ...]
    competent_agency: str
    unit: str
    owner_masked: str
    channel: str
    state: str
    state_title: str
    steps: tuple[Step, ...]
    next: str
    duty: str
    paused: bool
    overdue: bool
    submitted_at: dt.datetime | None
    received_at: dt.datetime | None
    due_at: dt.datetime | None
    first_promise: dt.datetime | None
    why: str
    changed_at: dt.datetime
    lines: tuple[Line, ...]
    address: str
    hours: str
    way: delivery.Way

    @property
    def look(self) -> Record:
        """Icon and tone of the state."""
        return State(self.state).record

    @property
    def is_over(self) -> bool:
        return self.state in FINAL

    @property
    def is_promised(self) -> bool:
        """Whether there is a date by which the result is still owed."""
        return self.due_at is not None and self.state not in CLOCK_STOPPED

    @property
    def is_explained(self) -> bool:
        """Whether the citizen is told, item by item, why the dossier is in this state."""
        return self.state in EXPLAINED

    @property
    def awaits_acceptance(self) -> bool:
        return self.state in on_list("online")

    @property
    def awaits_collection(self) -> bool:
        """Whether a result lies ready for the citizen."""
        return self.state in on_list("ready")

    @property
    def has_result(self) -> bool:
        return self.state in WITH_RESULT

    @property
    def ended_without(self) -> bool:
        """Whether it ended without a result: reasons are grounds then, not things to bring."""
        return self.state in WITHOUT_RESULT


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing asked for or objected to: which paper, what about it, why, a sample, where to get it."""

    paper: str
    what: str
    why: str
    sample: str
    where: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history: what, when, where, with the word for the citizen."""

    title: str
    at: dt.datetime
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class Handed:
    """The result: its number and date, who collected it (never that person's number), the code of its parcel."""

    number: str
    collector: str
    proof: str
    post_code: str


@dataclass(frozen=True, slots=True)
class Detail(Glance):
    """Tier 2: the name in full, what exactly is asked for, money, the place of the result, the history, who looked."""

    token: str = ""  # of its page, which shows tier 1
    receipt_pass: str = ""  # opens the copy of its receipt for a while; "" where nothing was received
    result_pass: str = ""  # opens the file of its result for a while; "" where none is given so
    owner: str = ""
    submitter: str = ""
    content: str = ""
    reasons: tuple[Reason, ...] = ()
    note: str = ""
    last_day: dt.date | None = None
    payment_due: Decimal | None = None
    notice_paid: Decimal | None = None
    fee_total: Decimal | None = None
    fee_paid: bool = False
    result_place: str = ""
    result: Handed | None = None
    supplement_rounds: int = 0
    papers: tuple[tuple[str, bool], ...] = ()
    history: tuple[Happening, ...] = ()
    reads: tuple[Read, ...] = ()


def listed_of(row: dict, now: dt.datetime, *, pass_text: str = "", token: str = "") -> Listed:
    """Return the line of a list for a row of LISTED_COLUMNS. No query."""
    return Listed(
        code=row["code"],
        receipt_number=row["receipt_number"],
        procedure=row["procedure_name"],
        agency=row["agency_name"],
        state=row["state"],
        state_title=progress.state_title(row["state"]),
        received_at=row["received_at"],
        due_at=row["due_at"],
        overdue=_overdue(row, now),
        pass_text=pass_text,
        token=token,
    )


def glance_of(row: dict, now: dt.datetime) -> Glance:
    """Return tier 1 for a row of GLANCE_COLUMNS. One query: the history."""
    return Glance(**_common(row, moves_of(row["id"]), now))


def detail_of(row: dict, now: dt.datetime) -> Detail:
    """Return tier 2 for a row of GLANCE_COLUMNS and DETAIL_COLUMNS. Three queries: history, papers, readers.

    A fourth where there is a result, one more where staff looked.
    """
    history = list(
        DossierEvent.objects.filter(dossier_id=row["id"])
        .order_by("at", "id")
        .values("kind", "to_state", "at", "unit_id", "public_note", "reasons", "facts__last_day")
    )
    told = next((each for each in reversed(history) if each["to_state"] == row["state"]), None)
    explained = told if told and row["state"] in EXPLAINED else None
    papers = DossierPaper.objects.filter(dossier_id=row["id"]).values_list("name", "received")
    return Detail(
        **_common(row, [Move(each["to_state"], each["at"]) for each in history if each["to_state"]], now),
        token=row["token"],
        owner=row["owner_name"],
        submitter=row["submitter__full_name"],
        content=row["content"],
        reasons=_reasons(explained["reasons"]) if explained else (),
        note=told["public_note"] if told else "",
        last_day=typed.day(explained["facts__last_day"]) if explained else None,
        payment_due=row["payment_due"],
        notice_paid=row["notice_paid"],
        fee_total=row["fee_total"],
        fee_paid=row["fee_paid"],
        result_place=row["result_place"],
        result=_handed(row["id"], row["state"]),
        supplement_rounds=row["supplement_rounds"],
        papers=tuple(papers),
        history=tuple(_happening(each) for each in reversed(history)),
        reads=readers.of(row["id"]),
    )


def _handed(dossier_id: int, state: str) -> Handed | None:
    """Return what the citizen is told of the result; None while there is none: a draft is nobody's. One query."""
    if state not in WITH_RESULT:
        return None
    found = DossierResult.objects.filter(dossier_id=dossier_id).first()
    if found is None:
        return None
    return Handed(found.shown_number, found.collector, found.get_collector_proof_display(), found.post_code)


def _common(row: dict, moves: list[Move], now: dt.datetime) -> dict:
    state, due_at, promised = row["state"], row["due_at"], row["promised_at"]
    card = agency_cards.card(row["agency_id"], timezone.localdate(now))
    way = delivery.way_of(row["result_place"])
    other = row["competent_agency_id"] if row["competent_agency_id"] != row["agency_id"] else None
    competent = agency_cards.card(other, timezone.localdate(now)) if other else None
    return {
        "code": row["code"],
        "receipt_number": row["receipt_number"],
        "procedure": row["procedure_name"],
        "procedure_code": row["procedure_code"],
        "agency": row["agency_name"],
        "successors": card.now_called(row["agency_name"]) if card else (),
        "competent_agency": competent.name if competent else "",
        "unit": agency_cards.unit_name(row["unit_id"]),
        "owner_masked": mask_name(row["owner_name"]),
        "channel": row["channel"],
        "state": state,
        "state_title": progress.state_title(state),
        "steps": progress.line(state, moves, row["state_changed_at"], row["submitted_at"]),
        "next": progress.what_next(state),
        "duty": (delivery.duty(way) if state in on_list("ready") else "") or progress.duty(state),
        "paused": state in CLOCK_PAUSED,
        "overdue": _overdue(row, now),
        "submitted_at": row["submitted_at"],
        "received_at": row["received_at"],
        "due_at": due_at,
        "first_promise": promised if promised and due_at and promised != due_at else None,
        "why": why_this_date(row["due_explanation"]),
        "changed_at": max([row["state_changed_at"], *(move.at for move in moves[-1:])]),
        "lines": card.lines if card else (),
        "address": card.address if card else "",
        "hours": card.hours if card else "",
        "way": way,
    }


def why_this_date(stored: dict | None) -> str:
    """Return the sentence that explains a due date to the citizen; "" when the date explains itself or none is kept."""
    if not stored:
        return ""
    return due_in_words.why(Explanation.from_dict(stored))


def _overdue(row: dict, now: dt.datetime) -> bool:
    due_on = timezone.localdate(row["due_at"]) if row["due_at"] else None
    return progress.is_overdue(row["state"], due_on, row["state"] in CLOCK_PAUSED, timezone.localdate(now))


def _reasons(stored: list) -> tuple[Reason, ...]:
    names = [each.name for each in fields(Reason)]
    return tuple(
        Reason(**{name: str(item.get(name) or "") for name in names}) for item in stored if isinstance(item, dict)
    )


def _happening(event: dict) -> Happening:
    title = gettext(str(DossierEvent.Kind(event["kind"]).label))
    return Happening(title, event["at"], agency_cards.unit_name(event["unit_id"]), event["public_note"])
