"""What the acts of staff change of a case. Neighbours: answers, joining, citizen_acts, restricted, publishing.

Who may do an act, and in which status, stands in feedback.cases.acts. Each function takes the case, `by` (the user;
None is the system), `now` and what was asked for, returns the Change, and raises ActError with a sentence.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from dossiers.models import Agency, Unit
from dossiers.scoping import may_see
from dossiers.written_dates import said_moment
from feedback.cases.moving import ActError, Change, needed
from feedback.lateness import time_limits
from feedback.models import Case, CaseNote, Category
from feedback.states import Status


def release(case: Case, *, by, now: dt.datetime) -> Change:
    """A held case is genuine: on to the ordinary way, its limits still counted from when it was sent."""
    return Change({"hold_reason": ""})


def accept(case: Case, *, by, now: dt.datetime) -> Change:
    """Take the case on; whoever accepts handles it unless somebody is named already."""
    return Change({"handler": case.handler or by})


def assign(case: Case, *, by, now: dt.datetime, handler=None, unit: Unit | None = None) -> Change:
    """Give the case to a unit, a person, or both, of the agency that has it."""
    if handler is None and unit is None:
        raise ActError("Chọn phòng hoặc người xử lý trước khi giao.")
    if unit is not None and unit.agency_id != case.agency_id:
        raise ActError("Phòng được chọn không thuộc cơ quan đang xử lý ý kiến này.")
    if handler is not None and not may_see(handler, case.agency_id):
        raise ActError("Người được chọn không thuộc cơ quan đang xử lý ý kiến này.")
    _not_the_reported(case, handler, unit)
    who = handler.get_full_name() or handler.get_username() if handler else unit.name
    return Change({"handler": handler, "unit": unit or case.unit}, told={"internal_note": f"Giao cho {who}"})


def _not_the_reported(case: Case, handler, unit: Unit | None) -> None:
    if case.about_unit_id is None:
        return
    same_unit = unit is not None and unit.pk == case.about_unit_id
    if same_unit or (handler is not None and handler.memberships.filter(unit_id=case.about_unit_id).exists()):
        raise ActError("Người hoặc phòng được chọn chính là nơi bị phản ánh. Hãy giao cho phòng khác.")


def reclassify(case: Case, *, by, now: dt.datetime, category: Category, urgent: bool | None = None) -> Change:
    """Put the case under another theme or urgency; the limit is counted anew from when it was sent."""
    before = case.category.name if case.category else "chưa phân loại"
    case.category, case.urgent = category, case.urgent if urgent is None else urgent
    limits = time_limits.first_limits(case, case.sent_at)
    note = f"{before} → {category.name}{' (khẩn)' if case.urgent else ''}"
    return Change({"category": category, "urgent": case.urgent, **limits}, told={"internal_note": note})


def transfer(case: Case, *, by, now: dt.datetime, agency: Agency, unit: Unit | None = None, reason: str) -> Change:
    """Hand the case to another agency of the portal, which has its own limits from now on."""
    reason = needed(reason, "Ghi lý do chuyển để cơ quan nhận và người gửi cùng hiểu.", longest=1000)
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
    told = {"public_note": reason, "facts": {"from_agency": former}}
    return Change(values, told=told, stays=case.status == Status.NEW)


def forward(case: Case, *, by, now: dt.datetime, body: str, reason: str) -> Change:
    """Send the case to a body outside the portal; the sender is told where it went."""
    body = needed(body, "Ghi tên cơ quan nhận để người gửi biết nơi liên hệ.", longest=255)
    reason = needed(reason, "Ghi lý do chuyển để người gửi hiểu vì sao.", longest=1000)
    told = {"public_note": reason, "facts": {"body": body}}
    return Change({"outcome_reason": f"Chuyển đến {body}: {reason}"}, told=told)


def refuse(case: Case, *, by, now: dt.datetime, reason: str) -> Change:
    """Decline to handle the case, with a reason the sender is told."""
    reason = needed(reason, "Ghi lý do không tiếp nhận; người gửi sẽ đọc được lý do này.", longest=1000)
    return Change({"outcome_reason": reason}, told={"public_note": reason})


def ask_more(case: Case, *, by, now: dt.datetime, what: str) -> Change:
    """Ask the sender for more; the clock rests until they answer. After five working days only a leader may ask."""
    what = needed(what, "Ghi rõ cần người gửi bổ sung điều gì.", longest=1000)
    late = case.ask_due_at if case.ask_due_at is not None and now > case.ask_due_at else None
    if late and by is not None and not by.has_perm("feedback.approve_answer"):
        raise ActError(f"Thời hạn yêu cầu bổ sung đã hết lúc {said_moment(late)}; chỉ lãnh đạo được yêu cầu thêm.")
    until = time_limits.moment(case.agency, now, "pakn-supplement-wait")
    values = {**time_limits.paused(now), "supplement_due_at": until}
    return Change(values, told={"public_note": what, "facts": {"until": until.isoformat()}})


def resume(case: Case, *, by, now: dt.datetime) -> Change:
    """Go on without what was asked for: the clock runs again."""
    return Change({**time_limits.resumed(case, now), "supplement_due_at": None, "handler": case.handler or by})


def extend(case: Case, *, by, now: dt.datetime, until: dt.datetime, reason: str) -> Change:
    """Give the answer more time by a leader's decision; the sender reads the reason."""
    reason = needed(reason, "Ghi lý do gia hạn; người gửi sẽ đọc được lý do này.", longest=1000)
    if until <= now or (case.due_at and until <= case.due_at):
        raise ActError("Hạn mới phải sau hạn đang có và sau thời điểm này.")
    whole = case.parent.due_at if case.parent else None
    if whole and until > whole:
        raise ActError(
            f"Phần này không được quá hạn của ý kiến chung: {said_moment(whole)}. "
            "Cần thêm thời gian, hãy gia hạn ý kiến chung trước."
        )
    name = (by.get_full_name() or by.get_username()) if by else "hệ thống"
    values = {**time_limits.extended(case, until, f"quyết định gia hạn của {name}"), "apologised_at": None}
    return Change(values, told={"public_note": reason})


def apologise(case: Case, *, by, now: dt.datetime, words: str) -> Change:
    """The answer is late: the sender reads an apology, once."""
    return Change({"apologised_at": now}, told={"public_note": words})


@transaction.atomic
def note(case: Case, *, by, now: dt.datetime, text: str) -> CaseNote:
    """Leave a word for colleagues; the sender never sees it."""
    if by is None or not may_see(by, case.agency_id):
        raise ActError("Bạn không thuộc cơ quan đang xử lý ý kiến này.")
    text = needed(text, "Ghi chú chưa có nội dung.", longest=4000)
    return CaseNote.objects.create(case=case, author=by, text=text, at=now)


def close_unanswered_request(case: Case, *, by, now: dt.datetime) -> Change:
    """End a case whose sender did not supply what was asked within the time given."""
    if case.supplement_due_at is None or now <= case.supplement_due_at:
        raise ActError("Chưa hết thời gian chờ người gửi bổ sung.")
    reason = "Người gửi không bổ sung thông tin trong thời hạn đã báo."
    return Change({"outcome_reason": reason}, told={"public_note": reason})


def close(case: Case, *, by, now: dt.datetime, reason: str = "") -> Change:
    """End an answered case after its window: the answer was received, or the reason says why that is not known."""
    if case.reopen_until is not None and now <= case.reopen_until and case.satisfied is None:
        raise ActError("Người gửi còn được yêu cầu xem lại; chưa kết thúc được.")
    reason = reason.strip()
    if case.answer_received_at is None and not reason:
        raise ActError("Chưa biết người gửi đã nhận trả lời hay chưa: hãy ghi lý do kết thúc.")
    return Change({"outcome_reason": reason}, told={"public_note": reason})


def set_reported_unit(case: Case, *, by, now: dt.datetime, unit: Unit | None) -> Change:
    """Say whose conduct the case is about: that unit's members no longer see it, whoever of them had it lets go."""
    if unit is not None and unit.agency_id != case.agency_id:
        raise ActError("Phòng được chọn không thuộc cơ quan đang xử lý ý kiến này.")
    values: dict = {"about_unit": unit}
    if unit is not None and case.handler_id and case.handler.memberships.filter(unit=unit).exists():
        values["handler"] = None
    if unit is not None and case.unit_id == unit.pk:
        values["unit"] = None
    return Change(values, told={"internal_note": f"Phòng bị phản ánh: {unit.name if unit else 'không'}"})
