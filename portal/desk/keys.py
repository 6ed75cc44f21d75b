"""The keys of the desk: those of every page, and those of the page one is on; shown by "?" and on the help page."""

from __future__ import annotations

EVERYWHERE = (
    ("Ctrl + K", "Tìm nhanh hồ sơ, phản ánh, văn bản, thủ tục, trang, đồng nghiệp, cơ quan"),
    ("?", "Xem các phím của trang đang mở"),
    ("Tab, Shift + Tab", "Sang ô hoặc nút kế tiếp, trở lại"),
    ("Enter", "Bấm nút, mở đường dẫn đang được khoanh"),
    ("Esc", "Đóng hộp đang mở"),
)
# The name of a page's URL → its keys. Access keys are pressed with Alt (Alt + Shift in Firefox).
PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "index": (("Alt + N", "Tiếp nhận hồ sơ"),),
    "dossiers_dossier_changelist": (("Alt + T", "Đến ô tìm hồ sơ"), ("Alt + N", "Tiếp nhận hồ sơ mới")),
    "dossiers_dossier_add": (
        ("↓, ↑, Enter", "Chọn thủ tục trong danh sách gợi ý"),
        ("Enter", "Sang ô kế tiếp"),
        ("Phím cách", "Đánh dấu giấy tờ đang được khoanh"),
        ("Ctrl + Enter", "Lưu và in giấy hẹn, ở bất kỳ ô nào"),
        ("Alt + S", "Đến nút lưu"),
    ),
    "dossiers_dossier_change": (("Enter", "Vừa tiếp nhận xong: in giấy tiếp nhận"),),
    "feedback_case_changelist": (("Alt + T", "Đến ô tìm ý kiến"), ("Alt + N", "Nhập ý kiến")),
}
TITLES = {
    "index": "Bàn làm việc",
    "dossiers_dossier_changelist": "Danh sách hồ sơ",
    "dossiers_dossier_add": "Tiếp nhận hồ sơ",
    "dossiers_dossier_change": "Trang hồ sơ",
    "feedback_case_changelist": "Danh sách ý kiến",
}


def of_page(name: str) -> tuple[tuple[str, str], ...]:
    """Return the keys that only this page has."""
    return PAGES.get(name, ())
