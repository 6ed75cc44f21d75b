"""The reminder rules and causes of delay an installation begins with; staff edit them afterwards.

Written after every migrate, key by key, and only where no record of the key exists: an edited record is never touched.
"""

from __future__ import annotations

import datetime as dt

from dossiers.models import DelayCause, LegalRule
from dossiers.states import State

BEGINNING = dt.date(2010, 1, 1)
IN_HOUSE = "Quy tắc nội bộ của trung tâm"

# (key, title, value, unit, article, confidence)
RULES = [
    ("reminder-handler-days", "Nhắc người thụ lý trước ngày hẹn trả", 3, "ngày làm việc", IN_HOUSE, "M"),
    ("reminder-supervisor-days", "Nhắc người giám sát trước ngày hẹn trả", 2, "ngày làm việc", IN_HOUSE, "M"),
    (
        "reminder-leader-days",
        "Báo lãnh đạo khi chưa có văn bản xin lỗi trước ngày hẹn trả",
        1,
        "ngày làm việc",
        IN_HOUSE,
        "M",
    ),
    (
        "apology-short-limit-hours",
        "Hồ sơ hạn ngắn: lập dự thảo văn bản xin lỗi trước giờ hẹn trả",
        2,
        "giờ",
        IN_HOUSE,
        "M",
    ),
    ("apology-extension-days", "Ngày hẹn mới đề xuất cách ngày hẹn cũ", 3, "ngày làm việc", IN_HOUSE, "M"),
    ("apology-extension-most-days", "Ngày hẹn mới cách ngày hẹn cũ nhiều nhất", 15, "ngày làm việc", IN_HOUSE, "M"),
    (
        "apology-override-role",
        "Nhóm được cho hẹn lại quá số lần quy định (để trống: không ai)",
        "Lãnh đạo",
        "",
        "Phải ghi căn cứ vào văn bản; pháp chế xác nhận",
        "L",
    ),
    (
        "letter-counts-when-approved",
        "Văn bản xin lỗi có hiệu lực (đổi ngày hẹn, báo người dân) ngay khi được duyệt, cấp số; không: khi có bản ký",
        True,
        "",
        "Nghị định 61/2018/NĐ-CP điều 19, Nghị định 118/2025/NĐ-CP; pháp chế xác nhận",
        "L",
    ),
    ("stuck-unassigned-hours", "Đã tiếp nhận mà chưa phân công quá", 8, "giờ làm việc", IN_HOUSE, "M"),
    ("stuck-percentile", "Nằm yên lâu hơn bao nhiêu phần trăm hồ sơ cùng thủ tục", 90, "%", IN_HOUSE, "M"),
    ("stuck-fewest-dossiers", "Số lần đo ít nhất để tin nhịp của thủ tục", 20, "lần", IN_HOUSE, "M"),
    ("stuck-days-without-history", "Thủ tục chưa đủ số liệu: coi là nằm yên sau", 5, "ngày làm việc", IN_HOUSE, "M"),
    (
        "supplement-answer-days",
        "Hạn nộp bổ sung in trên phiếu yêu cầu bổ sung (0: không in)",
        0,
        "ngày làm việc",
        "Nghị định 118/2025/NĐ-CP, luật chuyên ngành; pháp chế xác nhận trước khi đặt",
        "L",
    ),
    ("supplement-wait-days", "Chờ người dân bổ sung quá", 30, "ngày", IN_HOUSE, "L"),
    ("result-uncollected-days", "Có kết quả mà chưa ai đến nhận quá", 5, "ngày làm việc", IN_HOUSE, "M"),
    ("result-reminder-days", "Nhắc người dân đến nhận kết quả, mỗi lần cách nhau", 5, "ngày làm việc", IN_HOUSE, "M"),
    ("result-reminders-most", "Nhắc người dân đến nhận kết quả nhiều nhất", 3, "lần", IN_HOUSE, "M"),
]

Blame = DelayCause.Blame
# A draft gives by itself only what its step proves: where the work stopped. Why it stopped, people say.
# (code, name, words, blame, proposed for)
CAUSES = [
    (
        "cham-phan-cong",
        "Chậm phân công thụ lý",
        "hồ sơ được phân công thụ lý chậm hơn quy định",
        Blame.UNIT,
        State.ACCEPTED,
    ),
    (
        "cham-thu-ly",
        "Chậm bắt đầu thụ lý",
        "hồ sơ đã được phân công nhưng chưa được thẩm định kịp thời",
        Blame.UNIT,
        State.ASSIGNED,
    ),
    (
        "chua-tham-dinh-xong",
        "Chưa thẩm định xong",
        "việc thẩm định hồ sơ chưa hoàn thành trong thời hạn",
        Blame.UNIT,
        State.APPRAISING,
    ),
    (
        "qua-tai",
        "Số hồ sơ vượt khả năng giải quyết",
        "số lượng hồ sơ tiếp nhận trong thời gian này nhiều hơn khả năng giải quyết của bộ phận chuyên môn",
        Blame.UNIT,
        "",
    ),
    (
        "can-tham-dinh-them",
        "Cần thêm thời gian thẩm định",
        "hồ sơ có nội dung phức tạp, cần thêm thời gian thẩm tra, xác minh",
        Blame.UNIT,
        "",
    ),
    (
        "cho-ky-duyet",
        "Chờ ký duyệt",
        "kết quả đang trình người có thẩm quyền xem xét, ký duyệt",
        Blame.UNIT,
        State.SIGNING,
    ),
    (
        "cho-co-quan-phoi-hop",
        "Chờ ý kiến cơ quan phối hợp",
        "đang chờ ý kiến của cơ quan phối hợp giải quyết",
        Blame.PARTNER,
        "",
    ),
    ("xac-minh-thuc-dia", "Xác minh, đo đạc thực địa", "cần kiểm tra, đo đạc lại tại thực địa", Blame.UNIT, ""),
    (
        "su-co-he-thong",
        "Sự cố phần mềm, đường truyền",
        "hệ thống thông tin xử lý hồ sơ gặp sự cố",
        Blame.SYSTEM,
        "",
    ),
    (
        "thong-tin-nguoi-nop",
        "Thông tin người nộp cần làm rõ",
        "có thông tin trong hồ sơ cần đối chiếu, làm rõ thêm",
        Blame.CITIZEN,
        "",
    ),
    ("bat-kha-khang", "Thiên tai, dịch bệnh, bất khả kháng", "sự kiện bất khả kháng", Blame.FORCE, ""),
]


def ensure(**_signal) -> None:
    """Write the rules and causes that are missing."""
    known = set(LegalRule.objects.values_list("key", flat=True))
    LegalRule.objects.bulk_create(
        LegalRule(
            key=key,
            title=title,
            value=value,
            unit=unit,
            article=article,
            confidence=confidence,
            valid_from=BEGINNING,
        )
        for key, title, value, unit, article, confidence in RULES
        if key not in known
    )
    if not DelayCause.objects.exists():
        DelayCause.objects.bulk_create(
            DelayCause(code=code, name=name, words=words, blame=blame, proposed_for=state, order=order)
            for order, (code, name, words, blame, state) in enumerate(CAUSES, start=1)
        )
