"""The second factor: a code of a phone's authenticator (TOTP), or one of ten recovery codes.

django-otp keeps the devices, checks the codes, takes none twice and slows guessing down; recovery codes lie hashed
with the installation's key. Who must have one is said in portal.desk.roles, from which day on in SECOND_FACTOR_FROM.
"""

from __future__ import annotations

import secrets
from base64 import b32encode

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp import devices_for_user
from django_otp import login as otp_login
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access import sessions
from portal.access.models import SignedIn
from portal.desk import roles

OPEN = "second_factor"
"""Key in the session while something is missing: ASK for the code, ENROL for who must and has none."""
ASK, ENROL = "ask", "enrol"
PROVED = "second_factor_proved"
"""Key in the session: when a code was last entered in it, in seconds since 1970."""
FRESH = 600
"""Seconds after a code in which the factor itself may be changed: a desk left open gives away no new codes."""
CODES, LETTERS = 10, "abcdefghjkmnpqrstuvwxyz23456789"


class Slowed(Exception):
    """Too many wrong codes; `seconds` until the next is looked at."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


def has_one(user) -> bool:
    """Return whether the person has a confirmed authenticator."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def must_have(user) -> bool:
    """Return whether a role of the person asks for a second factor, whether or not the day has come."""
    return user.is_superuser or user.groups.filter(name__in=roles.SECOND_FACTOR).exists()


def is_due() -> bool:
    """Return whether the day has come from which roles ask for it."""
    start = settings.SECOND_FACTOR_FROM
    return start is not None and timezone.localdate() >= start


def mark(sender, request, user, **_signal) -> None:
    """Write into a new session what is still missing; told of every sign-in."""
    if not hasattr(request, "session"):
        return
    request.session.pop(OPEN, None)
    if getattr(request, "second_factor_elsewhere", False):
        return  # the province's provider has asked for one, and the settings take its word
    if has_one(user):
        request.session[OPEN] = ASK
    elif is_due() and must_have(user):
        request.session[OPEN] = ENROL


def may_change(request) -> bool:
    """Return whether the factor may be changed in this session: there is none yet, or a code was entered just now."""
    age = timezone.now().timestamp() - request.session.get(PROVED, 0)
    return 0 <= age <= FRESH or not has_one(request.user)


def start(user) -> TOTPDevice:
    """Return a new authenticator that waits for its first code; one begun before is dropped."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="Ứng dụng xác thực", confirmed=False)


def begun(user) -> TOTPDevice | None:
    """Return the authenticator that waits for its first code."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").last()


def confirm(request, token: str) -> list[str] | None:
    """Take the begun authenticator into use when the code is right and return new recovery codes; None when wrong."""
    user = request.user
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).order_by("pk").last()
        if device is None or not _verified(device, token):
            return None
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save()
        codes = new_codes(user)
        sessions.end(user, but=request.session.session_key)
        write_down(user, user, "Bật xác thực hai bước")
    _pass(request, device)
    return codes


def prove(request, token: str) -> bool:
    """Let the session pass when the code is the authenticator's or an unused recovery code. Slowed after wrong ones."""
    user, typed = request.user, "".join(token.split()).replace("-", "").lower()
    kind = TOTPDevice if typed.isascii() and typed.isdigit() else StaticDevice
    with transaction.atomic():
        device = kind.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
        right = device is not None and _verified(device, typed if kind is TOTPDevice else _digest(user, typed))
        if right and kind is StaticDevice:
            write_down(user, user, "Dùng một mã dự phòng")
    if right:
        _pass(request, device)
    return right


def new_codes(user) -> list[str]:
    """Return ten new recovery codes; those before no longer count. They are shown this once and kept hashed."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="Mã dự phòng", confirmed=True)
        StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def codes_left(user) -> int:
    """Return how many recovery codes are unused."""
    return StaticToken.objects.filter(device__user=user).count()


def drop(user, *, by, reason: str) -> None:
    """Take the factor away, end every session, and write down who did it and why."""
    with transaction.atomic():
        for device in list(devices_for_user(user, confirmed=None)):
            device.delete()
        sessions.end(user)
        write_down(by, user, f"Gỡ xác thực hai bước: {reason}")


def write_down(by, user, words: str) -> None:
    """Leave a line in the history of the account."""
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, words, single_object=True)


def _pass(request, device) -> None:
    otp_login(request, device)
    request.session.pop(OPEN, None)
    request.session[PROVED] = timezone.now().timestamp()
    # What was known before the second factor opens nothing after it.
    key = request.session.session_key
    request.session.cycle_key()
    SignedIn.objects.filter(session_key=key).update(session_key=request.session.session_key)


def _verified(device, token: str) -> bool:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        until = (why or {}).get("locked_until")
        raise Slowed(max(1, round((until - timezone.now()).total_seconds())) if until else 60)
    return device.verify_token(token)


def _digest(user, code: str) -> str:
    # 80 bits of a keyed hash: what django-otp's column holds.
    digest = salted_hmac(f"portal.access.recovery:{user.pk}", code, algorithm="sha256").digest()
    return b32encode(digest)[:16].decode().lower()
