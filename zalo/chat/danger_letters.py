"""Danger to life told in chat: those on duty hear of it within a minute, and it heads the call list until answered.

The machine has shown the citizen 112–115 at once (zalo.chat.danger). Letters hold no word of what was written.
"""

from __future__ import annotations

import datetime as dt

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from dossiers.written_dates import said_moment
from feedback.lateness import escalation_mail
from zalo.account.agencies_served import served_by
from zalo.chat import conversations
from zalo.chat.danger import COMMAND
from zalo.models import Account, ChatMessage

log = structlog.get_logger(__name__)
MAILED_WITHIN = dt.timedelta(minutes=15)
LISTED_FOR = dt.timedelta(hours=24)
AT_ONCE = 100


def mail(*, now: dt.datetime) -> int:
    """Return how many letters of danger were sent: to those who watch over the agencies the talk may concern."""
    rows = [row for account in Account.objects.all() for row in _told(account, now - MAILED_WITHIN, now)]
    # Written down before it is sent: a task that runs twice writes to nobody twice.
    fresh = [row for row in rows if cache.add(f"danger-letter:{row.pk}", True, 2 * int(MAILED_WITHIN.total_seconds()))]
    if not fresh:
        return 0
    served = {row.pk: _agencies(row, now) for row in fresh}
    people = escalation_mail.people_of({agency for agencies in served.values() for agency in agencies}, now)
    addresses = {
        address
        for agencies in served.values()
        for agency in agencies
        for address in people[agency].supervisors | people[agency].leaders
    }
    return sum(_letter(address, fresh) for address in sorted(addresses))


def unanswered(user, *, now: dt.datetime) -> QuerySet[ChatMessage]:
    """Return the answers to danger within LISTED_FOR after which no officer has written, newest first."""
    later = ChatMessage.objects.filter(
        conversation=OuterRef("conversation"), author=ChatMessage.Author.STAFF, at__gte=OuterRef("at")
    )
    rows = ChatMessage.objects.filter(
        conversation__in=conversations.visible_to(user).filter(last_in_at__gt=now - LISTED_FOR).values("pk"),
        command=COMMAND,
        at__gt=now - LISTED_FOR,
    )
    return rows.exclude(Exists(later)).select_related("conversation").order_by("-at", "-id")[:AT_ONCE]


def _told(account: Account, since: dt.datetime, now: dt.datetime) -> list[ChatMessage]:
    recent = account.conversations.filter(last_in_at__gt=since).values("pk")
    rows = ChatMessage.objects.filter(conversation__in=recent, command=COMMAND, at__gt=since, at__lte=now)
    return list(rows.select_related("conversation").order_by("id")[:AT_ONCE])


def _agencies(row: ChatMessage, now: dt.datetime) -> list[int]:
    own = row.agency_id or row.conversation.agency_id
    if own:
        return [own]
    return [agency.pk for agency in served_by(row.conversation.account_id, timezone.localdate(now))]


def _letter(address: str, rows: list[ChatMessage]) -> bool:
    base = settings.PUBLIC_BASE_URL.rstrip("/")
    lines = [f"- lúc {said_moment(row.at)}" for row in rows]
    body = (
        "Có người nhắn trong trò chuyện Zalo rằng tính mạng đang bị đe dọa. Máy đã hiện số 112–115 cho họ; hãy mở xem "
        "và gọi lại ngay:\n" + "\n".join(lines) + f"\n\nDanh sách cần gọi: {base}{reverse('admin:zalo_call_list')}"
    )
    try:
        send_mail("KHẨN: có người báo nguy hiểm tính mạng trong trò chuyện", body, None, [address])
    except OSError as error:
        log.warning("danger_letter_failed", error=type(error).__name__)
        return False
    return True
