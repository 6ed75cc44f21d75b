"""The figures of a report: each with its formula and its period, frozen in the report as plain data."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Letter
from dossiers.written_dates import said_moment
from feedback.figures.periods import Period
from portal.content import use
from portal.content.models import UseCount
from portal.reporting import channel, scope, sums
from portal.reporting.charts import shown
from portal.reporting.models import Report
from portal.reporting.reports import summary

NAMED_PROVINCES = 2
What = UseCount.What
LOOKED_UP, SEARCHED, FILED = (What.FOUND, What.MISSED), (What.SEARCH, What.VAIN, What.PROCEDURE), (What.FILING,)


def compute(kind: str, agency_ids: frozenset[int], period: Period, *, now: dt.datetime) -> dict:
    """Return {"days", "homes", "notes", "lines": [{"key", "label", "value", "unit", "shown", "formula"}], "tables"}.

    `value` is None for a share of nothing. Read from the daily figures, some fifteen queries.
    """
    what = scope.of(agency_ids, period.first, period.last)
    lines: list[dict] = []

    def line(key: str, label: str, value, unit: str, formula: str) -> None:
        written = f"{shown(value)} {unit}".strip() if value is not None else sums.NOTHING
        lines.append({"key": key, "label": label, "value": value, "unit": unit, "shown": written, "formula": formula})

    follows = channel.follows(what, period)
    homes = channel.grouped(follows.homes, NAMED_PROVINCES)
    line("followers", "Người quan tâm mới", follows.gained, "người", "lượt bấm Quan tâm trong kỳ")
    line("lost", "Bỏ quan tâm", follows.lost, "người", "lượt bỏ quan tâm trong kỳ")
    line("net", "Tăng thực", follows.net, "người", f"{shown(follows.gained)} − {shown(follows.lost)}")
    for place, home in enumerate(homes):
        formula = f"{shown(home.count)} ÷ {shown(follows.gained)} người, làm tròn để các tỷ lệ cộng đúng 100 %"
        line(f"home_{place}", f"Người quan tâm mới ở {home.name}", home.share, "%", formula)
    per_day = round(follows.gained / period.days, 1)
    line("per_day", "Trung bình mỗi ngày", per_day, "người", f"{shown(follows.gained)} người ÷ {period.days} ngày")
    rows = channel.about_dossiers(channel.message_rows(what, period))
    saved = channel.saving(rows, period)
    told = channel.added(channel.messages(rows).values()).told
    prices = " + ".join(f"{shown(count)} tin × {shown(price)} đồng" for _, _, price, count, _ in saved.lines if count)
    line("messages", "Tin Zalo trong giải quyết hồ sơ", told, "lượt", "tin về hồ sơ mà Zalo đã nhận để phát")
    line("saved", "Ước giảm chi phí tin nhắn SMS", saved.gross, "đồng", prices or "chưa có tin nào")
    line("paid", "Đã trả Zalo cho tin theo mẫu", saved.paid, "đồng", "tổng giá của từng tin")
    line("saved_net", "Giảm được sau khi trừ", saved.net, "đồng", f"{shown(saved.gross)} − {shown(saved.paid)} đồng")
    _of_dossiers(line, what, period, now)
    used = {words: total for words, _, total in use.figures(period.first, period.last)}
    for key, label, kinds in (
        ("looked_up", "Tra cứu hồ sơ", LOOKED_UP),
        ("searched", "Tra cứu thủ tục", SEARCHED),
        ("filed", "Bắt đầu nộp trực tuyến", FILED),
    ):
        total = sum(used[str(kind.label)] for kind in kinds)
        line(key, label, total, "lượt", "của toàn trang, mọi cơ quan: trang không ghi ai dùng")
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "days": period.days,
        "lines": lines,
        "homes": [[home.name, home.count, home.share] for home in homes],
        "coverage": [follows.known, follows.gained],
        "prices": [price for _, _, price, count, _ in saved.lines if count],
        "notes": list(what.notes),
        "tables": summary.tables(what, period, now=now) if kind == Report.Kind.SUMMARY else [],
        "counted": said_moment(now),
        "missing": sums.standing(period, now.astimezone(ZONE).date())["missing"],
    }


def _of_dossiers(line, what: scope.Scope, period: Period, now: dt.datetime) -> None:
    total = sums.of_period(sums.by_day(what, period), period)
    today = now.astimezone(ZONE).date()
    last = min(period.last, today)
    late = sums.late_at_end(what, last, today=today)
    line("received", "Hồ sơ tiếp nhận", total.received, "hồ sơ", "ngày tiếp nhận trong kỳ")
    line("settled", "Hồ sơ giải quyết xong", total.settled, "hồ sơ", "có kết quả, hoặc dừng, trả lại trong kỳ")
    share = None if total.kept_share is None else round(100 * total.kept_share, 1)
    line(
        "kept", "Xong đúng ngày hẹn đầu", share, "%", f"{shown(total.kept)} ÷ {shown(total.promised)} hồ sơ có ngày hẹn"
    )
    line("broken", "Lỡ ngày hẹn đầu", total.broken, "hồ sơ", "xong sau ngày hẹn ban đầu")
    days = None if total.wait_days is None else round(total.wait_days, 1)
    line(
        "wait",
        "Thời gian chờ trung bình",
        days,
        "ngày",
        f"ngày lịch từ lúc nhận đến lúc xong, {shown(total.waited)} hồ sơ",
    )
    line("open", "Đang giải quyết cuối kỳ", sums.open_at_end(what, last), "hồ sơ", "đã nhận, chưa xong")
    line("late", "Trong đó quá hạn", late, "hồ sơ", "đã quá ngày hẹn vào cuối kỳ")
    letters = Letter.objects.filter(agency__in=what.inside or (), issued_at__gte=period.start, issued_at__lt=period.end)
    line("letters", "Văn bản xin lỗi đã phát hành", letters.count(), "văn bản", "ngày phát hành trong kỳ")


def value(figures: dict, key: str):
    """Return the value of a line; None when there is none."""
    return next((line["value"] for line in figures.get("lines", ()) if line["key"] == key), None)


def in_words(figures: dict, period: Period) -> str:
    """Return the paragraph of figures, as the report of Long An of 2019 orders them."""
    homes = ", ".join(
        f"{share} % {name}" if name == channel.UNKNOWN else f"{share} % ở {name}" for name, _, share in figures["homes"]
    )
    prices = ", ".join(shown(price) for price in figures["prices"])
    among = f" (trong đó {homes})" if homes else ""
    tariff = f" (giá cước tin nhắn SMS là {prices} đồng/tin nhắn)" if prices else ""
    said = _said(figures)
    return (
        f"Trong kỳ ({period.words}, {period.days} ngày), số lượng người dân thực hiện kết nối quan tâm đến kênh Zalo "
        f"đạt {said['followers']} người{among}, trung bình mỗi ngày có {said['per_day']} người kết nối quan tâm; "
        f"{said['lost']} người bỏ quan tâm. Tổng số tin nhắn Zalo trong giải quyết hồ sơ thủ tục hành chính đạt "
        f"{said['messages']} lượt, ước giảm chi phí tin nhắn khoảng {said['saved']} đồng{tariff}; sau khi trừ tiền "
        f"trả Zalo còn {said['saved_net']} đồng."
    )


def work_in_words(figures: dict) -> str:
    """Return the paragraph about dossiers."""
    said = _said(figures)
    kept = said["kept"] if said["kept"] == sums.NOTHING else f"{said['kept']} %"
    return (
        f"Tiếp nhận {said['received']} hồ sơ, giải quyết xong {said['settled']} hồ sơ; đúng ngày hẹn đầu {kept}, lỡ "
        f"ngày hẹn đầu {said['broken']} hồ sơ; phát hành {said['letters']} văn bản xin lỗi. Cuối kỳ đang giải quyết "
        f"{said['open']} hồ sơ, trong đó quá hạn {said['late']} hồ sơ."
    )


def _said(figures: dict) -> dict[str, str]:
    return {line["key"]: shown(line["value"]) for line in figures["lines"]}
