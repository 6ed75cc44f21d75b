"""A notice by e-mail: one letter to every mailbox that asked for the agency's, as HTML with its text beside it.

As on Zalo a mailbox has one row in a broadcast; a letter that may have left with a dead worker goes again under its old
Message-ID, which mail systems drop. A stop is seen before every letter.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from smtplib import SMTPDataError, SMTPRecipientsRefused
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.template.loader import render_to_string

from zalo.models import Broadcast, BroadcastLetter
from zalo.people import mail_readers

log = structlog.get_logger(__name__)
State = BroadcastLetter.State
PORTION = 50
LEASE = dt.timedelta(minutes=10)
LIFE = dt.timedelta(days=1)
"""A letter nobody took within it after anybody set it going is old news."""
PERMANENT = 500
GOING = (Broadcast.State.RUNNING, Broadcast.State.DONE)
OPEN = (State.WAITING, State.LEAVING)
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
    return BroadcastLetter.objects.filter(broadcast=broadcast, state__in=OPEN).exists()


def choose(broadcast: Broadcast) -> None:
    """Write down whose mailboxes a started broadcast goes to: all in one transaction, and once."""
    if not broadcast.by_mail or not can_be_mailed(broadcast) or broadcast.started_at is None:
        return
    if BroadcastLetter.objects.filter(broadcast=broadcast).exists():
        return
    readers = mail_readers.of_agency(broadcast.agency).filter(confirmed_at__lte=broadcast.started_at)
    rows = (BroadcastLetter(broadcast=broadcast, reader=reader) for reader in readers)
    BroadcastLetter.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def underway() -> QuerySet[Broadcast]:
    """Return the broadcasts whose letters may still leave: an article is done when Zalo has it, its letters are not."""
    rows = Broadcast.objects.filter(by_mail=True, state__in=GOING)
    return rows.filter(Exists(BroadcastLetter.objects.filter(broadcast=OuterRef("pk"), state__in=OPEN)))


def go_on(broadcast: Broadcast, *, now: dt.datetime, until: float) -> int:
    """Send the next letters of a broadcast; return how many are settled. Nothing is raised when the server is away."""
    rows = BroadcastLetter.objects.filter(broadcast=broadcast)
    rows.filter(state=State.LEAVING, at__lt=now - LEASE).update(state=State.WAITING)
    rows.filter(state=State.WAITING, reader=None).delete()
    moved = broadcast.records.filter(state=Broadcast.State.RUNNING).aggregate(at=Max("at"))["at"]
    if now - (moved or broadcast.started_at or now) > LIFE:
        return rows.filter(state=State.WAITING).update(state=State.EXPIRED, at=now)
    settled = 0
    while time.monotonic() < until:
        mine = _take(broadcast, now)
        if not mine:
            break
        settled += _send(mine, now)
    return settled


def _take(broadcast: Broadcast, now: dt.datetime) -> list[BroadcastLetter]:
    """Lease the next letters to this worker; one that was put off is tried again after a while."""
    with transaction.atomic():
        rows = BroadcastLetter.objects.filter(broadcast=broadcast, state=State.WAITING, reader__isnull=False)
        rows = rows.filter(Q(at=None) | Q(at__lt=now - LEASE)).order_by("pk")
        mine = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("reader")[:PORTION])
        BroadcastLetter.objects.filter(pk__in=[each.pk for each in mine]).update(state=State.LEAVING, at=now)
    return mine


def _send(mine: list[BroadcastLetter], now: dt.datetime) -> int:
    """Send the leased letters; return how many are settled. What is not goes back and waits for a while."""
    settled: list[int] = []
    tried: list[int] = []
    try:
        with get_connection() as connection:
            for letter in mine:
                # Asked before each: a stop is seen at once, and so is whoever took the wish back.
                still = BroadcastLetter.objects.filter(pk=letter.pk, reader__isnull=False, broadcast__state__in=GOING)
                row = still.select_related("broadcast__agency", "broadcast__account").first()
                if row is None:
                    continue
                tried.append(letter.pk)
                if state := _one(row.broadcast, letter, connection):
                    BroadcastLetter.objects.filter(pk=letter.pk).update(state=state, at=now)
                    settled.append(letter.pk)
    except OSError as error:  # smtplib's errors are of this kind, sockets' too
        log.warning("letters not sent yet", error=type(error).__name__)
    finally:
        left = BroadcastLetter.objects.filter(pk__in=[each.pk for each in mine], state=State.LEAVING)
        left.filter(pk__in=tried).update(state=State.WAITING)
        left.update(state=State.WAITING, at=None)
    return len(settled)


def _one(broadcast: Broadcast, letter: BroadcastLetter, connection) -> str | None:
    """Send one letter; return what became of it, None when the server wants to be asked again for this mailbox."""
    mail = made(broadcast, letter)
    mail.connection = connection
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        return _refused(code for code, _ in error.recipients.values())
    except SMTPDataError as error:
        return _refused([error.smtp_code])
    return State.SENT


def _refused(codes: Iterable[int]) -> str | None:
    """Refused for good by a code of 500 and more (RFC 5321 §4.2.1); else perhaps taken later."""
    return State.FAILED if all(code >= PERMANENT for code in codes) else None


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
