"""Pieces drawn once for all tests, and where their words stand, read back by another program."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

from django.test import override_settings

from dossiers.deadlines.working_time import ZONE
from portal.print_studio import drawing
from portal.print_studio.facts import Facts
from portal.print_studio.palettes import PALETTES
from portal.print_studio.pieces import PIECES
from portal.print_studio.sources import Source

NOW = dt.datetime(2026, 11, 30, 8, 0, tzinfo=ZONE)
SITE = "https://motcua.tayninh.gov.vn"
NAME = "Trung tâm Phục vụ hành chính công xã Cần Giuộc"
LONG = ("Trung tâm Phục vụ hành chính công liên xã phường đặc khu Vĩnh Long – Nghĩa Hưng " * 5)[:300].strip()
ADDRESS = {
    "desk": Source("CG-01", "Quầy 1 – Hộ tịch, chứng thực", "intake"),
    "agency": Source("cq-H80.05"),
    "officer": Source("cb-9-a1b2c3", "Nguyễn Thị Bích Ngọc"),
}
EMBLEM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4.5" cy="4.5" r="4" fill="#c8102e"/></svg>'
)


def facts(name: str = NAME, *, emblem: str = EMBLEM, keyword: str = "chính quyền số tây ninh", **more) -> Facts:
    """Return facts as the studio reads them, without a database."""
    known = {
        "agency": SimpleNamespace(name=name),
        "name": name,
        "account": SimpleNamespace(name="Chính quyền số tỉnh Tây Ninh", search_keyword=keyword),
        "hotline": "0272 387 4001",
        "hotline_label": "",
        "hours": "7 giờ 30–11 giờ 30, 13 giờ 30–17 giờ các ngày làm việc",
        "palette": PALETTES["blue"],
        "emblem": emblem,
        "invitation": "",
        "missing": (),
        "inherited": (),
    }
    return Facts(**{**known, **more})


@cache
def pdf(slug: str, finish: str = "van-phong", name: str = NAME) -> bytes:
    piece = PIECES[slug]
    with override_settings(PUBLIC_BASE_URL=SITE):
        return drawing.drawn(piece, facts(name), ADDRESS[piece.owner], finish=finish, now=NOW)


@dataclass(frozen=True)
class Word:
    """A word and its box in millimetres from the upper left of the page; heights cut to those of plain letters."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def words_of(content: bytes) -> list[list[Word]]:
    """Return the words of each page."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True)
    pages = []
    for page in done.stdout.decode().split("<page ")[1:]:
        found = []
        for left, top, right, bottom, text in re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', page
        ):
            x1, y1, x2, y2 = (float(each) / 72 * 25.4 for each in (left, top, right, bottom))
            tall = y2 - y1  # the line box of the font; letters without their accents take its middle half
            found.append(Word(text, x1, y1 + tall * 0.27, x2, y2 - tall * 0.27))
        pages.append(found)
    return pages


def clashes(words: list[Word]) -> list[str]:
    """Return pairs of words that lie on each other."""
    found = []
    for n, one in enumerate(words):
        for other in words[n + 1 :]:
            wide = min(one.right, other.right) - max(one.left, other.left)
            tall = min(one.bottom, other.bottom) - max(one.top, other.top)
            least = min(one.bottom - one.top, other.bottom - other.top)
            if wide > 0.2 and tall > 0.2 * least:
                found.append(f"{one.text} / {other.text}")
    return found


def outside(words: list[Word], width: float, height: float, safe: float) -> list[str]:
    """Return the words nearer to the cut than the safe area allows."""
    near = safe - 0.05
    return [
        word.text
        for word in words
        if word.left < near or word.top < near or word.right > width - near or word.bottom > height - near
    ]
