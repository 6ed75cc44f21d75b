"""What each event of Zalo's catalogue does (zalo-openapi, section 6.4). A name that is not here is kept and ignored.

A handler runs inside the transaction that also ends its event; it only writes rows. It returns a note for the health
desk, and raises NotYet when the event speaks of a message that is not recorded yet.
"""

from __future__ import annotations

from collections.abc import Callable

from zalo.account import template_register
from zalo.api.answers import mapping, text, whole
from zalo.chat import (
    conversations,
    star_ratings,
    welcome,
)
from zalo.chat import (
    lookup as chat_lookup,
)
from zalo.chat import (
    memory as chat_memory,
)
from zalo.chat import (
    menu as chat_menu,
)
from zalo.chat import (
    understanding as chat,
)
from zalo.chat.commands import Turn
from zalo.chat.words import Said
from zalo.health import incidents
from zalo.inbound import media
from zalo.inbound.event import Incoming, NotYet
from zalo.messages.reply import Reply
from zalo.models import Account, OutboxMessage
from zalo.notices import feedback as feedback_notices
from zalo.notices import reconcile
from zalo.outbox import rows as outbox
from zalo.people import followers, linking

Handler = Callable[[Incoming], str | None]
GROUP_AND_OTHER = "Đã lưu; kênh không dùng sự kiện này."
_KIND_OF_ECHO = {"oa_send_file": "file", "oa_send_image": "image", "oa_send_gif": "gif", "oa_send_sticker": "sticker"}
_WITHOUT_WORDS = {
    "image": "Ảnh",
    "gif": "Ảnh động",
    "audio": "Ghi âm",
    "video": "Video",
    "file": "Tệp",
    "sticker": "Nhãn dán",
    "location": "Vị trí",
    "link": "Liên kết",
}


# --- People come, speak, leave


def follow(event: Incoming) -> str:
    contact = followers.meet(event.account, event.user_id, at=event.at, by_app=event.user_id_by_app)
    anew = followers.follow(contact, at=event.at, source=text(event.body.get("source")), now=event.now)
    if anew:
        welcome.say(contact, now=event.now)
    return "Quan tâm" if anew else "Đã quan tâm từ trước, hoặc tin đến muộn"


def unfollow(event: Incoming) -> str:
    contact = followers.meet(event.account, event.user_id, at=event.at)
    return "Bỏ quan tâm" if followers.unfollow(contact, at=event.at) else "Tin đến muộn"


def said(event: Incoming) -> str:
    """A message, a menu tap or a button's words: heard, kept, answered once."""
    contact = followers.meet(event.account, event.user_id, at=event.at, by_app=event.user_id_by_app)
    followers.interacted(contact, event.at)
    conversation = conversations.thread_of(contact)
    words, files = event.text, event.files
    line = conversations.heard(
        conversation, words or _described(event), at=event.at, remote_id=event.message_id, event=event.row
    )
    if line is None:
        return "Tin này đã nhận rồi"
    noted = media.note(line, files, now=event.now)
    turn = Turn(
        said=Said(words),
        contact=contact,
        conversation=conversation,
        account=event.account,
        now=event.now,
        event_key=f"e{event.row.pk}",
        memory=chat_memory.recall(conversation, event.now),
        files=len(noted),
    )
    reply = chat.answer(turn)
    if reply is None:
        return "Cán bộ đang trả lời"
    about = turn.concerned(reply)
    conversations.answer(conversation, reply, key=f"chat{event.row.pk}", now=event.now, about=about, told=turn.told)
    return f"Trả lời: {reply.command}"


def shared_info(event: Incoming) -> str:
    """The citizen answered the form: name and phone by their own choice; linking still asks for a second fact."""
    contact = followers.meet(event.account, event.user_id, at=event.at, by_app=event.user_id_by_app)
    followers.interacted(contact, event.at)
    info = mapping(event.body.get("info"))
    place = mapping(info.get("full_address"))
    province = text(place.get("user_city") or info.get("city"))
    phone = linking.share_phone(contact, text(info.get("phone")), name=text(info.get("name")), province=province)
    conversation = conversations.thread_of(contact)
    line = conversations.heard(
        conversation,
        "(Đã chia sẻ thông tin qua biểu mẫu của Zalo)",
        at=event.at,
        remote_id=f"info{event.row.pk}",
        event=event.row,
    )
    if line is None or conversation.mode != conversation.Mode.BOT:
        return "Đã chia sẻ thông tin"
    turn = Turn(Said(""), contact, conversation, event.account, event.now, f"e{event.row.pk}")
    reply = chat_lookup.phone_shared(turn, phone)
    conversations.answer(conversation, reply, key=f"chat{event.row.pk}", now=event.now)
    return "Đã chia sẻ số điện thoại" if phone else "Số điện thoại không đúng dạng"


def opened_chat(event: Incoming) -> str:
    """Pressed "Nhắn tin" for the first time: the chat says what it can do."""
    contact = followers.meet(event.account, event.user_id, at=event.at, by_app=event.user_id_by_app)
    followers.interacted(contact, event.at)
    conversation = conversations.thread_of(contact)
    if conversation.last_in_at or conversation.mode != conversation.Mode.BOT:
        return "Đã từng nhắn"
    if welcome.said_lately(contact, now=event.now):
        return "Vừa được chào khi quan tâm"
    hello = Reply(
        f"Xin chào, đây là {event.account.name}.\n{chat_menu.MENU_TEXT}", chat_menu.MENU_BUTTONS, command="chao"
    )
    conversations.answer(conversation, hello, key=f"chat{event.row.pk}", now=event.now)
    return "Mở hội thoại"


def called(event: Incoming) -> str:
    contact = followers.meet(event.account, event.user_id, at=event.at)
    followers.interacted(contact, event.at)
    return "Cuộc gọi qua Zalo"


def reacted(event: Incoming) -> str:
    if not event.user_id:
        return GROUP_AND_OTHER
    contact = followers.meet(event.account, event.user_id, at=event.at)
    conversation = conversations.thread_of(contact)
    icon = text(event.message.get("react_icon"))[:20]
    conversations.heard(
        conversation, f"(Bày tỏ cảm xúc {icon})", at=event.at, remote_id=f"react{event.row.pk}", event=event.row
    )
    return "Bày tỏ cảm xúc"


def profile_changed(event: Incoming) -> str:
    contact = followers.meet(event.account, event.user_id, at=event.at) if event.user_id else None
    if contact is not None:
        contact.profile_at = None
        contact.save(update_fields=["profile_at"])
    return "Hồ sơ Zalo của người dân thay đổi"


def withdrew(event: Incoming) -> str:
    """The person asked Zalo to have their data erased: it must be done, whatever they told us before."""
    contact = followers.meet(event.account, event.user_id, at=event.at)
    followers.erase(contact, how="Yêu cầu xoá dữ liệu qua Zalo", now=event.now)
    return "Đã xoá dữ liệu của người này"


# --- What became of our messages


def echoed(event: Incoming) -> str:
    """An `oa_send_*` echo: proof of a doubtful message, or what staff typed in Zalo's own console. Never answered."""
    by_hand = bool(text(mapping(event.body.get("sender")).get("admin_id")))
    if not by_hand:
        kind = _KIND_OF_ECHO.get(event.row.name, "text")
        proven = reconcile.confirm_echo(
            event.row.account_id, event.user_id, event.message_id, event.text, kind=kind, at=event.at
        )
        return "Chứng tỏ tin đã đi" if proven else "Tiếng vọng tin của hệ thống"
    if not event.user_id:
        return GROUP_AND_OTHER
    contact = followers.meet(event.account, event.user_id, at=event.at)
    conversation = conversations.thread_of(contact)
    words = event.text or _described(event)
    conversations.overheard(conversation, words, remote_id=event.message_id or f"echo{event.row.pk}", at=event.at)
    return "Cán bộ trả lời trên trang quản trị Zalo"


def received(event: Incoming) -> str:
    """Delivered to the phone; the true time of a template by phone is in the message itself."""
    done = outbox.mark_delivered(
        event.row.account_id,
        at=event.moment_of(event.message.get("delivery_time")),
        remote_id=event.message_id,
        tracking_id=text(event.message.get("tracking_id")),
    )
    if not done:
        raise NotYet("Tin chưa ghi xong hoặc không phải của hệ thống")
    feedback_notices.answer_arrived(event.row.account_id, event.message_ids, at=event.at)
    return "Tin đã tới"


def seen(event: Incoming) -> str:
    if outbox.mark_seen(event.row.account_id, event.message_ids, at=event.at):
        feedback_notices.answer_arrived(event.row.account_id, event.message_ids, at=event.at)
        return "Tin đã xem"
    known = OutboxMessage.objects.filter(account=event.row.account_id, remote_id__in=event.message_ids)
    if not known.exists():
        raise NotYet("Tin chưa ghi xong hoặc không phải của hệ thống")
    return "Đã xem từ trước"


def rated_template(event: Incoming) -> str:
    """A rating template's answer names no person, only the message; the message knows whose sheet it is."""
    rows = OutboxMessage.objects.filter(account=event.row.account_id)
    number = text(event.message.get("tracking_id")).removeprefix("tin")
    rows = (
        rows.filter(pk=int(number))
        if number.isascii() and number.isdigit() and len(number) < 19
        else outbox.by_remote_id(event.row.account_id, event.message_id)
    )
    row = rows.select_related("feedback_event__invitation").first()
    if row is None:
        raise NotYet("Chưa thấy tin mời đánh giá")
    invitation = row.feedback_event.invitation if row.feedback_event else None
    rate = whole(event.message.get("rate")) or 0
    if invitation is None:
        return f"Đánh giá {rate}/5 cho tin {row.pk}, không phải lời mời đánh giá hồ sơ"
    given_at = min(event.moment_of(event.message.get("submit_time")), event.now)
    reasons = event.message.get("feedbacks")
    words = [text(each) for each in reasons[:10]] if isinstance(reasons, list) else []
    return star_ratings.take(invitation, rate, at=given_at, words=[text(event.message.get("note")), *words])


# --- The account itself


def template_status(event: Incoming) -> str:
    status = text(mapping(event.body.get("status")).get("new_status")).upper()
    template_id, reason = text(event.body.get("template_id")), text(event.body.get("reason"))
    template_register.status_changed(event.row.account_id, template_id, status, reason, now=event.now)
    if status in ("REJECT", "DISABLE"):
        words = (
            f"Mẫu tin {template_id} bị {'từ chối' if status == 'REJECT' else 'tắt'}{': ' + reason if reason else ''}."
        )
        incidents.report(
            event.row.account_id,
            f"template:{template_id}",
            words,
            "Sửa mẫu theo lý do Zalo nêu rồi gửi duyệt lại; tạm thời hệ thống dùng cách gửi khác.",
            now=event.now,
        )
    elif status == "ENABLE":
        incidents.settle(event.row.account_id, f"template:{template_id}", now=event.now)
    return f"Mẫu {template_id}: {status}"


def template_quality(event: Incoming) -> str:
    template_id, quality = text(event.body.get("template_id")), text(event.body.get("quality"))
    template_register.quality_changed(event.row.account_id, template_id, quality, now=event.now)
    return f"Mẫu {template_id}: chất lượng {quality}"


def daily_quota(event: Incoming) -> str:
    new = whole(mapping(event.body.get("quota")).get("new_value"))
    if new is not None:
        Account.objects.filter(pk=event.row.account_id).update(template_quota=new)
    return f"Hạn mức ngày: {new}"


def revoked(event: Incoming) -> str:
    """An administrator took the grant back: nothing can be sent until somebody consents again."""
    words = "Quản trị viên OA đã thu hồi quyền của ứng dụng."
    Account.objects.filter(pk=event.row.account_id).update(grant=Account.Grant.CONSENT_NEEDED, grant_error=words)
    incidents.report(
        event.row.account_id,
        "grant",
        words,
        "Mở Official Account, bấm “Kết nối Zalo” và nhờ quản trị viên OA đồng ý lại.",
        now=event.now,
        loud=True,
    )
    return words


def kept(event: Incoming) -> str:
    return GROUP_AND_OTHER


def _described(event: Incoming) -> str:
    """Words for the thread about a message that has none."""
    parts = []
    for file in event.files:
        name = _WITHOUT_WORDS.get(file.kind, "Tệp")
        if file.kind == "location":
            parts.append(f"(Vị trí {file.latitude}, {file.longitude})")
        elif file.kind == "link":
            parts.append(f"(Liên kết {file.url or file.description})")
        else:
            parts.append(f"({name}{': ' + file.name if file.name else ''})")
    return " ".join(parts) or "(Không có nội dung)"


_SAID = ("text", "image", "link", "audio", "video", "sticker", "location", "file", "business_card", "gif")
_ECHOES = ("text", "image", "gif", "list", "file", "sticker", "template")
_KEPT = (
    *("add_user_to_tag", "remove_user_from_tag", "remove_tag", "oa_reacted_message", "oa_send_consent"),
    *("user_reply_consent", "oa_call_user", "user_click_response_button", "widget_interaction_accepted"),
    *("widget_failed_to_sync_user_external_id", "change_oa_template_tags", "change_template_quota"),
    *("anonymous_send_text", "anonymous_send_image", "anonymous_send_file", "anonymous_send_sticker"),
    *("oa_send_anonymous_text", "oa_send_anonymous_image", "oa_send_anonymous_file", "oa_send_anonymous_sticker"),
)
HANDLERS: dict[str, Handler] = {
    "follow": follow,
    "unfollow": unfollow,
    **{f"user_send_{kind}": said for kind in _SAID},
    **{f"oa_send_{kind}": echoed for kind in _ECHOES},
    **dict.fromkeys(_KEPT, kept),
    "user_submit_info": shared_info,
    "user_click_chatnow": opened_chat,
    "user_call_oa": called,
    "user_reacted_message": reacted,
    "update_user_info": profile_changed,
    "user_withdraw": withdrew,
    "user_received_message": received,
    "user_seen_message": seen,
    "user_feedback": rated_template,
    "change_template_status": template_status,
    "change_template_quality": template_quality,
    "change_oa_daily_quota": daily_quota,
    "permission_revoked": revoked,
}
