"""Turn a Typst template and plain data into the bytes of a PDF: the only module that loads the PDF engine.

Every paper is tagged PDF/A-2a + PDF/UA-1 (readable in fifty years, readable by a screen reader), in Vietnamese, with
only Tinos embedded (metric-compatible with Times New Roman, which Nghị định 30/2020 asks for and nobody may
redistribute); what hangs on a wall brings a `Press` of its own. Data reaches the template as JSON and its strings are
never read as markup: a name is only a name.
"""

import json
import os
import re
import struct
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
TEMPLATES = HERE / "typst"
FONTS = HERE / "fonts"
FONT_FILE = FONTS / "Tinos-Regular.ttf"
STANDARDS = ["a-2a", "ua-1"]

BREAK_HINT = "\u200b"  # zero-width space: lets a narrow cell break a code or an e-mail address
MISSING = "\u25a1"  # □, what a reader of Vietnamese papers expects where a character cannot be printed
_KEPT_CONTROLS = frozenset("\n" + BREAK_HINT)

_PAGE_TREE = re.compile(rb"/Type\s*/Pages\s*/Count\s+(\d+)")
_engine = threading.local()
_LONG = 20  # pages; above it the engine is told to forget, or each such paper would hold some 100 MB for ten more
_ENGINE_MEMORY = 11  # compilations after which the engine drops what was not used again
_used = False
_used_before_fork = False


@dataclass(frozen=True)
class Press:
    """Where the templates and fonts of things that are no statutory papers lie; `font` says what can be drawn."""

    templates: Path
    fonts: Path
    font: Path


class PrintError(RuntimeError):
    """The paper could not be made; the message is a Vietnamese sentence for the clerk, the cause is in __cause__."""


def render(
    template: str,
    data: dict,
    *,
    title: str,
    author: str,
    now: datetime,
    sizes: Sequence[float] = (13,),
    press: Press | None = None,
) -> bytes:
    """Return the PDF of `template` (a file name in dossiers/typst, or of the `press`) filled with JSON-able `data`.

    `title` and `author` become the document properties; `now` (aware) is the creation time, so the same arguments give
    the same bytes on every machine. `sizes` are body sizes in points, largest first: the first at which the paper
    stays on one sheet is taken, else the largest of those that need the fewest pages. Text is normalised to NFC,
    stripped of control and direction-override characters, and characters the font lacks are printed as □.
    Raises ValueError for a naive `now`, PrintError when the engine refuses the paper or warns about fonts.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    fields = printable({"reference": "", **data, "title": title, "author": author}, press)
    best, fewest = b"", None
    for size in sizes:
        pdf = _compile(template, {**fields, "size": size}, now, press)
        pages = page_count(pdf)
        if fewest is None or pages < fewest:
            best, fewest = pdf, pages
        if fewest == 1:
            break
    if fewest > _LONG:
        _forget()
    return best


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF made here (the engine writes its page tree uncompressed)."""
    return max(int(count) for count in _PAGE_TREE.findall(pdf))


def page_picture(template: str, data: dict, *, press: Press, width: int, trim: float) -> bytes:
    """Return the first page as a PNG `width` pixels wide, for a page `trim` millimetres wide. Raises PrintError."""
    fields = printable({"size": 13, "reference": "", "title": "", "author": "", **data}, press)
    drawn = _compiled(template, fields, press, format="png", ppi=width / trim * 25.4)
    return drawn[0] if isinstance(drawn, list) else drawn


def _compile(template: str, fields: dict, now: datetime, press: Press | None = None) -> bytes:
    return _compiled(template, fields, press, format="pdf", pdf_standards=STANDARDS, timestamp=int(now.timestamp()))


def _compiled(template: str, fields: dict, press: Press | None, **how):
    if _used_before_fork:
        raise PrintError("Tiến trình này tách từ một tiến trình đã in nên không in được. Hãy khởi động lại dịch vụ.")
    import typst

    global _used
    _used = True
    try:
        drawn, warnings = _compiler(press).compile_with_warnings(input=_source(template, fields), **how)
    except typst.TypstError as error:
        raise PrintError(f"Không tạo được văn bản theo mẫu {template}. Hãy báo bộ phận kỹ thuật.") from error
    for warning in warnings:
        if "font" in warning.message.lower():
            raise PrintError(f"Thiếu phông chữ khi in mẫu {template}: {warning.message}. Hãy báo bộ phận kỹ thuật.")
    return drawn


def _forget() -> None:
    """Make the engine release a long paper's layout."""
    for _ in range(_ENGINE_MEMORY):
        _compiler().compile(input=b"", format="svg")


def _source(template: str, fields: dict) -> bytes:
    """Return the two-line main file: which template, and the data as one JSON string literal.

    The literal holds printable ASCII only, with the two characters a Typst string knows (backslash, quote) escaped,
    so no value can end it. Handing the data over in sys.inputs instead costs twice the time: the engine then throws
    away everything it remembers between papers.
    """
    literal = json.dumps(fields, ensure_ascii=True).replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "{template}": paper\n#paper(json(bytes("{literal}")))\n'.encode("ascii")


def _compiler(press: Press | None = None):
    """Return this thread's compiler: it keeps fonts and parsed templates, and is not meant to be shared."""
    if press is not None:
        others = _engine.__dict__.setdefault("others", {})
        if press not in others:
            others[press] = _new_compiler(press.templates, press.fonts)
        return others[press]
    if not hasattr(_engine, "compiler"):
        _engine.compiler = _new_compiler(TEMPLATES, FONTS)
    return _engine.compiler


def _new_compiler(templates: Path, folder: Path):
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    return typst.Compiler(root=str(templates), font_paths=fonts, ignore_system_fonts=True)


def _refuse_in_child() -> None:
    """The engine's worker threads don't survive a fork: printing in the child would wait for ever, so it refuses."""
    global _used_before_fork
    _used_before_fork = _used


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_refuse_in_child)


def printable(value, press: Press | None = None):
    """Return `value` (nested dicts, lists, tuples, strings, numbers, None) with every string safe to print."""
    if isinstance(value, str):
        return _printable_text(value, press)
    if isinstance(value, dict):
        return {key: printable(item, press) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item, press) for item in value]
    return value


def _printable_text(text: str, press: Press | None = None) -> str:
    if text.isascii() and text.isprintable():
        return text
    covered = covered_characters(press.font if press else FONT_FILE)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    if covered.issuperset(text):
        return text
    kept = []
    for character in text:
        if character in covered:
            kept.append(character)
        elif unicodedata.category(character) not in {"Cc", "Cf", "Mn", "Me"}:
            kept.append(MISSING)
    return "".join(kept)


@lru_cache(maxsize=2)
def covered_characters(file: Path = FONT_FILE) -> frozenset[str]:
    """Return the characters the font can draw, without controls and direction overrides; read from its own cmap."""
    font = file.read_bytes()
    tables = {}
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        tables[tag] = offset
    cmap = tables[b"cmap"]
    found: set[str] = set()
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        _, _, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * index)
        if struct.unpack_from(">H", font, cmap + offset)[0] == 4:
            found.update(_format_4_characters(font, cmap + offset))
    drawable = {character for character in found if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}}
    return frozenset(drawable | _KEPT_CONTROLS)


def _format_4_characters(font: bytes, start: int):
    """Yield the characters of a cmap subtable of format 4 (segments of the Basic Multilingual Plane)."""
    segments = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, start + 14)
    starts = struct.unpack_from(f">{segments}H", font, start + 16 + 2 * segments)
    for first, last in zip(starts, ends, strict=True):
        if first != 0xFFFF:
            yield from map(chr, range(first, last + 1))


def breakable(text: str, longest: int = 16) -> str:
    """Return `text` with invisible break hints inside words longer than `longest`, for narrow table cells."""
    return " ".join(_hinted(word, longest) if len(word) > longest else word for word in text.split(" "))


def _hinted(word: str, longest: int) -> str:
    pieces, run = [], 0
    for character in word:
        pieces.append(character)
        run += 1
        if character in ".-/@_," or run >= longest:
            pieces.append(BREAK_HINT)
            run = 0
    return "".join(pieces)


def picture(svg: str, *, width: int, height: int, dots_per_inch: int = 144) -> bytes:
    """Return a drawing as PNG, its letters in Tinos; width and height in points. Raises PrintError."""
    fields = printable({"drawing": svg, "width": width, "height": height})
    return _compiled("drawing.typ", fields, None, format="png", ppi=dots_per_inch)
