"""One open line per trouble, raised by errors and closed by the next success; the health desk lists them."""

import datetime as dt

import structlog
from django.core.mail import mail_admins
from django.db import IntegrityError, transaction
from django.db.models import F

from zalo.models import Incident

log = structlog.get_logger(__name__)


def report(
    account_id: int,
    subject: str,
    words: str,
    advice: str = "",
    *,
    now: dt.datetime,
    code: int | None = None,
    loud: bool = False,
) -> None:
    """Open the incident or count one more; `loud` also writes to the administrators, once per opening."""
    words, advice = words[:300], advice[:300]
    if _count(account_id, subject, words, advice, code, now):
        return
    try:
        with transaction.atomic():
            Incident.objects.create(
                account_id=account_id, subject=subject, code=code, words=words, advice=advice, first_at=now, last_at=now
            )
    except IntegrityError:
        _count(account_id, subject, words, advice, code, now)
        return
    log.error("zalo incident", account=account_id, subject=subject, code=code)
    if loud:
        mail_admins("Kênh Zalo cần người xử lý", f"{words}\n\n{advice}", fail_silently=True)


def _count(account_id: int, subject: str, words: str, advice: str, code: int | None, now: dt.datetime) -> int:
    open_line = Incident.objects.filter(account=account_id, subject=subject, closed_at=None)
    return open_line.update(count=F("count") + 1, last_at=now, words=words, advice=advice, code=code)


def settle(account_id: int, subject: str, *, now: dt.datetime) -> None:
    """Close the open incident about `subject`, if any: the trouble is over."""
    Incident.objects.filter(account=account_id, subject=subject, closed_at=None).update(closed_at=now)
