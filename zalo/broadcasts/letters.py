"""A notice by e-mail: one letter to every mailbox that asked for the agency's, as HTML with its text beside it.

As on Zalo a mailbox has one row in a broadcast; a letter that may have left with a dead worker goes again under its old
Message-ID, which mail systems drop. A stop is seen before every letter.
"""

from __future__ import annotations

import datetime as dt
import time
from smtplib import SMTPDataError, SMTPRecipientsRefused
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Count
from django.template.loader import render_to_string

from zalo.models import Broadcast, BroadcastLetter
from zalo.people import mail_readers

log = structlog.get_logger(__name__)
State = BroadcastLetter.State
PORTION = 50
LEASE = dt.timedelta(minutes=10)
PERMANENT = 500  # RFC 5321 §4.2.1
PERSONAL = frozenset({Broadcast.Category.COLLECT, Broadcast.Category.POWER_CUT})
"""Told to those whose dossier or commune it is about: not to everybody who reads an agency's letters."""


def can_be_mailed(broadcast: Broadcast) -> bool:
    """Tell whether this kind of notice goes by e-mail at all."""
    return broadcast.category not in PERSONAL


def expected(broadcast: Broadcast) -> int:
    """Return how many mailboxes would get it now."""
    return mail_readers.of_agency(broadcast.agency).count() if broadcast.by_mail and can_be_mailed(broadcast) else 0


def counts(broadcast: Broadcast) -> list[tuple[str, int]]:
    """Return (what became of letters, how many), those that wait first."""
    found = BroadcastLetter.objects.filter(broadcast=broadcast).values_list("state").annotate(n=Count("pk"))
    by_state = dict(found.order_by())
    return [(str(state.label), by_state[state]) for state in State if by_state.get(state)]


def waiting(broadcast: Broadcast) -> bool:
    """Tell whether letters are still to leave."""
    if not broadcast.by_mail:
        return False
    return BroadcastLetter.objects.filter(broadcast=broadcast, state__in=(State.WAITING, State.LEAVING)).exists()


def go_on(broadcast: Broadcast, *, now: dt.datetime, until: float) -> int:
    """Send the next letters of a running broadcast; return how many left. Nothing is raised when the server is away."""
    if not broadcast.by_mail or not can_be_mailed(broadcast) or broadcast.started_at is None:
        return 0
    readers = mail_readers.of_agency(broadcast.agency).filter(confirmed_at__lte=broadcast.started_at)
    known = BroadcastLetter.objects.filter(broadcast=broadcast, reader__isnull=False).values("reader")
    BroadcastLetter.objects.bulk_create(
        (BroadcastLetter(broadcast=broadcast, reader=reader) for reader in readers.exclude(pk__in=known)),
        batch_size=1000,
        ignore_conflicts=True,
    )
    BroadcastLetter.objects.filter(broadcast=broadcast, state=State.LEAVING, at__lt=now - LEASE).update(
        state=State.WAITING
    )
    BroadcastLetter.objects.filter(broadcast=broadcast, state=State.WAITING, reader=None).delete()
    sent = 0
    while time.monotonic() < until:
        mine = _take(broadcast, now)
        if not mine:
            break
        done = _send(broadcast, mine, now)
        sent += done
        if done < len(mine):
            break
    return sent


def _take(broadcast: Broadcast, now: dt.datetime) -> list[BroadcastLetter]:
    """Lease the next letters to this worker."""
    with transaction.atomic():
        rows = BroadcastLetter.objects.filter(broadcast=broadcast, state=State.WAITING, reader__isnull=False)
        mine = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("reader")[:PORTION])
        BroadcastLetter.objects.filter(pk__in=[each.pk for each in mine]).update(state=State.LEAVING, at=now)
    return mine


def _send(broadcast: Broadcast, mine: list[BroadcastLetter], now: dt.datetime) -> int:
    """Send the leased letters; return how many are settled. What is not goes back and waits."""
    settled: list[int] = []
    try:
        with get_connection() as connection:
            for letter in mine:
                if not Broadcast.objects.filter(pk=broadcast.pk, state=Broadcast.State.RUNNING).exists():
                    break
                state = _one(broadcast, letter, connection)
                BroadcastLetter.objects.filter(pk=letter.pk).update(state=state, at=now)
                settled.append(letter.pk)
    except OSError as error:  # smtplib's errors are of this kind, sockets' too
        log.warning("letters not sent yet", broadcast=broadcast.pk, error=type(error).__name__)
    left = [each.pk for each in mine if each.pk not in settled]
    BroadcastLetter.objects.filter(pk__in=left, state=State.LEAVING).update(state=State.WAITING, at=None)
    return len(settled)


def _one(broadcast: Broadcast, letter: BroadcastLetter, connection) -> str:
    try:
        mail = made(broadcast, letter)
        mail.connection = connection
        mail.send()
    except SMTPRecipientsRefused:
        return State.FAILED
    except SMTPDataError as error:
        if error.smtp_code < PERMANENT:  # later perhaps; refused for good it must not stand before all others
            raise
        return State.FAILED
    return State.SENT


def made(broadcast: Broadcast, letter: BroadcastLetter) -> EmailMultiAlternatives:
    """Return the letter: text, the same as HTML, and the way out as mail programs know it (RFC 2369, RFC 8058)."""
    reader = letter.reader
    if reader is None:
        raise ValueError("the reader has taken the wish back")
    out = mail_readers.way_out(reader)
    context = {"row": broadcast, "sender": str(broadcast.agency or broadcast.account), "out": out}
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname
    mail = EmailMultiAlternatives(
        subject=" ".join(broadcast.title.split()),
        body=render_to_string("zalo/mail/notice.txt", context),
        to=[reader.address],
        headers={
            "Message-ID": f"<tin-{broadcast.pk}-{letter.pk}@{host}>",
            "List-Unsubscribe": f"<{out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("zalo/mail/notice.html", context), "text/html")
    return mail
