"""Whether what people wrote follows from what was counted: every number said of a known figure is compared with it.

The report of 1149/BC-STTTT (12/7/2019) says "trung bình mỗi ngày có khoảng 12 người" of 560 people in 31 days: that is
18,1. Such a sentence is shown to whoever writes the report, and to whoever numbers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.reporting.charts import shown
from portal.reporting.reports.facts import value

_NUMBER = r"(?P<n>\d{1,3}(?:\.\d{3})+|\d+(?:,\d+)?)"
# Figure → how people say it. Between the words and the number stand at most a few others of the same sentence.
SAID: tuple[tuple[str, str], ...] = (
    ("per_day", rf"(?:mỗi|một) ngày[^.;\d]{{0,40}}{_NUMBER}\s*người"),
    ("per_day", rf"{_NUMBER}\s*người\s*(?:/|mỗi|một)\s*ngày"),
    ("followers", rf"quan tâm[^.;\d]{{0,80}}đạt\s*{_NUMBER}\s*người"),
    ("messages", rf"tin nhắn[^.;\d]{{0,120}}đạt\s*{_NUMBER}\s*lượt"),
    ("saved", rf"giảm chi phí[^.;\d]{{0,120}}{_NUMBER}\s*đồng"),
    ("received", rf"tiếp nhận\s*{_NUMBER}\s*hồ sơ"),
    ("settled", rf"giải quyết xong\s*{_NUMBER}\s*hồ sơ"),
)
NAMES = {
    "per_day": "người quan tâm mới trung bình mỗi ngày",
    "followers": "người quan tâm mới",
    "messages": "tin Zalo về hồ sơ",
    "saved": "tiền SMS giảm được",
    "received": "hồ sơ tiếp nhận",
    "settled": "hồ sơ giải quyết xong",
}


@dataclass(frozen=True, slots=True)
class Odd:
    """A number in the words that the figures do not give."""

    key: str
    said: str
    sentence: str


def odd(texts: Iterable[str], figures: dict) -> list[Odd]:
    """Return every number said that does not follow; "khoảng 18" of 18,1 follows, as rounded."""
    found = []
    for text in texts:
        for key, pattern in SAID:
            truth = value(figures, key)
            for hit in re.finditer(pattern, " ".join(text.split()), re.IGNORECASE):
                if truth is None or not _follows(hit["n"], truth):
                    found.append(Odd(key, hit["n"], _sentence(key, hit["n"], hit[0], truth, figures)))
    return list(dict.fromkeys(found))


def _follows(said: str, truth: float) -> bool:
    number = float(said.replace(".", "").replace(",", "."))
    digits = len(said.partition(",")[2])
    return abs(number - truth) <= 0.5 * 10**-digits + 1e-9


def _sentence(key: str, said: str, words: str, truth, figures: dict) -> str:
    first = f"“{words}” không suy ra được từ số liệu: {NAMES[key]} là {shown(truth)}"
    if key == "per_day" and truth is not None:
        people, days = value(figures, "followers"), figures["days"]
        number = float(said.replace(".", "").replace(",", "."))
        first += f" ({shown(people)} người ÷ {days} ngày)"
        if number:
            first += f"; {said} người mỗi ngày chỉ đúng khi kỳ dài {shown(round(people / number))} ngày"
    return f"{first}. Hãy sửa câu, hoặc sửa kỳ báo cáo."
