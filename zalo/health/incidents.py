"""One open line per trouble, raised by errors and closed by the next success; the health desk lists them."""

import datetime as dt

import structlog
from django.core.mail import mail_admins
from django.db import IntegrityError, transaction
from django.db.models import F

from zalo.models import Incident

log = structlog.get_logger(__name__)


def report(
    account_id: int | None,
    subject: str,
    words: str,
    advice: str = "",
    *,
    now: dt.datetime,
    code: int | None = None,
    loud: bool = False,
    agency_id: int | None = None,
) -> None:
    """Open the incident or count one more; `loud` also writes to the administrators, once per opening.

    It is an account's, or that of an agency that has none.
    """
    whose = {"account_id": account_id, "agency_id": agency_id}
    said = {"words": words[:300], "advice": advice[:300], "code": code, "last_at": now}
    open_line = Incident.objects.filter(**whose, subject=subject, closed_at=None)
    if open_line.update(count=F("count") + 1, **said):
        return
    try:
        with transaction.atomic():
            Incident.objects.create(**whose, **said, subject=subject, first_at=now)
    except IntegrityError:
        open_line.update(count=F("count") + 1, **said)
        return
    log.error("zalo incident", account=account_id, agency=agency_id, subject=subject, code=code)
    if loud:
        mail_admins("Kênh Zalo cần người xử lý", f"{words}\n\n{advice}", fail_silently=True)


def settle(account_id: int | None, subject: str, *, now: dt.datetime, agency_id: int | None = None) -> None:
    """Close the open incident about `subject`, if any: the trouble is over."""
    rows = Incident.objects.filter(account_id=account_id, agency_id=agency_id, subject=subject, closed_at=None)
    rows.update(closed_at=now)
