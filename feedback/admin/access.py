"""The guards every staff page of the citizens' voice passes first."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404

from feedback.models import Case


def must_have(request, *permissions: str) -> None:
    """Raise PermissionDenied unless the user has one of "feedback.<permission>"."""
    if not any(request.user.has_perm(f"feedback.{permission}") for permission in permissions):
        raise PermissionDenied


def own_case(request, pk: int, *related: str) -> Case:
    """Return the case when the user may see it; 404 otherwise, as for one that does not exist."""
    must_have(request, "view_case")
    case = Case.objects.visible_to(request.user).select_related(*related).filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def page_context(request, title: str, model=Case, **more) -> dict:
    """Return what Unfold's frame needs, with the page's own values."""
    return {**admin.site.each_context(request), "title": title, "opts": model._meta, "is_fullwidth": "1", **more}
