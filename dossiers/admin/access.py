"""The guards every page of the workplace passes first."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404

from dossiers.models import Dossier, Letter, PersonalDataRead
from dossiers.scoping import scoped


def must_have(request, permission: str) -> None:
    """Raise PermissionDenied unless the user has "dossiers.<permission>"."""
    if not request.user.has_perm(f"dossiers.{permission}"):
        raise PermissionDenied


def own_dossier(request, pk: int, *related: str) -> Dossier:
    """Return the dossier when it is of an agency of the user; 404 otherwise, as for one that does not exist."""
    must_have(request, "view_dossier")
    dossier = scoped(Dossier.objects.select_related(*related), request.user).filter(pk=pk).first()
    if dossier is None:
        raise Http404
    return dossier


SEE_PERSON = "see_personal_data"
ISSUE_PAPERS = ("receive_dossier", "process_dossier", "sign_dossier", "return_result", "stop_dossier")
"""Whoever does the work of a dossier issues its papers; who only watches does not."""


def may_read_person(request, dossier: Dossier, via: str) -> bool:
    """Return whether the user may see the applicant's data in full; a yes is written to the reading log."""
    if not request.user.has_perm(f"dossiers.{SEE_PERSON}"):
        return False
    PersonalDataRead.objects.create(user=request.user, dossier=dossier, via=via)
    return True


def read_person(request, dossiers: Iterable[Dossier | int], via: str) -> None:
    """Write to the reading log that a file with the data of these dossiers' people is handed out.

    The same right and the same line as for the page. Raises PermissionDenied, before anything is read.
    """
    must_have(request, SEE_PERSON)
    ids = [dossier if isinstance(dossier, int) else dossier.pk for dossier in dossiers]
    PersonalDataRead.objects.bulk_create(PersonalDataRead(user=request.user, dossier_id=pk, via=via[:60]) for pk in ids)


def may_issue(user) -> bool:
    """Return whether the user does work that papers are issued for and may see what they say."""
    does_work = any(user.has_perm(f"dossiers.{name}") for name in ISSUE_PAPERS)
    return does_work and user.has_perm(f"dossiers.{SEE_PERSON}")


def must_issue(request) -> None:
    """Raise PermissionDenied unless the user may issue papers."""
    if not may_issue(request.user):
        raise PermissionDenied


def row_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids among what was sent; what is none, or larger than any id, is left out."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 18]


def page_context(request, title: str, **more) -> dict:
    """Return what Unfold's frame needs, with the page's own values."""
    return {**admin.site.each_context(request), "title": title, "opts": Dossier._meta, "is_fullwidth": "1", **more}


def letter_context(request, title: str, **more) -> dict:
    """Return the same for the pages of lateness and letters."""
    return page_context(request, title, opts=Letter._meta, **more)
