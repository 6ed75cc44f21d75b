"""Wrong passwords: the pair of name and address is locked at once (axes), a name from everywhere only slowed down.

Six wrong passwords from anywhere must not keep a named clerk out: an address the clerk has signed in from before is
never slowed down by what others try.
"""

from __future__ import annotations

import ipaddress

from axes.models import AccessLog
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied

from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from dossiers.privacy.guessing import Limit

FAILURES = (Limit("sign-in", 30, 3600),)
"""Wrong passwords for one name within the hour, from all addresses together."""


def address(request) -> str | None:
    """Return the caller's address as axes keeps it; None for what is no address."""
    try:
        return str(ipaddress.ip_address(client_address(request)))
    except ValueError:
        return None


class SlowByName:
    """Refuse strangers a name that was tried too often this hour; comes before the password is looked at.

    It finds no users and gives no rights: a session signed in under it would belong to nobody.
    """

    def authenticate(self, request, username=None, **credentials):
        if request is None or not username or not guessing.is_over(FAILURES, _subject(username)):
            return None
        if AccessLog.objects.filter(username=username, ip_address=address(request)).exists():
            return None
        request.axes_locked_out = True  # axes answers with its page that says to wait
        raise PermissionDenied


def count_failure(sender, credentials: dict, **_signal) -> None:
    """Count a wrong password for its name."""
    try:
        guessing.count(FAILURES, [_subject(credentials.get("username") or "")])
    except guessing.TooMany:
        pass


def _subject(username: str) -> str:
    return f"sign-in:{username.casefold()[:150]}"


user_login_failed.connect(count_failure, dispatch_uid="portal.desk.sign_in")
