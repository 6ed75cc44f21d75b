"""The list of first passwords of accounts a file made: printed by who sent the file, for handing over.

Never mailed, kept nowhere. Printing it again makes the links printed before worthless; who has chosen a password stands
on it no more.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from portal.desk.colleague import first_password_link
from portal.transfer.everyday import sending
from portal.transfer.models import SentTable


def waiting(sent: SentTable, request, kept: dict) -> int:
    """Return how many accounts the file made, by its `kept` outcome, have no password chosen yet. One query.

    Which of them the user may still change is asked where their links are printed.
    """
    return _unchosen(sent, request, kept).count()


def printed(sent: SentTable, request) -> list[tuple[User, str]]:
    """Return each waiting account that is the user's with a new link; links given before lead nowhere from now on.

    Logged by account.
    """
    accounts, found = admin.site._registry[User], []
    rows = _unchosen(sent, request, sending.outcome_of(sent))
    own = [each.pk for each in rows if accounts.has_change_permission(request, each)]
    with transaction.atomic():
        # Asked again under the lock: whoever chose a password meanwhile, by yesterday's link, keeps it.
        locked = User.objects.select_for_update().filter(pk__in=own, password__startswith=UNUSABLE_PASSWORD_PREFIX)
        for user in locked.order_by("last_name", "username"):
            user.set_unusable_password()  # a new one: tokens hang on it
            user.save(update_fields=["password"])
            said = f"In đường dẫn đặt mật khẩu lần đầu (tệp “{sent.name}”)"
            LogEntry.objects.log_actions(request.user.pk, [user], CHANGE, said, single_object=True)
            found.append((user, first_password_link(user)))
    return found


def _unchosen(sent: SentTable, request, kept: dict) -> QuerySet[User]:
    made, accounts = kept.get("accounts") or [], admin.site._registry[User]
    if not made or not sent.written_at or not accounts.has_change_permission(request):
        return User.objects.none()
    return accounts.get_queryset(request).filter(
        pk__in=made, is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
