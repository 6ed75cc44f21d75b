"""The rules of lateness and the causes of delay an installation begins with; staff edit them afterwards."""

from __future__ import annotations

from typing import Any

from dossiers.deadlines.rule_registry import Rule
from dossiers.models import DelayCause
from dossiers.states import State

IN_HOUSE = "Quy tắc nội bộ của trung tâm"

RULES = (
    Rule(
        key="reminder-handler-days",
        title="Nhắc người thụ lý trước ngày hẹn trả",
        value=3,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="reminder-supervisor-days",
        title="Nhắc người giám sát trước ngày hẹn trả",
        value=2,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="reminder-leader-days",
        title="Báo lãnh đạo khi chưa có văn bản xin lỗi trước ngày hẹn trả",
        value=1,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="apology-short-limit-hours",
        title="Hồ sơ hạn ngắn: lập dự thảo văn bản xin lỗi trước giờ hẹn trả",
        value=2,
        unit="giờ",
        article=IN_HOUSE,
    ),
    Rule(
        key="apology-extension-days",
        title="Ngày hẹn mới đề xuất cách ngày hẹn cũ",
        value=3,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="apology-extension-most-days",
        title="Ngày hẹn mới cách ngày hẹn cũ nhiều nhất",
        value=15,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="apology-override-role",
        title="Nhóm được cho hẹn lại quá số lần quy định (để trống: không ai)",
        value="Lãnh đạo",
        article="Phải ghi căn cứ vào văn bản; pháp chế xác nhận",
        confidence="L",
    ),
    Rule(
        key="letter-counts-when-approved",
        title="Văn bản xin lỗi có hiệu lực (đổi ngày hẹn, báo người dân) ngay khi được duyệt, cấp số; "
        "không: khi có bản ký",
        value=True,
        article="Nghị định 61/2018/NĐ-CP điều 19, Nghị định 118/2025/NĐ-CP; pháp chế xác nhận",
        confidence="L",
    ),
    Rule(
        key="stuck-unassigned-hours",
        title="Đã tiếp nhận mà chưa phân công quá",
        value=8,
        unit="giờ làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="stuck-percentile",
        title="Nằm yên lâu hơn bao nhiêu phần trăm hồ sơ cùng thủ tục",
        value=90,
        unit="%",
        article=IN_HOUSE,
    ),
    Rule(
        key="stuck-fewest-dossiers",
        title="Số lần đo ít nhất để tin nhịp của thủ tục",
        value=20,
        unit="lần",
        article=IN_HOUSE,
    ),
    Rule(
        key="stuck-days-without-history",
        title="Thủ tục chưa đủ số liệu: coi là nằm yên sau",
        value=5,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="supplement-answer-days",
        title="Hạn nộp bổ sung in trên phiếu yêu cầu bổ sung (0: không in)",
        value=0,
        unit="ngày làm việc",
        article="Nghị định 118/2025/NĐ-CP, luật chuyên ngành; pháp chế xác nhận trước khi đặt",
        confidence="L",
    ),
    Rule(
        key="supplement-wait-days",
        title="Chờ người dân bổ sung quá",
        value=30,
        unit="ngày",
        article=IN_HOUSE,
        confidence="L",
    ),
    Rule(
        key="result-uncollected-days",
        title="Có kết quả mà chưa ai đến nhận quá",
        value=5,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="result-reminder-days",
        title="Nhắc người dân đến nhận kết quả, mỗi lần cách nhau",
        value=5,
        unit="ngày làm việc",
        article=IN_HOUSE,
    ),
    Rule(
        key="result-reminders-most",
        title="Nhắc người dân đến nhận kết quả nhiều nhất",
        value=3,
        unit="lần",
        article=IN_HOUSE,
    ),
)

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


def ensure(**_signal: Any) -> None:
    """Write the causes of delay when there are none."""
    if not DelayCause.objects.exists():
        DelayCause.objects.bulk_create(
            DelayCause(code=code, name=name, words=words, blame=blame, proposed_for=state, order=order)
            for order, (code, name, words, blame, state) in enumerate(CAUSES, start=1)
        )
