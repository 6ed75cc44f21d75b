"""From a piece, an agency's facts and a place to the bytes of a PDF for a printer's, for the office, or a picture."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Literal

from dossiers import qr
from dossiers.printed_forms import printing, sentences
from portal.print_studio import staff_words, wording
from portal.print_studio.facts import Facts
from portal.print_studio.pieces import BLEED, SLUG, Piece
from portal.print_studio.sources import Source

HERE = Path(__file__).parent
PRESS = printing.Press(HERE / "typst", HERE / "fonts", HERE / "fonts" / "BeVietnamPro-Regular.otf")
Finish = Literal["nha-in", "van-phong"]
FINISHES: dict[str, str] = {
    "nha-in": "Cho nhà in: tràn lề 3 mm, có vạch cắt",
    "van-phong": "Cho máy in văn phòng: đúng khổ giấy",
}
_LONGEST_WORD = 14
_ONE_WORD = ("Quan tâm", "Hồ sơ", "hồ sơ", "mã OTP", "mã QR", "mã #HS", "mật khẩu", "điện thoại", "chậm hẹn", "số cuối")
"""Words of two syllables that no line parts."""
_HELD = re.compile(r"\d+ giờ(?: \d{2})?(?:[–-]\d+ giờ(?: \d{2})?)?|\b0\d{2,3}(?: \d{3,4}){2}\b")
"""Hours and telephones, which no line parts either."""
_PARTS = re.compile(r"( – |, )")
_LAST_TWO = re.compile(r"(?<=\S) (?=\S+$)")


NO_ACCOUNT = "Cơ quan chưa gắn Official Account nào nên mã QR chưa dẫn tới đâu. Hãy nhờ quản trị gắn kênh, rồi in."


class NothingToPrint(Exception):
    """A piece cannot be drawn yet; the words say what has to be done first."""


def drawn(piece: Piece, facts: Facts, source: Source, *, finish: str, now: dt.datetime) -> bytes:
    """Return the PDF. Raises NothingToPrint without an account, PrintError when the engine refuses."""
    data = data_of(piece, facts, source, finish=finish)
    title = f"{piece.name} – {facts.agency.name}"
    pdf = printing.render(piece.template, data, title=title, author=facts.agency.name, now=now, press=PRESS)
    if not data["slug"]:
        return pdf
    from portal.print_studio import bleed_box  # loads the signature library: only when a printer's file is made

    return bleed_box.added(pdf, (piece.width + 2 * BLEED, piece.height + 2 * BLEED), SLUG)


def pictured(piece: Piece, facts: Facts, source: Source, *, width: int) -> bytes:
    """Return the first page as a PNG for the screen. Raises as `drawn`."""
    data = data_of(piece, facts, source, finish="van-phong")
    return printing.page_picture(piece.template, data, press=PRESS, width=width, trim=piece.width)


def data_of(piece: Piece, facts: Facts, source: Source, *, finish: str) -> dict:
    """Return all that the template reads. Raises NothingToPrint."""
    if facts.account is None:
        raise NothingToPrint(NO_ACCOUNT)
    for_press = finish == "nha-in"
    address = source.address(piece.medium)
    return look_of(facts, piece.width, piece.height) | {
        "u": piece.unit,
        "bleed": BLEED if for_press else 0,
        "slug": SLUG if for_press else 0,
        "safe": piece.safe,
        "folds": [{axis: at} for axis, at in piece.folds],
        "print_note": f"{piece.name}. Thành phẩm {piece.size}, tràn lề {BLEED:g} mm, vùng an toàn {piece.safe:g} mm.",
        "place": printing.breakable(place_name(source.place), _LONGEST_WORD),
        "code": source.shown,
        "typed": printing.breakable(source.typed, _LONGEST_WORD),
        "qr": {"svg": qr.svg(address), "alt": f"Mã QR mở kênh Zalo {facts.oa}: {address}"},
        "words": broken(wording.words(facts, source)),
        "card": broken(staff_words.card(facts, source)),
        "script": broken(staff_words.script(facts)),
    }


def look_of(facts: Facts, width: float, height: float) -> dict:
    """Return how an agency looks on a sheet of that size in millimetres, cut by nobody: who it is, in its colours."""
    return {
        "w": width,
        "h": height,
        "u": 1.0,
        "bleed": 0,
        "slug": 0,
        "safe": 0,
        "folds": [],
        "print_note": "",
        "c": facts.palette.data(),
        "emblem": {"svg": facts.emblem, "alt": f"Biểu trưng {facts.agency.name}"} if facts.emblem else None,
        "name": sentences.whole_names(printing.breakable(facts.name, _LONGEST_WORD)),
        "oa": printing.breakable(facts.oa, _LONGEST_WORD),
        "keyword": printing.breakable(facts.keyword, _LONGEST_WORD),
        "hotline": broken(f"Cần giúp, gọi {facts.hotline}") if facts.hotline else "",
        "hours": broken(facts.hours),
    }


def place_name(name: str) -> str:
    """Return what a counter is called with the last two words of its parts whole: "Tư pháp", "hộ tịch"."""
    return "".join(_LAST_TWO.sub("\u00a0", part) for part in _PARTS.split(name))


def broken(value):
    """Return the words, in whatever they are held, with hints where long ones may break."""
    if isinstance(value, str):
        value = printing.breakable(value, _LONGEST_WORD)
        for pair in _ONE_WORD:
            value = value.replace(pair, sentences.unbroken(pair))
        return _HELD.sub(lambda found: sentences.unbroken(found[0]), value)
    if isinstance(value, list):
        return [broken(item) for item in value]
    if isinstance(value, dict):
        return {key: broken(item) for key, item in value.items()}
    return value
