"""The national rules, code patterns and working week an installation begins with; staff edit them afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dossiers.deadlines.rule_registry import BEGINNING, Rule
from dossiers.models import CodePattern, WeekPattern

SINCE_2018 = dt.date(2018, 6, 21)
SINCE_2025 = dt.date(2025, 7, 1)
UNTIL_2025 = dt.date(2025, 6, 30)

RULES = (
    Rule(
        key="archive-years",
        title="Giữ giấy tờ, tệp của hồ sơ đã kết thúc khi người dân yêu cầu xóa dữ liệu",
        value=10,
        unit="năm",
        article="Luật Lưu trữ 33/2024/QH15; thời hạn theo danh mục hồ sơ của cơ quan, pháp chế xác nhận",
        confidence="L",
    ),
    Rule(
        key="applicant-recall",
        title="Gọi lại người đã nộp tại quầy: 0 sổ của cơ quan, 1 thêm cơ quan cấp dưới, 2 mọi cơ quan cùng cây",
        value=0,
        article="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; mở rộng khi có văn bản phân công",
    ),
    Rule(
        key="deadline-day-zero",
        title="Ngày tiếp nhận không tính vào thời hạn",
        value=True,
        article="Bộ luật Dân sự 2015, điều 147",
    ),
    Rule(
        key="deadline-roll-last-day-off",
        title="Ngày cuối rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp",
        value=True,
        article="Bộ luật Dân sự 2015, điều 148",
    ),
    Rule(
        key="deadline-same-day-cut-off",
        title="Thủ tục trả trong ngày: nhận sau giờ này thì trả ngày làm việc kế tiếp",
        value="15:00",
        unit="giờ",
        article="Nghị định 61/2018/NĐ-CP điều 18; Nghị định 118/2025/NĐ-CP",
    ),
    Rule(
        key="deadline-hours-per-day",
        title="Số giờ của một ngày làm việc",
        value=8,
        unit="giờ",
        article="Bộ luật Lao động 2019, điều 105",
    ),
    Rule(
        key="deadline-calendar-days-skip-holidays",
        title="Thời hạn tính bằng “ngày” có bỏ qua ngày lễ không",
        value=False,
        article="Bộ luật Dân sự 2015, điều 147",
        confidence="L",
    ),
    Rule(
        key="deadline-unit-when-unstated",
        title="Đơn vị tính khi danh mục chỉ ghi một con số",
        value="working_day",
        article="Cách hiểu thông dụng của Cổng Dịch vụ công quốc gia; pháp chế xác nhận",
        confidence="L",
    ),
    Rule(
        key="online-draft-days",
        title="Giữ hồ sơ trực tuyến đang soạn kể từ lần ghi cuối, rồi xóa",
        value=30,
        unit="ngày",
        article="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích; pháp chế xác nhận",
    ),
    Rule(
        key="online-filings-per-address-day",
        title="Số hồ sơ trực tuyến nhận từ một địa chỉ mạng trong một ngày",
        value=300,
        unit="hồ sơ",
        article="Quy tắc nội bộ chống gửi hàng loạt; thuê bao di động, nhân viên một công ty dùng chung một địa chỉ",
    ),
    Rule(
        key="online-filings-per-phone-day",
        title="Số hồ sơ trực tuyến báo về một số điện thoại trong một ngày",
        value=20,
        unit="hồ sơ",
        article="Quy tắc nội bộ: không ai làm đầy điện thoại của người khác; nơi có tổ chức nộp nhiều thì tăng lên",
    ),
    Rule(
        key="online-answer-working-hours",
        title="Trả lời hồ sơ trực tuyến kể từ khi hệ thống tiếp nhận",
        value=8,
        unit="giờ làm việc",
        article="Nghị định 45/2020/NĐ-CP điều 11",
        since=dt.date(2020, 5, 22),
    ),
    Rule(
        key="supplement-max-rounds",
        title="Số lần yêu cầu bổ sung cán bộ được tự thực hiện",
        value=1,
        unit="lần",
        article="Nghị định 61/2018/NĐ-CP điều 17, 19; Quyết định 766/QĐ-TTg (quá một lần tính là trễ hạn)",
        since=SINCE_2018,
    ),
    Rule(
        key="return-after-appraisal-days",
        title="Trả lại hồ sơ sau thẩm định chậm nhất",
        value=3,
        unit="ngày làm việc",
        article="Nghị định 61/2018/NĐ-CP điều 19",
        since=SINCE_2018,
    ),
    Rule(
        key="apology-days-before-due",
        title="Văn bản xin lỗi phải gửi trước ngày hẹn trả ít nhất",
        value=1,
        unit="ngày",
        article="Nghị định 61/2018/NĐ-CP điều 19",
        confidence="H",
        since=SINCE_2018,
        until=UNTIL_2025,
    ),
    Rule(
        key="apology-days-before-due",
        title="Văn bản xin lỗi phải gửi trước ngày hẹn trả ít nhất",
        value=1,
        unit="ngày",
        article="Nghị định 118/2025/NĐ-CP (điều khoản cụ thể chờ pháp chế xác nhận)",
        confidence="L",
        since=SINCE_2025,
    ),
    Rule(
        key="apology-max-new-dates",
        title="Số lần được hẹn lại ngày trả kết quả",
        value=1,
        unit="lần",
        article="Nghị định 61/2018/NĐ-CP điều 19",
        confidence="H",
        since=SINCE_2018,
        until=UNTIL_2025,
    ),
    Rule(
        key="apology-max-new-dates",
        title="Số lần được hẹn lại ngày trả kết quả",
        value=1,
        unit="lần",
        article="Nghị định 118/2025/NĐ-CP (điều khoản cụ thể chờ pháp chế xác nhận)",
        confidence="L",
        since=SINCE_2025,
    ),
    Rule(
        key="forecast-days-before-due",
        title="Dự thảo văn bản xin lỗi trước ngày hẹn trả",
        value=2,
        unit="ngày làm việc",
        article="Quy tắc nội bộ, để kịp gửi trước hạn một ngày",
    ),
)

PATTERNS = [
    ("tt01-2018", dt.date(2019, 1, 6), "Thông tư 01/2018/TT-VPCP điều 19"),
    ("qd20-2020", dt.date(2021, 1, 1), "Quyết định 20/2020/QĐ-TTg"),
    ("2026", dt.date(2026, 1, 1), "Dạng mã Cổng Dịch vụ công quốc gia dùng từ năm 2026"),
]

WEEK = [(dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17, 0))]


def ensure(**_signal: Any) -> None:
    """Write the code patterns and the common week when there are none at all."""
    if not CodePattern.objects.exists():
        CodePattern.objects.bulk_create(
            CodePattern(pattern=pattern, valid_from=valid_from, basis=basis) for pattern, valid_from, basis in PATTERNS
        )
    if not WeekPattern.objects.exists():
        WeekPattern.objects.bulk_create(
            WeekPattern(weekday=weekday, opens_at=opens, closes_at=closes, valid_from=BEGINNING)
            for weekday in range(5)
            for opens, closes in WEEK
        )
