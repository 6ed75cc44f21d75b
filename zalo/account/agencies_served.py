"""Which agencies an account speaks for today, with everything below them; kept a short time in each process."""

from __future__ import annotations

import datetime as dt

from dossiers.kept import Kept
from dossiers.models import Agency, valid_on
from dossiers.scoping import subordinates
from zalo.account import template_register
from zalo.models import Account, AccountAgency

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


def with_account(agency_ids: list[int], day: dt.date) -> set[int]:
    """Return those of the agencies somebody speaks for on `day`: an account of their own, or of an agency above."""
    rows = AccountAgency.objects.filter(valid_on(day), account__is_active=True).order_by()
    own = set(rows.values_list("agency_id", flat=True))
    return (own | subordinates(own)) & set(agency_ids)


def with_templates(agency_ids: list[int], day: dt.date) -> set[int]:
    """Return those whose account has a usable template for every step of a dossier."""
    complete: set[int] = set()
    for account in Account.objects.filter(is_active=True):
        if any(line.faults for line in template_register.mapping(account) if line.kind.events):
            continue
        rows = AccountAgency.objects.filter(valid_on(day), account=account)
        own = set(rows.values_list("agency_id", flat=True))
        complete |= own | subordinates(own)
    return complete & set(agency_ids)


def ids_served_by(account_id: int, day: dt.date) -> set[int]:
    return {agency.pk for agency in served_by(account_id, day)}


def forget() -> None:
    _kept.forget()
