"""Dossier codes and procedure codes: writing them, and reading what citizens type. Pure.

Three numbering rules are in circulation; `PATTERNS` lists them and every function takes another list:
TT 01/2018/TT-VPCP art. 19 (`000.17.22.H56-210531-0001`), agency codes of QĐ 20/2020/QĐ-TTg (`H40.12-210101-0001`), and
the form seen since 2026 (`G09.20-20260609-0092637`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

EXAMPLE = "H80.05-20261116-0000042"
"""The one shape of a code that people are shown: page, chat, messages, papers."""
MAX_TYPED_LENGTH = 80
MAX_CODE_LENGTH = 40
# No electronic one-stop code is older; the lower bound also keeps six- and eight-digit dates apart.
FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2099, 12, 31)


class InvalidCode(ValueError):
    """A code that can't be read or written; the message is a Vietnamese sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class CodePattern:
    """One numbering rule: the shapes of its agency code, its date and its running number.

    Shapes are written with 0 for a digit and A for a letter. Each agency shape is one tuple of the parts between dots.
    """

    name: str
    title: str
    agency_shapes: tuple[tuple[str, ...], ...]
    day_length: int  # 6: yymmdd, 8: yyyymmdd
    number_format: str
    min_digits: int = 4
    max_digits: int = 7


# One letter with two digits, then up to four levels of two or three digits (QĐ 20/2020/QĐ-TTg).
_LEVELS = tuple(("A00", *below) for depth in range(5) for below in product(("00", "000"), repeat=depth))

PATTERNS = (
    CodePattern("tt01-2018", "Thông tư 01/2018/TT-VPCP", (("000", "00", "00", "A00"),), 6, "04d"),
    CodePattern("qd20-2020", "mã cơ quan theo Quyết định 20/2020/QĐ-TTg", _LEVELS, 6, "04d"),
    CodePattern("2026", "mã dùng từ năm 2026", _LEVELS, 8, "07d"),
)


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A code taken apart; `text` is its one canonical spelling."""

    text: str
    pattern: str
    agency_code: str
    day: date
    number: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to cut the typed letters and digits into a code; `cuts` maps a position to "." or "-".

    From position `complete` on, the running number is long enough: a space there may begin something else.
    """

    code: DossierCode
    cuts: dict[int, str]
    complete: int


def format_code(pattern: str, agency_code: str, day: date, number: int, *, patterns=PATTERNS) -> str:
    """Return the code of the `number`-th dossier that `agency_code` received on `day`.

    Raises InvalidCode when the rule doesn't exist, the agency code doesn't fit it or the number is too large for it.
    """
    rule = next((rule for rule in patterns if rule.name == pattern), None)
    if rule is None:
        raise InvalidCode(f"Không có mẫu mã hồ sơ “{pattern}”. Hãy chọn một mẫu trong danh mục.")
    shape = tuple(agency_code.translate(_TO_SHAPE).split("."))
    if not agency_code.isascii() or shape not in rule.agency_shapes:
        raise InvalidCode(f"Mã cơ quan “{agency_code}” không đúng mẫu {rule.title}. Hãy sửa mã ở mục Cơ quan.")
    digits = format(number, rule.number_format)
    if number < 0 or len(digits) > rule.max_digits or not FIRST_DAY <= day <= LAST_DAY:
        raise InvalidCode(
            "Số thứ tự hoặc ngày của mã hồ sơ nằm ngoài khoảng cho phép. Hãy kiểm tra lại ngày tiếp nhận."
        )
    return f"{agency_code}-{day.strftime('%Y%m%d')[-rule.day_length :]}-{digits}"


def parse_code(text: str, *, patterns: Sequence[CodePattern] = PATTERNS) -> DossierCode:
    """Return the code that `text` writes, taken apart. Raises InvalidCode.

    Forgives case, spaces, any dash or underscore, missing or extra dots, full-width characters, O for 0 and I or l for
    1 where a digit must be, and words before or after the code. A spelling that fits two codes is refused, not guessed.
    """
    if len(text or "") <= MAX_TYPED_LENGTH:
        code = _read(text or "", patterns)
        if code:
            return code
    found = find_codes(text or "", patterns=patterns)
    if len(found) == 1:
        code = _read(found[0], patterns)
        if code:
            return code
    if len(found) > 1:
        raise InvalidCode("Bạn đã nhập nhiều mã hồ sơ. Hãy tra cứu từng mã một.")
    raise InvalidCode(
        f"Mã hồ sơ chưa đúng. Hãy nhập đúng như trên giấy tiếp nhận, đủ cả dấu chấm và dấu gạch ngang, ví dụ {EXAMPLE}."
    )


def normalise_code(text: str, *, patterns: Sequence[CodePattern] = PATTERNS) -> str:
    """Return the canonical spelling of a typed dossier code; see `parse_code`. Raises InvalidCode."""
    return parse_code(text, patterns=patterns).text


def find_codes(text: str, *, patterns: Sequence[CodePattern] = PATTERNS) -> list[str]:
    """Return the canonical codes found in free text, such as a chat message, in order and each once."""
    found: dict[str, None] = {}
    for match in _IN_TEXT.finditer(_plain(text[:4000])):
        code = _read(match[0], patterns)
        if code:
            found[code.text] = None
    return list(found)


def normalise_procedure_code(text: str) -> str:
    """Return a procedure code (mã TTHC) as "1.004441". Raises InvalidCode.

    Also takes the code without its dot or with a comma or space, and the long form of local portals,
    1.004441.000.00.00.H40.
    """
    typed = _plain(str(text or "")[:MAX_TYPED_LENGTH]).strip()
    match = _PROCEDURE.search(typed)
    if not match:
        raise InvalidCode("Mã thủ tục chưa đúng. Mã gồm một chữ số, dấu chấm và sáu chữ số, ví dụ 1.004441.")
    digits = match[1] + match[2]
    return "{}.{}".format(*(part.translate(_TO_DIGIT) for part in (digits[:1], digits[1:])))


# --- reading ---

_TO_DIGIT = str.maketrans("OIL", "011")
_TO_SHAPE = {**dict.fromkeys(range(ord("0"), ord("9") + 1), "0"), **dict.fromkeys(range(ord("A"), ord("Z") + 1), "A")}
_DIGIT = "[0-9OIL]"
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣_~"), "-")
_DOTS = dict.fromkeys(map(ord, ",·•․。"), ".")
_PLAIN = {**_FULL_WIDTH, **_INVISIBLE, **_DASHES, **_DOTS, 0xFF3F: "-", 0xFF0C: ".", 0x0131: "I"}

_SHORT_LEVELS = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,3}){1,4}")
"""Some provinces number a level with one digit (H35.9): read when typed with its dots and dashes, never guessed."""
_PROCEDURE = re.compile(
    rf"(?<![0-9A-Z.\-])({_DIGIT})[ .]{{0,2}}({_DIGIT}{{6}})"
    r"(?:\.[0-9]{3}(?:\.[0-9]{2}){2}\.[A-Z][0-9]{2})?(?![0-9A-Z])"
)
_GAP = r"[ .\-]{0,4}"
_IN_TEXT = re.compile(
    rf"(?<![^\W_])(?<!\d[.\-])"  # Not the tail of a longer word or number.
    rf"(?:{_DIGIT}{{3}}{_GAP}{_DIGIT}{{2}}{_GAP}{_DIGIT}{{2}}{_GAP}[A-Z]{_DIGIT}{{2}}"
    rf"|[A-Z]{_DIGIT}{{2}}(?:{_GAP}{_DIGIT}{{2,3}}|\.{_DIGIT}(?=[.\-])){{0,4}}?)"
    rf"{_GAP}(?:{_DIGIT}{{8}}|{_DIGIT}{{6}}){_GAP}{_DIGIT}{{4,7}}(?![^\W_]|[.\-]\d| \d{{1,3}}(?!\w))"
)


def _plain(text: str) -> str:
    """Return `text` upper-case, with ASCII dashes, dots, spaces and full-width characters, without invisible ones."""
    return re.sub(r"\s", " ", text.translate(_PLAIN).upper())


def _read(text: str, patterns: Sequence[CodePattern]) -> DossierCode | None:
    """Return the one code that `text`, and nothing but it, writes; None when there is none or more than one.

    Every way of cutting the letters and digits is tried. Readings whose cuts are exactly the typed dots and dashes win;
    then those where a typed space stands for a missing sign; then those that only miss signs or have others in the same
    places; then those with extra dots before the running number. Two readings at one step, or none, mean that the
    citizen must type the code as printed.
    """
    plain = _plain(text).strip(" .-")
    exact = _exactly(plain, patterns)
    if exact or re.search(r"[^0-9A-Z .\-]", plain):
        return exact
    compact = re.sub(r"[ .\-]+", "", plain)
    signs, spaces = _typed_cuts(plain)
    readings = [
        reading
        for rule in patterns
        for reading in _readings(compact, rule)
        if not any(space >= reading.complete for space in spaces)
    ]
    typed = signs.keys() | spaces
    for agrees in (
        lambda cuts: cuts == signs,
        lambda cuts: cuts.keys() == typed and signs.items() <= cuts.items(),
        lambda cuts: cuts.keys() in (typed, signs.keys()) or signs.items() <= cuts.items(),
        lambda cuts: (
            cuts.items() <= signs.items()
            and all(signs[at] == "." and at < max(cuts) for at in signs.keys() - cuts.keys())
        ),
    ):
        codes = {reading.code.text: reading.code for reading in readings if agrees(reading.cuts)}
        if codes:
            return next(iter(codes.values())) if len(codes) == 1 else None
    return None


def _exactly(plain: str, patterns: Sequence[CodePattern]) -> DossierCode | None:
    """Return the code when `plain` is its canonical spelling: nearly every look-up, so it costs no search."""
    agency, _, rest = plain.partition("-")
    digits, _, number = rest.partition("-")
    if not (digits.isascii() and digits.isdigit() and number.isascii() and number.isdigit()):
        return None
    shape = tuple(agency.translate(_TO_SHAPE).split("."))
    for rule in patterns:
        short = ("A00",) in rule.agency_shapes and _SHORT_LEVELS.fullmatch(agency)
        if len(digits) == rule.day_length and (shape in rule.agency_shapes or short):
            day = _day(digits)
            if day and rule.min_digits <= len(number) <= rule.max_digits:
                return DossierCode(plain, rule.name, agency, day, int(number))
    return None


def _typed_cuts(plain: str) -> tuple[dict[int, str], set[int]]:
    """Return where dots and dashes were typed (place among letters and digits → sign), and where only spaces were."""
    signs: dict[int, str] = {}
    spaces: set[int] = set()
    position = 0
    for part in re.findall(r"[ .\-]+|[0-9A-Z]+", plain):
        if part[0] not in " .-":
            position += len(part)
        elif part.strip():
            signs[position] = "-" if "-" in part else "."
        else:
            spaces.add(position)
    return signs, spaces


def _readings(compact: str, rule: CodePattern) -> Iterator[_Reading]:
    for shape in rule.agency_shapes:
        agency_length = sum(map(len, shape))
        number_at = agency_length + rule.day_length
        if not rule.min_digits <= len(compact) - number_at <= rule.max_digits:
            continue
        wanted = "".join(shape) + "0" * (len(compact) - agency_length)
        fitted = _fit(compact, wanted)
        day = _day(fitted[agency_length:number_at]) if fitted else None
        if not fitted or day is None:
            continue
        parts, cuts, position = [], {}, 0
        for part in shape:
            parts.append(fitted[position : position + len(part)])
            position += len(part)
            cuts[position] = "."
        cuts[agency_length] = cuts[number_at] = "-"
        agency, number = ".".join(parts), fitted[number_at:]
        text = f"{agency}-{fitted[agency_length:number_at]}-{number}"
        yield _Reading(DossierCode(text, rule.name, agency, day, int(number)), cuts, number_at + rule.min_digits)


def _fit(compact: str, wanted: str) -> str | None:
    """Return `compact` in the shape `wanted` (0 digit, A letter), look-alike letters made digits; None if unfit."""
    fitted = []
    for typed, kind in zip(compact, wanted, strict=True):
        if kind == "0":
            typed = typed.translate(_TO_DIGIT)
        if typed.isdigit() != (kind == "0"):
            return None
        fitted.append(typed)
    return "".join(fitted)


def _day(digits: str) -> date | None:
    """Return the day written as yymmdd or yyyymmdd, when codes of that day can exist."""
    try:
        day = date.fromisoformat(digits if len(digits) == 8 else "20" + digits)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
