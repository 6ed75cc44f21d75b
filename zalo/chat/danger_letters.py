"""Danger to life told in chat: those on duty hear of it within a minute, and it heads the call list until answered.

The machine has shown the citizen 112–115 at once (zalo.chat.danger). Letters hold no word of what was written, and each
person is told of their own agencies' talks alone. A letter counts as sent once the mail server took it: until then it
is tried again every minute for as long as the talk stands on the call list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict

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
from zalo.models import Account, ChatMessage, Conversation

log = structlog.get_logger(__name__)
LISTED_FOR = dt.timedelta(hours=24)
AT_ONCE = 100
SHOWN = 20
BEING_SENT = 120  # seconds for which one sender has a letter to itself; it is another's when that one died
SENT = 2 * int(LISTED_FOR.total_seconds())


def mail(*, now: dt.datetime) -> int:
    """Return how many letters of danger were sent: to those who watch over the agencies each talk may concern."""
    agencies = {row: _agencies(row, now) for row in _told(now)}
    people = escalation_mail.people_of({agency for each in agencies.values() for agency in each}, now)
    by_address: dict[str, list[ChatMessage]] = defaultdict(list)
    for row, concerned in agencies.items():
        for address in {to for agency in concerned for to in people[agency].supervisors | people[agency].leaders}:
            by_address[address].append(row)
    return sum(_told_to(address, rows) for address, rows in sorted(by_address.items()))


def _told_to(address: str, rows: list[ChatMessage]) -> bool:
    """Return whether a letter went to the address, about those of the talks it was not told of yet."""
    who = hashlib.sha256(address.encode()).hexdigest()[:16]
    mine = {f"danger-letter:{row.pk}:{who}": row for row in rows}
    # Claimed before it is sent, so that two tasks at once write one letter; marked as sent afterwards, so that a mail
    # server that is away loses none.
    claimed = {key: row for key, row in mine.items() if cache.add(key, "being sent", BEING_SENT)}
    if not claimed:
        return False
    if not _letter(address, list(claimed.values())):
        cache.delete_many(claimed)
        return False
    cache.set_many(dict.fromkeys(claimed, "sent"), SENT)
    return True


def unanswered(user, *, now: dt.datetime) -> QuerySet[ChatMessage]:
    """Return the answers to danger within LISTED_FOR after which no officer has written, newest first."""
    return _without_officer(conversations.visible_to(user), now)


def _without_officer(talks: QuerySet[Conversation], now: dt.datetime) -> QuerySet[ChatMessage]:
    later = ChatMessage.objects.filter(
        conversation=OuterRef("conversation"), author=ChatMessage.Author.STAFF, at__gte=OuterRef("at")
    )
    rows = ChatMessage.objects.filter(
        conversation__in=talks.filter(last_in_at__gt=now - LISTED_FOR).values("pk"),
        command=COMMAND,
        at__gt=now - LISTED_FOR,
        at__lte=now,
    )
    return rows.exclude(Exists(later)).select_related("conversation").order_by("-at", "-id")[:AT_ONCE]


def _told(now: dt.datetime) -> list[ChatMessage]:
    """Return the talks of danger of every account that wait for an officer."""
    return [row for account in Account.objects.all() for row in _without_officer(account.conversations.all(), now)]


def _agencies(row: ChatMessage, now: dt.datetime) -> list[int]:
    own = row.agency_id or row.conversation.agency_id
    if own:
        return [own]
    return [agency.pk for agency in served_by(row.conversation.account_id, timezone.localdate(now))]


def _letter(address: str, rows: list[ChatMessage]) -> bool:
    base = settings.PUBLIC_BASE_URL.rstrip("/")
    lines = [f"- lúc {said_moment(row.at)}" for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"… và {len(rows) - SHOWN} tin khác")
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
