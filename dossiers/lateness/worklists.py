"""The worklists of dossiers: what each holds, and how many, for the tabs of the list and the tiles of the desk."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db.models import CharField, Q, QuerySet, Value

from dossiers.deadlines.confirmed import reaching_beyond
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier
from dossiers.scoping import scoped
from dossiers.states import on_list

WORKLISTS: dict[str, str] = {
    "mine": "Việc của tôi",
    "sign": "Chờ tôi ký",
    "late": "Quá hạn",
    "promised": "Lỡ hẹn đầu, đang chờ theo văn bản xin lỗi",
    "today": "Đến hạn hôm nay",
    "soon": "Đến hạn 2 ngày tới",
    "unassigned": "Chưa phân công",
    "waiting": "Chờ người dân",
    "ready": "Chờ trả kết quả",
    "online": "Chờ tiếp nhận",
    "beyond": "Hẹn quá lịch đã xác nhận",
}
BY_DUE = frozenset({"mine", "sign", "late", "promised", "today", "soon", "beyond"})
"""Shown in order of their due date unless asked otherwise; the others newest first."""
SHOWN_COUNT = 99


def on_worklist(rows: QuerySet, name: str, user, now: dt.datetime) -> QuerySet:
    """Return the rows on the worklist; all of them for a name that is none."""
    today = dt.datetime.combine(now.astimezone(ZONE).date(), dt.time.min, ZONE)
    day = dt.timedelta(days=1)
    # Due dates are compared by date: a dossier due today is not late, whatever the hour.
    if name == "late":
        return rows.filter(clock_open=True, due_at__lt=today)
    if name == "promised":
        return rows.filter(clock_open=True, due_at__gte=today, promised_at__lt=today, new_dates_given__gt=0)
    if name == "today":
        return rows.filter(clock_open=True, due_at__gte=today, due_at__lt=today + day)
    if name == "soon":
        return rows.filter(clock_open=True, due_at__gte=today + day, due_at__lt=today + 3 * day)
    if name == "beyond":
        return reaching_beyond(rows, today.date())
    if name == "mine":
        rows = rows.filter(handler=user)
    if name == "sign":
        rows = rows.filter(Q(signer=user) | Q(signer__isnull=True))
    return rows.filter(state__in=on_list(name)) if name in WORKLISTS else rows


def counts_of(names: Iterable[str], user, now: dt.datetime) -> dict[str, str]:
    """Return by worklist how many dossiers of the user's agencies are on it, "99+" above that. One query, two more
    for the calendar when "beyond" is asked for.

    Each worklist is read up to its hundredth row: counting on would cost and tell no more.
    """
    mine = scoped(Dossier.objects.order_by(), user)
    parts = []
    for name in names:
        first = on_worklist(mine, name, user, now).values("pk")[: SHOWN_COUNT + 1]
        part = Dossier.objects.order_by().filter(pk__in=first)
        parts.append(part.annotate(worklist=Value(name, CharField())).values_list("worklist", flat=True))
    found = Counter(parts[0].union(*parts[1:], all=True)) if parts else Counter()
    return {name: shown(found[name]) for name in names}


def shown(count: int) -> str:
    """Return the number as a tab shows it."""
    return f"{SHOWN_COUNT}+" if count > SHOWN_COUNT else str(count)


def capped(rows: QuerySet) -> str:
    """Return the number of rows as a tab shows it, reading no further than it tells. One query."""
    return shown(len(rows.order_by().values_list("pk", flat=True)[: SHOWN_COUNT + 1]))
