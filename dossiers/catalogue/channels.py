"""The portal's table "Cách thức thực hiện", run together into one line, taken apart into rows.

    Hình thức nộpThời gianPhí, lệ phíMô tảTrực tuyến3 Ngày làm việcMiễn phíDịch vụ bưu chính5 Ngày làm việc…

A row begins where the name of a channel is followed at once by a time cell and a fee cell; the same words inside a
description ("Trực tiếp: nộp tại …") are not, and stay in the description.
"""

import re
from dataclasses import dataclass

from dossiers.catalogue.durations import CELL_UNITS, parse_time_limit
from dossiers.catalogue.fees import parse_fee
from dossiers.catalogue.portal_text import UPPER, clean, is_blank, one_line, tidy
from dossiers.catalogue.records import Channel, ChannelKind, Fee, FeeKind, LimitSource, LimitUnit, Problem, TimeLimit

FIELD = "Cách thức thực hiện"
HEADER = re.compile(r"Hình thức nộp\s*Thời gian\s*Phí, lệ phí\s*Mô tả")
_KINDS = {
    "trực tiếp": ChannelKind.COUNTER,
    "trực tuyến": ChannelKind.ONLINE,
    "dịch vụ bưu chính": ChannelKind.POST,
}
_NONE = r"Không\s+có\s+thông\s+tin"
_CURRENCY = r"(?:Việt Nam Đồng|VNĐ|VND|USD|EURO?|Đồng)"
_FEE = rf"(?:{_NONE}|Miễn phí|\d[\d.,]* ?{_CURRENCY})"
_FEE_CELL = re.compile(_FEE)
_ROW = re.compile(
    r"(?P<kind>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)\s?"
    rf"(?P<time>{_NONE}|\d+(?:[.,]\d+)? (?:{CELL_UNITS})|[{UPPER}][^.;:\n]{{0,60}}?|\d+?)\s?(?P<fee>{_FEE})"
)
# A bare number run into the digits of the fee: "1" + "50,000" is printed "150,000".
_GLUED = re.compile(rf"(?P<kind>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)(?P<digits>\d[\d,]*) (?P<currency>{_CURRENCY})")
_ENUMERATION = re.compile(r"(?:^|[\s;.,:(+-])(?:[a-zđ]\d?|\d{1,2}|[ivx]{1,4})$")
_MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Row:
    kind: ChannelKind
    time: str
    fee: str
    rest: str  # everything after the first fee headline
    text: str
    undecided: str = ""  # digits that could be split between time and fee in more than one way


def parse_channels(value: object, steps: object = "") -> tuple[tuple[Channel, ...], list[Problem]]:
    """Return the rows of the table in the portal's order, and what could not be read. Never raises.

    `steps` is the procedure's "Trình tự thực hiện": where the table prints a bare number, the steps may name its unit.
    """
    text = clean(value)
    steps = clean(steps)
    if is_blank(text):
        return (), [Problem(FIELD, "Cổng không công bố cách thức thực hiện.")]
    if header := HEADER.match(text):
        text = text[header.end() :]
    rows, lead = _rows(text)
    problems = []
    if lead.strip():
        problems.append(Problem(FIELD, "Phần đầu bảng không đọc được thành dòng hình thức nộp.", lead))
    channels = []
    for row in rows:
        channel, found = _channel(row, steps)
        channels.append(channel)
        problems.extend(found)
    return tuple(channels), problems


def _rows(text: str) -> tuple[list[_Row], str]:
    """The rows and the text before the first of them."""
    starts = list(_ROW.finditer(text))[:_MAX_ROWS]
    bare = {m["time"] for m in starts if m["time"].isdigit() and not m["fee"][0].isdigit()}
    for match in starts:
        if (glued := _GLUED.match(match[0])) and (only := _split_digits(glued["digits"], set(), ""))[0]:
            bare.add(only[0])
    rows = []
    for place, match in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        whole = text[match.start() : end]
        kind = _KINDS[match["kind"].casefold()]
        if (glued := _GLUED.match(whole)) and match["time"].isdigit():
            time, number = _split_digits(glued["digits"], bare, whole[glued.end() :])
            rest = whole[glued.end() :]
            undecided = "" if time else glued["digits"]
            rows.append(_Row(kind, time, f"{number} {glued['currency']}", rest, whole, undecided))
        else:
            rows.append(_Row(kind, match["time"], match["fee"], text[match.end() : end], whole))
    return rows, text[: starts[0].start()] if starts else text


def _split_digits(digits: str, bare: set[str], rest: str) -> tuple[str, str]:
    """Return (time, fee number), or ("", digits) when more than one reading is possible.

    The time cell is never empty on the portal, a fee never begins with 0 and has well-formed thousands. What is still
    open is decided by the bare numbers of the other rows of the same table, then by the amount the note repeats.
    """
    plain = digits.split(",")[0]
    readings = [
        (plain[:cut], digits[cut:])
        for cut in range(1, len(plain) + ("," not in digits))
        if digits[cut : cut + 1] not in ("", "0", ",")
    ]
    if "," in digits:
        readings = [(time, fee) for time, fee in readings if re.fullmatch(r"\d{1,3}(?:,\d{3})+", fee)]
    if len(readings) > 1:
        noted = {re.sub(r"\D", "", n) for n in re.findall(r"\d[\d.,]*", rest[:400])}
        for choose in (
            lambda time, fee: time in bare,
            lambda time, fee: fee.replace(",", "") in noted or fee.replace(",", "") + "000" in noted,
        ):
            kept = [reading for reading in readings if choose(*reading)]
            if len(kept) == 1:
                return kept[0]
    return readings[0] if len(readings) == 1 else ("", digits)


def _channel(row: _Row, steps: str) -> tuple[Channel, list[Problem]]:
    cells, description = _fee_cells(row.fee, row.rest)
    description = tidy(description)
    if row.undecided:
        limit = TimeLimit(None, LimitUnit.UNSTATED, row.undecided, LimitSource.NONE)
        reason = "Thời hạn và mức thu dính liền, có nhiều cách tách; cần nhập tay cả hai."
        fee = Fee(FeeKind.UNCLEAR, note=cells[0][1], text=row.text[:1000])
        return Channel(row.kind, limit, (fee,), description, tidy(row.text)), [Problem(FIELD, reason, row.text)]
    limit, problems = parse_time_limit(row.time, description, steps)
    fees = []
    for headline, note in cells:
        found, trouble = parse_fee(headline, note)
        fees.extend(found)
        problems.extend(trouble)
    return Channel(row.kind, limit, tuple(fees), description, tidy(row.text)), problems


def _fee_cells(first: str, rest: str) -> tuple[list[tuple[str, str]], str]:
    """Return the (headline, note) pairs of one row and the description after them."""
    cells, headline = [], one_line(first)
    while True:
        note = ""
        if rest.startswith("(") and headline != "Không có thông tin":
            note, rest = _bracketed(rest)
        cells.append((headline, note))
        following = _FEE_CELL.match(rest)
        if not following or len(cells) >= 50:
            return cells, rest
        headline, rest = one_line(following[0]), rest[following.end() :]


def _bracketed(text: str) -> tuple[str, str]:
    """Split "(note)description" at the bracket that closes the first one.

    Brackets of enumerations — "a)", "1)" — close nothing. Where the portal lost the closing bracket, the last one of
    the row is taken, or the whole row.
    """
    end = _closing(text, skip_enumeration=True) or _closing(text, skip_enumeration=False)
    if end is None:
        end = text.rfind(")")
        if end < 0:
            return text[1:], ""
    note, rest = text[1:end], text[end + 1 :]
    return note, rest.lstrip(")") if text.count(")") > text.count("(") else rest


def _closing(text: str, skip_enumeration: bool) -> int | None:
    depth = 0
    for place, char in enumerate(text):
        if char == "(":
            depth += 1
        elif char == ")" and not (
            skip_enumeration and _ENUMERATION.search(text[max(0, place - 6) : place]) and not _opened_here(text, place)
        ):
            depth -= 1
            if depth == 0:
                return place
    return None


def _opened_here(text: str, place: int) -> bool:
    """True for "(a)": the bracket belongs to the enumeration sign itself."""
    return bool(re.search(r"\([a-zđ0-9ivx]{1,4}$", text[max(0, place - 5) : place]))
