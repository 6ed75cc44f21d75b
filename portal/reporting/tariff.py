"""What one SMS would have cost: a dated rule record, so that an old report counts with the price of its time."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.rule_registry import Rule
from dossiers.models import LegalRule

KEY = "sms-tariff"
SOURCE = "Báo cáo 1149/BC-STTTT ngày 12/7/2019 của Sở Thông tin và Truyền thông tỉnh Long An"
RULES = (
    Rule(
        key="sms-tariff",
        title="Giá cước một tin nhắn SMS, để tính tiền tiết kiệm nhờ tin Zalo",
        value=350,
        unit="đồng",
        article=f"{SOURCE}; sửa theo hợp đồng tin nhắn của địa phương",
        confidence="H",
    ),
)


def spans(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date, int, str]]:
    """Return (from, to, đồng, source) of each price of these days, in order; days without a record are left out."""
    rows = LegalRule.objects.filter(key=KEY, agency=None, valid_from__lte=last).order_by("valid_from")
    known = [row for row in rows if row.valid_to is None or row.valid_to >= first]
    found = []
    for place, row in enumerate(known):
        ends = row.valid_to or last
        if place + 1 < len(known):  # a newer record takes over on its first day
            ends = min(ends, known[place + 1].valid_from - dt.timedelta(days=1))
        begins, ends = max(first, row.valid_from), min(last, ends)
        if begins <= ends:
            found.append((begins, ends, int(row.value), row.article))
    return found
