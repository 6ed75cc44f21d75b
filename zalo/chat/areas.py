"""Chat words for being told about a commune: "báo tôi khi cúp điện ở xã X", "dừng báo cúp điện"."""

from __future__ import annotations

from django.conf import settings

from dossiers.search_text import fold
from zalo.chat.commands import Command, Turn, register
from zalo.chat.words import phrase_alike
from zalo.messages.reply import Reply, say, visit
from zalo.models import AreaSubscription
from zalo.people import area_wishes

Topic = AreaSubscription.Topic
SLUG = "bao-theo-xa"
_URGENT = ("khan cap", "khan", "bao lu", "thien tai")
_KINDS = ("xa", "phuong", "dac khu", "thi tran")


def asked(turn: Turn) -> Reply:
    """Note the wish, or ask for the commune when none, or an unknown one, was named."""
    return _noted(turn, _topic(turn))


def commune_named(turn: Turn) -> Reply:
    """Read the commune after the question for it."""
    topic = str(turn.memory.get("topic", Topic.POWER_CUT))
    return _noted(turn, Topic(topic) if topic in Topic.values else Topic.POWER_CUT, alone=True)


def _topic(turn: Turn) -> Topic:
    said = f" {turn.said.folded} "
    return Topic.URGENT if any(f" {words} " in said for words in _URGENT) else Topic.POWER_CUT


def _noted(turn: Turn, topic: Topic, *, alone: bool = False) -> Reply:
    area = commune_in(turn.said.folded, alone=alone)
    if not area:
        return Reply(
            f"Bạn ở xã, phường nào? Nhắn tên xã, ví dụ “{_example()}”. Tôi sẽ báo khi có “{topic.label.lower()}” ở đó.",
            (say("Thôi"), say("Menu")),
            memory={"step": f"{SLUG}:xa", "topic": str(topic)},
            command=SLUG,
        )
    name = area_wishes.communes()[area]
    try:
        new = area_wishes.add(turn.contact, topic, area, how=f"Nhắn “{turn.said.folded}”", now=turn.now)
    except area_wishes.TooManyAreas:
        return Reply(
            f"Bạn đã nhận tin của {area_wishes.MOST} xã. Nhắn “dừng báo {_short(topic)}” rồi đăng ký lại xã cần nhất.",
            (say("Đang nhận tin gì"), say("Menu")),
            command=SLUG,
        )
    said = "Đã ghi" if new else "Bạn đã đăng ký từ trước"
    return Reply(
        f"{said}: báo cho bạn khi có “{topic.label.lower()}” ở {name}. Miễn phí; chỉ dùng để báo việc này. "
        f"Thôi nhận: nhắn “dừng báo {_short(topic)}”.",
        (say("Đang nhận tin gì"), say(f"Dừng báo {_short(topic)}"), say("Menu")),
        command=SLUG,
    )


def ended(turn: Turn) -> Reply:
    """End the wishes of a topic, of one commune when it is named."""
    topic = _topic(turn)
    area = commune_in(turn.said.folded)
    if not area and any(f" {kind} " in f" {turn.said.folded} " for kind in _KINDS):
        return Reply(
            f"Bạn muốn thôi báo {_short(topic)} ở xã nào? Nhắn “dừng báo {_short(topic)} ở {_example()}”, hoặc “dừng "
            f"báo {_short(topic)}” để thôi ở mọi xã.",
            (say("Đang nhận tin gì"), say(f"Dừng báo {_short(topic)}"), say("Menu")),
            command=SLUG,
        )
    count = area_wishes.end(turn.contact, topic=topic, area=area or None, now=turn.now)
    where = f" ở {area_wishes.communes()[area]}" if area else ""
    text = f"Đã thôi báo {_short(topic)}{where}." if count else f"Bạn không đăng ký nhận báo {_short(topic)}{where}."
    return Reply(f"{text} Đăng ký lại: nhắn “báo tôi khi {_short(topic)} ở xã …”.", (say("Menu"),), command=SLUG)


def listed(turn: Turn) -> Reply:
    """Return what the person asked to be told about."""
    page = f"{settings.PUBLIC_BASE_URL}/nhan-tin/{area_wishes.page_key(turn.contact)}/"
    wishes = area_wishes.of(turn.contact)
    if not wishes:
        return Reply(
            "Bạn chưa đăng ký nhận tin theo xã. Nhắn “báo tôi khi cúp điện ở xã …” để đăng ký, hoặc chọn trên trang "
            f"(mở được trong một ngày, đừng gửi cho ai): {page}",
            (visit("Chọn trên trang", page), say("Menu")),
            command=SLUG,
        )
    lines = [f"• {wish.get_topic_display()}: {wish.area_name}" for wish in wishes]
    return Reply(
        "Bạn đang nhận tin:\n" + "\n".join(lines) + "\nThôi nhận: nhắn “dừng báo cúp điện” hoặc “dừng báo khẩn cấp”. "
        f"Chọn, thôi nhận từng xã trên trang (mở được trong một ngày, đừng gửi cho ai): {page}",
        (visit("Chọn trên trang", page), say("Dừng báo cúp điện"), say("Menu")),
        command=SLUG,
    )


def commune_in(words: str, *, alone: bool = False) -> str:
    """Return the key of the commune named in folded words, slips allowed; "" for none or one nobody knows."""
    known = area_wishes.communes()
    padded = f" {fold(words)} "
    found = [area for area in known if f" {area} " in padded]
    if found:
        return max(found, key=len)
    for kind in (*_KINDS, *([""] if alone else [])):
        at = padded.find(f" {kind} ") if kind else 0
        if at < 0:
            continue
        typed = tuple(padded[at + len(kind) + 1 :].split())
        for length in range(min(4, len(typed)), 0, -1):
            near = [area for area in known if phrase_alike(typed[:length], tuple(area.split()))]
            if len(near) == 1:
                return near[0]
    return ""


def _example() -> str:
    return next(iter(sorted(area_wishes.communes().values())), "xã …")


def _short(topic: str) -> str:
    return "khẩn cấp" if topic == Topic.URGENT else "cúp điện"


register(
    Command(
        slug=SLUG,
        title="Báo theo xã",
        phrases=(
            "báo tôi khi cúp điện", "báo cho tôi khi cúp điện", "nhắc tôi khi cúp điện", "báo khi cúp điện",
            "báo tôi khi mất điện", "báo cho tôi khi mất điện", "nhắc tôi khi mất điện", "đăng ký báo cúp điện",
            "đăng ký nhận lịch cúp điện", "đăng ký lịch cúp điện", "báo tôi lịch cúp điện", "báo cúp điện cho tôi",
            "báo tôi khi có thông báo khẩn cấp", "báo tôi khi khẩn cấp", "đăng ký báo khẩn cấp",
            "báo khẩn cấp cho tôi", "đăng ký nhận thông báo khẩn cấp",
        ),
        answer=asked,
        steps={"xa": commune_named},
        hint="báo tôi khi cúp điện ở xã …: được báo trước khi xã mình cúp điện",
        takes_all=True,
        order=72,
    )
)  # fmt: skip
register(
    Command(
        slug="dung-bao-theo-xa",
        title="Dừng báo theo xã",
        phrases=(
            "dừng báo cúp điện", "thôi báo cúp điện", "huỷ báo cúp điện", "dừng báo mất điện", "dừng báo khẩn cấp",
            "thôi báo khẩn cấp", "huỷ báo khẩn cấp", "đừng báo cúp điện nữa",
        ),
        answer=ended,
        takes_all=True,
        order=73,
    )
)  # fmt: skip
register(
    Command(
        slug="dang-nhan-tin-gi",
        title="Đang nhận tin gì",
        phrases=("đang nhận tin gì", "tôi đang nhận tin gì", "đăng ký nhận gì"),
        answer=listed,
        order=74,
    )
)
