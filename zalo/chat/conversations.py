"""Conversations: what is said is kept, answers are queued, staff take over and hand back.

The machine is silent while a person answers. It returns when staff give the conversation back, when the citizen asks
for it, STAFF_SILENCE after the last word of staff, or WAITING_MOST after a request nobody took (with an apology).
Guidance given here is kept with the conversation (Nghị định 118/2025/NĐ-CP, article 16).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from dossiers.models import Agency
from dossiers.scoping import agency_ids_of, may_see, membership_of
from dossiers.workflow.moving import ActError, Forbidden
from zalo.chat import memory as chat_memory
from zalo.messages import registry as messages
from zalo.messages.registry import MessageKind, Placeholder
from zalo.messages.reply import Reply
from zalo.models import (
    CannedAnswer,
    ChatMessage,
    Contact,
    Conversation,
    InboxEvent,
    Lane,
    OutboxMessage,
    Route,
)
from zalo.models.contact import REPLY_ALLOWED, REPLY_FREE
from zalo.outbox import rows as outbox
from zalo.outbox.rows import Recipient
from zalo.people import belonging

STAFF_SILENCE = dt.timedelta(hours=12)
WAITING_MOST = dt.timedelta(hours=24)
ERASE_AFTER = dt.timedelta(minutes=2)
MAY_ANSWER = "zalo.answer_chat"
Mode, Author = Conversation.Mode, ChatMessage.Author


def _kind(slug: str, title: str, *, required: bool) -> MessageKind:
    return messages.register(
        MessageKind(
            slug=slug,
            title=title,
            placeholders=(Placeholder("noi_dung", "nội dung", "Chào bạn.", required=True),),
            text="{noi_dung}",
            purpose="dossier",
            lane=Lane.REPLY,
            routes=(Route.REPLY,),
            required=required,
            any_hour=True,
            needs_receipt_number=False,
            life=dt.timedelta(days=2),
        )
    )


BOT_ANSWER = _kind("chat.answer", "Trả lời tự động trong hội thoại", required=False)
STAFF_ANSWER = _kind("chat.staff", "Cán bộ trả lời trong hội thoại", required=True)


def thread_of(contact: Contact) -> Conversation:
    """Return the contact's conversation, locked for this transaction."""
    Conversation.objects.get_or_create(contact=contact, defaults={"account_id": contact.account_id})
    return Conversation.objects.select_for_update(of=("self",)).select_related("account", "agency").get(contact=contact)


def heard(
    conversation: Conversation,
    text: str,
    *,
    at: dt.datetime,
    remote_id: str = "",
    event: InboxEvent | None = None,
) -> ChatMessage | None:
    """Return the citizen's line, kept; None when this message was heard before."""
    try:
        with transaction.atomic():
            line = ChatMessage.objects.create(
                conversation=conversation,
                author=Author.CITIZEN,
                text=text,
                remote_id=remote_id,
                event=event,
                at=at,
                **_place(conversation),
            )
    except IntegrityError:
        return None
    if conversation.last_in_at is None or at > conversation.last_in_at:
        conversation.last_in_at = at
    if conversation.mode != Mode.BOT:
        conversation.unread += 1
    if conversation.mode == Mode.STAFF:
        conversation.bot_returns_at = max(conversation.bot_returns_at or at, at + STAFF_SILENCE)
    conversation.save(update_fields=["last_in_at", "unread", "bot_returns_at"])
    return line


def answer(
    conversation: Conversation,
    reply: Reply,
    *,
    key: str,
    now: dt.datetime,
    about: Collection[int] = (),
    told: chat_memory.Told = chat_memory.NOTHING,
) -> ChatMessage:
    """Queue and keep the machine's answer; `key` names what is answered, so that it is answered once.

    `about` are the agencies the answer tells of: it and what it answers are read by them alone. `told` is what the
    next message may rest on.
    """
    place = _place(conversation, about)
    asked = conversation.lines.filter(author=Author.CITIZEN).order_by("-at", "-id").first()
    if about and asked is not None and asked.agency_id is None:
        ChatMessage.objects.filter(pk=asked.pk).update(**place)
    elif place["agency_id"] and asked is not None:  # has just asked for a person there
        ChatMessage.objects.filter(pk=asked.pk, agency=None, of_several=False).update(**place)
    line = _say(
        conversation,
        reply.text,
        reply.message(),
        BOT_ANSWER,
        Author.BOT,
        key=key,
        now=now,
        command=reply.command,
        tells=reply.tells,
        **place,
    )
    if reply.memory is not None and reply.memory.get("erase"):
        # What was remembered goes too: a "thanks" must not be read as an answer to the question whether to erase.
        conversation.topic, conversation.memory_until, conversation.memory = (
            Conversation.ERASE_TOPIC,
            now + ERASE_AFTER,
            "",
        )
        conversation.save(update_fields=["topic", "memory_until", "memory"])
    elif conversation.topic != Conversation.ERASE_TOPIC:
        kept = chat_memory.recall(conversation, now) if reply.keep_memory else reply.memory
        chat_memory.keep(conversation, kept, now, told)
    return line


def reply(
    conversation: Conversation, text: str, *, by, now: dt.datetime, canned: CannedAnswer | None = None
) -> ChatMessage:
    """A member of staff answers: the conversation is theirs, the machine silent. Raises ActError."""
    allow(by, conversation)
    text = text.strip()
    if not text:
        raise ActError("Hãy viết nội dung trả lời.")
    if len(text) > messages.TEXT_LIMIT:
        raise ActError(f"Câu trả lời dài quá {messages.TEXT_LIMIT} ký tự Zalo cho phép. Hãy tách thành hai tin.")
    if not conversation.contact.may_be_replied(now):
        raise ActError(
            "Đã quá 7 ngày kể từ lần người dân nhắn cuối nên Zalo không cho trả lời. Hãy gọi điện, hoặc chờ "
            "người dân nhắn lại."
        )
    with transaction.atomic():
        row = thread_of(conversation.contact)
        if row.assigned_to_id not in (None, by.pk) and row.mode == Mode.STAFF:
            raise ActError(f"{row.assigned_to.get_full_name() or row.assigned_to} đang trả lời hội thoại này.")
        allow(by, row)
        row.agency_id = _agency_for(by, row)
        line = _say(
            row,
            text,
            Reply(text).message(),
            STAFF_ANSWER,
            Author.STAFF,
            key=f"staff{row.pk}-{by.pk}-{now.timestamp():.3f}",
            now=now,
            user=by,
            agency_id=row.agency_id,
        )
        row.mode, row.assigned_to, row.unread = Mode.STAFF, by, 0
        row.bot_returns_at = now + STAFF_SILENCE
        row.save(update_fields=["mode", "assigned_to", "unread", "bot_returns_at", "agency"])
        if canned is not None:
            CannedAnswer.objects.filter(pk=canned.pk).update(uses=F("uses") + 1)
    return line


def ask_person(conversation: Conversation, *, agency: Agency | None, topic: str, now: dt.datetime) -> None:
    """Put the conversation into the queue of staff; asking again keeps its place."""
    if conversation.mode == Mode.BOT:
        conversation.asked_person_at = now
        conversation.assigned_to = None
        conversation.unread = 1
    conversation.mode = Mode.WAITING if conversation.mode != Mode.STAFF else Mode.STAFF
    conversation.agency = agency or conversation.agency
    conversation.topic = topic[:120] or conversation.topic
    conversation.bot_returns_at = now + WAITING_MOST
    conversation.save(
        update_fields=["mode", "asked_person_at", "assigned_to", "unread", "agency", "topic", "bot_returns_at"]
    )


def waiting_before(conversation: Conversation) -> int:
    """How many people asked the same centre (or the same channel, without one) earlier and still wait."""
    queue = Conversation.objects.filter(mode=Mode.WAITING, asked_person_at__lt=conversation.asked_person_at)
    own = {"agency": conversation.agency_id} if conversation.agency_id else {"account": conversation.account_id}
    return queue.filter(**own).exclude(pk=conversation.pk).count()


def assign(conversation: Conversation, *, to, by, now: dt.datetime) -> None:
    """Give the conversation to a member of staff (or take it oneself). Raises ActError."""
    allow(by, conversation)
    if to is not None:
        allow(to, conversation, whose="Người được giao")
    changed = Conversation.objects.filter(pk=conversation.pk).exclude(mode=Mode.BOT)
    if not changed.update(assigned_to=to, bot_returns_at=now + WAITING_MOST):
        raise ActError("Hội thoại này đang do máy trả lời. Hãy viết câu trả lời để nhận hội thoại.")


def take(conversation: Conversation, *, by, now: dt.datetime) -> None:
    """Take a conversation oneself, out of the machine's hands too: from then on it is of one's own agency."""
    allow(by, conversation)
    place = Agency.objects.filter(pk=_agency_for(by, conversation)).first()
    if conversation.mode == Mode.BOT:
        ask_person(conversation, agency=place, topic=conversation.topic, now=now)
    elif conversation.agency_id is None:
        Conversation.objects.filter(pk=conversation.pk, agency=None).update(agency=place)
    assign(conversation, to=by, by=by, now=now)


def give_back(conversation: Conversation, *, by, now: dt.datetime) -> None:
    """The machine answers again from the citizen's next message on."""
    if by is not None:
        allow(by, conversation)
    Conversation.objects.filter(pk=conversation.pk).update(
        mode=Mode.BOT,
        assigned_to=None,
        unread=0,
        bot_returns_at=None,
        asked_person_at=None,
        memory="",
        memory_until=None,
    )
    conversation.mode, conversation.memory, conversation.memory_until = Mode.BOT, "", None


def overheard(conversation: Conversation, text: str, *, remote_id: str, at: dt.datetime) -> ChatMessage | None:
    """Keep what staff typed in Zalo's own console; the machine is silent as if they had answered here."""
    try:
        with transaction.atomic():
            line = ChatMessage.objects.create(
                conversation=conversation,
                author=Author.CONSOLE,
                text=text,
                remote_id=remote_id,
                at=at,
                **_place(conversation),
            )
    except IntegrityError:
        return None
    conversation.mode, conversation.unread = Mode.STAFF, 0
    conversation.last_out_at, conversation.bot_returns_at = at, at + STAFF_SILENCE
    conversation.save(update_fields=["mode", "unread", "last_out_at", "bot_returns_at"])
    return line


def return_due(*, now: dt.datetime) -> int:
    """How many conversations the machine took back; who waited in vain gets an apology and the telephone number."""
    due = Conversation.objects.exclude(mode=Mode.BOT).filter(bot_returns_at__lte=now).order_by("bot_returns_at")
    returned = 0
    for pk in list(due.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            row = thread_of(Contact.objects.get(conversation=pk))
            if row.mode == Mode.BOT or row.bot_returns_at is None or row.bot_returns_at > now:
                continue
            waited = row.mode == Mode.WAITING
            give_back(row, by=None, now=now)
            if waited and row.contact.may_be_replied(now):
                text = (
                    "Xin lỗi bạn, hôm nay cán bộ chưa kịp trả lời. Việc của bạn vẫn được ghi lại để cán bộ xem. "
                    "Cần gấp, nhắn “hỗ trợ” để lấy số điện thoại, hoặc “gặp cán bộ” để chờ tiếp."
                )
                answer(row, Reply(text, command="het-cho"), key=f"late{row.pk}-{now:%Y%m%d%H}", now=now)
            returned += 1
    return returned


# --- What staff see


def visible_to(user) -> QuerySet[Conversation]:
    """Return the conversations of the people of the user's agencies."""
    rows = belonging.conversations_of(user)
    return rows.select_related("contact__account", "account", "agency", "assigned_to", "dossier")


def allow(user, conversation: Conversation, *, whose: str = "Bạn") -> None:
    """Raise Forbidden unless the user may answer this conversation now."""
    if not user.has_perm(MAY_ANSWER):
        raise Forbidden(f"{whose} chưa được giao quyền trả lời người dân qua Zalo.")
    if not belonging.conversations_of(user).filter(pk=conversation.pk).exists():
        raise Forbidden("Hội thoại này thuộc cơ quan khác.")
    if conversation.mode != Mode.BOT and conversation.agency_id and not may_see(user, conversation.agency_id):
        raise Forbidden("Người dân đang nói chuyện với cơ quan khác. Chờ họ xong, hoặc gọi điện cho người dân.")


def _agency_for(user, conversation: Conversation) -> int | None:
    """Return in which agency's name the user answers: the one asked, else one's own that the person dealt with."""
    if conversation.agency_id and may_see(user, conversation.agency_id):
        return conversation.agency_id
    allowed = agency_ids_of(user)
    dealt = belonging.agencies_of([conversation.contact])[conversation.contact_id]
    own = sorted(dealt if allowed is None else dealt & allowed)
    place = membership_of(user)
    if place is not None and (place.agency_id in own or not own):
        return place.agency_id
    return own[0] if own else conversation.account.keeper_id


def _place(conversation: Conversation, about: Collection[int] = ()) -> dict:
    """Return whose a line is: of the one agency it is about, of several, else of the one that talks, else of none."""
    if about:
        one = len(set(about)) == 1
        return {"agency_id": next(iter(about)) if one else None, "of_several": not one}
    return {"agency_id": conversation.agency_id if conversation.mode != Mode.BOT else None, "of_several": False}


@dataclass(frozen=True, slots=True)
class Window:
    """How long a reply is still possible: `level` is free, paid or closed; `until` when that ends."""

    level: str
    until: dt.datetime | None


def window(contact: Contact, now: dt.datetime) -> Window:
    """Return the reply window of the contact (48 hours free, 7 days by the package's quota)."""
    last = contact.last_interaction_at
    if last is None or now >= last + REPLY_ALLOWED:
        return Window("closed", None)
    return Window("free", last + REPLY_FREE) if now < last + REPLY_FREE else Window("paid", last + REPLY_ALLOWED)


def _say(
    conversation: Conversation,
    text: str,
    message: dict,
    kind: MessageKind,
    author: str,
    *,
    key: str,
    now: dt.datetime,
    command: str = "",
    user=None,
    tells: int | None = None,
    agency_id: int | None = None,
    of_several: bool = False,
) -> ChatMessage:
    content = {"text": text, "message": message, "title": kind.title}
    row = outbox.draft(
        kind,
        Recipient(conversation.contact),
        content,
        account=conversation.account_id,
        dedupe=key,
        now=now,
        order_key=f"c{conversation.contact_id}",
        agency_id=agency_id,
        feedback_event_id=tells,
        subject=f"chat:{conversation.pk}",
    )
    outbox.enqueue([row])
    stored = OutboxMessage.objects.filter(dedupe_key=row.dedupe_key).only("pk").first()
    line = ChatMessage.objects.create(
        conversation=conversation,
        author=author,
        user=user,
        text=text,
        command=command[:60],
        outbox=stored,
        at=now,
        agency_id=agency_id,
        of_several=of_several,
    )
    conversation.last_out_at = now
    conversation.save(update_fields=["last_out_at"])
    return line
