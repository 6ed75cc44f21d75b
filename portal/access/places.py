"""Rights last as long as the place: who has only places that ended, or that are still to come, may do nothing."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from dossiers.models import Membership
from dossiers.scoping import membership_of

SOON = 14
"""Days before the end of a place in which person and administrators are told."""


def is_out_of_place(user) -> bool:
    """Return whether the person was placed somewhere, and nowhere today. Remembered like the places themselves."""
    if not user.is_authenticated or membership_of(user) is not None:
        return False
    remembered = user.__dict__.get("_out_of_place")
    if remembered is None:
        remembered = user.__dict__["_out_of_place"] = Membership.objects.filter(user=user).exists()
    return remembered


class RightsOfPlace:
    """An authentication backend that signs nobody in: it takes the rights from who is out of place."""

    def authenticate(self, request, **credentials):
        return None

    def has_perm(self, user, permission, obj=None) -> bool:
        if is_out_of_place(user):
            raise PermissionDenied
        return False

    def has_module_perms(self, user, app_label) -> bool:
        return self.has_perm(user, app_label)


def ending(rows, today=None):
    """Return those of the places that end within SOON days, the soonest first."""
    today = today or timezone.localdate()
    return rows.filter(valid_to__gte=today, valid_to__lte=today + timedelta(days=SOON)).order_by("valid_to", "pk")
