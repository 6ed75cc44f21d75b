"""The list of first passwords of accounts a file made: printed by who sent the file, for handing over.

Never mailed, kept nowhere. Printing it again makes the links printed before worthless; who has chosen a password stands
on it no more.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import transaction

from portal.desk.colleague import first_password_link
from portal.transfer.everyday import sending
from portal.transfer.models import SentTable


def waiting(sent: SentTable, request) -> list[User]:
    """Return the accounts the file made whose people have chosen no password yet, and that are still the user's."""
    made = sending.outcome_of(sent).get("accounts") or []
    accounts = admin.site._registry[User]
    if not made or not sent.written_at or not accounts.has_change_permission(request):
        return []
    rows = accounts.get_queryset(request).filter(pk__in=made, is_active=True).order_by("last_name", "username")
    return [each for each in rows if not each.has_usable_password() and accounts.has_change_permission(request, each)]


def printed(sent: SentTable, request) -> list[tuple[User, str]]:
    """Return each waiting account with a new link; links given before lead nowhere from now on. Logged by account."""
    found = []
    with transaction.atomic():
        for user in waiting(sent, request):
            user.set_unusable_password()  # a new one: tokens hang on it
            user.save(update_fields=["password"])
            said = f"In đường dẫn đặt mật khẩu lần đầu (tệp “{sent.name}”)"
            LogEntry.objects.log_actions(request.user.pk, [user], CHANGE, said, single_object=True)
            found.append((user, first_password_link(user)))
    return found
