"""Support and information in chat: hotlines to tap, addresses, hours; managed links of the channel (S1-04, S1-10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from dossiers.lookup import agency_cards
from dossiers.models import Agency
from dossiers.search_text import fold
from dossiers.written_dates import said_moment
from zalo.account.agencies_served import served_by
from zalo.chat.commands import Command, Turn, register
from zalo.messages.reply import Button, Reply, call, say, visit
from zalo.models import MenuItem

SHOWN = 4
INFORMATION = "thong-tin"
NATIONAL_PORTAL = "https://dichvucong.gov.vn/"


def support(turn: Turn) -> Reply:
    """Return whom to call, where to go and when, of the centres this channel serves."""
    today = timezone.localdate(turn.now)
    agencies = chosen(turn, turn.rest)
    lines, buttons = ["Hỗ trợ:"], []
    for agency in agencies[:SHOWN]:
        card = agency_cards.card(agency.pk, today)
        if card is None:
            continue
        lines.append(f"\n{card.name}")
        lines += [f"Địa chỉ: {card.address}"] if card.address else []
        lines += [f"Giờ làm việc: {card.hours}"] if card.hours else []
        for line in card.lines[:3]:
            hours = f" ({line.hours})" if line.hours else ""
            lines.append(f"{line.label or 'Điện thoại'}: {line.phone}{hours}")
        buttons += [call_button(line) for line in card.lines[:1]]
    page = f"{settings.PUBLIC_BASE_URL}/ho-tro/"
    if len(agencies) > SHOWN:
        lines.append(f"\nCòn {len(agencies) - SHOWN} nơi khác: nhắn “hỗ trợ” kèm tên xã, phường, hoặc xem {page}")
    if len(lines) == 1:
        lines.append(f"Danh sách số điện thoại hỗ trợ: {page}")
    return Reply("\n".join(lines), (*buttons[:3], say("Gặp cán bộ"), say("Menu")), command="ho-tro")


def chosen(turn: Turn, words: str) -> list[Agency]:
    """Return the agencies meant by the words, else that of the person's own matter, else all the channel serves."""
    agencies = served_by(turn.account.pk, timezone.localdate(turn.now))
    wanted = [word for word in fold(words).split() if word not in {"o", "tai", "xa", "phuong", "cua", "cho"}]
    named = [agency for agency in agencies if wanted and all(word in agency.name_folded.split() for word in wanted)]
    if named:
        return named
    own = turn.conversation.agency_id
    first = [agency for agency in agencies if agency.pk == own]
    return first + [agency for agency in agencies if agency.pk != own]


def call_button(line: agency_cards.Line) -> Button:
    return call(f"Gọi {line.phone}", line.dial)


def lead_also_to(links: Callable[[], list[tuple[str, str]]]) -> None:
    """Have the answer to "thông tin" name further (title, address) pairs, which the site above knows."""
    _further.append(links)


_further: list[Callable[[], list[tuple[str, str]]]] = []


def information(turn: Turn) -> Reply:
    """Return the channel's managed links; what the site adds by `lead_also_to` follows."""
    items = MenuItem.objects.filter(account=turn.account, act=MenuItem.Act.URL).filter(
        Q(parent__isnull=True) | Q(parent__title__icontains="Thông tin") | Q(parent__title__icontains="Tin")
    )
    links = [(item.title, item.payload) for item in items.order_by("parent_id", "position", "id")[:6]]
    base = settings.PUBLIC_BASE_URL
    links = links or [
        ("Tin tức", f"{base}/tin-tuc/"),
        ("Tra cứu thông tin", f"{base}/thong-tin/"),
        ("Cổng Dịch vụ công Quốc gia", NATIONAL_PORTAL),
    ]
    known = {url for _title, url in links}
    links += [pair for further in _further for pair in further() if pair[1] not in known]
    lines = [f"• {title}: {url}" for title, url in links]
    return Reply(
        "Thông tin:\n" + "\n".join(lines) + "\nHỏi về thủ tục: nhắn “thủ tục” kèm tên.",
        (*[visit(title, url) for title, url in links[:3]], say("Menu")),
        command="thong-tin",
    )


def news(turn: Turn) -> Reply:
    page = f"{settings.PUBLIC_BASE_URL}/tin-tuc/"
    return Reply(f"Tin tức và video hướng dẫn: {page}", (visit("Xem tin tức", page), say("Menu")), command="tin-tuc")


def submit(turn: Turn) -> Reply:
    """Return how to hand in a dossier online (S1-05, S3-07)."""
    page = f"{settings.PUBLIC_BASE_URL}/nop-ho-so/"
    return Reply(
        "Nộp hồ sơ trực tuyến: chọn thủ tục, chuẩn bị giấy tờ, rồi nộp ngay tại trang này hoặc trên Cổng Dịch vụ công. "
        f"Bắt đầu tại {page}. Nhắn “thủ tục” kèm tên để biết cần giấy tờ gì trước khi nộp.",
        (visit("Nộp hồ sơ", page), say("Thủ tục"), say("Hỗ trợ"), say("Menu")),
        command="nop-ho-so",
    )


def when_open(agency: Agency | None, now: dt.datetime) -> str:
    """Return when staff answer next, as part of a sentence; "" inside working hours or when nothing is known."""
    from dossiers.deadlines.calendars import calendar_of
    from dossiers.deadlines.working_time import CalendarError, add_working_minutes

    if agency is None:
        return ""
    try:
        start = add_working_minutes(now, 1, calendar_of(agency.pk)) - dt.timedelta(minutes=1)
    except CalendarError:
        return ""
    if start - now < dt.timedelta(minutes=2):
        return ""
    return f"từ {said_moment(start)}"


register(
    Command(
        slug="ho-tro",
        title="Hỗ trợ",
        phrases=(
            "hỗ trợ",
            "hotline",
            "số điện thoại",
            "điện thoại hỗ trợ",
            "đường dây nóng",
            "liên hệ",
            "địa chỉ",
            "giờ làm việc",
            "tổng đài",
        ),
        loose=(
            "số điện thoại",
            "giờ làm việc",
            "mấy giờ làm việc",
            "địa chỉ ở đâu",
            "làm việc thứ bảy",
            "đường dây nóng",
            "hotline",
        ),
        answer=support,
        hint="hỗ trợ: số điện thoại, địa chỉ, giờ làm việc",
        order=60,
    )
)
register(
    Command(
        slug=INFORMATION,
        title="Thông tin",
        phrases=("thông tin", "tra cứu thông tin"),
        answer=information,
        hint="thông tin: tin tức và các trang tra cứu",
        order=70,
    )
)
register(
    Command(
        slug="tin-tuc",
        title="Tin tức",
        phrases=("tin tức", "tin mới", "video", "video hướng dẫn", "xem tin"),
        answer=news,
        order=71,
    )
)
register(
    Command(
        slug="nop-ho-so",
        title="Nộp hồ sơ trực tuyến",
        phrases=("nộp hồ sơ", "nộp trực tuyến", "nộp online", "đăng ký trực tuyến", "dịch vụ công"),
        loose=("nộp trực tuyến", "nộp online", "nộp qua mạng"),
        answer=submit,
        hint="nộp hồ sơ: nộp trực tuyến",
        order=25,
    )
)
