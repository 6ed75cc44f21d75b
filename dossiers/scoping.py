"""Whose dossiers a member of staff may see: every staff page, list, autocomplete and export goes through this."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone

from dossiers.models import Agency, Membership, valid_on

SEE_ALL = "dossiers.search_all_agencies"


def agency_ids_of(user, today: dt.date | None = None) -> frozenset[int] | None:
    """Return the ids of the agencies whose rows the user may see; None means all of them, empty means none.

    A member sees the agency itself and, when the membership says so, every agency below it. Remembered on the user
    object for the length of a request: one query, one more a level below.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser or user.has_perm(SEE_ALL):
        return None
    remembered = memory_of(user).get("_agency_ids")
    if remembered is None:
        rows = _memberships(user, today or timezone.localdate())
        remembered = {row.agency_id for row in rows}
        remembered |= subordinates({row.agency_id for row in rows if row.sees_subordinates})
        remembered = memory_of(user)["_agency_ids"] = frozenset(remembered)
    return remembered


def memory_of(user) -> dict:
    """Return where things are remembered on a person: on the row itself, not on a lazy wrapper of the request's."""
    while user.pk is not None and hasattr(user, "_wrapped"):
        user = user._wrapped
    return user.__dict__


def _memberships(user, today: dt.date) -> list[Membership]:
    """Return the user's places in force that day, the oldest first; remembered like the ids."""
    remembered = memory_of(user).setdefault("_memberships", {})
    if today not in remembered:
        rows = Membership.objects.filter(valid_on(today), user=user).select_related("agency", "unit", "desk")
        remembered[today] = list(rows.order_by("valid_from", "id"))
    return remembered[today]


def subordinates(agency_ids: set[int]) -> set[int]:
    """Return the ids of every agency below these, at any depth. One query a level."""
    found: set[int] = set()
    level = set(agency_ids)
    while level:
        level = set(Agency.objects.filter(parent_id__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found


def scoped(queryset, user, field: str = "agency"):
    """Return the rows of `queryset` whose `field` is an agency the user may see."""
    allowed = agency_ids_of(user)
    return queryset if allowed is None else queryset.filter(**{f"{field}__in": allowed})


def may_see(user, agency_id: int) -> bool:
    """Return whether the user may see rows of this agency."""
    allowed = agency_ids_of(user)
    return allowed is None or agency_id in allowed


def people_with(permission: str) -> QuerySet:
    """Return the active people who were given the permission, by a role or by itself; superusers are nobody's staff."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return get_user_model().objects.with_perm(permission, include_superusers=False, backend=backend)


def membership_of(user, agency_id: int | None = None, today: dt.date | None = None) -> Membership | None:
    """Return the user's place in force today (in that agency when given), with unit, desk and agency loaded."""
    rows = _memberships(user, today or timezone.localdate())
    return next((row for row in rows if agency_id is None or row.agency_id == agency_id), None)


def line_of(agency: Agency) -> list[int]:
    """Return the ids of the agency and those above it, the nearest first."""
    ids: list[int] = []
    above: Agency | None = agency
    while above is not None and above.pk not in ids:
        ids.append(above.pk)
        above = above.parent
    return ids
