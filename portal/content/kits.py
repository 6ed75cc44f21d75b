"""Kits as ZIP files for whoever spreads the word: of one piece, and of an agency for press and departments.

S1-53, S1-55, S3-29, S5-01: QR, text, pictures, the script of the loudspeaker, the text for an OA article. Made when
asked for; nothing is written.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from django.utils import timezone

from dossiers import qr
from dossiers.models import Agency
from portal.content import published
from portal.content.channel import OfficialAccount, official_account
from portal.content.models import Picture, Piece
from portal.content.reading import absolute
from portal.content.safe_text import plain, reading_minutes
from portal.print_studio import press_sheet, texts
from portal.print_studio.facts import facts_of
from zalo.people import referrals

MOST_NEWS = 10
DOT = 12
ARTICLE_TITLE, ARTICLE_SUMMARY = 150, 300  # Zalo's limits of an article


def of_piece(piece: Piece) -> bytes:
    """Return the kit of a public piece."""
    files = {"chia-se.txt": shared_text(piece), "loa-truyen-thanh.txt": aloud(piece), "bai-viet-oa.txt": article(piece)}
    found = {name: text.encode("utf-8-sig") for name, text in files.items()}
    found |= qr_files("ma-qr-bai", absolute(piece.address))
    found |= pictures(piece)
    return packed(found)


def sheet_of_agency(agency: Agency, *, now: dt.datetime) -> bytes:
    """Return the press sheet, two pages of A4 as PDF. Raises PrintError when the engine refuses."""
    day = timezone.localdate(now)
    return press_sheet.drawn(facts_of(agency, day), _news_lines(_latest(agency, now)), now=now, day=day)


def _latest(agency: Agency, now: dt.datetime) -> list[Piece]:
    return list(published.public(now, published.IN_NEWS).filter(agency=agency)[:MOST_NEWS])


def _news_lines(news: list[Piece]) -> list[press_sheet.NewsLine]:
    lines = []
    for piece in news[: press_sheet.MOST_NEWS]:
        version = piece.public
        summary = version.summary or " ".join(plain(version.body).split())[:400]
        day = timezone.localdate(piece.published_at)
        lines.append(press_sheet.NewsLine(version.title, day, summary, absolute(piece.address)))
    return lines


def of_agency(agency: Agency, *, now: dt.datetime) -> bytes:
    """Return the kit of an agency: how to find the channel, texts to read aloud, its latest news with a picture each.

    The QR of the channel is the agency's own address, so that the funnel counts what the press brings.
    """
    account = official_account(agency.pk)
    news = _latest(agency, now)
    files = {"gioi-thieu-kenh.txt": introduction(agency, account)}
    for number, piece in enumerate(news, start=1):
        files[f"tin/{number:02}-{piece.slug[:60]}.txt"] = shared_text(piece)
    found = {name: text.encode("utf-8-sig") for name, text in files.items()}
    found |= qr_files("ma-qr-trang", absolute("/"))
    found["tai-lieu-bao-chi.pdf"] = sheet_of_agency(agency, now=now)
    if account:
        found |= qr_files("ma-qr-zalo", referrals.short_address(f"{referrals.agency_code(agency)}.p"))
        facts = facts_of(agency, timezone.localdate(now))
        spoken = texts.ALL if facts.account else ()
        found |= {f"{text.slug}.txt": texts.sheet(text, facts).encode("utf-8-sig") for text in spoken}
    for number, piece in enumerate(news, start=1):
        first = pictures(piece, most=1)
        found |= {f"tin/{number:02}-{name}": content for name, content in first.items()}
    return packed(found)


def shared_text(piece: Piece) -> str:
    """Return what to paste into a post: title, summary, facts, text, where to read on."""
    version = piece.public
    parts = [version.title.upper(), version.summary, published.document_said(version), plain(version.body)]
    parts += [f"Xem đầy đủ: {absolute(piece.address)}", f"Nguồn: {piece.agency}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def aloud(piece: Piece) -> str:
    """Return the script of the loudspeaker with how long it takes to read."""
    said = published.said_aloud(piece.public)
    text = f"Kính thưa bà con. {piece.agency} thông báo.\n\n{said}\n\nXin cảm ơn bà con đã lắng nghe."
    return f"(Đọc chậm, khoảng {reading_minutes(text)} phút)\n\n{text}\n"


def article(piece: Piece) -> str:
    """Return what to paste, field by field, into an article of the Official Account (S5-02)."""
    version = piece.public
    summary = version.summary or plain(version.body).split("\n")[0]
    text = "\n".join(filter(None, [published.document_said(version), plain(version.body)]))
    return (
        f"TIÊU ĐỀ (tối đa {ARTICLE_TITLE} ký tự)\n{version.title[:ARTICLE_TITLE]}\n\n"
        f"MÔ TẢ (tối đa {ARTICLE_SUMMARY} ký tự)\n{summary[:ARTICLE_SUMMARY]}\n\n"
        f"TÁC GIẢ\n{piece.agency}\n\nNỘI DUNG\n{text}\n\nLIÊN KẾT CUỐI BÀI\n{absolute(piece.address)}\n"
    )


def introduction(agency: Agency, account: OfficialAccount | None) -> str:
    """Return the words that invite to the channel: both ways to find it, and that internet is needed."""
    lines = [f"{agency}: tra cứu hồ sơ, thủ tục, gửi phản ánh ngay trên điện thoại.", f"Trang web: {absolute('/')}"]
    if account:
        lines += [
            "",
            f"Zalo: {account.name}",
            f"Cách 1. Mở Zalo, quét mã QR trong bộ này hoặc mở {account.address}, rồi bấm “Quan tâm”.",
            f"Cách 2. Mở Zalo, gõ vào ô tìm kiếm: {account.keyword}, chọn đúng tên {account.name}, rồi bấm “Quan tâm”.",
            "Điện thoại cần có kết nối internet (wifi hoặc 3G, 4G).",
        ]
    return "\n".join(lines) + "\n"


def pictures(piece: Piece, *, most: int = 12) -> dict[str, bytes]:
    """Return the pictures of the public version by file name; one whose file is gone is left out."""
    rows = {row.pk: row for row in Picture.objects.filter(piece=piece)}
    found = {}
    for number, item in enumerate(piece.public.pictures[:most], start=1):
        row = rows.get(item["id"])
        if row is None:
            continue
        try:
            with row.file.open("rb") as file:
                found[f"anh-{number}.{str(row.file.name).rsplit('.', 1)[-1]}"] = file.read()
        except FileNotFoundError:
            continue
    return found


def qr_files(name: str, text: str) -> dict[str, bytes]:
    """Return the QR of the address as a drawing for print and as a picture for posts."""
    from PIL import Image

    dots = qr.modules(text)
    side = len(dots) + 2 * qr.QUIET_ZONE
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(dots):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + qr.QUIET_ZONE, y + qr.QUIET_ZONE), 0)
    out = io.BytesIO()
    small.resize((side * DOT, side * DOT)).save(out, "PNG", optimize=True)
    return {f"{name}.svg": qr.svg(text).encode(), f"{name}.png": out.getvalue()}


def packed(files: dict[str, bytes]) -> bytes:
    """Return the files as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in files.items():
            box.writestr(name, content)
    return out.getvalue()
