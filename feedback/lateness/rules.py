"""The legal and local numbers of the citizens' voice, as dated rule records the agency may edit."""

from __future__ import annotations

import datetime as dt

from dossiers.deadlines.rule_registry import Rule
from dossiers.deadlines.rules import values_on
from dossiers.deadlines.time_limit import TimeLimit
from dossiers.models import Agency, LegalRule

PREFIX = "pakn-"
_F766 = "Quyết định 766/QĐ-TTg, chỉ số 5.2 (xử lý phản ánh, kiến nghị)"
_LOCAL = "Quy định của địa phương (sửa theo quy chế của cơ quan)"
_SINCE = dt.date(2022, 6, 23)

RULES = (
    Rule(
        key="pakn-screen-limit",
        title="Từ chối, trả lại hoặc chuyển ý kiến gửi không đúng nơi",
        value={"amount": "2", "unit": "working_day"},
        article=_F766,
        confidence="H",
        since=_SINCE,
    ),
    Rule(
        key="pakn-ask-limit",
        title="Yêu cầu người gửi bổ sung thông tin",
        value={"amount": "5", "unit": "working_day"},
        article=_F766,
        confidence="H",
        since=_SINCE,
    ),
    Rule(
        key="pakn-answer-limit",
        title="Trả lời ý kiến, tính từ ngày gửi hoặc lần chuyển cuối",
        value={"amount": "15", "unit": "working_day"},
        article=_F766,
        confidence="H",
        since=_SINCE,
    ),
    Rule(
        key="pakn-urgent-limit",
        title="Trả lời việc khẩn (nguy hại trong vài giờ)",
        value={"amount": "8", "unit": "hour"},
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-publish-limit",
        title="Công khai kết quả sau khi trả lời",
        value={"amount": "2", "unit": "working_day"},
        article=_F766,
        confidence="H",
        since=_SINCE,
    ),
    Rule(
        key="pakn-supplement-wait",
        title="Chờ người gửi bổ sung trước khi kết thúc",
        value={"amount": "10", "unit": "working_day"},
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-reopen-days",
        title="Người gửi được yêu cầu xem lại trong (ngày)",
        value=10,
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-complaint-transfer-limit",
        title="Chuyển đơn khiếu nại đến nơi có thẩm quyền",
        value={"amount": "10", "unit": "calendar_day"},
        article="Luật Khiếu nại 2011, điều 27",
        since=_SINCE,
    ),
    Rule(
        key="pakn-denunciation-transfer-limit",
        title="Chuyển đơn tố cáo đến nơi có thẩm quyền",
        value={"amount": "5", "unit": "working_day"},
        article="Luật Tố cáo 2018, điều 24",
        since=_SINCE,
    ),
    Rule(
        key="pakn-rating-open-days",
        title="Phiếu đánh giá mở trong (ngày) sau khi trả kết quả",
        value=30,
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-rating-change-hours",
        title="Được sửa phiếu đánh giá trong (giờ)",
        value=48,
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-rating-hidden-below",
        title="Ẩn kết quả khi số phiếu ít hơn",
        value=5,
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-follow-up-limit",
        title="Liên hệ người đánh giá thấp",
        value={"amount": "2", "unit": "working_day"},
        article=_LOCAL,
        confidence="L",
    ),
    Rule(
        key="pakn-score18-classes",
        title="Xếp loại phiếu 18 điểm (điểm từ, loại)",
        value=[[15, "Xuất sắc"], [12, "Tốt"], [9, "Khá"], [6, "Trung bình"], [0, "Yếu"]],
        article="Nghị định 61/2018/NĐ-CP, điều 31–32; Thông tư 01/2018/TT-VPCP, điều 13–15",
        since=_SINCE,
    ),
    Rule(
        key="pakn-index766-classes",
        title="Xếp loại theo bộ chỉ số 766 (điểm từ, loại)",
        value=[[90, "Xuất sắc"], [80, "Tốt"], [70, "Khá"], [50, "Trung bình"], [0, "Yếu"]],
        article="Quyết định 766/QĐ-TTg ngày 23/6/2022",
        since=_SINCE,
    ),
    Rule(
        key="pakn-index766-weights",
        title="Điểm tối đa và ngưỡng đạt điểm tối đa (%) của bộ chỉ số 766",
        value={
            "transparency": [18, None],
            "progress": [20, None],
            "digitised": [22, 80],
            "online": [12, 50],
            "payment": [10, 80],
            "satisfaction": [18, 90],
        },
        article="Quyết định 766/QĐ-TTg ngày 23/6/2022",
        since=_SINCE,
    ),
)


def rules_on(day: dt.date, agency: Agency | None = None) -> dict[str, LegalRule]:
    """Return every rule of this part in force on `day`, by key. One query."""
    return values_on(day, agency, prefix=PREFIX)


def limit(found: dict[str, LegalRule], key: str) -> TimeLimit:
    """Return a rule as a time limit. Raises LegalRule.DoesNotExist with a sentence when it is not recorded."""
    return TimeLimit.from_dict(value(found, key))


def value(found: dict[str, LegalRule], key: str):
    """Return the plain value of a rule. Raises LegalRule.DoesNotExist with a sentence when it is not recorded."""
    if key not in found:
        raise LegalRule.DoesNotExist(f"Chưa có quy tắc “{key}”: hãy thêm trong mục Quy tắc pháp lý.")
    return found[key].value
