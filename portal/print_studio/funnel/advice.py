"""What to do next, in words, from the figures of one counter, officer or agency: the first leak decides."""

from __future__ import annotations

from collections.abc import Mapping

from portal.print_studio.models import Figure

Step = Figure.Step
ENOUGH = 10
"""Below this many, a share says nothing."""
LEAST_SCANS, LEAST_FOLLOWS, LEAST_LINKS, LEAST_TOLD = 0.10, 0.40, 0.40, 0.70
"""Of receipts, of scans, of follows, of links: below it the step leaks."""


def share(part: int, whole: int) -> float | None:
    """Return part ÷ whole; None when there is nothing to divide by."""
    return part / whole if whole else None


def advise(numbers: Mapping[str, int], *, by: str = Figure.By.AGENCY, short: bool = False) -> str:
    """Return the one thing to do next; `short` of the target nothing runs well, even where no step leaks."""
    receipts, scans = numbers.get(Step.RECEIPTS, 0), numbers.get(Step.SCANNED, 0)
    follows, links, told = numbers.get(Step.FOLLOWED, 0), numbers.get(Step.LINKED, 0), numbers.get(Step.TOLD, 0)
    if not any(numbers.get(step, 0) for step in (Step.RECEIPTS, Step.SCANNED, Step.FOLLOWED, Step.LINKED)):
        return _NOTHING.get(by, _NOTHING["agency"])
    if receipts >= ENOUGH and scans < LEAST_SCANS * receipts:
        return (
            "Nhiều giấy tiếp nhận nhưng ít người quét: đặt tờ mã ngang tầm mắt, không lóa; cán bộ chỉ tay vào mã và "
            "đọc câu mời khi trao giấy."
        )
    if scans >= ENOUGH and follows < LEAST_FOLLOWS * scans:
        return (
            "Nhiều người quét nhưng chưa bấm “Quan tâm”: thử mã trên hai điện thoại, xem wifi khu chờ, mời bấm ngay "
            "tại quầy."
        )
    if follows >= ENOUGH and links < LEAST_LINKS * follows:
        return (
            "Đã quan tâm nhưng chưa kết nối hồ sơ: cán bộ nhắc quét mã trên Giấy tiếp nhận, nhập 4 số cuối, gửi mã #HS "
            "trước khi rời quầy."
        )
    if links >= ENOUGH and told < LEAST_TOLD * links:
        return "Đã kết nối mà chưa nhận tin: mở Sức khoẻ kênh và Sổ tin nhắn xem tin đang vướng ở đâu."
    if scans + follows + links < ENOUGH:
        return "Số còn ít, chưa kết luận được: tiếp tục mời và xem lại sau một tuần."
    if short:
        return (
            "Không bước nào hụt, chỉ còn ít người bắt đầu: mời từng người nộp hồ sơ quét mã, thêm tờ gấp kèm giấy tiếp "
            "nhận, biển ở bàn chờ."
        )
    return "Đang chạy tốt: giữ cách làm, chia sẻ cho quầy khác."


def towards(target: int | None, followed: int, submitters: int) -> str:
    """Return how far from the target, in words; "" without one."""
    if target is None:
        return ""
    if not submitters:
        return f"Chỉ tiêu {target}%: kỳ này chưa có ai nộp hồ sơ."
    missing = missing_to(target, followed, submitters)
    if not missing:
        return f"Đạt chỉ tiêu {target}%."
    return f"Còn thiếu {missing} người quan tâm để đạt chỉ tiêu {target}%."


def missing_to(target: int, followed: int, submitters: int) -> int:
    """Return how many people are missing to the target."""
    return max(0, -(-target * submitters // 100) - followed)


def part_of_each(target: int | None, followed: int, submitters: int, officers: int) -> str:
    """Return, in words, what one of so many officers adds to their agency's target; "" without one."""
    if target is None or not submitters or not officers:
        return ""
    missing = missing_to(target, followed, submitters)
    if not missing:
        return f"Cơ quan đạt chỉ tiêu {target}%."
    return (
        f"Cơ quan còn thiếu {missing} người để đạt chỉ tiêu {target}%: mỗi cán bộ mời thêm {-(-missing // officers)}."
    )


_NOTHING = {
    "agency": "Chưa có gì trong kỳ này: in bộ cho mọi quầy ở trang Ấn phẩm rồi dán đúng quầy.",
    "desk": "Chưa ai quét mã của quầy này: xem tờ mã đã dán chưa, có đúng quầy không.",
    "officer": "Chưa có lượt nào: in thẻ nhanh có mã của mình, đưa cho người dân quét.",
    "medium": "Chưa ai quét: xem chỗ đặt, ánh sáng, độ cao của mã.",
}
