"""What a board shows: figures beside those of the period before, each with how it is counted and where its rows are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Sum

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness.worklists import on_worklist
from dossiers.lists.dossier_search import NOBODY
from dossiers.models import Field, Procedure, Unit
from dossiers.read_once import reading_once
from feedback.figures.periods import Period
from portal.content import use
from portal.reporting import channel, charts, in_register, sums
from portal.reporting.lead import Lead, MessageLead
from portal.reporting.scope import Scope
from portal.reporting.sums import NOTHING, Totals

MANY_AGENCIES = 20
FEW = 10  # from so few a per cent says nothing: 1 → 59 were "+5800 %"
MOST_STUCK = 1000
MOST_LINES = 60
MOST_PROCEDURES = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """One number beside the one before; `value` is what a spreadsheet gets, None for a share of nothing."""

    key: str
    label: str
    value: float | None
    before: float | None
    formula: str
    unit: str = ""
    address: str = ""
    look: str = "plain"
    compared: bool = True

    @property
    def shown(self) -> str:
        return _written(self.value, self.unit)

    @property
    def before_shown(self) -> str:
        return _written(self.before, self.unit)

    @property
    def change(self) -> str:
        """How it moved: "+12 %" of a number, "+3 điểm" of a share; "" where nothing can be said, or of a few before."""
        if self.value is None or self.before is None:
            return ""
        if self.unit == "%":
            moved = charts.shown(abs(round(self.value - self.before, 1)))
            return f"{'+' if self.value >= self.before else '−'}{moved} điểm"
        if self.before < FEW:
            return ""
        part = round(100 * (self.value - self.before) / self.before)
        return f"{'+' if part >= 0 else '−'}{abs(part)} %"


@dataclass(frozen=True, slots=True)
class Line:
    """One agency, room, field or procedure; `to` leads from a figure's name to its rows."""

    name: str
    totals: Totals
    open: int
    late: int
    waiting: int  # past the first promise, the new date still to come
    to: dict[str, str]

    @property
    def kept_shown(self) -> str:
        return _written(_per_cent(self.totals.kept_share), "%")

    @property
    def on_time_shown(self) -> str:
        return _written(_per_cent(self.totals.on_time_share), "%")

    @property
    def wait_shown(self) -> str:
        return _written(self.totals.wait_days, "")


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of one kind, most settled first."""

    key: str
    title: str
    label: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything about dossiers."""

    scope: Scope
    period: Period
    before: Period
    figures: list[Figure]
    chart: charts.Chart
    kept_chart: charts.Chart
    tables: list[Table]
    days: dict[dt.date, Totals]

    @property
    def many(self) -> bool:
        """Whether rooms and procedures are left out for the number of agencies."""
        return not self.scope.narrowed and any(len(table.lines) > MANY_AGENCIES for table in self.tables[:1])


@dataclass(frozen=True, slots=True)
class Channel:
    """Everything about the channel."""

    figures: list[Figure]
    chart: charts.Chart
    follows: channel.Follows
    kinds: list[tuple[str, channel.Messages]]
    speed: list[tuple[str, int, int]]
    saving: channel.Saving
    agencies: list


def of_dossiers(user, scope: Scope, period: Period, *, now: dt.datetime) -> Board:
    """Return the board of dossiers. Some fifteen queries over daily figures and indexes of open dossiers."""
    with reading_once():
        return _of_dossiers(user, scope, period, now)


def _of_dossiers(user, scope: Scope, period: Period, now: dt.datetime) -> Board:
    today = now.astimezone(ZONE).date()
    before = period.before_until(today)
    days = sums.by_day(scope, Period(before.first, period.last))
    total, earlier = sums.of_period(days, period), sums.of_period(days, before)
    shown = min(period.last, today)
    at_end = tuple(_open_at_end(scope, day) for day in (shown, before.last))
    late = tuple(sums.late_at_end(scope, day, today=today) for day in (shown, before.last))
    waiting = in_register.waiting_under_letters(scope, today)
    lead = Lead(user, scope, period, today)
    figures = [
        Figure("received", "Tiếp nhận", total.received, earlier.received, "hồ sơ có ngày tiếp nhận trong kỳ", "",
               lead.to("received")),
        Figure("settled", "Giải quyết xong", total.settled, earlier.settled,
               "hồ sơ có kết quả, hoặc dừng, trả lại trong kỳ", "", lead.to("finished")),
        Figure("kept", "Đúng ngày hẹn đầu", _per_cent(total.kept_share), _per_cent(earlier.kept_share),
               f"xong không sau ngày hẹn ban đầu ÷ xong có ngày hẹn: {total.kept}/{total.promised}", "%",
               lead.to("kept"), "done"),
        Figure("on_time", "Đúng hạn theo ngày hẹn cuối", _per_cent(total.on_time_share),
               _per_cent(earlier.on_time_share),
               f"xong trước và đúng hạn, kể cả ngày hẹn lại theo văn bản xin lỗi ÷ xong có hạn: "
               f"{total.in_time}/{total.due}", "%", lead.to("on_time"), "done"),
        Figure("broken", "Lỡ ngày hẹn đầu", total.broken, earlier.broken, "xong sau ngày hẹn ban đầu", "",
               lead.to("broken"), "late" if total.broken else "plain"),
        Figure("wait", "Ngày chờ trung bình", total.wait_days, earlier.wait_days,
               f"từ lúc tiếp nhận đến lúc xong, ngày lịch, trên {total.waited} hồ sơ", "", lead.to("waited")),
        Figure("online", "Nộp trực tuyến", _per_cent(total.online_share), _per_cent(earlier.online_share),
               f"nộp trực tuyến ÷ tiếp nhận: {total.online}/{total.received}", "%",
               lead.online()),
        Figure("open", "Đang giải quyết cuối kỳ", at_end[0], at_end[1], "đã tiếp nhận, chưa xong vào cuối kỳ", "",
               lead.to("open")),
        Figure("late", "Quá hạn cuối kỳ", late[0], late[1], "đang giải quyết, đã quá ngày hẹn vào cuối kỳ", "",
               lead.to("late"), "late" if late[0] else "plain"),
        Figure("waiting", "Lỡ hẹn đầu, chờ theo văn bản xin lỗi, hiện nay", sum(waiting["agency"].values()), None,
               "đang giải quyết, đã quá ngày hẹn đầu, chưa quá ngày hẹn lại: không nằm trong số quá hạn", "",
               lead.to_worklist("promised"), "soon", compared=False),
        Figure("stuck", "Nằm yên quá lâu, hiện nay", _stuck(user, scope, now), None,
               "đang giải quyết, lâu không ai làm gì so với cùng thủ tục", "", lead.to_worklist("unmoved"), "soon",
               compared=False),
    ]  # fmt: skip
    own = {day: totals for day, totals in days.items() if day >= period.first}
    lines = {
        "Tiếp nhận": {day: totals.received for day, totals in own.items()},
        "Giải quyết xong": {day: totals.settled for day, totals in own.items()},
    }
    kept = {
        "Đúng ngày hẹn đầu": {day: totals.kept for day, totals in own.items()},
        "Lỡ ngày hẹn đầu": {day: totals.broken for day, totals in own.items()},
    }
    return Board(
        scope=scope,
        period=period,
        before=before,
        figures=figures,
        chart=charts.over_time("Hồ sơ tiếp nhận và giải quyết xong", period, lines, "hồ sơ"),
        kept_chart=charts.over_time("Hồ sơ xong đúng và lỡ ngày hẹn đầu", period, kept, "hồ sơ"),
        tables=_tables(scope, Period(period.first, period.last), shown, today, lead, waiting),
        days=own,
    )


def _tables(
    scope: Scope, period: Period, shown: dt.date, today: dt.date, lead: Lead, waiting: dict[str, dict]
) -> list[Table]:
    found = []
    by_agency = sums.by_agency(scope, period)
    if len(by_agency) > 1:
        names = sums.names_of(by_agency)
        open_of, late_of, waiting_of = (
            sums.with_heirs(scope, _open_by(scope, shown, "agency")),
            sums.with_heirs(scope, sums.late_by(scope, shown, "agency", today=today)),
            sums.with_heirs(scope, waiting["agency"]),
        )
        lines = [
            Line(names[pk], totals, open_of.get(pk, 0), late_of.get(pk, 0), waiting_of.get(pk, 0),
                 lead.of_line(agency=lead.with_old(pk), below=""))
            for pk, totals in by_agency.items() if pk in names
        ]  # fmt: skip
        found.append(Table("co-quan", "Theo cơ quan", "Cơ quan", _sorted(lines)))
    # Of many centres together rooms and procedures are too many to read, and to count.
    many = len(by_agency) > MANY_AGENCIES and not scope.narrowed
    if not scope.procedure and not many:
        by_unit = sums.by_unit(scope, period)
        units = Unit.objects.select_related("agency").in_bulk([pk for pk in by_unit if pk])
        several = len({unit.agency_id for unit in units.values()}) > 1  # one line may hold those taken over
        open_of, late_of = _open_by(scope, shown, "unit"), sums.late_by(scope, shown, "unit", today=today)
        lines = [
            Line(_unit_name(units.get(pk), several), totals, open_of.get(pk, 0), late_of.get(pk, 0),
                 waiting["unit"].get(pk, 0), lead.of_line(unit=str(pk) if pk else NOBODY))
            for pk, totals in by_unit.items()
        ]  # fmt: skip
        found.append(Table("phong", "Theo phòng, bộ phận", "Phòng, bộ phận", _sorted(lines)[:MOST_LINES]))
    if not scope.subject and not scope.procedure:
        by_field = sums.by_field(scope, period)
        fields = Field.objects.in_bulk([pk for pk in by_field if pk])
        open_of = _open_by(scope, shown, "procedure__field")
        late_of = sums.late_by(scope, shown, "procedure__field", today=today)
        lines = [
            Line(str(fields.get(pk, "Chưa xếp lĩnh vực")), totals, open_of.get(pk, 0), late_of.get(pk, 0),
                 waiting["procedure__field"].get(pk, 0), lead.of_line(field=str(pk) if pk else NOBODY))
            for pk, totals in by_field.items()
        ]  # fmt: skip
        found.append(Table("linh-vuc", "Theo lĩnh vực", "Lĩnh vực", _sorted(lines)[:MOST_LINES]))
    if not scope.procedure and not many:
        by_procedure = sums.by_procedure(scope, period)
        most = sorted(by_procedure, key=lambda pk: (-by_procedure[pk].settled, -by_procedure[pk].received, pk))
        procedures = Procedure.objects.only("code", "name").in_bulk(most[:MOST_PROCEDURES])
        open_of, late_of = _open_by(scope, shown, "procedure"), sums.late_by(scope, shown, "procedure", today=today)
        lines = [
            Line(procedures[pk].name, by_procedure[pk], open_of.get(pk, 0), late_of.get(pk, 0),
                 waiting["procedure"].get(pk, 0), lead.of_line(procedure=procedures[pk].code))
            for pk in most[:MOST_PROCEDURES] if pk in procedures
        ]  # fmt: skip
        found.append(Table("thu-tuc", "Thủ tục nhiều hồ sơ nhất", "Thủ tục", lines))
    return [table for table in found if table.lines]


def of_channel(user, scope: Scope, period: Period, *, today: dt.date) -> Channel:
    """Return the board of the channel. Some fifteen queries over daily figures."""
    lead = MessageLead(user, scope, period)
    before = period.before_until(today)
    past = max(1, (min(period.last, today) - period.first).days + 1)  # days still to come bring nobody yet
    rows, old_rows = channel.message_rows(scope, period), channel.message_rows(scope, before)
    kinds = channel.messages(rows)
    total = channel.added(kinds.values())
    about = channel.added(one for slug, one in kinds.items() if slug.startswith("dossier."))
    old_about = channel.added(channel.messages(channel.about_dossiers(old_rows)).values())
    follows, old_follows = channel.follows(scope, period), channel.follows(scope, before)
    saved = channel.saving(channel.about_dossiers(rows), period)
    old_saved = channel.saving(channel.about_dossiers(old_rows), before)
    here = lead.of()
    agencies = channel.by_agency(scope, period)[:MOST_LINES]
    for agency, one in agencies:
        one.to = lead.of(agency=agency.pk)
    for slug, one in kinds.items():
        if channel.is_in_ledger(slug):
            one.to = lead.of(kind=slug)
    figures = [
        Figure("gained", "Quan tâm mới", follows.gained, old_follows.gained, "lượt bấm Quan tâm trong kỳ"),
        Figure("lost", "Bỏ quan tâm", follows.lost, old_follows.lost, "lượt bỏ quan tâm trong kỳ"),
        Figure("net", "Tăng thực", follows.net, old_follows.net, "quan tâm mới trừ bỏ quan tâm"),
        Figure("per_day", "Quan tâm mới mỗi ngày", follows.gained / past, old_follows.gained / before.days,
               f"quan tâm mới ÷ {past} ngày đã qua của kỳ"),
        Figure("told", "Tin Zalo về hồ sơ", about.told, old_about.told,
               "tin về hồ sơ mà Zalo đã nhận để phát, kể cả tin chưa có báo phát", "", here.get("told", "")),
        Figure("untold", "Không báo được", about.untold, old_about.untold,
               "chưa kết nối, quá hạn, lỗi, chưa gắn Official Account", "", here.get("untold", ""),
               "late" if about.untold else "plain"),
        Figure("saved", "Tiền SMS giảm được", saved.gross, old_saved.gross, saving_formula(saved), "đồng"),
        Figure("saved_net", "Sau khi trừ tiền trả Zalo", saved.net, old_saved.net,
               f"tiền SMS giảm được trừ {charts.shown(saved.paid)} đồng đã trả Zalo", "đồng", "", "done"),
    ]  # fmt: skip
    chart = charts.over_time("Quan tâm mới và tin về hồ sơ", period, channel_days(scope, period), "lượt")
    named = sorted(((channel.called_kind(slug), one) for slug, one in kinds.items()), key=lambda each: -each[1].all)
    named.append(("Cộng", total))
    return Channel(figures, chart, follows, named, channel.speed(rows), saved, agencies)


def channel_days(scope: Scope, period: Period) -> dict[str, dict[dt.date, float]]:
    """Return new follows and messages about dossiers by day. Two queries."""
    came = channel.follow_rows(scope, period).values_list("day").annotate(Sum("gained"))
    rows = channel.about_dossiers(channel.message_rows(scope, period))
    told = rows.filter(outcome__in=channel.REACHED, route__in=channel.BY_ZALO).values_list("day")
    return {"Quan tâm mới": dict(came), "Tin về hồ sơ": dict(told.annotate(Sum("times")))}


def saving_formula(saved: channel.Saving) -> str:
    """Return how the saving is counted, a price after the other."""
    parts = [
        f"{charts.shown(count)} tin × {charts.shown(price)} đồng" for _, _, price, count, _ in saved.lines if count
    ]
    words = " + ".join(parts) or "chưa có tin nào"
    if saved.without_price:
        words += f"; {charts.shown(saved.without_price)} tin không có giá cước của ngày đó nên chưa tính"
    return words


def of_use(period: Period) -> list[tuple[str, list[int], int]]:
    """Return what the public site was used for, of all agencies together. One query."""
    return use.figures(period.first, period.last)


def _stuck(user, scope: Scope, now: dt.datetime) -> int:
    """Return how many open dossiers lie still too long now, up to MOST_STUCK."""
    rows = in_register.rows_of(scope)  # an agency taken over included: no figure names a person
    return len(on_worklist(rows, "unmoved", user, now).values_list("pk", flat=True)[:MOST_STUCK])


def _open_at_end(scope: Scope, day: dt.date) -> int:
    return sum(in_register.open_by(scope, day, "agency").values()) if scope.unit else sums.open_at_end(scope, day)


def _open_by(scope: Scope, day: dt.date, field: str) -> dict:
    of_rooms = field == "unit" or scope.unit
    return in_register.open_by(scope, day, field) if of_rooms else sums.open_by(scope, day, field)


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.totals.settled, -line.totals.received, line.name))


def _unit_name(unit: Unit | None, several: bool) -> str:
    if unit is None:
        return "Chưa giao phòng nào"
    return f"{unit.name} – {unit.agency}" if several else unit.name


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _written(value: float | None, unit: str) -> str:
    if value is None:
        return NOTHING
    return f"{charts.shown(round(value, 1))} {unit}".strip()
