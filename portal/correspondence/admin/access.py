"""The guards of the correspondence pages: the right to see, and rows of one's own agencies only."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from dossiers.models import Agency
from dossiers.scoping import membership_of, scoped


def must(request, permission: str) -> None:
    """Raise PermissionDenied unless the user has "correspondence.<permission>"."""
    if not request.user.has_perm(f"correspondence.{permission}"):
        raise PermissionDenied


def own(request, rows: QuerySet, permission: str) -> QuerySet:
    """Return those of the rows that belong to the user's agencies. Raises PermissionDenied."""
    must(request, permission)
    return scoped(rows, request.user)


def one(request, rows: QuerySet, permission: str, pk: int):
    """Return the row, or 404 as for one that does not exist."""
    row = own(request, rows, permission).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def agencies_of(user) -> QuerySet[Agency]:
    """Return the agencies the user may work for, by name."""
    return scoped(Agency.objects.filter(active=True).order_by("name"), user, "pk")


def usual_agency(user) -> Agency | None:
    """Return the agency of the user's own place, else the first of theirs."""
    place = membership_of(user)
    return place.agency if place else agencies_of(user).first()
