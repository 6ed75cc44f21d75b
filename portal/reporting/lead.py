"""From a figure to its rows: addresses of the lists of dossiers and messages, narrowed to exactly what was counted."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.urls import reverse

from dossiers.lists.dossier_search import Asked
from dossiers.models import Channel as DossierChannel
from dossiers.scoping import agency_ids_of, subordinates
from feedback.figures.periods import Period
from portal.reporting.scope import Scope
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
        agencies = _named(scope, agency_ids_of(user))
        self.may = self.may and agencies is not None
        self.narrowed = {
            "agency": (agencies or ("", ""))[0],
            "below": (agencies or ("", ""))[1],
            "unit": str(scope.unit.pk) if scope.unit else "",
            "field": str(scope.subject.pk) if scope.subject else "",
            "procedure": scope.procedure.code if scope.procedure else "",
        }

    def with_old(self, agency: int) -> str:
        """Return the agency and those it took over, as the list's address names them."""
        return ",".join(map(str, (agency, *self.scope.old_of(agency))))

    def to(self, moment: str, **more: str) -> str:
        """Return where the dossiers of this moment (dossiers.lists.period_asked) in the period are, or at its end."""
        first = self.end if moment in AT_END else self.period.first
        last = self.end if moment in AT_END else self.period.last
        return self._address(moment=moment, first=first.isoformat(), last=last.isoformat(), **self.narrowed | more)

    def to_worklist(self, name: str, **more: str) -> str:
        """Return where the worklist is: of now, whatever the period."""
        return self._address(worklist=name, **self.narrowed | more)

    def of_line(self, **more: str) -> dict[str, str]:
        """Return the addresses of one line's figures, by their names."""
        moments = ("finished", "waited", "kept", "broken", "on_time", *AT_END)
        found = {moment: self.to(moment, **more) for moment in moments}
        found["waiting"] = self.to_worklist("promised", **more)
        # Of rooms the day counted remembers where a dossier came in, the register only where it is.
        found["received"] = "" if "unit" in more else self.to("received", **more)
        return found

    def online(self, **more: str) -> str:
        """Return where the dossiers sent online are."""
        return self.to("received", channel=DossierChannel.ONLINE, **more)

    def open_before(self, **more: str) -> str:
        """Return where the dossiers are that the period found open."""
        day = (self.period.first - dt.timedelta(days=1)).isoformat()
        return self._address(moment="open", **self.narrowed | more | {"first": day, "last": day})

    def _address(self, **asked: str) -> str:
        return f"{self.list}?{Asked(**asked).address()}" if self.may else ""


class MessageLead:
    """Addresses of the messages behind a figure; "" where the person may not see them."""

    def __init__(self, user, scope: Scope, period: Period):
        inside = scope.inside
        self.may = user.has_perm("zalo.view_outboxmessage") and (inside is None or len(inside) <= MOST_IN_ADDRESS)
        self.scope, self.period = scope, period
        self.agencies = "" if inside is None else ",".join(map(str, sorted(inside)))

    def of(self, *, kind: str = "", agency: int | None = None) -> dict[str, str]:
        """Return the addresses of one line: of a kind, or about dossiers; of one agency and those it took over."""
        if not self.may:
            return {}
        agencies = self.agencies
        if agency is not None:
            agencies = ",".join(map(str, (agency, *self.scope.old_of(agency))))
        asked = {"tu": self.period.first.isoformat(), "den": self.period.last.isoformat(), "co-quan": agencies}
        asked |= {"loai": kind} if kind else {"ve": "ho-so"}
        ledger = reverse("admin:zalo_outboxmessage_changelist")
        return {
            group: f"{ledger}?{urlencode({name: value for name, value in (asked | more).items() if value})}"
            for group, more in [("all", {}), *((group, {"nhom": group}) for group in ended.GROUPS)]
        }


def _named(scope: Scope, allowed: frozenset[int] | None) -> tuple[str, str] | None:
    """Return the agencies of the scope as the list's address names them, and "1" for those below; None for too many."""
    inside = scope.inside
    if inside is not None and allowed is not None:
        inside = inside & allowed
    if inside is None or inside == allowed:
        return "", ""
    if scope.agency and scope.below and scope.agency.pk in inside:
        tree = subordinates({scope.agency.pk})
        named = {scope.agency.pk} | (inside - tree)
        if len(named) <= MOST_IN_ADDRESS and named | subordinates(named) == inside:
            return ",".join(map(str, sorted(named))), "1"
    return (",".join(map(str, sorted(inside))), "") if 0 < len(inside) <= MOST_IN_ADDRESS else None
