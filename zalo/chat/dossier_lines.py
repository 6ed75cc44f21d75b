"""A dossier in the lines of a message: where it stands, until when, what is to be done. Pure."""

from __future__ import annotations

from dossiers.lookup.pages import Listed
from dossiers.lookup.tiers import Detail, Glance
from dossiers.written_dates import said_moment, written_moment


def progress_lines(found: Glance) -> list[str]:
    """Return the answer line by line: state, timeline, date and why, duty, what comes next (S1-08, S3-03)."""
    lines = [f"Hồ sơ {found.code}"]
    if found.receipt_number and found.receipt_number != found.code:
        lines.append(f"Số biên nhận: {found.receipt_number}")
    lines += [f"Thủ tục: {found.procedure}", f"Nơi tiếp nhận: {found.agency}"]
    if isinstance(found, Detail):
        lines.append(f"Chủ hồ sơ: {found.owner}")
    late = " – đã quá hẹn" if found.overdue else ""
    lines.append(f"Tình trạng: {found.state_title}{late}")
    if found.is_promised and found.due_at:
        lines.append(f"Hẹn trả: {said_moment(found.due_at)}" + (" (đang tạm dừng tính)" if found.paused else ""))
        if found.first_promise:
            lines.append(f"Hẹn ban đầu: {said_moment(found.first_promise)}")
    if found.overdue:
        lines.append("Xin lỗi ông/bà vì hồ sơ trễ hẹn; cơ quan phải có văn bản xin lỗi và hẹn lại.")
    marks = {"done": "✓", "passed": "✓", "now": "➤", "halted": "■", "ahead": "○"}
    for step in found.steps:
        at = f" {written_moment(step.at)}" if step.at and step.status != "ahead" else ""
        side = f" – {step.side}" if step.side else ""
        here = " (đang ở bước này)" if step.status == "now" else ""
        lines.append(f"{marks[step.status]} {step.title}{at}{side}{here}")
    if found.unit:
        lines.append(f"Đang giữ: {found.unit}")
    if found.duty:
        lines.append(f"Việc của bạn: {found.duty}")
    elif not found.is_over:
        lines.append("Hiện bạn không phải làm gì thêm.")
    lines.append(f"Tiếp theo: {found.next}")
    return lines


def listed_line(row: Listed) -> str:
    due = f", hẹn {said_moment(row.due_at)}" if row.is_promised and row.due_at else ""
    late = " (quá hẹn)" if row.overdue else ""
    number = f" (số biên nhận {row.receipt_number})" if row.receipt_number not in ("", row.code) else ""
    return f"{row.code}{number} – {row.procedure[:70]}\n   {row.state_title}{due}{late}"
