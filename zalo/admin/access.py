"""The guards every staff page of the channel passes first."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from dossiers import ownership
from dossiers.models import Agency
from dossiers.scoping import agency_ids_of
from zalo.account.agencies_served import ids_served_by
from zalo.models import Account, Conversation, Incident, OutboxMessage
from zalo.outbox import ledger


def must_have(request, *permissions: str) -> None:
    """Raise PermissionDenied unless the user has one of "zalo.<permission>"."""
    if not any(request.user.has_perm(f"zalo.{permission}") for permission in permissions):
        raise PermissionDenied


def accounts_of(user, today: dt.date | None = None) -> QuerySet[Account]:
    """Return the accounts that speak for an agency of the user or are kept by one."""
    allowed = agency_ids_of(user)
    rows = Account.objects.all()
    if allowed is None:
        return rows
    day = today or timezone.localdate()
    serving = [pk for pk in rows.values_list("pk", flat=True) if ids_served_by(pk, day) & allowed]
    return rows.filter(Q(pk__in=serving) | Q(keeper__in=allowed))


def kept_accounts(user) -> QuerySet[Account]:
    """Return the accounts an agency of the user keeps: only their settings, events and incidents are the user's."""
    allowed = agency_ids_of(user)
    return Account.objects.all() if allowed is None else Account.objects.filter(keeper__in=allowed)


def kept_account(request, pk: int) -> Account:
    """Return the account when it is the user's to change. 404 for one that is not shown, 403 for one only used."""
    account = accounts_of(request.user).filter(pk=pk).first()
    if account is None:
        raise Http404
    ownership.refuse_foreign(request.user, [account])
    return account


def chosen_account(request) -> Account | None:
    """Return the account named by ?oa=, else the first of the user's; None when there is none."""
    rows = accounts_of(request.user).order_by("name")
    wanted = request.GET.get("oa", "") or request.POST.get("oa", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        return rows.filter(pk=int(wanted)).first()
    return rows.first()


def agency_ids(user) -> list[int]:
    """Return the ids of the user's agencies, all of them for who sees all."""
    allowed = agency_ids_of(user)
    return list(Agency.objects.values_list("pk", flat=True)) if allowed is None else list(allowed)


def incidents_of(user) -> QuerySet[Incident]:
    """Return the open incidents of accounts the user's agencies keep, and of those of them without an account."""
    own = Q(account__in=kept_accounts(user)) | Q(account=None, agency__in=agency_ids(user))
    return Incident.objects.filter(own, closed_at=None)


def hidden_from(user) -> Q:
    """Return which messages to leave out: about a case that is about the user's own unit (Case.visible_to)."""
    if user.has_perm("feedback.supervise_feedback"):
        return Q()
    units = list(user.memberships.filter(unit__isnull=False).values_list("unit_id", flat=True))
    return Q(feedback_event__case__about_unit__in=units) if units else Q()


def may_read(message: OutboxMessage, user) -> bool:
    """Return whether the user may read what the message says."""
    if ledger.is_secret(message):
        return False
    about = message.feedback_event if message.feedback_event_id else None
    return about is None or about.case_id is None or user.has_perm("feedback.view_case")


def page_context(request, title: str, model=Conversation, **more) -> dict:
    """Return what Unfold's frame needs, with the page's own values."""
    return {**admin.site.each_context(request), "title": title, "opts": model._meta, "is_fullwidth": "1", **more}
