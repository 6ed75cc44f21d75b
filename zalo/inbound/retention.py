"""How long what was said is kept: texts 90 days, the ledger's lines two years, shared state as long as it is used."""

import datetime as dt

from zalo.models import Incident, LinkCode, MailReader, OutboxMessage, PhoneWithoutZalo, RouteStop, UploadedFile
from zalo.outbox import ledger
from zalo.people import mail_readers

KEEP_TEXT = dt.timedelta(days=90)
KEEP_LINES = dt.timedelta(days=730)
BATCH = 2000


def sweep(*, now: dt.datetime) -> dict[str, int]:
    """What was emptied or deleted, by name; bounded batches, so that no statement holds the table for long."""
    return {
        "settled": ledger.settle_silent(now=now),
        "texts": _empty_texts(now),
        "lines": _delete(OutboxMessage.objects.filter(finished_at__lt=now - KEEP_LINES)),
        "codes": _delete(LinkCode.objects.filter(expires_at__lt=now - dt.timedelta(days=30))),
        "mailboxes": _delete(
            MailReader.objects.filter(confirmed_at=None, asked_at__lt=now - mail_readers.CONFIRM_WITHIN)
        ),
        "files": _delete(UploadedFile.objects.filter(uploaded_at__lt=now - dt.timedelta(days=7))),
        "phones": _delete(PhoneWithoutZalo.objects.filter(until__lt=now)),
        "stops": _delete(RouteStop.objects.filter(until__lt=now)),
        "quotas": _quotas_over(now),
        "incidents": _delete(Incident.objects.filter(closed_at__lt=now - dt.timedelta(days=180))),
    }


def _quotas_over(now: dt.datetime) -> int:
    """Nobody's allowance was used up for a day: that trouble is over (zalo.outbox.consequences)."""
    rows = Incident.objects.filter(subject__startswith="quota:", closed_at=None, last_at__lt=now - dt.timedelta(days=1))
    return rows.update(closed_at=now)


def _empty_texts(now: dt.datetime) -> int:
    done = 0
    while True:
        old = OutboxMessage.objects.filter(finished_at__lt=now - KEEP_TEXT).exclude(payload="")
        ids = list(old.order_by("finished_at").values_list("pk", flat=True)[:BATCH])
        done += OutboxMessage.objects.filter(pk__in=ids).update(payload="") if ids else 0
        if len(ids) < BATCH:
            return done


def _delete(rows) -> int:
    done = 0
    while True:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if ids:
            rows.model.objects.filter(pk__in=ids).delete()
        done += len(ids)
        if len(ids) < BATCH:
            return done
