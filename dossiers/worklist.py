"""What a worklist is: one record that its list, its tab, its tile on the home page and the sweep read.

Each registry stands beside what its lists are of: dossiers.lateness.worklists, dossiers.admin.letters.list,
feedback.cases.worklists, zalo.admin.conversation. tests/portal/test_worklists.py walks every one of them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value

SHOWN_COUNT = 99


@dataclass(frozen=True)
class Looking:
    """Who looks at a list, and when."""

    user: Any
    now: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One list; its look (late | today | soon | wait | done | plain) is never the only sign."""

    name: str  # in addresses
    label: str  # on its tab
    rows: Callable[[QuerySet, Any], QuerySet]  # (what the user may see, Looking) → what is on the list
    look: str = "plain"
    tile: str = ""  # what the home page calls it; "": as its tab
    worked_by: tuple[str, ...] = ()  # permissions whose holders find a tile of it; (): nobody
    hint: str = ""  # what to do about it
    by: str = "new"  # its order unless asked otherwise: due | still | new
    dated: bool = False  # every row on it has a due date
    counted: bool = True  # its tab tells how many

    def is_worked_by(self, user) -> bool:
        """Return whether the list is the user's daily work: a tile of the home page."""
        return any(user.has_perm(permission) for permission in self.worked_by)


def counts_of(lists: Iterable[Worklist], rows: QuerySet, at: Looking, *, most: int | None = None) -> dict[str, str]:
    """Return by list how many of the rows are on it, "99+" above that, or above `most`. One query, besides those of
    what a list asks the calendar.

    Each list is read up to the row behind its most: counting on would cost and tell no more.
    """
    most = SHOWN_COUNT if most is None else most
    everything = rows.model._default_manager.order_by()
    parts, names = [], []
    for each in lists:
        first = each.rows(rows.order_by(), at).values("pk")[: most + 1]
        part = everything.filter(pk__in=first).annotate(worklist=Value(each.name, CharField()))
        parts.append(part.values_list("worklist", flat=True))
        names.append(each.name)
    found = Counter(parts[0].union(*parts[1:], all=True)) if parts else Counter()
    return {name: shown(found[name], most) for name in names}


def shown(count: int, most: int | None = None) -> str:
    """Return the number as a tab shows it."""
    most = SHOWN_COUNT if most is None else most
    return f"{most}+" if count > most else str(count)


def capped(rows: QuerySet) -> str:
    """Return the number of rows as a tab shows it, reading no further than it tells. One query."""
    return shown(len(rows.order_by().values_list("pk", flat=True)[: SHOWN_COUNT + 1]))
