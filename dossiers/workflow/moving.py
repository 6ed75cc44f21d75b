"""The one way anything is done to a row with states: permission, guard, locked change, history row, announcement.

A table of acts (dossiers.workflow.acts, dossiers.letters.acts, feedback.cases.acts) says who may do what in which
state; a Subject says whose the rows of a table are and how their history is told; `run` does an act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F

from dossiers.deadlines.due import DueDate

Actor = Any
"""Whoever acts: a user; None is the system, or the citizen behind the token of the row."""
NO_PERMISSION = "Bạn chưa được giao quyền làm việc này. Hãy nhờ quản trị viên của trung tâm."
PAGE, LIST, TRACK, API = "page", "list", "track", "api"
"""Where an act is offered: the page of the row, the list of rows, the citizen's own page, the API of other systems."""


class ActError(Exception):
    """An act that cannot be done; the text is a sentence for the person who tried."""


class Stale(ActError):
    """Somebody changed the row meanwhile."""


class Forbidden(ActError):
    """The person may not do this."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an act changes.

    `values` are columns; `target` the state, where the act's row names several; `due` a due date that was decided;
    `told` what the history row says beyond the act (public_note, reasons, facts …); `then` writes what goes with it
    once the change holds, and gives what the act returns in place of the history row. `stays` keeps the state where
    this time the act does not lead on.
    """

    values: dict = field(default_factory=dict)
    target: str = ""
    kind: str = ""
    due: DueDate | None = None
    told: dict = field(default_factory=dict)
    then: Callable[[Any], Any] | None = None
    stays: bool = False


class Subject:
    """What a table of acts is about: whose the rows are, which column is their state, how their history is told."""

    app: str
    state = "state"
    stale: str

    def check_scope(self, user: Any, row: Any) -> None:
        """Raise Forbidden unless the row is of an agency of the user."""
        raise NotImplementedError

    def wrong_step(self, row: Any, act: Act) -> str:
        """Return the sentence for an act that is not done in the state of the row."""
        raise NotImplementedError

    def entering(self, row: Any, target: str, change: Change, now: dt.datetime) -> dict:
        """Return what coming into the state changes of itself, whichever act leads there."""
        return {self.state: target}

    def stamp(self) -> dict:
        """Return the columns every change sets."""
        return {}

    def tell(
        self, row: Any, kind: str, change: Change, *, by: Actor, now: dt.datetime, source: str, target: str
    ) -> Any:
        """Write the history row and tell whoever listens; return it."""
        raise NotImplementedError

    def allow(self, user: Any, permission: str, row: Any, now: dt.datetime | None = None) -> None:
        """Raise Forbidden unless the user has the permission, and the row is theirs; None is the system or citizen."""
        if user is None or not permission:
            return
        self.check_scope(user, row)
        if not user.has_perm(f"{self.app}.{permission}"):
            raise Forbidden(NO_PERMISSION)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One row of a table of acts.

    `does(row, by, now, **asked)` returns the Change; `targets` are the states it may lead to, none when the state
    stays. `asks` names the form it needs ("" is a bare confirmation), `shown_when` narrows which rows it is done to,
    `hidden_when` where it is offered though it may be done.
    `permission` "" is for acts of the system, or of the citizen behind the row's token; `permission_for` decides it by
    the row.
    """

    subject: Subject
    name: str
    label: str
    permission: str
    sources: frozenset[str]
    does: Callable[..., Change]
    targets: frozenset[str] = frozenset()
    kind: str = ""
    asks: str = ""
    offered: frozenset[str] = frozenset({PAGE})
    tone: str = "plain"  # main | plain | danger
    hint: str = ""
    done: str = "đã ghi nhận."
    refusal: str = ""  # what is said in any other state, where the usual sentence does not fit; {step} is the state
    permission_for: Callable[[Any], str] | None = None
    shown_when: Callable[[Any], bool] | None = None
    hidden_when: Callable[[Any], bool] | None = None

    @property
    def bulk(self) -> bool:
        """Whether it is done to many rows of the list at once."""
        return LIST in self.offered

    def allow(self, user: Any, row: Any, now: dt.datetime | None = None) -> None:
        """Raise Forbidden unless the user may do this to the row, whatever its state."""
        self.subject.allow(user, self.permission_for(row) if self.permission_for else self.permission, row, now)

    def refuse(self, row: Any) -> None:
        """Raise ActError: the act does not start from the row's state, or does not lead where it was to lead."""
        step = getattr(row, f"get_{self.subject.state}_display")()
        raise ActError(self.refusal.format(step=step) or self.subject.wrong_step(row, self))

    def is_open_in(self, row: Any) -> bool:
        """Return whether the row is in a state the act starts from."""
        return getattr(row, self.subject.state) in self.sources

    def fits(self, row: Any) -> bool:
        """Return whether the row, beyond its state, is one the act is for."""
        return self.shown_when is None or self.shown_when(row)

    def open_to(self, user: Any, row: Any) -> bool:
        """Return whether the user may do it to the row now."""
        if not self.is_open_in(row) or not self.fits(row) or (self.hidden_when is not None and self.hidden_when(row)):
            return False
        try:
            self.allow(user, row)
        except Forbidden:
            return False
        return True


def run(act: Act, row: Any, *, by: Actor, now: dt.datetime, expected_version: int | None = None, **asked: Any) -> Any:
    """Do the act and return its history row (or what its change gives); `row` carries the new values.

    `expected_version` is what the person saw. Raises Forbidden, Stale when the row is no longer as the person saw it,
    ActError for a state the act does not start from or for what was typed; then nothing has been written.
    """
    subject = act.subject
    act.allow(by, row, now)
    if expected_version is not None and expected_version != row.version:
        raise Stale(subject.stale)
    source = getattr(row, subject.state)
    with transaction.atomic():
        change, target, values = decided(act, row, by=by, now=now, **asked)
        if values:
            write(row, {**values, **subject.stamp()}, unless=(subject.state,), stale=subject.stale)
        kind = change.kind or act.kind
        event = subject.tell(row, kind, change, by=by, now=now, source=source, target=target) if kind else None
        return change.then(event) if change.then else event


def decided(act: Act, row: Any, *, by: Actor, now: dt.datetime, **asked: Any) -> tuple[Change, str, dict]:
    """Return what the act changes, where it leads ("" where the state stays) and the columns; nothing is written.

    Raises ActError for a state the act does not start from or for what was typed.
    """
    if not act.is_open_in(row):
        act.refuse(row)
    fits = act.fits(row)
    change = act.does(row, by=by, now=now, **asked)
    if not fits:  # what the act itself has to say of such a row is the better sentence
        act.refuse(row)
    (target,) = {change.target} if change.target or change.stays else act.targets or {""}
    if target and target not in act.targets:
        act.refuse(row)
    return change, target, {**(act.subject.entering(row, target, change, now) if target else {}), **change.values}


def act_of(
    subject: Subject,
    name: str,
    label: str,
    permission: str,
    sources: Iterable[str],
    targets: Iterable[str],
    does: Callable[..., Change],
    kind: str,
    **more: Any,
) -> Act:
    """Return one row of a table of acts, its columns in the order a table is read; `more` are the rarer ones."""
    return Act(
        subject=subject,
        name=name,
        label=label,
        permission=permission,
        sources=frozenset(sources),
        targets=frozenset(targets),
        does=does,
        kind=kind,
        **more,
    )


def table(acts: Iterable[Act]) -> dict[str, Act]:
    """Return the acts by name."""
    return {act.name: act for act in acts}


def open_acts(acts: dict[str, Act], user: Any, row: Any, where: str = PAGE) -> list[Act]:
    """Return the acts offered there that the user may do to the row now, the main ones first."""
    found = [act for act in acts.values() if where in act.offered and act.open_to(user, row)]
    return sorted(found, key=lambda act: {"main": 0, "plain": 1, "danger": 2}[act.tone])


def write(row: Any, values: dict, *, unless: tuple[str, ...], seen: int | None = None, stale: str) -> None:
    """Write `values` to a row that is still as the person saw it, in the database and in hand: the one optimistic lock.

    Raises Stale with the sentence `stale` when a column of `unless`, or the version, is no longer as it is in hand;
    `seen` is the version on the page the person looked at, if it is known. Call inside a transaction.
    """
    same = {"pk": row.pk, **{name: getattr(row, name) for name in unless}}
    counted = dict(values)
    if hasattr(row, "version"):
        same["version"] = row.version if seen is None else seen
        counted["version"] = F("version") + 1
    if type(row)._default_manager.filter(**same).update(**counted) != 1:
        raise Stale(stale)
    for name, value in values.items():
        setattr(row, name, value)
    if "version" in same:
        row.version = same["version"] + 1


ASKED_HALF = "ghi rõ cần làm gì và vì sao, để người dân chỉ phải đi lại một lần."
ASKED_NONE = "Hãy ghi ít nhất một mục: giấy tờ nào, cần làm gì và vì sao."


def checked_reasons(reasons: list[dict], *, half: str = ASKED_HALF, none: str = ASKED_NONE) -> list[dict]:
    """Return the reasons item by item ({paper, what, why, sample, where}); raises ActError when one says nothing.

    `half` and `none` are said of an item that lacks what or why, and where there is none. A citizen asked to come back
    is owed every point at once, each with what and why (Nghị định 61/2018 điều 17 and its successor; ideas: the
    return-reason gate).
    """
    kept = []
    for number, item in enumerate(reasons or [], start=1):
        clean = {key: str(item.get(key) or "").strip() for key in ("paper", "what", "why", "sample", "where")}
        if not any(clean.values()):
            continue
        if not clean["what"] or not clean["why"]:
            raise ActError(f"Mục {number}: {half}")
        kept.append(clean)
    if not kept:
        raise ActError(none)
    return kept


def checked_note(note: str, what: str) -> str:
    """Return the stripped note; raises ActError with `what` to write when it is blank."""
    note = (note or "").strip()
    if not note:
        raise ActError(what)
    return note
