"""The worklists of dossiers: what each holds, said once for its list, its number, its tile and the sweep.

Every list reads an index of open dossiers, or of one state of the user's agencies: flat in the number of finished ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from dossiers import worklist
from dossiers.deadlines.confirmed import reaching_beyond
from dossiers.deadlines.working_time import at_minute
from dossiers.lateness.moments import Moments
from dossiers.models import Dossier, ProcedurePace
from dossiers.scoping import scoped
from dossiers.states import CLOCK_RUNS, State, on_list
from dossiers.worklist import Worklist

ANYBODY = ("dossiers.view_dossier",)
SUPERVISION = ("dossiers.supervise_lateness",)
WITHOUT_LETTER = Q(new_dates_given=0)
"""A letter moves the promised date, so a late dossier that never had one lacks a letter."""
NEW_DATE_PASSED = Q(new_dates_given__gt=0)


def past_its_day(today: dt.datetime) -> Q:
    """Return the condition of what is late on the day that begins then: its day has passed, the clock runs."""
    return Q(clock_open=True, due_at__lt=today)


def late_at_end(day: dt.date, today: dt.date) -> tuple[Q, Q]:
    """Return the conditions of what was late at the end of the day by today's dates: still open, and settled since.

    What was paused or got a new date since is left out. The clock of a dossier that waits for the citizen stands,
    whatever its date.
    """
    end = at_minute(min(day + dt.timedelta(days=1), today), 0)
    before = Q(due_at__lt=end, received_at__lt=end)
    # Settled later: past the first promise as well, which an index holds apart.
    return before & Q(clock_open=True), before & Q(finished_at__gte=end, finished_at__gt=F("promised_at"))


def late(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(past_its_day(at.today))


def _without_letter(rows: QuerySet, at: Moments) -> QuerySet:
    return late(rows, at).filter(WITHOUT_LETTER)


def _new_date_passed(rows: QuerySet, at: Moments) -> QuerySet:
    return late(rows, at).filter(NEW_DATE_PASSED)


def _late_in_rooms(rows: QuerySet, at: Moments) -> QuerySet:
    """In signing the time is the signer's: what waits there is no room's delay."""
    return late(rows, at).exclude(state=State.SIGNING)


def _promised_again(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(clock_open=True, due_at__gte=at.today, promised_at__lt=at.today, new_dates_given__gt=0)


def _today(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(clock_open=True, due_at__gte=at.today, due_at__lt=at.tomorrow)


def _soon(rows: QuerySet, at: Moments) -> QuerySet:
    """What the sweep drafts letters for, before it is due: within `forecast-days-before-due` working days."""
    return rows.filter(_before_soon(at), clock_open=True, due_at__gte=at.tomorrow)


def _second(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(_before_soon(at), clock_open=True, new_dates_given__gt=0)


def _before_soon(at: Moments) -> Q:
    by_agency = dict(at.soon)
    common = by_agency.pop(None)
    last = Q(due_at__lt=max([common, *by_agency.values()]))
    own = [When(agency=each, then=Value(soon)) for each, soon in by_agency.items() if soon != common]
    return last & Q(due_at__lt=Case(*own, default=Value(common))) if own else last


def _long_unassigned(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(state__in=on_list("unassigned"), state_changed_at__lt=at.unassigned)


def _unmoved(rows: QuerySet, at: Moments) -> QuerySet:
    pace = ProcedurePace.objects.filter(procedure=OuterRef("procedure"), state=OuterRef("state"))
    slower = Exists(pace.filter(unmoved_before__gt=OuterRef("state_changed_at")))
    unmeasured = Q(state_changed_at__lt=at.unmoved) & ~Exists(pace)
    return rows.filter(slower | unmeasured, clock_open=True, state__in=CLOCK_RUNS - on_list("unassigned"))


def _supplement(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(state=State.SUPPLEMENT_REQUESTED, state_changed_at__lt=at.supplement)


def _uncollected(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(state__in=on_list("ready"), state_changed_at__lt=at.collected)


def _beyond(rows: QuerySet, at: Moments) -> QuerySet:
    return reaching_beyond(rows, at.day)


def _in_states(name: str) -> Callable[[QuerySet, Moments], QuerySet]:
    """Return the rule of a list that holds whatever is in the states that name it."""
    return lambda rows, at: rows.filter(state__in=on_list(name))


def _mine(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(handler=at.user, state__in=on_list("mine"))


def _to_sign(rows: QuerySet, at: Moments) -> QuerySet:
    return rows.filter(Q(signer=at.user) | Q(signer__isnull=True), state__in=on_list("sign"))


_ALL = (
    Worklist(
        name="mine",
        label="Việc của tôi",
        rows=_mine,
        by="due",
        worked_by=("dossiers.process_dossier", "dossiers.sign_dossier"),
    ),
    Worklist(
        name="sign", label="Chờ tôi ký", rows=_to_sign, by="due", look="today", worked_by=("dossiers.sign_dossier",)
    ),
    Worklist(name="late", label="Quá hạn", rows=late, by="due", dated=True, look="late", worked_by=ANYBODY),
    Worklist(
        name="late-rooms", label="Quá hạn, ngoài phần chờ ký", rows=_late_in_rooms, by="due", dated=True, look="late"
    ),
    Worklist(
        name="promised",
        label="Lỡ hẹn đầu, đang chờ theo văn bản xin lỗi",
        tile="Lỡ hẹn đầu, chờ theo văn bản xin lỗi",
        rows=_promised_again,
        by="due",
        dated=True,
        look="soon",
        hint="Chưa quá ngày hẹn lại, nhưng lời hẹn đầu đã không giữ được",
        worked_by=(*SUPERVISION, "dossiers.sign_dossier"),
    ),
    Worklist(name="today", label="Đến hạn hôm nay", rows=_today, by="due", dated=True, look="today", worked_by=ANYBODY),
    Worklist(
        name="soon",
        label="Sắp đến hạn",
        rows=_soon,
        by="due",
        dated=True,
        look="soon",
        hint="Văn bản xin lỗi đã có dự thảo",
        worked_by=ANYBODY,
    ),
    Worklist(
        name="unassigned",
        label="Chưa phân công",
        rows=_in_states("unassigned"),
        worked_by=("dossiers.assign_dossier",),
    ),
    Worklist(
        name="waiting",
        label="Chờ người dân",
        rows=_in_states("waiting"),
        look="wait",
        counted=False,
        worked_by=ANYBODY,
    ),
    Worklist(
        name="ready",
        label="Chờ trả kết quả",
        tile="Có kết quả, chờ trả",
        rows=_in_states("ready"),
        look="done",
        worked_by=("dossiers.return_result", "dossiers.receive_dossier"),
    ),
    Worklist(
        name="online",
        label="Chờ tiếp nhận",
        tile="Nộp trực tuyến, chờ tiếp nhận",
        rows=_in_states("online"),
        worked_by=("dossiers.receive_dossier",),
    ),
    Worklist(
        name="beyond", label="Hẹn quá lịch đã xác nhận", rows=_beyond, by="due", dated=True, look="soon", counted=False
    ),
    Worklist(
        name="no-letter",
        label="Quá hạn, chưa có văn bản xin lỗi",
        rows=_without_letter,
        by="due",
        dated=True,
        look="late",
        hint="Duyệt văn bản ngay",
        worked_by=SUPERVISION,
    ),
    Worklist(
        name="new-date-passed",
        label="Quá cả ngày hẹn lại",
        rows=_new_date_passed,
        by="due",
        dated=True,
        look="late",
        hint="Cần lãnh đạo quyết định",
        worked_by=SUPERVISION,
    ),
    Worklist(
        name="second",
        label="Sắp trễ lần hai",
        rows=_second,
        by="due",
        dated=True,
        look="today",
        hint="Đã hẹn lại một lần, lại sắp đến hạn",
    ),
    Worklist(
        name="long-unassigned",
        label="Tiếp nhận đã lâu mà chưa phân công",
        rows=_long_unassigned,
        by="still",
        look="today",
    ),
    Worklist(
        name="unmoved",
        label="Nằm yên quá lâu",
        rows=_unmoved,
        by="due",
        look="soon",
        hint="Lâu hơn hầu hết hồ sơ cùng thủ tục",
        worked_by=SUPERVISION,
    ),
    Worklist(
        name="supplement",
        label="Chờ bổ sung quá lâu",
        rows=_supplement,
        by="still",
        look="wait",
        hint="Gọi nhắc người dân",
    ),
    Worklist(
        name="uncollected",
        label="Kết quả chưa ai nhận",
        rows=_uncollected,
        by="still",
        look="wait",
        hint="Gọi mời đến nhận",
    ),
)
WORKLISTS: dict[str, Worklist] = {each.name: each for each in _ALL}


def _named(*names: str) -> tuple[Worklist, ...]:
    return tuple(WORKLISTS[name] for name in names)


TABS = _named(
    "mine",
    "sign",
    "late",
    "promised",
    "today",
    "soon",
    "unassigned",
    "waiting",
    "ready",
    "online",
    "beyond",
)
"""The tabs of the list of dossiers."""
LATENESS = _named(
    "no-letter",
    "new-date-passed",
    "promised",
    "today",
    "second",
    "soon",
    "long-unassigned",
    "unmoved",
    "supplement",
    "uncollected",
)
"""The lists of the desk of lateness."""


def on_worklist(rows: QuerySet, name: str, user, now: dt.datetime) -> QuerySet:
    """Return the rows on the worklist; all of them for a name that is none."""
    return WORKLISTS[name].rows(rows, Moments(user, now)) if name in WORKLISTS else rows


def counts_of(names: Iterable[str], user, now: dt.datetime, *, most: int | None = None) -> dict[str, str]:
    """Return by worklist how many dossiers of the user's agencies are on it, "99+" above that, or above `most`."""
    lists = [WORKLISTS[name] for name in names]
    return worklist.counts_of(lists, scoped(Dossier.objects.order_by(), user), Moments(user, now), most=most)
