"""Dossiers in chat: by code, by what this person is linked to, and linking itself.

A typed code shows tier 1 only; the full answer is for whoever the dossier is linked to (dossiers.lookup.tiers).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.conf import settings
from django.templatetags.static import static

from dossiers.dossier_codes import EXAMPLE
from dossiers.lookup import asked_after, delivery
from dossiers.lookup import tiers as lookup
from dossiers.lookup.pages import listed_of
from dossiers.lookup.rows import LISTED_COLUMNS
from dossiers.lookup.tiers import Glance, OwnDossiers
from dossiers.models import Dossier
from dossiers.privacy import guessing
from dossiers.receipt_spellings import found_in
from dossiers.written_dates import said_moment, written_day
from zalo.chat import link_words
from zalo.chat.commands import Command, Turn, find, register
from zalo.chat.dossier_lines import listed_line, progress_lines
from zalo.chat.words import Said
from zalo.messages.reply import Button, Reply, pick, say, visit
from zalo.people import linking

MOST_CODES = 3
SEEN_IN_CHAT = "Trò chuyện Zalo, người đã kết nối"
LISTED = 5
LONGEST_REMARK = 30  # longer than any way to say four digits: the person has moved on
SHARE = "chia sẻ số điện thoại"
_RECEIPT_PAGE = re.compile(r"/h/([A-Za-z0-9_-]{8,32})(?![A-Za-z0-9_-])")


def link_code(turn: Turn, *, strict: bool = False) -> Reply | None:
    """Return the answer to `#HS 482193` in any spelling, spoken too; None when the message is something else."""
    digits = link_words.code_in(turn.said, strict=strict)
    if not digits and link_words.like_a_code(turn.said):
        return Reply(
            "Mã kết nối là #HS và 6 chữ số, ví dụ #HS 482193; mã có hiệu lực 30 phút. Bạn xem lại mã trên màn hình "
            "hoặc nhờ cán bộ tại quầy cấp mã mới.",
            (say("Gặp cán bộ"), say("Hướng dẫn"), say("Menu")),
            keep_memory=True,
            command=linking.WRONG,
        )
    if not digits or (_expects_digits(turn) and "#" not in turn.said.plain):
        return None
    try:
        link, made = linking.redeem(turn.contact, digits, now=turn.now)
    except linking.LinkRefused as refused:
        return Reply(str(refused), (say("Gặp cán bộ"), say("Menu")), keep_memory=True, command=linking.WRONG)
    dossier = link.dossier
    turn.about.add(dossier.agency_id)
    head = "Đã kết nối" if made else "Hồ sơ này đã kết nối từ trước"
    due = f"\nHẹn trả: {said_moment(dossier.due_at)}" if dossier.due_at else ""
    return Reply(
        f"{head} hồ sơ {dossier.shown_number} với Zalo này.\nThủ tục: {dossier.procedure_name}{due}\n"
        "Từ nay mỗi bước giải quyết sẽ được báo tại đây. Nhắn “hồ sơ của tôi” để xem bất cứ lúc nào, “dừng” để "
        "thôi nhận.",
        (say("Hồ sơ của tôi"), visit("Xem tiến độ", page_of(dossier.token)), say("Menu")),
        command="ket-noi",
    )


def dossier_codes(turn: Turn) -> Reply | None:
    """Return the state of the dossiers whose codes stand in the message; None when there is none."""
    codes = link_words.codes_in(turn.said.plain)
    if not codes:
        return None
    return _each(turn, codes)


def _each(turn: Turn, codes: Sequence[str]) -> Reply:
    """Return the state of each dossier, the first MOST_CODES of them."""
    shown = [one_dossier(turn, code) for code in codes[:MOST_CODES]]
    turn.tells("dossier", dossiers=tuple(codes[:MOST_CODES]))
    if len(shown) == 1:
        return shown[0]
    text = "\n\n".join(reply.text for reply in shown)
    if len(codes) > MOST_CODES:
        text += f"\n\nMỗi lần tôi trả lời {MOST_CODES} mã; bạn nhắn tiếp các mã còn lại."
    return Reply(text, (say("Hồ sơ của tôi"), say("Menu")), command="ma-ho-so")


def receipt_page(turn: Turn) -> Reply | None:
    """Return tier 1 of the dossier whose printed address was pasted; None when there is no such address."""
    token = _RECEIPT_PAGE.search(turn.said.plain)
    if token is None:
        return None
    try:
        _count_code(turn)
    except guessing.TooMany as over:
        return _wait(over)
    found = lookup.by_token(token[1], now=turn.now)
    if found is None:
        text = f"Địa chỉ này không mở được hồ sơ nào. Bạn nhắn mã hồ sơ in trên giấy tiếp nhận, ví dụ {EXAMPLE}."
        return Reply(text, (say("Gặp cán bộ"), say("Menu")), command="ma-ho-so")
    return _shown(turn, found, "trên giấy")


def follow_up(turn: Turn) -> Reply | None:
    """Return what is asked about the dossiers told last, or about one's own when they were listed; None when none was.

    The whole answer is told again: who holds it, until when, what is to be done are lines of it.
    """
    if turn.told.about != "dossier":
        return None
    return _each(turn, turn.told.dossiers) if turn.told.dossiers else mine_meant(turn)


def mine_meant(turn: Turn) -> Reply:
    """Return the person's dossiers, asked for in other words than the command's."""
    turn.said, turn.rest = Said("hồ sơ của tôi"), ""
    return mine(turn) or _nothing_linked(turn)


def any_number(turn: Turn) -> Reply | None:
    """Return what a receipt number or an outside code of one word finds; None when it finds nothing."""
    like_one = found_in(turn.said.plain)
    typed = like_one or turn.said.plain
    if len(typed.split()) > 3 or sum(ch.isdigit() for ch in typed) < 4 or len(typed) > 60:
        return None
    try:
        _count_code(turn)
    except guessing.TooMany as over:
        return _wait(over)
    found = lookup.by_code(typed, now=turn.now)
    if found is None:
        return _not_found(typed.upper()) if like_one else None
    return _shown(turn, found, typed)


def one_dossier(turn: Turn, code: str) -> Reply:
    """Return the state of the dossier with this code: in full for whoever it is linked to, tier 1 for others."""
    own = linking.dossiers_of(turn.contact).filter(code=code).values_list("pk", flat=True).first()
    if own:
        return _detail(turn, own)
    try:
        _count_code(turn)
    except guessing.TooMany as over:
        return _wait(over)
    found = lookup.by_code(code, now=turn.now)
    if found is None:
        return _not_found(code)
    return _shown(turn, found, code)


def _not_found(number: str) -> Reply:
    return Reply(
        f"Không tìm thấy hồ sơ {number}. Bạn xem lại từng ký tự trên giấy tiếp nhận (số 0 khác chữ O), "
        "hoặc quét mã QR trên giấy bằng Zalo. Vẫn không thấy thì nhắn “gặp cán bộ”.",
        (say("Gặp cán bộ"), visit("Tra cứu trên trang", f"{settings.PUBLIC_BASE_URL}/tra-cuu/"), say("Menu")),
        command="ma-ho-so",
    )


def _count_code(turn: Turn) -> None:
    """Count one code asked for by somebody it is not linked to. Raises TooMany: codes are not to be walked."""
    guessing.count(guessing.CHAT_CODES, [linking.caller(turn.contact)], now=turn.now.timestamp())


def _wait(over: guessing.TooMany) -> Reply:
    wait = "đến ngày mai" if over.minutes > 60 else f"{over.minutes} phút"
    return Reply(
        f"Bạn đã hỏi nhiều mã hồ sơ. Hãy chờ {wait} rồi hỏi tiếp; hồ sơ đã kết nối thì nhắn “hồ sơ của tôi” lúc nào "
        "cũng xem được.",
        (say("Hồ sơ của tôi"), say("Gặp cán bộ"), say("Menu")),
        command="ma-ho-so",
    )


def mine(turn: Turn) -> Reply | None:
    """Return the dossiers linked to this person, newest first (S3-26); None when "hồ sơ …" is about something else."""
    if turn.said.core[:2] == ("ho", "so") and _about_else(turn.rest):
        return None
    before = turn.memory.get("before") if turn.rest.strip().startswith("tiep") else None
    rows = linking.dossiers_of(turn.contact)
    turn.tells("dossier")
    if isinstance(before, int):
        rows = rows.filter(pk__lt=before)
    found = list(rows.values(*LISTED_COLUMNS)[: LISTED + 1])
    if not found:
        return _nothing_linked(turn)
    _concerns(turn, pk__in=[row["id"] for row in found[:LISTED]])
    listed = [listed_of(row, turn.now) for row in found[:LISTED]]
    if len(listed) == 1 and before is None:
        return _detail(turn, found[0]["id"])
    asked_after.told(asked_after.CHAT, [row.code for row in listed])
    lines = [f"{place}. {listed_line(row)}" for place, row in enumerate(listed, start=1)]
    more = len(found) > LISTED
    text = "Hồ sơ của bạn, mới nhất trước:\n" + "\n".join(lines) + "\nNhắn số thứ tự để xem rõ một hồ sơ."
    buttons: tuple[Button, ...] = tuple(pick(row.code, row.code) for row in listed[:3])
    if more:
        text += " Nhắn “hồ sơ của tôi tiếp” để xem các hồ sơ trước."
        buttons = (*buttons, say("Xem tiếp", "Hồ sơ của tôi tiếp"))
    memory = {"choices": [row.code for row in listed], "before": found[LISTED - 1]["id"] if more else None}
    return Reply(text, (*buttons, say("Menu")), memory=memory, command="ho-so-cua-toi")


def share_phone(turn: Turn) -> Reply:
    """Ask for the phone with Zalo's own form; the answer comes as `user_submit_info`."""
    return Reply(
        "Bấm vào khung bên dưới để chia sẻ số điện thoại bạn đã ghi khi nộp hồ sơ. "
        "Số này chỉ dùng để tìm và báo tin hồ sơ của bạn.",
        memory={"step": "chia-se-so:last4"},
        command="chia-se-so",
        ask_for_info={
            "title": "Chia sẻ số điện thoại để tìm hồ sơ",
            "subtitle": "Chúng tôi chỉ dùng để tìm hồ sơ của bạn và báo tin; bạn rút lại bất cứ lúc nào.",
            "image_url": settings.PUBLIC_BASE_URL + static("zalo/chia-se.png"),
        },
    )


def phone_shared(turn: Turn, phone: str) -> Reply:
    """Return the next step after the person shared a phone: the second fact, or how else to link."""
    if not phone:
        return Reply(
            "Số điện thoại vừa chia sẻ không đúng dạng số Việt Nam. Bạn nhắn mã hồ sơ trên giấy tiếp nhận để tra cứu.",
            (say("Gặp cán bộ"), say("Menu")),
            command="chia-se-so",
        )
    # The same question whether or not anybody handed in under this number: a phone typed into the form is no oracle.
    return Reply(
        "Đã nhận số điện thoại. Để chắc chắn là bạn, nhắn 4 số cuối CCCD/CMND (hoặc mã số thuế) đã ghi khi nộp hồ sơ.",
        memory={"step": "chia-se-so:last4"},
        command="chia-se-so",
    )


def last_four(turn: Turn) -> Reply | None:
    """Read the second fact of linking by phone."""
    digits = turn.said.digits
    if len(digits) != 4:
        something_else = not digits and (len(turn.said.plain) > LONGEST_REMARK or find(turn.said) is not None)
        if not turn.contact.phone or something_else:
            return None
        return Reply(
            "Bạn nhắn đúng 4 chữ số cuối của CCCD/CMND, ví dụ 1234. Nhắn “thôi” nếu không muốn kết nối.",
            memory=turn.memory,
            command="chia-se-so",
        )
    try:
        linking.confirm_phone(turn.contact, digits, now=turn.now)
    except linking.LinkRefused as refused:
        return Reply(str(refused), (say("Gặp cán bộ"), say("Thôi")), memory=turn.memory, command=linking.WRONG)
    listed = mine(turn)
    return Reply(
        "Đã kết nối. Từ nay tin về các hồ sơ này được gửi tại đây; nhắn “dừng” để thôi nhận.\n\n" + listed.text,
        listed.buttons,
        memory=listed.memory,
        command="ket-noi",
    )


_PLAIN_REST = frozenset(
    "tiep nay kia do dau den toi roi chua cua em minh anh chi nao the sao a nhe voi co ket qua xong".split()
)


def _about_else(rest: str) -> bool:
    """Whether "hồ sơ" is followed by what it is about ("hồ sơ khai sinh cần gì"): a procedure, not one's dossiers."""
    return bool(set(rest.split()) - _PLAIN_REST)


def _nothing_linked(turn: Turn) -> Reply:
    return Reply(
        "Zalo này chưa kết nối hồ sơ nào. Có ba cách:\n"
        "• Quét mã QR trên giấy tiếp nhận, bấm “Nhận tin qua Zalo” rồi gửi mã #HS cho kênh.\n"
        "• Nhờ cán bộ tại quầy đọc mã #HS.\n"
        f"• Nhắn “{SHARE}” rồi xác nhận bằng 4 số cuối CCCD.\n"
        "Chỉ cần xem một hồ sơ: nhắn mã hồ sơ.",
        (say("Chia sẻ số điện thoại"), say("Hướng dẫn"), say("Menu")),
        command="ho-so-cua-toi",
    )


def _concerns(turn: Turn, **dossiers) -> None:
    """Note whose dossiers the answer tells of."""
    turn.about.update(Dossier.objects.filter(**dossiers).values_list("agency_id", flat=True))


def _shown(turn: Turn, found: Glance | OwnDossiers, typed: str) -> Reply:
    shown = found.rows if isinstance(found, OwnDossiers) else [found]
    turn.tells("dossier", dossiers=tuple(row.code for row in shown))
    asked_after.told(asked_after.CHAT, [row.code for row in shown])
    _concerns(turn, code__in=[row.code for row in shown])
    if isinstance(found, OwnDossiers):
        lines = [f"{place}. {listed_line(row)}" for place, row in enumerate(found.rows[:9], start=1)]
        return Reply(
            f"Số biên nhận {typed} có {len(found.rows)} hồ sơ:\n" + "\n".join(lines) + "\nNhắn số thứ tự để xem rõ.",
            (say("Hồ sơ của tôi"), say("Menu")),
            memory={"choices": [row.code for row in found.rows[:9]]},
            command="ma-ho-so",
        )
    text = "\n".join(progress_lines(found))
    page = f"{settings.PUBLIC_BASE_URL}/tra-cuu/"
    more = f"Xem rõ từng mục (thêm 4 số cuối giấy tờ): {page}" if found.is_explained else f"Xem trên trang: {page}"
    text += f"\n{more}"
    buttons = (say("Hồ sơ của tôi"), *_call(found), say("Gặp cán bộ"))
    return Reply(text, buttons, command="ma-ho-so")


def _detail(turn: Turn, pk: int) -> Reply:
    found = lookup.opened(pk, now=turn.now, via=SEEN_IN_CHAT)
    if found is None:
        return _nothing_linked(turn)
    _concerns(turn, pk=pk)
    turn.tells("dossier", dossiers=(found.code,))
    asked_after.told(asked_after.CHAT, [found.code])
    lines = progress_lines(found)
    lines += [
        f"• {reason.paper + ': ' if reason.paper else ''}{reason.what}. Vì: {reason.why}" for reason in found.reasons
    ]
    lines += [f"Hạn nộp bổ sung: {written_day(found.last_day)}"] if found.last_day else []
    if found.payment_due:
        lines.append(f"Số tiền phải nộp: {found.payment_due:,.0f} đồng".replace(",", "."))
    if found.note:
        lines.append(f"Cơ quan nhắn: {found.note}")
    if found.awaits_collection and found.way is not delivery.Way.COUNTER:
        lines.append(found.duty)
    elif found.awaits_collection:
        lines.append(f"Nơi nhận: {found.result_place or ', '.join(filter(None, (found.agency, found.address)))}")
        lines += [f"Giờ nhận: {found.hours}"] if found.hours else []
        lines.append("Mang theo: giấy tiếp nhận và căn cước; nhận thay thêm giấy uỷ quyền.")
    token = Dossier.objects.filter(pk=pk).values_list("token", flat=True).first() or ""
    buttons = (visit("Xem đầy đủ", page_of(token)), *_call(found), say("Hồ sơ của tôi"), say("Gặp cán bộ"))
    return Reply("\n".join(lines), buttons, command="ma-ho-so")


def _call(found: Glance) -> tuple[Button, ...]:
    from zalo.chat.support import call_button

    return (call_button(found.lines[0]),) if found.lines else ()


def _expects_digits(turn: Turn) -> bool:
    return str(turn.memory.get("step", "")).endswith(":last4")


def page_of(token: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}/h/{token}/"


register(
    Command(
        slug="ho-so-cua-toi",
        title="Hồ sơ của tôi",
        phrases=("hồ sơ của tôi", "hồ sơ tôi", "hồ sơ của em", "hồ sơ của mình", "xem hồ sơ", "hồ sơ"),
        loose=(
            "hồ sơ của tôi",
            "hồ sơ của em",
            "hồ sơ của mình",
            "hồ sơ tôi",
            "hồ sơ em",
            "đã có kết quả chưa",
            "có kết quả chưa",
            "bao giờ có kết quả",
            "khi nào có kết quả",
            "xong chưa",
            "tới đâu rồi",
            "đến đâu rồi",
        ),
        answer=mine,
        hint="mã hồ sơ, hoặc hồ sơ của tôi: xem hồ sơ đang ở bước nào",
        order=10,
    )
)
register(
    Command(
        slug="chia-se-so",
        title="Chia sẻ số điện thoại",
        phrases=(SHARE, "chia sẻ số", "kết nối số điện thoại", "kết nối bằng số điện thoại", "liên kết số điện thoại"),
        answer=share_phone,
        steps={"last4": last_four},
        hint="#HS và mã trên giấy tiếp nhận: kết nối hồ sơ với Zalo này",
        order=15,
    )
)
