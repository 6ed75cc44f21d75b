"""From a figure to its rows: addresses of the lists of dossiers and messages, narrowed to exactly what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import urlencode

from django.db.models import Max, Q, Sum
from django.urls import reverse

from dossiers.lists.dossier_search import Asked
from dossiers.models import Channel as DossierChannel
from dossiers.scoping import agency_ids_of, subordinates
from feedback.figures.periods import Period
from portal.reporting.models import AgencyDay, MessageDay
from portal.reporting.scope import Ids, Scope
from zalo.outbox import ended

MOST_IN_ADDRESS = 25  # ids of agencies the list's address has room for
AT_END = ("open", "late")


class Lead:
    """Addresses of the rows behind a figure; "" where the person may not see them, or no list shows just them."""

    def __init__(self, user, scope: Scope, period: Period, today: dt.date):
        self.may = user.has_perm("dossiers.view_dossier")
        self.scope, self.period = scope, period
        self.end = min(period.last, today)
        self.list = reverse("admin:dossiers_dossier_changelist")
        self.allowed = _reach(scope, agency_ids_of(user), partial(_with_dossiers, period))
        agencies = _named(scope, self.allowed)
        # No agency: what no list shows, unless a line names its own.
        self.narrowed: dict[str, str | None] = {
            "agency": agencies[0] if agencies else None,
            "below": agencies[1] if agencies else "",
            "unit": str(scope.unit.pk) if scope.unit else "",
            "field": str(scope.subject.pk) if scope.subject else "",
            "procedure": scope.procedure.code if scope.procedure else "",
        }

    def with_old(self, agency: int) -> str | None:
        """Return the agency and those it took over, as the list's address names them; None if one is not shown."""
        return _line(self.scope, self.allowed, agency)

    def to(self, moment: str, **more: str | None) -> str:
        """Return where the dossiers of this moment (dossiers.lists.period_asked) in the period are, or at its end."""
        if moment == "received" and (self.narrowed | more)["unit"]:
            # Of rooms the day counted remembers where a dossier came in, the register only where it is.
            return ""
        first = self.end if moment in AT_END else self.period.first
        last = self.end if moment in AT_END else self.period.last
        return self._address(moment=moment, first=first.isoformat(), last=last.isoformat(), **self.narrowed | more)

    def to_worklist(self, name: str, **more: str | None) -> str:
        """Return where the worklist is: of now, whatever the period."""
        return self._address(worklist=name, **self.narrowed | more)

    def of_line(self, **more: str | None) -> dict[str, str]:
        """Return the addresses of one line's figures, by their names."""
        moments = ("finished", "waited", "kept", "broken", "on_time", *AT_END)
        found = {moment: self.to(moment, **more) for moment in moments}
        found["waiting"] = self.to_worklist("promised", **more)
        found["received"] = self.to("received", **more)
        return found

    def online(self, **more: str | None) -> str:
        """Return where the dossiers sent online are."""
        return self.to("received", channel=DossierChannel.ONLINE, **more)

    def open_before(self, **more: str | None) -> str:
        """Return where the dossiers are that the period found open."""
        day = (self.period.first - dt.timedelta(days=1)).isoformat()
        return self._address(moment="open", **self.narrowed | more | {"first": day, "last": day})

    def _address(self, **asked: str | None) -> str:
        shown = self.may and asked["agency"] is not None
        named = {name: value or "" for name, value in asked.items()}
        return f"{self.list}?{Asked(**named).address()}" if shown else ""


class MessageLead:
    """Addresses of the messages behind a figure; "" where the person may not see them."""

    def __init__(self, user, scope: Scope, period: Period):
        inside = scope.inside
        self.allowed = _reach(scope, agency_ids_of(user), partial(_with_messages, period))
        self.may = user.has_perm("zalo.view_outboxmessage")
        self.scope, self.period = scope, period
        self.agencies: str | None = "" if inside is None else ",".join(map(str, sorted(inside)))
        if inside is not None and (len(inside) > MOST_IN_ADDRESS or not _shown(inside, self.allowed)):
            self.agencies = None

    def of(self, *, kind: str = "", agency: int | None = None) -> dict[str, str]:
        """Return the addresses of one line: of a kind, or about dossiers; of one agency and those it took over."""
        agencies = self.agencies if agency is None else _line(self.scope, self.allowed, agency)
        if not self.may or agencies is None:
            return {}
        asked = {"tu": self.period.first.isoformat(), "den": self.period.last.isoformat(), "co-quan": agencies}
        asked |= {"loai": kind} if kind else {"ve": "ho-so"}
        ledger = reverse("admin:zalo_outboxmessage_changelist")
        return {
            group: f"{ledger}?{urlencode({name: value for name, value in (asked | more).items() if value})}"
            for group, more in [("all", {}), *((group, {"nhom": group}) for group in ended.GROUPS)]
        }


def _reach(scope: Scope, own: Ids, counted: Callable[[frozenset[int]], set[int]]) -> Ids:
    """Return the agencies of which the person's lists show all that is counted.

    Those are the own ones, and of their predecessors the ones that closed long before the period: nothing is counted
    of them, which is so of nearly every agency some months after a merger.
    """
    if own is None or scope.inside is None or not (beyond := scope.inside - own):
        return own
    return own | (beyond - counted(beyond))


def _with_dossiers(period: Period, agencies: frozenset[int]) -> set[int]:
    """Return those of the agencies that had dossiers in the period, or open before it. One query."""
    days = AgencyDay.objects.filter(agency__in=agencies, day__lte=period.last).values("agency")
    left = Sum("received") - Sum("settled") + Sum("unreceived")
    had = days.annotate(newest=Max("day"), left=left).filter(Q(newest__gte=period.first) | Q(left__gt=0))
    return set(had.values_list("agency", flat=True))


def _with_messages(period: Period, agencies: frozenset[int]) -> set[int]:
    """Return those of the agencies that sent messages in the period. One query."""
    days = MessageDay.objects.filter(day__range=(period.first, period.last), agency__in=agencies)
    return set(days.values_list("agency", flat=True))


def _shown(agencies: Iterable[int], allowed: Ids) -> bool:
    """Return whether the lists show the person all of these: a successor's figures hold its predecessors' as well."""
    return allowed is None or allowed.issuperset(agencies)


def _line(scope: Scope, allowed: Ids, agency: int) -> str | None:
    agencies = (agency, *scope.old_of(agency))
    return ",".join(map(str, agencies)) if _shown(agencies, allowed) else None


def _named(scope: Scope, allowed: Ids) -> tuple[str, str] | None:
    """Return the agencies of the scope as the list's address names them, and "1" for those below.

    None for too many, and where the person's lists do not show all that is counted.
    """
    inside = scope.inside
    if inside is not None and not _shown(inside, allowed):
        return None
    if inside is None or inside == allowed:
        return "", ""
    if scope.agency and scope.below and scope.agency.pk in inside:
        tree = subordinates({scope.agency.pk})
        named = {scope.agency.pk} | (inside - tree)
        if len(named) <= MOST_IN_ADDRESS and named | subordinates(named) == inside:
            return ",".join(map(str, sorted(named))), "1"
    return (",".join(map(str, sorted(inside))), "") if 0 < len(inside) <= MOST_IN_ADDRESS else None
