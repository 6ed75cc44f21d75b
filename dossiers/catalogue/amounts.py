"""Sums of money in Vietnamese running text: "1.200.000 đồng", "20.000đ/tờ khai", "02 triệu đồng", "10 USD"."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dossiers.catalogue.portal_text import LOWER

_SCALES = {"": 1, "nghìn": 1_000, "ngàn": 1_000, "triệu": 1_000_000, "tỷ": 1_000_000_000, "tỉ": 1_000_000_000}
_CURRENCIES = {"usd": "USD", "đô la mỹ": "USD", "euro": "EUR", "eur": "EUR"}
_MAX = 10**13

_MONEY = re.compile(
    r"(?<![\d/.,])(?P<number>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?)\s*"
    r"(?P<scale>nghìn|ngàn|triệu|tỷ|tỉ)?\s*(?:\([^()]{3,80}\)\s*)?"
    rf"(?P<currency>Việt Nam [Đđ]ồng|VN[ĐDđd]|[Đđ]ồng|đ(?![{LOWER}])|Đ(?![{LOWER}])|USD|[Đđ]ô la Mỹ|EURO?)"
    r"(?:\s*/\s*(?P<per>[^/;.,()\d][^/;.,()+]{0,60}))?",
    re.IGNORECASE,
)
_DAY = r"(\d{1,2})\s*(?:/|-|tháng)\s*(\d{1,2})\s*(?:/|-|năm)\s*(\d{4})"
_PERIOD = re.compile(rf"từ\s+(?:ngày\s+)?{_DAY}[^.;]{{0,20}}?đến\s+(?:hết\s+)?(?:ngày\s+)?{_DAY}", re.IGNORECASE)
_UNTIL = re.compile(rf"đến\s+(?:hết\s+)?(?:ngày\s+)?{_DAY}", re.IGNORECASE)
_PERCENT = re.compile(r"bằng\s+(\d{1,2})\s*%", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Money:
    amount: int
    currency: str
    per: str
    start: int
    end: int


def parse_number(text: str) -> Decimal | None:
    """Return "1,200,000", "1.200.000", "1200" or "2,5" as a number; None when it is none of these."""
    text = text.strip()
    if re.fullmatch(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*", text):
        return Decimal(re.sub(r"[.,]", "", text))
    if re.fullmatch(r"\d{1,13}(?:[.,]\d{1,2})?", text):
        return Decimal(text.replace(",", "."))
    return None


def money_in(text: str) -> list[Money]:
    """Return the sums with a currency in `text`, in order. Whole units only; fractions of a đồng are ignored."""
    sums = []
    for match in _MONEY.finditer(text):
        number = parse_number(match["number"])
        if number is None:
            continue
        amount = number * _SCALES[(match["scale"] or "").casefold()]
        if amount != int(amount) or amount > _MAX:
            continue
        currency = _CURRENCIES.get(" ".join(match["currency"].casefold().split()), "VND")
        per = " ".join((match["per"] or "").split()).strip()
        sums.append(Money(int(amount), currency, per, match.start(), match.end()))
    return sums


def _day(groups: tuple[str, ...]) -> date | None:
    try:
        return date(int(groups[2]), int(groups[1]), int(groups[0]))
    except ValueError:
        return None


def period_in(text: str) -> tuple[date | None, date | None]:
    """Return the first "từ ngày … đến hết ngày …" of `text`, or (None, end) of "đến hết ngày …", or (None, None)."""
    if match := _PERIOD.search(text):
        start, end = _day(match.groups()[:3]), _day(match.groups()[3:])
        return (start, end) if start and end and start <= end else (None, None)
    if match := _UNTIL.search(text):
        return None, _day(match.groups())
    return None, None


def percent_in(text: str) -> int | None:
    """Return N of "bằng N%"; None when there is none."""
    match = _PERCENT.search(text)
    return int(match[1]) if match else None
