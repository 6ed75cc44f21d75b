"""Time limits as the portal prints them: "60 Ngày làm việc", "8 Giờ", "1", "Không có thông tin".

The column is the limit. Where the column is empty or gives a number without a unit, the description beside it is read,
and believed only when it names one duration and no other; otherwise the limit stays as the portal left it.
"""

import re
from decimal import Decimal

from dossiers.catalogue.portal_text import is_blank, one_line
from dossiers.catalogue.records import LimitSource, LimitUnit, Problem, Severity, TimeLimit

MAX_AMOUNT = 10_000
FIELD = "Thời hạn giải quyết"

# Longest first: "Ngày làm việc" begins with "Ngày".
CELL_UNITS = "Ngày làm việc|Giờ làm việc|Ngày|Giờ|Tháng|Tuần|Năm"
_CELL = re.compile(rf"(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<unit>{CELL_UNITS})?", re.IGNORECASE)
_UNITS = {
    "ngày làm việc": (LimitUnit.WORKING_DAY, 1),
    "ngày": (LimitUnit.CALENDAR_DAY, 1),
    "giờ làm việc": (LimitUnit.HOUR, 1),
    "giờ": (LimitUnit.HOUR, 1),
    "tháng": (LimitUnit.MONTH, 1),
    "tuần": (LimitUnit.CALENDAR_DAY, 7),
    "năm": (LimitUnit.MONTH, 12),
}
NO_LIMIT_WORDS = (
    "không",
    "không có",
    "không quy định",
    "chưa quy định",
    "không phải trả kết quả cho người nộp thuế",
)
_AT_MOST = re.compile(
    r"^(?:thời hạn|thời gian)?\s*(?:giải quyết)?\s*:?\s*(?:là\s+)?"
    r"(?:(?:không quá|tối đa|trong(?: thời hạn| thời gian| vòng)?)\s+(?:là\s+)?)*",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(r"(?<=\d)\s*\([^()\d]{1,30}\)")
_FROM_WHEN = re.compile(r",?\s+(?:kể từ|tính từ|từ|sau)\s+(?:ngày|khi|lúc|thời điểm)\b", re.IGNORECASE)
_PROSE = re.compile(
    r"(?<![\d/.,])(?P<amount>\d{1,4})\s*(?:\([^()]{1,30}\)\s*)?"
    r"(?P<unit>ngày làm việc|ngày|giờ|tháng)(?!\s*(?:\d{1,2}/|\d+\s+tháng))",
    re.IGNORECASE,
)
_SAME_DAY = re.compile(
    r"(?:ngay )?trong ngày (?:làm việc )?(?:tiếp )?nhận|trong ngày làm việc|"
    r"ngay sau khi (?:tiếp )?nhận|giải quyết ngay",
    re.IGNORECASE,
)
_SAME_DAY_15H = re.compile(
    r"sau 15 giờ[^.]{0,120}(?:(?:trả|có) kết quả[^.]{0,60})?ngày làm việc tiếp theo", re.IGNORECASE
)
# A duration that says how long someone else has, or when a rule applies, is not the limit of the procedure.
_NOT_A_LIMIT = re.compile(
    r"(?:trước|sau|hết hạn|hiệu lực|từ đủ|trên|dưới|quá hạn|vào ngày|ngày)\s+(?:ít nhất |tối thiểu )?$", re.IGNORECASE
)


def parse_time_limit(cell: str, description: str = "", steps: str = "") -> tuple[TimeLimit, list[Problem]]:
    """Return the limit of one channel row and what could not be read. Never raises.

    `cell` is the portal's "Thời gian" column, `description` the "Mô tả" column of the same row, `steps` the procedure's
    "Trình tự thực hiện". Hours are working hours; weeks become 7 calendar days and years 12 months.
    """
    text = one_line(cell)
    if is_blank(text) or text.casefold().rstrip(".") in NO_LIMIT_WORDS:
        return _from_description(text, description, steps)
    found = _CELL.fullmatch(text) or _in_a_sentence(text)
    if not found and len(text) < 60 and _SAME_DAY.search(text) and not re.search(r"\d", text):
        return TimeLimit(None, LimitUnit.SAME_DAY, text, LimitSource.CELL), []
    if not found:
        limit = TimeLimit(None, LimitUnit.UNSTATED, text, LimitSource.NONE)
        return limit, [Problem(FIELD, "Không đọc được thời hạn; cần nhập tay.", text)]
    number = Decimal(found["amount"].replace(",", "."))
    if not found["unit"]:
        return _bare_number(number, text, description, steps)
    unit, factor = _UNITS[one_line(found["unit"]).casefold()]
    return _checked(number * factor, unit, text)


def _in_a_sentence(text: str) -> re.Match[str] | None:
    """Return the one duration of "Không quá 05 (năm) ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ"; None for two."""
    begun = _FROM_WHEN.split(text, maxsplit=1)
    if len(begun) > 1 and (durations_in(begun[-1]) or re.search(r"\d\s*(?:ngày|giờ|tháng)", begun[-1], re.IGNORECASE)):
        return None
    bare = _IN_WORDS.sub("", _AT_MOST.sub("", begun[0].strip(" .,;:-")))
    found = _CELL.fullmatch(bare)
    return found if found and found["unit"] else None


def _checked(amount: Decimal, unit: LimitUnit, text: str, source=LimitSource.CELL) -> tuple[TimeLimit, list[Problem]]:
    if amount > MAX_AMOUNT:
        limit = TimeLimit(None, LimitUnit.UNSTATED, text, LimitSource.NONE)
        return limit, [Problem(FIELD, "Thời hạn lớn bất thường; cần kiểm tra lại.", text)]
    if amount == 0:
        limit = TimeLimit(None, LimitUnit.UNSTATED, text, LimitSource.NONE)
        return limit, [Problem(FIELD, "Cổng ghi thời hạn bằng 0; cần nhập thời hạn thật.", text)]
    return TimeLimit(amount, unit, text, source), []


def durations_in(text: str) -> set[tuple[int, LimitUnit]]:
    """Return every (amount, unit) that running text gives as a period to do something."""
    found = set()
    for match in _PROSE.finditer(text):
        if _NOT_A_LIMIT.search(text[: match.start()][-40:]):
            continue
        amount = int(match["amount"])
        if amount:
            found.add((amount, _UNITS[one_line(match["unit"]).casefold()][0]))
    return found


def _bare_number(number: Decimal, text: str, description: str, steps: str) -> tuple[TimeLimit, list[Problem]]:
    units = {unit for amount, unit in durations_in(description) if amount == number}
    if len(units) == 1:
        return _checked(number, units.pop(), text, LimitSource.DESCRIPTION)
    if number <= 1 and _SAME_DAY_15H.search(f"{description}\n{steps}"):
        reason = "Cổng chỉ ghi con số; trình tự ghi trả trong ngày, nhận sau 15 giờ thì ngày làm việc tiếp theo."
        limit = TimeLimit(None, LimitUnit.SAME_DAY, text, LimitSource.STEPS)
        return limit, [Problem(FIELD, reason, text, Severity.DOUBTFUL)]
    units = {unit for amount, unit in durations_in(steps) if amount == number}
    if (
        number > 1 and len(units) == 1 and LimitUnit.MONTH not in units
    ):  # "1" is too common: every check of papers takes one day
        reason = "Cổng chỉ ghi con số; đơn vị lấy từ trình tự thực hiện, cần xác nhận."
        limit, _ = _checked(number, units.pop(), text, LimitSource.STEPS)
        return limit, [Problem(FIELD, reason, text, Severity.DOUBTFUL)]
    limit, problems = _checked(number, LimitUnit.UNSTATED, text)
    if not problems:
        reason = "Cổng chỉ ghi con số, không ghi là ngày làm việc, ngày hay giờ; cần chọn đơn vị."
        problems = [Problem(FIELD, reason, text, Severity.DOUBTFUL)]
    return limit, problems


def _from_description(text: str, description: str, steps: str) -> tuple[TimeLimit, list[Problem]]:
    none = TimeLimit(None, LimitUnit.UNSTATED, text, LimitSource.NONE)
    stated = durations_in(description)
    if len(stated) == 1 and not _SAME_DAY.search(description):
        (amount, unit) = stated.pop()
        reason = "Cột thời gian để trống; thời hạn lấy từ phần mô tả, cần xác nhận."
        limit = TimeLimit(Decimal(amount), unit, text, LimitSource.DESCRIPTION)
        return limit, [Problem(FIELD, reason, description, Severity.DOUBTFUL)]
    if not stated and _SAME_DAY.search(description):
        reason = "Cột thời gian để trống; phần mô tả ghi giải quyết trong ngày, cần xác nhận."
        limit = TimeLimit(None, LimitUnit.SAME_DAY, text, LimitSource.DESCRIPTION)
        return limit, [Problem(FIELD, reason, description, Severity.DOUBTFUL)]
    if not stated and not is_blank(steps) and _SAME_DAY_15H.search(steps):
        reason = "Cột thời gian để trống; trình tự ghi trả trong ngày, nhận sau 15 giờ thì ngày làm việc tiếp theo."
        limit = TimeLimit(None, LimitUnit.SAME_DAY, text, LimitSource.STEPS)
        return limit, [Problem(FIELD, reason, description or text, Severity.DOUBTFUL)]
    if stated:
        reason = "Cột thời gian để trống; phần mô tả nêu nhiều thời hạn, cần chọn theo trường hợp."
        return none, [Problem(FIELD, reason, description)]
    return none, [Problem(FIELD, "Cổng không công bố thời hạn.", description or text, Severity.DOUBTFUL)]
