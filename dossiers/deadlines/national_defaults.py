"""The national rule records and working week an installation begins with; staff edit them afterwards.

Written after every migrate, key by key, and only where no record of the key exists: an edited rule is never touched.
"""

from __future__ import annotations

import datetime as dt

from dossiers.models import CodePattern, LegalRule, WeekPattern

SINCE_2018 = dt.date(2018, 6, 21)
SINCE_2025 = dt.date(2025, 7, 1)
BEGINNING = dt.date(2010, 1, 1)

# (key, title, value, unit, article, confidence, valid from, valid to)
RULES = [
    (
        "archive-years",
        "Giữ giấy tờ, tệp của hồ sơ đã kết thúc khi người dân yêu cầu xóa dữ liệu",
        10,
        "năm",
        "Luật Lưu trữ 33/2024/QH15; thời hạn theo danh mục hồ sơ của cơ quan, pháp chế xác nhận",
        "L",
        BEGINNING,
        None,
    ),
    (
        "applicant-recall",
        "Gọi lại người đã nộp tại quầy: 0 sổ của cơ quan, 1 thêm cơ quan cấp dưới, 2 mọi cơ quan cùng cây",
        0,
        "",
        "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15; mở rộng khi có văn bản phân công",
        "M",
        BEGINNING,
        None,
    ),
    (
        "deadline-day-zero",
        "Ngày tiếp nhận không tính vào thời hạn",
        True,
        "",
        "Bộ luật Dân sự 2015, điều 147",
        "M",
        BEGINNING,
        None,
    ),
    (
        "deadline-roll-last-day-off",
        "Ngày cuối rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp",
        True,
        "",
        "Bộ luật Dân sự 2015, điều 148",
        "M",
        BEGINNING,
        None,
    ),
    (
        "deadline-same-day-cut-off",
        "Thủ tục trả trong ngày: nhận sau giờ này thì trả ngày làm việc kế tiếp",
        "15:00",
        "giờ",
        "Nghị định 61/2018/NĐ-CP điều 18; Nghị định 118/2025/NĐ-CP",
        "M",
        BEGINNING,
        None,
    ),
    (
        "deadline-hours-per-day",
        "Số giờ của một ngày làm việc",
        8,
        "giờ",
        "Bộ luật Lao động 2019, điều 105",
        "M",
        BEGINNING,
        None,
    ),
    (
        "deadline-calendar-days-skip-holidays",
        "Thời hạn tính bằng “ngày” có bỏ qua ngày lễ không",
        False,
        "",
        "Bộ luật Dân sự 2015, điều 147",
        "L",
        BEGINNING,
        None,
    ),
    (
        "deadline-unit-when-unstated",
        "Đơn vị tính khi danh mục chỉ ghi một con số",
        "working_day",
        "",
        "Cách hiểu thông dụng của Cổng Dịch vụ công quốc gia; pháp chế xác nhận",
        "L",
        BEGINNING,
        None,
    ),
    (
        "online-answer-working-hours",
        "Trả lời hồ sơ trực tuyến kể từ khi hệ thống tiếp nhận",
        8,
        "giờ làm việc",
        "Nghị định 45/2020/NĐ-CP điều 11",
        "M",
        dt.date(2020, 5, 22),
        None,
    ),
    (
        "supplement-max-rounds",
        "Số lần yêu cầu bổ sung cán bộ được tự thực hiện",
        1,
        "lần",
        "Nghị định 61/2018/NĐ-CP điều 17, 19; Quyết định 766/QĐ-TTg (quá một lần tính là trễ hạn)",
        "M",
        SINCE_2018,
        None,
    ),
    (
        "return-after-appraisal-days",
        "Trả lại hồ sơ sau thẩm định chậm nhất",
        3,
        "ngày làm việc",
        "Nghị định 61/2018/NĐ-CP điều 19",
        "M",
        SINCE_2018,
        None,
    ),
    (
        "apology-days-before-due",
        "Văn bản xin lỗi phải gửi trước ngày hẹn trả ít nhất",
        1,
        "ngày",
        "Nghị định 61/2018/NĐ-CP điều 19",
        "H",
        SINCE_2018,
        dt.date(2025, 6, 30),
    ),
    (
        "apology-days-before-due",
        "Văn bản xin lỗi phải gửi trước ngày hẹn trả ít nhất",
        1,
        "ngày",
        "Nghị định 118/2025/NĐ-CP (điều khoản cụ thể chờ pháp chế xác nhận)",
        "L",
        SINCE_2025,
        None,
    ),
    (
        "apology-max-new-dates",
        "Số lần được hẹn lại ngày trả kết quả",
        1,
        "lần",
        "Nghị định 61/2018/NĐ-CP điều 19",
        "H",
        SINCE_2018,
        dt.date(2025, 6, 30),
    ),
    (
        "apology-max-new-dates",
        "Số lần được hẹn lại ngày trả kết quả",
        1,
        "lần",
        "Nghị định 118/2025/NĐ-CP (điều khoản cụ thể chờ pháp chế xác nhận)",
        "L",
        SINCE_2025,
        None,
    ),
    (
        "forecast-days-before-due",
        "Dự thảo văn bản xin lỗi trước ngày hẹn trả",
        2,
        "ngày làm việc",
        "Quy tắc nội bộ, để kịp gửi trước hạn một ngày",
        "M",
        BEGINNING,
        None,
    ),
]

PATTERNS = [
    ("tt01-2018", dt.date(2019, 1, 6), "Thông tư 01/2018/TT-VPCP điều 19"),
    ("qd20-2020", dt.date(2021, 1, 1), "Quyết định 20/2020/QĐ-TTg"),
    ("2026", dt.date(2026, 1, 1), "Dạng mã Cổng Dịch vụ công quốc gia dùng từ năm 2026"),
]

WEEK = [(dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17, 0))]


def ensure(**_signal) -> None:
    """Write what is missing: rules by key, code patterns and the common week when there are none at all."""
    known = set(LegalRule.objects.values_list("key", flat=True))
    LegalRule.objects.bulk_create(
        LegalRule(
            key=key,
            title=title,
            value=value,
            unit=unit,
            article=article,
            confidence=confidence,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for key, title, value, unit, article, confidence, valid_from, valid_to in RULES
        if key not in known
    )
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
