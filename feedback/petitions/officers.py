"""Who is named to open complaints and denunciations: proposed by one person, confirmed by another from outside.

A centre must not choose for itself who reads what is said against it: until somebody of another agency who oversees it
has confirmed a naming, it opens nothing; those already named are told of every proposal and confirmation.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from dossiers.models import valid_on
from dossiers.scoping import agency_ids_of, may_see
from dossiers.workflow.moving import Forbidden
from feedback.models import RestrictedOfficer

MAY_CONFIRM = "feedback.confirm_restrictedofficer"
TOLD_FOR = dt.timedelta(days=30)


def duties(user, now: dt.datetime) -> QuerySet[RestrictedOfficer]:
    """Return the confirmed namings of the user in force at `now`."""
    return in_force(now).filter(user=user)


def in_force(now: dt.datetime) -> QuerySet[RestrictedOfficer]:
    """Return every confirmed naming in force at `now`."""
    return RestrictedOfficer.objects.filter(valid_on(timezone.localdate(now)), confirmed_at__isnull=False)


def is_named(user, today: dt.date) -> bool:
    """Return whether the user is or is about to be an officer: proposed or confirmed, not ended."""
    return RestrictedOfficer.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), user=user).exists()


def propose(row: RestrictedOfficer, *, by, now: dt.datetime) -> None:
    """Write down a naming, new or changed: it waits for its confirmation. A confirmed one may only be ended sooner."""
    stored = RestrictedOfficer.objects.filter(pk=row.pk).first()
    if stored is None or not _ends_sooner(stored, row):
        row.named_by, row.named_at, row.confirmed_by, row.confirmed_at = by, now, None, None
    row.save()


def may_confirm(user, row: RestrictedOfficer) -> bool:
    """Return whether the user may confirm: has the right, oversees the agency, neither works there nor proposed it."""
    if not user.has_perm(MAY_CONFIRM) or user.pk in {row.user_id, row.named_by_id} or row.confirmed_at is not None:
        return False
    if row.agency_id is None:
        return agency_ids_of(user) is None
    return may_see(user, row.agency_id) and not user.memberships.filter(agency=row.agency_id).exists()


def confirm(row: RestrictedOfficer, *, by, now: dt.datetime) -> None:
    """Put a naming in force. Raises Forbidden with what to do."""
    if not may_confirm(by, row):
        raise Forbidden(
            "Chỉ người của cơ quan khác, được giao quyền xác nhận và phụ trách cơ quan này, không phải người đề nghị "
            "hay người được giao, mới xác nhận được. Hãy báo cơ quan cấp trên."
        )
    done = RestrictedOfficer.objects.filter(pk=row.pk, confirmed_at=None, named_at=row.named_at)
    if not done.update(confirmed_by=by, confirmed_at=now):
        raise Forbidden("Đề nghị này vừa được người khác xử lý. Hãy tải lại trang.")
    row.confirmed_by, row.confirmed_at = by, now


def waiting_for(user) -> list[RestrictedOfficer]:
    """Return the proposals the user may confirm, the oldest first."""
    if not user.has_perm(MAY_CONFIRM):
        return []
    rows = RestrictedOfficer.objects.filter(confirmed_at=None).select_related("user", "agency", "named_by")
    return [row for row in rows.order_by("id")[:200] if may_confirm(user, row)]


def to_tell(user, now: dt.datetime) -> list[RestrictedOfficer]:
    """Return the namings of others, lately proposed or confirmed, that give eyes on records the user may open."""
    own = set(duties(user, now).values_list("agency_id", flat=True))
    if not own:
        return []
    lately = Q(named_at__gt=now - TOLD_FOR) | Q(confirmed_at__gt=now - TOLD_FOR)
    rows = RestrictedOfficer.objects.filter(lately).exclude(user=user).select_related("user", "agency")
    if None not in own:
        rows = rows.filter(Q(agency__in=own) | Q(agency=None))
    return list(rows.select_related("named_by", "confirmed_by").order_by("-id")[:20])


def _ends_sooner(stored: RestrictedOfficer, row: RestrictedOfficer) -> bool:
    """Return whether all that changed is an earlier end: taking a right away needs nobody's leave."""
    names = ("user_id", "agency_id", "decision", "valid_from")
    if stored.confirmed_at is None or any(getattr(stored, name) != getattr(row, name) for name in names):
        return False
    return stored.valid_to == row.valid_to or (
        row.valid_to is not None and (stored.valid_to is None or row.valid_to <= stored.valid_to)
    )
