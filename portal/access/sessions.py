"""The open sessions of a person: written at sign-in, ended by the person, an administrator or a change of place."""

from __future__ import annotations

from django.contrib.auth import HASH_SESSION_KEY, get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from dossiers.models import Membership
from portal.access.models import SignedIn
from portal.desk.sign_in import address

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "điện thoại Android"),
    ("Windows", "máy tính Windows"),
    ("Macintosh", "máy tính Mac"),
    ("CrOS", "máy Chromebook"),
    ("Linux", "máy tính Linux"),
)
BROWSERS = (
    ("Edg", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
RIGHTS_OF_A_PLACE = ("agency_id", "sees_subordinates", "valid_from", "valid_to")


def device_words(agent: str) -> str:
    """Return what signed in: "Chrome trên máy tính Windows"; "Thiết bị không rõ" when it says nothing."""
    browser = next((words for mark, words in BROWSERS if mark in agent), "")
    system = next((words for mark, words in SYSTEMS if mark in agent), "")
    return " trên ".join(filter(None, (browser, system))) or "Thiết bị không rõ"


def open_of(user) -> list[SignedIn]:
    """Return the sessions that would still be let in, the newest first.

    One that ran out, or was begun with a password that has been changed since, is none.
    """
    rows = SignedIn.objects.filter(user=user).order_by("-began_at", "-pk")
    kept = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=timezone.now())
    living = {
        each.session_key
        for each in kept
        if constant_time_compare(each.get_decoded().get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    }
    return [row for row in rows if row.session_key in living]


def end(user, *, pk: int | None = None, but: str | None = None) -> int:
    """End one session of the user, or all (`but` the one of that key); return how many."""
    rows = SignedIn.objects.filter(user=user)
    if pk is not None:
        rows = rows.filter(pk=pk)
    if but is not None:
        rows = rows.exclude(session_key=but)
    with transaction.atomic():
        keys = list(rows.values_list("session_key", flat=True))
        found, _ = Session.objects.filter(session_key__in=keys).delete()
        SignedIn.objects.filter(session_key__in=keys).delete()
    return found


def begin(sender, request, user, **_signal) -> None:
    """Write down a sign-in and forget those that ran out."""
    session = getattr(request, "session", None)
    if session is None:
        return
    if session.session_key is None:
        session.save()
    SignedIn.objects.filter(user=user).exclude(session_key__in=Session.objects.values("session_key")).delete()
    # Who signs in again in a session that is open keeps its key.
    SignedIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": user,
            "began_at": timezone.now(),
            "address": address(request) or "",
            "device": device_words(request.META.get("HTTP_USER_AGENT", "")),
        },
    )


def leave(sender, request, user, **_signal) -> None:
    """Forget the session a person signs out of."""
    if user is not None and getattr(request, "session", None) is not None:
        SignedIn.objects.filter(session_key=request.session.session_key).delete()


def _before_place(sender, instance, raw=False, **_signal) -> None:
    if instance.pk and not raw:
        before = Membership.objects.filter(pk=instance.pk).values_list(*RIGHTS_OF_A_PLACE).first()
        instance.__dict__["_rights_before"] = before


def _after_place(sender, instance, created=False, raw=False, **_signal) -> None:
    before = instance.__dict__.pop("_rights_before", None)
    if before is not None and before != tuple(getattr(instance, name) for name in RIGHTS_OF_A_PLACE):
        end(instance.user)


def _place_gone(sender, instance, **_signal) -> None:
    end(instance.user)


def _account_saved(sender, instance: User, created=False, **_signal) -> None:
    # A closed account keeps none. After a new password Django refuses the older ones by their hash (see `open_of`).
    if not created and not instance.is_active:
        end(instance)


def register() -> None:
    """Connect the signals; once, when the app is ready."""
    name = "portal.access"
    user_logged_in.connect(begin, dispatch_uid=name)
    user_logged_out.connect(leave, dispatch_uid=name)
    pre_save.connect(_before_place, sender=Membership, dispatch_uid=name)
    post_save.connect(_after_place, sender=Membership, dispatch_uid=name)
    post_delete.connect(_place_gone, sender=Membership, dispatch_uid=name)
    post_save.connect(_account_saved, sender=get_user_model(), dispatch_uid=name)
