"""Which agencies an account speaks for today, with everything below them; kept a short time in each process."""

from __future__ import annotations

import datetime as dt

from dossiers.kept import Kept
from dossiers.models import Agency, valid_on
from dossiers.scoping import subordinates
from zalo.models import AccountAgency

FRESH_SECONDS = 30


def served_by(account_id: int, day: dt.date) -> list[Agency]:
    """Return the active agencies of the account on `day`, centres and communes first, at most 300."""
    return _kept.get(account_id, day)


def _read(account_id: int, day: dt.date) -> list[Agency]:
    own = set(AccountAgency.objects.filter(valid_on(day), account=account_id).values_list("agency_id", flat=True))
    rows = Agency.objects.filter(pk__in=own | subordinates(own), active=True)
    front = {Agency.Kind.CENTRE: 0, Agency.Kind.COMMUNE: 1}
    return sorted(rows, key=lambda agency: (front.get(agency.kind, 2), agency.name_folded))[:300]


_kept = Kept(_read, FRESH_SECONDS)


def ids_served_by(account_id: int, day: dt.date) -> set[int]:
    return {agency.pk for agency in served_by(account_id, day)}


def forget() -> None:
    _kept.forget()
