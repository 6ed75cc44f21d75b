"""Where a dossier is, for citizens and staff: the line of steps, what comes next, what the citizen must do. Pure.

Side states (supplement, payment, withdrawal) and endings (refused, stopped) stand on the step they interrupted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from dossiers.states import CLOCK_STOPPED, LINE, WITHOUT_RESULT, State

NOTHING_TO_DO = gettext_noop("Hiện bạn không phải làm gì thêm.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the line. `status` is done, passed (no such step this time), now, halted or ahead.

    `side` is the title of the side state standing on the step; `at` when the step began, for "now" with a side state
    when that began.
    """

    place: int
    state: State
    title: str
    status: str
    at: dt.datetime | None = None
    side: str = ""

    @property
    def is_here(self) -> bool:
        """Whether the dossier stands on this step."""
        return self.status in {"now", "halted"}


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state as the history tells it."""

    to_state: str
    at: dt.datetime


def line(
    state: str, moves: Sequence[Move], changed_at: dt.datetime, submitted_at: dt.datetime | None = None
) -> tuple[Step, ...]:
    """Return the line of steps for a dossier in `state`; `moves` is its history, oldest first."""
    # Received at the counter: handed in and accepted in one go, with one line of history.
    first, second, *_, last = LINE
    reached: dict[str, dt.datetime] = {first: submitted_at} if submitted_at else {}
    here = first
    for move in moves:
        if move.to_state in LINE:
            here = State(move.to_state)
            reached[here] = move.at
    # Refused is what was handed in, at the moment of accepting it.
    here = second if state == State.REFUSED else State(state) if state in LINE else here
    current = LINE.index(here) + 1
    side = "" if state in LINE else state_title(state)
    steps = []
    for place, each in enumerate(LINE, start=1):
        at = reached.get(each)
        if place < current or state == last:
            # A dossier handed in at the counter has no separate submission, a same-day one no appraisal.
            status = "done" if at or place in (1, current) else "passed"
        elif place == current:
            status = "halted" if state in WITHOUT_RESULT else "now"
            at = changed_at if side else at or changed_at
        else:
            status, at = "ahead", None
        steps.append(Step(place, each, gettext(each.record.step), status, at, side if place == current else ""))
    return tuple(steps)


def state_title(state: str) -> str:
    """Return the state in everyday words, in the active language."""
    return gettext(State(state).record.title)


def what_next(state: str) -> str:
    """Return one sentence: what the agency does after this."""
    return gettext(State(state).record.next)


def duty(state: str) -> str:
    """Return one sentence: what the citizen must do now; "" when it is nothing."""
    words = State(state).record.duty
    return gettext(words) if words else ""


def is_overdue(state: str, due_on: dt.date | None, paused: bool, today: dt.date) -> bool:
    """Tell whether the promised day has passed; compared by date (766 index), never while waiting for the citizen."""
    return due_on is not None and not paused and state not in CLOCK_STOPPED and today > due_on
