"""What staff do with a case, one function per act. Neighbours: answers, joining, citizen_acts, restricted, intake.

Every act takes the case, `by` (the user; None is the system), `now`, and `expected_version` (what the person saw),
returns the history row, and raises ActError with a sentence. States and arrows: feedback.states.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from dossiers.models import Agency, Unit
from dossiers.scoping import may_see
from dossiers.workflow.moving import ActError
from feedback.cases.moving import allow, move, needed, record_change
from feedback.lateness import time_limits
from feedback.models import Case, CaseNote, Category, FeedbackEvent
from feedback.states import OPEN, WORKABLE, Status

Kind = FeedbackEvent.Kind


def release(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """A held case is genuine: on to the ordinary way, its limits still counted from when it was sent."""
    allow(by, "handle_case", case)
    return move(
        case,
        Status.NEW,
        kind=Kind.RELEASED,
        by=by,
        now=now,
        changes={"hold_reason": ""},
        sources={Status.HELD},
        expected_version=expected_version,
    )


def accept(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """Take the case on; whoever accepts handles it unless somebody is named already."""
    allow(by, "handle_case", case)
    return move(
        case,
        Status.IN_PROGRESS,
        kind=Kind.ACCEPTED,
        by=by,
        now=now,
        sources={Status.NEW, Status.INFO_RECEIVED},
        changes={"handler": case.handler or by},
        expected_version=expected_version,
    )


def assign(
    case: Case, *, by, now: dt.datetime, handler=None, unit: Unit | None = None, expected_version=None
) -> FeedbackEvent:
    """Give the case to a unit, a person, or both, of the agency that has it."""
    allow(by, "assign_case", case)
    if case.status not in WORKABLE | {Status.APPROVAL}:
        raise ActError(f"Ý kiến đang ở bước “{case.get_status_display()}” nên không giao việc được.")
    if handler is None and unit is None:
        raise ActError("Chọn phòng hoặc người xử lý trước khi giao.")
    if unit is not None and unit.agency_id != case.agency_id:
        raise ActError("Phòng được chọn không thuộc cơ quan đang xử lý ý kiến này.")
    if handler is not None and not may_see(handler, case.agency_id):
        raise ActError("Người được chọn không thuộc cơ quan đang xử lý ý kiến này.")
    _not_the_reported(case, handler, unit)
    values = {"handler": handler, "unit": unit or case.unit}
    who = handler.get_full_name() or handler.get_username() if handler else unit.name
    return record_change(
        case,
        values,
        kind=Kind.ASSIGNED,
        by=by,
        now=now,
        expected_version=expected_version,
        internal_note=f"Giao cho {who}",
    )


def _not_the_reported(case: Case, handler, unit: Unit | None) -> None:
    if case.about_unit_id is None:
        return
    same_unit = unit is not None and unit.pk == case.about_unit_id
    if same_unit or (handler is not None and handler.memberships.filter(unit_id=case.about_unit_id).exists()):
        raise ActError("Người hoặc phòng được chọn chính là nơi bị phản ánh. Hãy giao cho phòng khác.")


def reclassify(
    case: Case, *, by, now: dt.datetime, category: Category, urgent: bool | None = None, expected_version=None
) -> FeedbackEvent:
    """Put the case under another theme or urgency; the limit is counted anew from when it was sent."""
    allow(by, "handle_case", case)
    if case.status not in WORKABLE:
        raise ActError(f"Ý kiến đang ở bước “{case.get_status_display()}” nên không đổi lĩnh vực được.")
    before = case.category.name if case.category else "chưa phân loại"
    case.category, case.urgent = category, case.urgent if urgent is None else urgent
    limits = time_limits.first_limits(case, case.sent_at)
    values = {"category": category, "urgent": case.urgent, **limits}
    return record_change(
        case,
        values,
        kind=Kind.RECLASSIFIED,
        by=by,
        now=now,
        expected_version=expected_version,
        internal_note=f"{before} → {category.name}{' (khẩn)' if case.urgent else ''}",
    )


def transfer(
    case: Case,
    *,
    by,
    now: dt.datetime,
    agency: Agency,
    unit: Unit | None = None,
    reason: str,
    expected_version=None,
) -> FeedbackEvent:
    """Hand the case to another agency of the portal, which has its own limits from now on."""
    allow(by, "assign_case", case)
    reason = needed(reason, "Ghi lý do chuyển để cơ quan nhận và người gửi cùng hiểu.", longest=1000)
    if case.status not in WORKABLE:
        raise ActError(f"Ý kiến đang ở bước “{case.get_status_display()}” nên không chuyển được.")
    if agency.pk == case.agency_id:
        raise ActError("Ý kiến đang ở chính cơ quan này. Hãy chọn cơ quan khác, hoặc dùng “Giao việc”.")
    if unit is not None and unit.agency_id != agency.pk:
        raise ActError("Phòng được chọn không thuộc cơ quan nhận.")
    former = case.agency.name
    case.agency = agency
    values = {
        "agency": agency,
        "unit": unit,
        "handler": None,
        "times_transferred": case.times_transferred + 1,
        **time_limits.first_limits(case, now),
    }
    recorded = {
        "by": by,
        "now": now,
        "expected_version": expected_version,
        "public_note": reason,
        "facts": {"from_agency": former},
    }
    if case.status == Status.NEW:
        return record_change(case, values, kind=Kind.TRANSFERRED, **recorded)
    return move(case, Status.NEW, kind=Kind.TRANSFERRED, changes=values, **recorded)


def forward(case: Case, *, by, now: dt.datetime, body: str, reason: str, expected_version=None) -> FeedbackEvent:
    """Send the case to a body outside the portal; the sender is told where it went."""
    allow(by, "assign_case", case)
    body = needed(body, "Ghi tên cơ quan nhận để người gửi biết nơi liên hệ.", longest=255)
    reason = needed(reason, "Ghi lý do chuyển để người gửi hiểu vì sao.", longest=1000)
    return move(
        case,
        Status.FORWARDED,
        kind=Kind.FORWARDED,
        by=by,
        now=now,
        changes={"outcome_reason": f"Chuyển đến {body}: {reason}", "clock_open": False, "closed_at": now},
        expected_version=expected_version,
        public_note=reason,
        facts={"body": body},
    )


def refuse(case: Case, *, by, now: dt.datetime, reason: str, expected_version=None) -> FeedbackEvent:
    """Decline to handle the case, with a reason the sender is told."""
    allow(by, "handle_case", case)
    reason = needed(reason, "Ghi lý do không tiếp nhận; người gửi sẽ đọc được lý do này.", longest=1000)
    return move(
        case,
        Status.REFUSED,
        kind=Kind.REFUSED,
        by=by,
        now=now,
        changes={"outcome_reason": reason, "clock_open": False, "closed_at": now},
        expected_version=expected_version,
        public_note=reason,
    )


def ask_more(case: Case, *, by, now: dt.datetime, what: str, expected_version=None) -> FeedbackEvent:
    """Ask the sender for more; the clock rests until they answer. After five working days only a leader may ask."""
    allow(by, "handle_case", case)
    what = needed(what, "Ghi rõ cần người gửi bổ sung điều gì.", longest=1000)
    late = case.ask_due_at is not None and now > case.ask_due_at
    if late and by is not None and not by.has_perm("feedback.approve_answer"):
        raise ActError(
            f"Thời hạn yêu cầu bổ sung đã hết lúc {timezone.localtime(case.ask_due_at):%H:%M ngày %d/%m/%Y}; "
            "chỉ lãnh đạo được yêu cầu thêm."
        )
    values = {
        **time_limits.paused(now),
        "supplement_due_at": time_limits.moment(case.agency, now, "pakn-supplement-wait"),
    }
    return move(
        case,
        Status.INFO_REQUESTED,
        kind=Kind.MORE_REQUESTED,
        by=by,
        now=now,
        changes=values,
        expected_version=expected_version,
        public_note=what,
        facts={"until": values["supplement_due_at"].isoformat()},
    )


def resume(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """Go on without (or with) what was asked for: the clock runs again."""
    allow(by, "handle_case", case)
    values = time_limits.resumed(case, now) if case.status == Status.INFO_REQUESTED else {}
    return move(
        case,
        Status.IN_PROGRESS,
        kind=Kind.RESUMED,
        by=by,
        now=now,
        sources={Status.INFO_REQUESTED, Status.INFO_RECEIVED},
        changes={**values, "supplement_due_at": None, "handler": case.handler or by},
        expected_version=expected_version,
    )


def extend(
    case: Case, *, by, now: dt.datetime, until: dt.datetime, reason: str, expected_version=None
) -> FeedbackEvent:
    """Give the answer more time by a leader's decision; the sender reads the reason."""
    allow(by, "approve_answer", case)
    reason = needed(reason, "Ghi lý do gia hạn; người gửi sẽ đọc được lý do này.", longest=1000)
    if case.status not in OPEN or not case.clock_open:
        raise ActError(f"Ý kiến đang ở bước “{case.get_status_display()}” nên không gia hạn được.")
    if until <= now or (case.due_at and until <= case.due_at):
        raise ActError("Hạn mới phải sau hạn đang có và sau thời điểm này.")
    name = (by.get_full_name() or by.get_username()) if by else "hệ thống"
    return record_change(
        case,
        {**time_limits.extended(case, until, f"quyết định gia hạn của {name}"), "apologised_at": None},
        kind=Kind.DUE_MOVED,
        by=by,
        now=now,
        expected_version=expected_version,
        public_note=reason,
    )


@transaction.atomic
def note(case: Case, *, by, now: dt.datetime, text: str) -> CaseNote:
    """Leave a word for colleagues; the sender never sees it."""
    if by is None or not may_see(by, case.agency_id):
        raise ActError("Bạn không thuộc cơ quan đang xử lý ý kiến này.")
    text = needed(text, "Ghi chú chưa có nội dung.", longest=4000)
    return CaseNote.objects.create(case=case, author=by, text=text, at=now)


def close_unanswered_request(case: Case, *, by, now: dt.datetime, expected_version=None) -> FeedbackEvent:
    """End a case whose sender did not supply what was asked within the time given."""
    allow(by, "handle_case", case)
    if case.status != Status.INFO_REQUESTED:
        raise ActError("Chỉ kết thúc theo cách này khi đang chờ người gửi bổ sung.")
    if case.supplement_due_at is None or now <= case.supplement_due_at:
        raise ActError("Chưa hết thời gian chờ người gửi bổ sung.")
    reason = "Người gửi không bổ sung thông tin trong thời hạn đã báo."
    return move(
        case,
        Status.CLOSED,
        kind=Kind.CLOSED,
        by=by,
        now=now,
        changes={"outcome_reason": reason, "closed_at": now, "clock_open": False},
        expected_version=expected_version,
        public_note=reason,
    )


def close(case: Case, *, by, now: dt.datetime, reason: str = "", expected_version=None) -> FeedbackEvent:
    """End an answered case after its window: the answer was received, or the reason says why that is not known."""
    allow(by, "handle_case", case)
    if case.status != Status.ANSWERED:
        raise ActError("Chỉ kết thúc sau khi đã trả lời người gửi.")
    if case.reopen_until is not None and now <= case.reopen_until and case.satisfied is None:
        raise ActError("Người gửi còn được yêu cầu xem lại; chưa kết thúc được.")
    reason = reason.strip()
    if case.answer_received_at is None and not reason:
        raise ActError("Chưa biết người gửi đã nhận trả lời hay chưa: hãy ghi lý do kết thúc.")
    return move(
        case,
        Status.CLOSED,
        kind=Kind.CLOSED,
        by=by,
        now=now,
        changes={"outcome_reason": reason, "closed_at": now},
        expected_version=expected_version,
        public_note=reason,
    )


def set_reported_unit(case: Case, *, by, now: dt.datetime, unit: Unit | None, expected_version=None) -> FeedbackEvent:
    """Say whose conduct the case is about: that unit's members no longer see it, whoever of them had it lets go."""
    allow(by, "assign_case", case)
    if case.is_final:
        raise ActError("Ý kiến đã kết thúc.")
    if unit is not None and unit.agency_id != case.agency_id:
        raise ActError("Phòng được chọn không thuộc cơ quan đang xử lý ý kiến này.")
    values = {"about_unit": unit}
    if unit is not None and case.handler_id and case.handler.memberships.filter(unit=unit).exists():
        values["handler"] = None
    if unit is not None and case.unit_id == unit.pk:
        values["unit"] = None
    return record_change(
        case,
        values,
        kind=Kind.RECLASSIFIED,
        by=by,
        now=now,
        expected_version=expected_version,
        internal_note=f"Phòng bị phản ánh: {unit.name if unit else 'không'}",
    )
