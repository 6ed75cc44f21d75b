"""The boards as a workbook: one sheet a table, real numbers, the charts as pictures beside them.

On every sheet stands what it is of, who made it and when.
"""

from __future__ import annotations

import datetime as dt
from tempfile import SpooledTemporaryFile

from dossiers.deadlines.working_time import ZONE
from dossiers.printed_forms.printing import PrintError, picture
from dossiers.table_files.written import Book
from dossiers.written_dates import said_moment
from feedback.figures.periods import Period
from portal.content.models import UseCount
from portal.reporting import board, charts
from portal.reporting.questions import asked as questions
from portal.reporting.scope import Scope
from portal.reporting.sums import Totals
from zalo.models import Outcome

DOSSIER_HEAD = [
    "Tiếp nhận", "Trong đó trực tuyến", "Giải quyết xong", "Trong đó dừng, trả lại", "Có ngày hẹn đầu",
    "Đúng ngày hẹn đầu", "Lỡ ngày hẹn đầu", "Đúng hẹn đầu (%)", "Xong trước hạn", "Xong đúng hạn", "Xong quá hạn",
    "Ngày chờ trung bình",
]  # fmt: skip
END_HEAD = ["Đang giải quyết", "Quá hạn", "Lỡ hẹn đầu, hiện chờ theo văn bản xin lỗi"]
FIGURES_HEAD = ["Số liệu", "Giá trị", "Đơn vị", "Kỳ trước", "Cách tính"]


def workbook(user, scope: Scope, period: Period, *, by: str, now: dt.datetime) -> SpooledTemporaryFile:
    """Return the workbook, ready to be read."""
    before = period.before_until(now.astimezone(ZONE).date())
    head = f"{scope.words}, {period.words}, so với {before.words}. {by} lập lúc {said_moment(now)}."
    book = Book()
    dossiers = board.of_dossiers(user, scope, period, now=now)
    zalo = board.of_channel(user, scope, period, today=now.astimezone(ZONE).date())
    sheet = book.sheet("Tổng hợp", FIGURES_HEAD, title=head)
    for part, figures in (("Hồ sơ", dossiers.figures), ("Kênh Zalo", zalo.figures)):
        sheet.add([part], bold=True)
        for one in figures:
            sheet.add([one.label, _number(one.value), one.unit, _number(one.before), one.formula])
    for note in scope.notes:
        sheet.add([note])
    asked = questions.of(scope, period, today=now.astimezone(ZONE).date())
    _pictures(book, (dossiers.chart, dossiers.kept_chart, zalo.chart, asked.chart), head)
    days = book.sheet("Theo ngày", ["Ngày", *DOSSIER_HEAD], title=head)
    for day in sorted(dossiers.days):
        days.add([day, *_cells(dossiers.days[day])])
    for table in dossiers.tables:
        lines = book.sheet(table.title[:31], [table.label, *DOSSIER_HEAD, *END_HEAD], title=head)
        for line in table.lines:
            lines.add([line.name, *_cells(line.totals), line.open, line.late, line.waiting])
    _of_channel(book, zalo, head)
    _of_questions(book, asked, head)
    if user.has_perm("content.view_usecount"):
        head = f"Toàn trang, {period.words}. {by} lập lúc {said_moment(now)}."
        used = book.sheet("Lượt sử dụng", ["Việc", *(str(door.label) for door in UseCount.Door), "Cộng"], title=head)
        for words, by_door, total in board.of_use(period):
            used.add([words, *by_door, total])
    return book.saved()


def _pictures(book: Book, drawn: tuple[charts.Chart, ...], head: str) -> None:
    """Lay the charts below each other; where none can be drawn the sheet says why, for the numbers stand elsewhere."""
    sheet = book.sheet("Biểu đồ", ["Biểu đồ của các bảng trong tệp này"], title=head)
    for chart in drawn:
        if chart.empty:
            sheet.add([f"{chart.title}: chưa có số nào trong kỳ này."])
            continue
        try:
            png = picture(charts.svg(chart, alone=True), width=charts.WIDTH, height=charts.HEIGHT)
        except PrintError as error:
            sheet.add([f"{chart.title}: {error}"])
            continue
        sheet.add_picture(png, width=charts.WIDTH, height=charts.HEIGHT)


def _of_questions(book: Book, found: questions.Asked, head: str) -> None:
    lines = book.sheet("Hỏi tiến độ", ["Thủ tục", "Bước", "Lượt hỏi", "Hay hỏi nhất", "Tin trả lời trước"], title=head)
    for line in found.lines:
        lines.add([line.procedure, line.state, line.times, line.when, line.message])
    lines.add(["Cộng", None, found.times])
    for name, times in found.doors:
        lines.add([name, None, times])
    series = book.sheet("Hỏi trên 100 hồ sơ", ["Thời gian", "Lượt hỏi trên 100 hồ sơ nhận"], title=head)
    for place, (value,) in found.chart.rows:
        series.add([place, value])


def _of_channel(book: Book, found: board.Channel, head: str) -> None:
    outcomes = [*Outcome, ""]
    kinds = book.sheet(
        "Tin theo loại", ["Loại tin", *(_outcome(each) for each in outcomes), "Cộng", "Trong đó Zalo nhận"], title=head
    )
    for name, one in found.kinds:
        kinds.add([name, *(one.by_outcome[each] for each in outcomes), one.all, one.told])
    homes = book.sheet("Quan tâm theo tỉnh", ["Tỉnh, thành phố", "Người", "Tỷ lệ (%)"], title=head)
    for home in found.follows.homes:
        homes.add([home.name, home.count, home.share])
    speed = book.sheet("Tốc độ gửi", ["Từ lúc việc xảy ra đến lúc Zalo nhận", "Tin", "Tỷ lệ (%)"], title=head)
    for words, count, share in found.speed:
        speed.add([words, count, share])
    money = book.sheet(
        "Tiền SMS", ["Từ ngày", "Đến ngày", "Giá một tin (đồng)", "Số tin", "Thành tiền", "Căn cứ"], title=head
    )
    for first, last, price, count, source in found.saving.lines:
        money.add([first, last, price, count, price * count, source])
    money.add(["Trả Zalo", None, None, None, -found.saving.paid, "giá của từng tin theo mẫu"])
    money.add(["Còn lại", None, None, None, found.saving.net, ""])
    units = book.sheet("Tin theo cơ quan", ["Cơ quan", "Tin về hồ sơ", "Zalo nhận", "Không báo được"], title=head)
    for agency, one in found.agencies:
        units.add([agency.name, one.all, one.told, one.untold])


def _outcome(value: str) -> str:
    return str(Outcome(value).label) if value else "Zalo đã nhận, chưa có báo phát"


def _cells(totals: Totals) -> list:
    share = totals.kept_share
    return [
        totals.received, totals.online, totals.settled, totals.stopped, totals.promised, totals.kept, totals.broken,
        None if share is None else round(100 * share, 1), totals.early, totals.on_day, totals.late,
        _number(totals.wait_days),
    ]  # fmt: skip


def _number(value: float | None) -> float | int | None:
    return None if value is None else round(value, 2) if value % 1 else int(value)
