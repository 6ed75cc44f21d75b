"""The tables of a monthly summary for the head of an agency: against the period before, by part, late by cause, voices.

Plain data, frozen in the report beside its figures: {"title", "columns", "rows"}, each cell as it is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, F, Q

from dossiers.deadlines.working_time import ZONE
from dossiers.letters import attribution
from dossiers.models import Procedure, Unit
from feedback.figures.periods import Period
from feedback.models import Case, Kind
from feedback.states import ANSWERED, OPEN, UNCOUNTED
from portal.reporting import in_register, sums
from portal.reporting.charts import shown
from portal.reporting.scope import Scope
from portal.reporting.sums import Totals

MOST_LINES = 30
MOST_PROCEDURES = 10
_NUMBER = (21, "mm", "r")
_PART = ("Tiếp nhận", "Xong", "Đúng hẹn đầu", "Lỡ hẹn đầu", "Đang giải quyết", "Quá hạn")


def tables(what: Scope, period: Period, *, now: dt.datetime) -> list[dict]:
    """Return the tables that have a line. Some fifteen short queries over daily figures, letters and voices."""
    today = now.astimezone(ZONE).date()
    before = period.before_until(today)
    found = [
        _table(
            f"So với kỳ {before.words}",
            [("Số liệu", 5, "fr", "l"), ("Kỳ này", *_NUMBER), ("Kỳ trước", *_NUMBER), ("Tăng, giảm", *_NUMBER)],
            _against(what, period, before, today),
        ),
        _by_part(what, period, today),
        _table(
            "Thủ tục lỡ ngày hẹn đầu nhiều nhất",
            [("Thủ tục", 5, "fr", "l"), ("Xong", *_NUMBER), ("Lỡ hẹn đầu", *_NUMBER)],
            _most_broken(what, period),
        ),
        _table(
            "Nguyên nhân ghi trong văn bản xin lỗi đã phát hành",
            [("Nguyên nhân", 5, "fr", "l"), ("Văn bản", *_NUMBER)],
            _causes(what, period),
        ),
        _table(
            "Ý kiến người dân gửi trong kỳ",
            [("Loại", 5, "fr", "l"), ("Nhận", *_NUMBER), ("Đã trả lời", *_NUMBER), ("Đang xử lý", *_NUMBER),
             ("Trễ hạn trả lời", *_NUMBER)],
            _voices(what, period, now),
        ),
    ]  # fmt: skip
    return [table for table in found if table["rows"]]


def _table(title: str, columns: list[tuple], rows: Iterable[list[str]]) -> dict:
    return {"title": title, "columns": [list(column) for column in columns], "rows": list(rows)}


def _against(what: Scope, period: Period, before: Period, today: dt.date) -> list[list[str]]:
    days = sums.by_day(what, Period(before.first, period.last))
    ends = min(period.last, today), before.last
    totals = [sums.of_period(days, each) for each in (period, before)]
    rows = [
        _moved("Hồ sơ tiếp nhận", [each.received for each in totals]),
        _moved("Hồ sơ giải quyết xong", [each.settled for each in totals]),
        _moved("Đúng ngày hẹn đầu (%)", [_per_cent(each) for each in totals]),
        _moved("Lỡ ngày hẹn đầu", [each.broken for each in totals]),
        _moved("Ngày chờ trung bình", [each.wait_days and round(each.wait_days, 1) for each in totals]),
        _moved("Đang giải quyết cuối kỳ", [sums.open_at_end(what, day) for day in ends]),
        _moved("Quá hạn cuối kỳ", [sums.late_at_end(what, day, today=today) for day in ends]),
    ]
    return rows


def _moved(label: str, values: list[float | None]) -> list[str]:
    now, before = values
    moved = sums.NOTHING
    if now is not None and before is not None:
        step = round(now - before, 1)
        moved = "0" if not step else f"{'+' if step > 0 else '−'}{shown(abs(step))}"
    return [label, shown(now), shown(before), moved]


def _per_cent(totals: Totals) -> float | None:
    return None if totals.kept_share is None else round(100 * totals.kept_share, 1)


def _by_part(what: Scope, period: Period, today: dt.date) -> dict:
    """Return a line each agency, or each room where it is one agency's summary."""
    last = min(period.last, today)
    by_agency = sums.by_agency(what, period)
    lines: dict[int | None, Totals] = {pk: each for pk, each in by_agency.items()}
    open_of, late_of = (
        sums.with_heirs(what, counts)
        for counts in (sums.open_by(what, last, "agency"), sums.late_by(what, last, "agency", today=today))
    )
    label = "Cơ quan"
    if len({*by_agency, *open_of}) <= 1:
        lines, label = sums.by_unit(what, period), "Phòng, bộ phận"
        open_of = in_register.open_by(what, last, "unit")
        late_of = sums.late_by(what, last, "unit", today=today)
    # Who holds what is late and settled nothing is whom the head looks for.
    lines |= {pk: Totals() for pk, number in {**open_of, **late_of}.items() if number and pk not in lines}
    known = [pk for pk in lines if pk]
    names = (
        sums.names_of(known)
        if label == "Cơ quan"
        else dict(Unit.objects.filter(pk__in=known).values_list("pk", "name"))
    )
    most = sorted(lines, key=lambda pk: (-late_of.get(pk, 0), -lines[pk].settled, names.get(pk or 0, "")))[:MOST_LINES]
    rows = [
        [
            names.get(pk or 0, "Chưa giao phòng nào"), shown(lines[pk].received), shown(lines[pk].settled),
            shown(_per_cent(lines[pk])) + (" %" if lines[pk].promised else ""), shown(lines[pk].broken),
            shown(open_of.get(pk, 0)), shown(late_of.get(pk, 0)),
        ]
        for pk in most
    ]  # fmt: skip
    return _table(f"Theo {label.lower()}", [(label, 5, "fr", "l"), *((name, 18, "mm", "r") for name in _PART)], rows)


def _most_broken(what: Scope, period: Period) -> list[list[str]]:
    totals = {pk: each for pk, each in sums.by_procedure(what, period).items() if each.broken}
    most = sorted(totals, key=lambda pk: (-totals[pk].broken, -totals[pk].settled, pk))[:MOST_PROCEDURES]
    names = dict(Procedure.objects.filter(pk__in=most).values_list("pk", "name"))
    return [[names[pk], shown(totals[pk].settled), shown(totals[pk].broken)] for pk in most]


def _causes(what: Scope, period: Period) -> list[list[str]]:
    rows = attribution.issued(what.inside, period.start, period.end)
    counted = rows.values_list("cause__name").annotate(n=Count("pk")).order_by("-n", "cause__name")
    return [[name or "Không ghi", shown(count)] for name, count in counted]


def _voices(what: Scope, period: Period, now: dt.datetime) -> list[list[str]]:
    """Count voices by kind; repeats are one matter, parts belong to their whole, petitions stand in no figure."""
    rows = Case.objects.order_by().exclude(status__in=UNCOUNTED).filter(parent=None)
    rows = rows.filter(sent_at__gte=period.start, sent_at__lt=period.end)
    if what.inside is not None:
        rows = rows.filter(agency__in=what.inside)
    answered_late = Q(status__in=ANSWERED, answered_at__gt=F("due_at"))
    counted = rows.values("kind").annotate(
        n=Count("pk"),
        done=Count("pk", filter=Q(status__in=ANSWERED)),
        open=Count("pk", filter=Q(status__in=OPEN)),
        late=Count("pk", filter=answered_late | Q(status__in=OPEN, due_at__lt=now)),
    )
    return [
        [str(Kind(row["kind"]).label), *(shown(row[name]) for name in ("n", "done", "open", "late"))]
        for row in sorted(counted, key=lambda row: -row["n"])
    ]
