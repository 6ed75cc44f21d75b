"""Letters about people who rated low and were not contacted in time: to who watches and leads, never to who was rated.

A letter says how many and since when: no code, no name, no word, so that nobody reads out of it who rated whom.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from dossiers.written_dates import written_moment
from feedback.lateness.escalation_mail import people_of
from feedback.models import FollowUp

log = structlog.get_logger("feedback.follow_ups")
AT_ONCE = 500


def mail(*, now: dt.datetime) -> int:
    """Return how many letters were sent, each about what its reader may see. Call it outside transactions."""
    owed = FollowUp.objects.filter(status=FollowUp.Status.OPEN, due_at__lt=now, late_mailed_at__isnull=True)
    people = people_of(set(owed.order_by().values_list("agency_id", flat=True).distinct()), now)
    # Of agencies with somebody to write to: the others' would fill the list for good.
    rows = owed.filter(agency__in=list(people)).select_related("rating__officer").order_by("due_at", "id")[:AT_ONCE]
    by_address: dict[str, list[FollowUp]] = defaultdict(list)
    for row in rows:
        rated = row.rating.officer.email if row.rating.officer else ""
        for address in (people[row.agency_id].supervisors | people[row.agency_id].leaders) - {rated}:
            by_address[address].append(row)
    return sum(_send(address, told, now) for address, told in by_address.items())


def _send(address: str, rows: list[FollowUp], now: dt.datetime) -> bool:
    oldest = min(row.due_at for row in rows if row.due_at)
    link = settings.PUBLIC_BASE_URL.rstrip("/") + reverse("admin:feedback_followup_changelist")
    body = (
        f"{len(rows)} người dân đánh giá chưa hài lòng chưa được liên hệ lại đúng hạn; "
        f"việc lâu nhất có hạn {written_moment(oldest)}.\n\nMở danh sách: {link}"
    )
    try:
        send_mail(f"Nhắc việc: {len(rows)} người dân chờ liên hệ lại", body, None, [address])
    except OSError as error:
        log.warning("follow_up_mail_failed", error=type(error).__name__)
        return False
    FollowUp.objects.filter(pk__in=[row.pk for row in rows]).update(late_mailed_at=now)
    return True
