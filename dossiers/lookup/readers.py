"""Who looked into a dossier, as its owner may know it: role and agency of the day, what for, and when; never a name.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: a person may ask who processed their data and what for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from dossiers.models import Membership, PersonalDataRead

SHOWN = 20
"""The newest looks a citizen sees."""


@dataclass(frozen=True, slots=True)
class Read:
    """Who looked into the personal data of the dossier, what for, and when; staff by role and agency, never by name."""

    by_staff: bool
    via: str
    at: dt.datetime
    roles: tuple[str, ...] = ()
    agency: str = ""


def of(dossier_id: int) -> tuple[Read, ...]:
    """Return the newest looks into a dossier. One query, another where staff looked."""
    places = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("day")),
        user=OuterRef("user_id"),
        valid_from__lte=OuterRef("day"),
    )
    rows = (
        PersonalDataRead.objects.filter(dossier_id=dossier_id)
        .annotate(day=TruncDate("at"))
        .annotate(agency=Subquery(places.order_by("-valid_from", "pk").values("agency__name")[:1]))
        .order_by("-id")
        .values_list("user_id", "via", "at", "agency")[:SHOWN]
    )
    roles = _roles({user for user, *_ in rows if user is not None})
    return tuple(Read(user is not None, via, at, roles.get(user, ()), agency or "") for user, via, at, agency in rows)


def _roles(users: set[int]) -> dict[int, tuple[str, ...]]:
    if not users:
        return {}
    found = defaultdict(list)
    for user, name in Group.objects.filter(user__in=users).order_by("name").values_list("user", "name"):
        found[user].append(name)
    return {user: tuple(names) for user, names in found.items()}
