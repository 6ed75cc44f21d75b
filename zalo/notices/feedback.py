"""From a feedback event to the outbox: who sent it, on which account they are reached, what they are told.

One person is told: the Zalo user who sent it by chat, else whoever proved on Zalo to be the person whose phone stands
in it, else the linked owner of a dossier the sender proved to hold; with the phone and e-mail left there as the ways
that follow. Inserts rows, nothing else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from dossiers.models import Agency, Applicant
from feedback.cases import answers
from feedback.models import Case, Channel, FeedbackEvent, TransferRecord
from feedback.states import Status
from zalo.messages import registry as messages
from zalo.messages.registry import MessageKind
from zalo.messages.reply import Reply, say, visit
from zalo.messages.texts.feedback_ratings import FOLLOWED_UP, INVITED
from zalo.models import Account, ChatMessage, Contact, ContactLink, OutboxMessage, Outcome, State
from zalo.models.outbox import CLAIMABLE
from zalo.notices import dossier as dossier_notices
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient
from zalo.people import redaction

Kind = FeedbackEvent.Kind
ORIGIN = "zalo:"
AFTER_RESULT = dt.timedelta(seconds=20)
"""First "the result was handed over", then the question how it went."""
_FIRST_WORDS = {Kind.RECEIVED, Kind.TRANSFER_RECEIVED}


@dataclass(frozen=True, slots=True)
class _Addressed:
    account: Account | None  # None: the agency is on the channel and nobody speaks for it
    recipient: Recipient
    order_key: str
    agency_id: int | None
    dossier_id: int | None = None
    reachable: bool = True


def tell(event: FeedbackEvent, *, now: dt.datetime | None = None) -> int:
    """How many rows were queued for the event: 1, or 0 when none is owed or the chat has answered already."""
    kind = messages.for_feedback(event.kind)
    if kind is None or _told_by_chat(event):
        return 0
    now = now or timezone.now()
    if event.kind == Kind.TRANSFER_RECEIVED and event.record.case_id:
        _forget(event.record, now)
    to = _addressed(event)
    if to is None:
        return 0
    row = _row(kind, event, to, now)
    return outbox.enqueue([row]) if row else 0


def is_owed(event: FeedbackEvent) -> bool:
    """Whether a message is due for the event: somebody speaks for its agency, and the chat has not answered."""
    return not _told_by_chat(event) and _addressed(event) is not None


def _told_by_chat(event: FeedbackEvent) -> bool:
    """Whoever sent it by chat has the chat's own answer (chat_voice), queued in the same transaction."""
    sent = event.record or event.case
    by_citizen = event.source == FeedbackEvent.Source.CITIZEN and event.kind in _FIRST_WORDS
    return by_citizen and sent is not None and sent.channel == Channel.CHAT and bool(sent.origin_ref)


def _row(kind: MessageKind, event: FeedbackEvent, to: _Addressed, now: dt.datetime) -> OutboxMessage | None:
    composed = messages.compose(kind, event, _subject(kind, event))
    if composed is None:
        return None
    content, failure = composed
    if content and event.facts.get("link"):
        content["message"] = Reply(content["text"], _buttons(kind, event)).message()
    row = outbox.draft(
        kind,
        to.recipient,
        content,
        account=to.account,
        dedupe=f"f{event.pk}",
        now=now,
        happened_at=event.at,
        order_key=f"{to.order_key}:{to.recipient.key}",
        agency_id=None if kind.secret else to.agency_id,
        dossier_id=None if kind.secret else to.dossier_id,
        feedback_event_id=event.pk,
    )
    if kind is INVITED:
        row.next_at = now + AFTER_RESULT
    if failure:
        row.state, row.outcome, row.error, row.finished_at = State.FAILED, Outcome.FAILED, failure, now
    elif to.account is None:
        outbox.end_without_account(row, now=now)
    elif not to.reachable:
        _end(row, Outcome.ANONYMOUS, "Không để lại số điện thoại, thư điện tử; xem được bằng mã theo dõi", now)
    elif event.to_status == Status.HELD and to.recipient.contact is None:
        # A flood under somebody else's number must cost neither them nor the agency a message.
        _end(row, Outcome.NOT_LINKED, "Đang giữ để kiểm tra; lời xác nhận đã hiện trên trang gửi", now)
    return row


def _end(row: OutboxMessage, outcome: str, why: str, now: dt.datetime) -> None:
    row.state, row.outcome, row.route_reason, row.finished_at, row.required = State.CANCELLED, outcome, why, now, False


def _subject(kind: MessageKind, event: FeedbackEvent) -> str:
    if kind.secret:
        return f"Có tin mới về {event.facts.get('code') or event.facts.get('number') or 'việc của ông/bà'}"
    return f"{kind.title} – {event.facts.get('code') or event.facts.get('number')}"


def _buttons(kind: MessageKind, event: FeedbackEvent) -> tuple:
    if kind is INVITED:
        return visit("Mở phiếu đánh giá", event.facts["link"]), say("Đánh giá tại đây", "Đánh giá")
    return (visit("Cho biết đã xong chưa" if kind is FOLLOWED_UP else "Xem chi tiết", event.facts["link"]),)


# --- Who is told


def _addressed(event: FeedbackEvent) -> _Addressed | None:
    if event.invitation_id:
        return _rater(event)
    if event.record_id:
        return _petitioner(event.record, event)
    return _sender(event.case.voice, event)


def _rater(event: FeedbackEvent) -> _Addressed | None:
    """Who holds the dossier's chat, one person: there is one sheet."""
    dossier = event.dossier
    account = dossier_notices.speaker(dossier.agency, timezone.localdate(event.at))
    if account is None:
        nobody = Recipient(None, dossier.submitter_id)
        return _unspoken(dossier.agency, event, nobody, f"r{event.invitation_id}", dossier.agency_id, dossier.pk)
    recipient = dossier_notices.recipients_of(event, account)[0]
    # Not the dossier's own order: the invitation is written before the message of the result it follows.
    return _Addressed(account, recipient, f"r{event.invitation_id}", dossier.agency_id, dossier.pk)


def _petitioner(record: TransferRecord, event: FeedbackEvent) -> _Addressed | None:
    """By the way the petition came, or by what its sender left in it; nobody is looked up."""
    contact = _by_chat(record.origin_ref)
    account = contact.account if contact else _speaker(record, event)
    if account is None:
        return _unspoken(record.agency, event, Recipient(), f"p{record.pk}", None)
    reachable = bool(contact or record.phone or record.email)
    return _Addressed(account, Recipient(contact), f"p{record.pk}", None, reachable=reachable)


def _sender(case: Case, event: FeedbackEvent) -> _Addressed | None:
    contact = _by_chat(case.origin_ref)
    account = contact.account if contact else _speaker(case, event)
    if account is None:
        return _unspoken(case.agency, event, Recipient(), f"y{case.pk}", event.case.agency_id)
    contact = contact or _by_phone(case.phone, account) or _by_dossier(case, account)
    reachable = bool(contact or case.phone or case.email)
    return _Addressed(account, Recipient(contact), f"y{case.pk}", event.case.agency_id, reachable=reachable)


def _unspoken(agency: Agency, event: FeedbackEvent, to: Recipient, key: str, *whose: int | None) -> _Addressed | None:
    """Nobody speaks for the agency: a line of the ledger if it is on the channel, nothing if it is not."""
    return _Addressed(None, to, key, *whose) if agency.is_on_channel(timezone.localdate(event.at)) else None


def _speaker(sent: Case | TransferRecord, event: FeedbackEvent) -> Account | None:
    return dossier_notices.speaker(sent.agency, timezone.localdate(event.at))


def _by_chat(origin_ref: str) -> Contact | None:
    number = origin_ref.removeprefix(ORIGIN)
    if not origin_ref.startswith(ORIGIN) or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    rows = Contact.objects.filter(pk=int(number), erased_at=None, account__is_active=True)
    return rows.select_related("account").first()


def _by_phone(phone: str, account: Account) -> Contact | None:
    """Who proved to be an applicant of that phone. A number somebody merely typed into Zalo's form proves nothing."""
    if not phone:
        return None
    people = Applicant.objects.with_phone(phone).filter(erased_at=None)
    return _newest(ContactLink.objects.filter(applicant__in=people, dossier=None), account)


def _by_dossier(case: Case, account: Account) -> Contact | None:
    """The owner on Zalo of a dossier the sender proved to hold; a code that was only typed reaches nobody.

    Whoever left a phone or an e-mail has chosen how to be told.
    """
    if case.dossier_id is None or not case.dossier_proved or case.phone or case.email:
        return None
    owner = Applicant.objects.alike([case.dossier.owner])
    own = Q(dossier=case.dossier_id, role=ContactLink.Role.OWNER) | Q(applicant__in=owner, dossier=None)
    return _newest(ContactLink.objects.filter(own), account)


def _newest(links, account: Account) -> Contact | None:
    rows = links.filter(unlinked_at=None, contact__account=account, contact__erased_at=None)
    link = rows.select_related("contact").order_by("-pk").first()
    return link.contact if link else None


# --- What comes of it


def answer_arrived(account_id: int, remote_ids: list[str], *, at: dt.datetime) -> None:
    """Note on the case that its sender has the answer; a late receipt of an earlier answer changes nothing."""
    rows = OutboxMessage.objects.filter(
        account=account_id, remote_id__in=[i for i in remote_ids if i], feedback_event__kind=Kind.ANSWERED
    )
    for row in rows.exclude(remote_id="").select_related("feedback_event__case"):
        if row.feedback_event.case.answered_at == row.feedback_event.at:
            answers.mark_received(row.feedback_event.case, now=at, how="Zalo báo tin trả lời đã tới")


def _forget(record: TransferRecord, now: dt.datetime) -> None:
    """A case turned out to be a petition: what was told about it, and the words it came in by chat, go as well."""
    rows = OutboxMessage.objects.filter(feedback_event__case=record.case_id)
    rows.filter(state__in=CLAIMABLE).update(
        state=State.CANCELLED, outcome=Outcome.WITHDRAWN, finished_at=now, route_reason="Đã chuyển theo quy định riêng"
    )
    rows.update(payload="", agency=None)
    contact = _by_chat(record.origin_ref)
    if contact is None:
        return
    day_before = record.received_at - dt.timedelta(days=1)
    lines = ChatMessage.objects.filter(
        conversation__contact=contact,
        author=ChatMessage.Author.CITIZEN,
        at__range=(day_before, record.received_at + dt.timedelta(minutes=1)),
    )
    told = " ".join(record.text.split())
    same = [line.pk for line in lines if len(line.text) > 9 and " ".join(line.text.split()) in told]
    redaction.redact(ChatMessage.objects.filter(pk__in=same))
