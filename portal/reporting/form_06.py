"""Forms 06a and 06b: what was to be settled, what was, what is open, by field and by agency.

Thông tư 02/2017/TT-VPCP as changed by Thông tư 01/2020/TT-VPCP; the reporting periods are those of Nghị định
09/2019/NĐ-CP, điều 12. Every line adds up: to settle = settled + open.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from dossiers.lists.dossier_search import NOBODY
from dossiers.models import Field
from dossiers.read_once import reading_once
from feedback.figures.periods import Period
from portal.reporting import sums
from portal.reporting.lead import Lead
from portal.reporting.scope import Scope
from portal.reporting.sums import Totals

HEAD = (
    "Tổng số nhận giải quyết", "Trong kỳ: trực tuyến", "Trong kỳ: trực tiếp, bưu chính", "Từ kỳ trước",
    "Đã giải quyết", "Trước hạn", "Đúng hạn", "Quá hạn", "Đang giải quyết", "Trong hạn", "Quá hạn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form; dossiers without a date to keep count as settled on time."""

    name: str
    online: int
    otherwise: int
    before: int
    early: int
    on_time: int
    late: int
    open_late: int
    to: dict[int, str] = field(default_factory=dict)  # from the place of a cell to its dossiers

    @property
    def to_settle(self) -> int:
        return self.online + self.otherwise + self.before

    @property
    def settled(self) -> int:
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        return self.to_settle - self.settled

    @property
    def open_in_time(self) -> int:
        return self.open - self.open_late

    @property
    def cells(self) -> tuple[int, ...]:
        return (
            self.to_settle, self.online, self.otherwise, self.before, self.settled, self.early, self.on_time, self.late,
            self.open, self.open_in_time, self.open_late,
        )  # fmt: skip

    @property
    def linked(self) -> list[tuple[int, str]]:
        """The cells, each with where its dossiers are; "" where no list holds just them."""
        return [(cell, self.to.get(place, "")) for place, cell in enumerate(self.cells)]


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its lines, their sum, and whether the sum is the one counted apart from the lines."""

    code: str
    title: str
    label: str
    rows: list[Row]
    total: Row
    open_counted: int

    @property
    def agrees(self) -> bool:
        """Whether to settle − settled is what the days say is open at the end, and no part exceeds its whole."""
        return self.total.open == self.open_counted and all(min(row.cells) >= 0 for row in self.rows)


def forms(scope: Scope, period: Period, *, today: dt.date, lead: Lead | None = None) -> list[Form]:
    """Return 06a by field, and 06b by agency where there are several. Ten queries at most.

    With `lead` the cells know where their dossiers are.
    """
    last = min(period.last, today)
    parts = [("06a", "Tình hình, kết quả giải quyết thủ tục hành chính theo lĩnh vực", "Lĩnh vực", "procedure__field")]
    if scope.inside is None or len(scope.inside) > 1:
        parts.append(("06b", "Tổng hợp theo cơ quan, đơn vị", "Cơ quan, đơn vị", "agency"))
    with reading_once():
        counted = sums.open_at_end(scope, last)
        return [_form(scope, period, last, today, *part, counted, lead) for part in parts]


def _form(scope, period, last, today, code, title, label, by, counted, lead) -> Form:
    totals: dict = defaultdict(Totals)
    before: dict = defaultdict(int)
    late: dict = defaultdict(int)
    totals_by = sums.by_agency if by == "agency" else sums.by_field
    for key, found in totals_by(scope, period).items():
        totals[key].add(found)
    for into, counts in (
        (before, sums.open_by(scope, period.first - dt.timedelta(days=1), by)),
        (late, sums.late_by(scope, last, by, today=today)),
    ):
        for key, count in counts.items():
            into[scope.heir_of(key) if by == "agency" else key] += count
    names = _names(by, {*totals, *before, *late})
    rows = [
        _row(names.get(key, "Chưa xếp lĩnh vực"), totals[key], before[key], late[key], _addresses(lead, by, key))
        for key in {*totals, *before, *late}
        if totals[key].received or totals[key].settled or before[key]
    ]
    rows.sort(key=lambda row: (-row.to_settle, row.name))
    whole = Totals()
    for one in totals.values():
        whole.add(one)
    total = _row("Tổng cộng", whole, sum(before.values()), sum(late.values()), _addresses(lead))
    return Form(code, title, label, rows, total, counted)


def _addresses(lead: Lead | None, by: str = "", key: int | None = None) -> dict[int, str]:
    """Return from the place of a cell to its dossiers. What came otherwise than online is two channels, no one list."""
    if lead is None:
        return {}
    more: dict[str, str | None] = {}
    if by == "agency":
        more = {"agency": lead.with_old(key) if key is not None else None, "below": ""}
    elif by:
        more = {"field": str(key) if key else NOBODY}
    return {
        1: lead.online(**more), 3: lead.open_before(**more), 4: lead.to("waited", **more),
        7: lead.to("overdue", **more), 8: lead.to("open", **more), 10: lead.to("late", **more),
    }  # fmt: skip


def _row(name: str, totals: Totals, before: int, late: int, to: dict[int, str]) -> Row:
    settled = totals.settled - totals.unreceived
    on_time = settled - totals.early - totals.late
    came = totals.received - totals.online
    return Row(name, totals.online, came, before, totals.early, on_time, totals.late, late, to)


def _names(by: str, keys) -> dict:
    known = [key for key in keys if key is not None]
    if by == "agency":
        return sums.names_of(known)
    return {pk: str(row) for pk, row in Field.objects.in_bulk(known).items()}
