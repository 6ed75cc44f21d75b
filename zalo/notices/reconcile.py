"""Proof for uncertain messages, and events that should have had a message and have none.

Proof comes from three places: the `oa_send_*` echo, a delivery receipt with our tracking id (by phone), or reading the
conversation back. Only a read-back that covers the time of the request and shows nothing proves that a message did not
arrive; then, and only then, it is sent again. What cannot be proven in a day goes to a person, never twice to the
citizen.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from asgiref.sync import async_to_sync
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dossiers.models import Agency, DossierEvent
from dossiers.workflow.events import TOLD_ELSEWHERE
from feedback.cases.events import TELLS_SENDER
from feedback.models import FeedbackEvent
from feedback.states import Status
from zalo.account import tokens
from zalo.api.answers import ConversationMessage
from zalo.api.client import ZaloClient
from zalo.api.errors import Host, Refused, ZaloError
from zalo.health import breaker
from zalo.messages import registry as messages
from zalo.models import Account, Contact, OutboxMessage, Route, State
from zalo.notices import dossier as dossier_notices
from zalo.notices import feedback as feedback_notices
from zalo.notices import mute
from zalo.outbox import rows as outbox

log = structlog.get_logger(__name__)

PAGES = 40  # of ten lines each: as far back as a read-back goes
SKEW = dt.timedelta(seconds=30)  # between Zalo's clock and ours
CHECK_LEASE = dt.timedelta(minutes=2)
ON_CHANNEL = (Agency.Rollout.PILOT, Agency.Rollout.LIVE)
LOOKED_THROUGH = 20_000  # feedback events: far more than a province has in the days looked at


@dataclass
class Proof:
    """What a round of proving came to."""

    arrived: int = 0
    absent: int = 0
    unknown: int = 0


def prove(*, now: dt.datetime | None = None, limit: int = 200) -> Proof:
    """Look up to `limit` doubtful messages up at Zalo, one conversation at a time."""
    now = now or timezone.now()
    proof = Proof()
    if Host.OA in breaker.down_hosts(now=now):
        return proof
    doubtful = OutboxMessage.objects.filter(state=State.UNCERTAIN, next_at__lte=now).order_by("next_at", "pk")
    rows = [row for row in doubtful.select_related("contact")[:limit] if _take(row, now)]
    by_person: dict[tuple[int, int | None], list[OutboxMessage]] = {}
    for row in rows:
        if row.route == Route.PHONE or row.contact is None:
            outbox.unproven(row, now=now)
            proof.unknown += 1
        else:
            by_person.setdefault((row.account_id, row.contact_id), []).append(row)
    accounts = Account.objects.in_bulk({account_id for account_id, _ in by_person})
    for (account_id, _), mine in by_person.items():
        _settle(mine, _read_back(accounts[account_id], mine, now), proof, now)
    return proof


def _take(row: OutboxMessage, now: dt.datetime) -> bool:
    same = OutboxMessage.objects.filter(pk=row.pk, state=State.UNCERTAIN, next_at=row.next_at)
    return same.update(next_at=now + CHECK_LEASE) == 1


@dataclass(frozen=True)
class _Thread:
    lines: list[ConversationMessage]
    reaches_back: bool


def _read_back(account: Account, rows: list[OutboxMessage], now: dt.datetime) -> _Thread | None:
    """The OA's own lines since the earliest request; None when Zalo could not be asked."""
    since = min(row.requested_at or row.created_at for row in rows) - SKEW
    user_id = rows[0].contact.user_id

    async def read(token: str) -> _Thread:
        lines: list[ConversationMessage] = []
        async with ZaloClient(concurrency=1) as zalo:
            for page in range(PAGES):
                found = await zalo.conversation(token, user_id, offset=page * 10, count=10)
                lines += found
                if len(found) < 10 or any(line.at and line.at < since for line in found):
                    return _Thread(_ours(lines, since), True)
        return _Thread(_ours(lines, since), False)

    try:
        return async_to_sync(read)(tokens.current(account, now=now))
    except Refused as error:
        log.warning("read-back refused", account=account.pk, code=error.code)
    except ZaloError as error:
        log.warning("read-back failed", account=account.pk, error=str(error))
    return None


def _ours(lines: Iterable[ConversationMessage], since: dt.datetime) -> list[ConversationMessage]:
    kept = [line for line in lines if not line.from_user and (line.at is None or line.at >= since)]
    return sorted(kept, key=lambda line: line.at.timestamp() if line.at else 0.0)


def _settle(rows: list[OutboxMessage], thread: _Thread | None, proof: Proof, now: dt.datetime) -> None:
    if thread is None:
        for row in rows:
            outbox.unproven(row, now=now)
            proof.unknown += 1
        return
    account_id = rows[0].account_id
    ids = [line.message_id for line in thread.lines]
    known = set(OutboxMessage.objects.filter(account=account_id, remote_id__in=ids).values_list("remote_id", flat=True))
    free = [line for line in thread.lines if line.message_id not in known]
    for row in sorted(rows, key=lambda each: (each.requested_at or each.created_at, each.pk)):
        match = next((line for line in free if _is_it(row, line)), None)
        if match is not None:
            free.remove(match)
            outbox.proven_sent(row, match.message_id, at=match.at or now)
            proof.arrived += 1
        elif thread.reaches_back and not (row.route == Route.UID and any(_may_be_it(line) for line in free)):
            outbox.proven_absent(row, now=now)
            proof.absent += 1
        else:
            outbox.unproven(row, now=now)
            proof.unknown += 1


def _is_it(row: OutboxMessage, line: ConversationMessage) -> bool:
    content = row.content
    if content.get("attachment"):
        return line.kind == "file"
    if row.route == Route.UID:
        values = content.get("values", {})
        number = values.get("so_bien_nhan") or values.get("ma_y_kien", "")
        return bool(number) and number in str(dict(line.raw))
    return _plain(line.text) == _plain(_text_of(content))


def _may_be_it(line: ConversationMessage) -> bool:
    # How Zalo shows a template in a conversation is not documented: an unexplained line forbids saying "absent".
    return line.kind not in ("file", "photo", "sticker", "gif")


def _text_of(content: dict) -> str:
    return content.get("text") or str((content.get("message") or {}).get("text", ""))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def confirm_echo(
    account_id: int, user_id: str, message_id: str, text: str, *, kind: str = "text", at: dt.datetime
) -> bool:
    """True when an `oa_send_*` event proved a doubtful message of ours; call it for every echo."""
    if not message_id or outbox.by_remote_id(account_id, message_id).exists():
        return False
    contact = Contact.objects.filter(account=account_id, user_id=user_id).first()
    if contact is None:
        return False
    rows = OutboxMessage.objects.filter(contact=contact, state=State.UNCERTAIN, remote_id="").order_by("pk")
    for row in rows[:20]:
        wanted = row.content
        same = kind == "file" if wanted.get("attachment") else _plain(_text_of(wanted)) == _plain(text)
        if same and row.route == Route.REPLY:
            return outbox.proven_sent(row, message_id, at=at)
    return False


# --- Events without a message


def events_without_message(*, since: dt.datetime, until: dt.datetime, limit: int = 1000) -> list[DossierEvent]:
    """Events that owe the citizen a message, of agencies on the channel, with no row in the outbox; oldest first."""
    kinds = {name for kind in messages.all_kinds() if kind.required for name in kind.events}
    told = OutboxMessage.objects.filter(event=OuterRef("pk"))
    rows = DossierEvent.objects.filter(kind__in=kinds, recorded_at__gte=since, recorded_at__lt=until)
    # Of agencies on the channel only: the others' events never get a message and would fill the list for good.
    rows = rows.filter(~Exists(told), dossier__agency__in=Agency.objects.filter(rollout__in=ON_CHANNEL))
    found: list[DossierEvent] = []
    spoken_for: dict[tuple[int, dt.date], bool] = {}
    for event in rows.select_related("dossier__agency").order_by("recorded_at", "pk").iterator(chunk_size=500):
        if event.facts.get(TOLD_ELSEWHERE):
            continue
        place = (event.dossier.agency_id, timezone.localdate(event.at))
        if place not in spoken_for:
            spoken_for[place] = dossier_notices.is_owed(event)
        if spoken_for[place]:
            found.append(event)
        if len(found) == limit:
            break
    return found


def feedback_without_message(*, since: dt.datetime, until: dt.datetime, limit: int = 1000) -> list[FeedbackEvent]:
    """The same for cases, petitions and invitations: the newest events only, for they are never far from now."""
    newest = FeedbackEvent.objects.order_by("-pk").values("pk")[:LOOKED_THROUGH]
    told = OutboxMessage.objects.filter(feedback_event=OuterRef("pk"))
    rows = FeedbackEvent.objects.filter(pk__in=newest, kind__in=TELLS_SENDER, at__gte=since, at__lt=until)
    # A part is told through its whole; of a case that became a petition nothing more is said.
    rows = rows.exclude(case__parent__isnull=False).exclude(case__status=Status.RESTRICTED).exclude(Exists(told))
    rows = rows.select_related("case__agency", "record__agency", "invitation", "dossier__agency").order_by("pk")
    return [event for event in rows[:limit] if feedback_notices.is_owed(event)]


def tell_forgotten(*, now: dt.datetime | None = None, days: int = 3) -> int:
    """How many forgotten events of the last days got their message now; each is also written to the log."""
    now = now or timezone.now()
    # The last minute is left alone: its transactions may still be open.
    span = {"since": now - dt.timedelta(days=days), "until": now - dt.timedelta(minutes=1)}
    told = mute.look(now=now)
    for event in events_without_message(**span):
        log.error("event without a message", event_id=event.pk, kind=event.kind)
        told += dossier_notices.tell(event, now=now)
    for event in feedback_without_message(**span):
        log.error("feedback event without a message", event_id=event.pk, kind=event.kind)
        told += feedback_notices.tell(event, now=now)
    return told
