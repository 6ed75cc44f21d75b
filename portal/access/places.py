"""Rights last as long as the place: who has only places that ended, or that are still to come, may do nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Membership
from dossiers.scoping import membership_of, memory_of, scoped
from dossiers.written_dates import written_day
from portal.desk.notices import Notice

SOON = 14
"""Days before the end of a place in which person and administrators are told."""


def is_out_of_place(user) -> bool:
    """Return whether the person was placed somewhere, and nowhere today. Remembered like the places themselves."""
    if not user.is_authenticated or membership_of(user) is not None:
        return False
    remembered = memory_of(user).get("_out_of_place")
    if remembered is None:
        remembered = memory_of(user)["_out_of_place"] = Membership.objects.filter(user=user).exists()
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


def told_before_the_end(user, now: dt.datetime) -> Iterator[Notice]:
    """Tell a person, and who keeps the places of their agency, which places end within SOON days."""
    today = timezone.localdate(now)
    rows = Membership.objects.filter(valid_to__gte=today, valid_to__lte=today + dt.timedelta(days=SOON))
    for row in rows.filter(user=user).select_related("agency"):
        yield Notice(
            f"Chỗ làm việc của bạn ở {row.agency} hết ngày {written_day(row.valid_to or today)}; sau đó tài khoản "
            "không mở được hồ sơ. Còn làm việc thì nhờ quản trị viên gia hạn.",
            urgent=True,
        )
    if not user.has_perm("dossiers.change_membership"):
        return
    others = list(scoped(rows.exclude(user=user).order_by("valid_to", "pk"), user).select_related("user")[:20])
    if others:
        first = others[0]
        yield Notice(
            f"{len(others)} cán bộ hết hạn chỗ làm việc trong {SOON} ngày tới, sớm nhất là "
            f"{first.user.get_full_name() or first.user.username} ngày {written_day(first.valid_to or today)}.",
            reverse("admin:dossiers_membership_changelist"),
            "Cán bộ của cơ quan",
        )
