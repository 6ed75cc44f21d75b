"""What the demonstration prints once everything answers: addresses, logins, a dossier to look up."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from portal.demo.parts import fetched, web_address

LOGINS = [
    ("admin", "Quản trị hệ thống (mọi quyền)"),
    ("tiepnhan", "Tiếp nhận hồ sơ – Trung tâm xã Cần Giuộc"),
    ("thuly", "Thụ lý hồ sơ đất đai – xã Cần Giuộc"),
    ("lanhdao", "Lãnh đạo, ký duyệt – xã Cần Giuộc"),
    ("kenh", "Biên tập kênh Zalo – xã Cần Giuộc"),
    ("giamsat", "Giám sát – xã Cần Giuộc"),
    ("ngoai", "Cơ quan khác – xã Sơn Động, Bắc Ninh"),
]


def notice(var: Path, port: int, zalo_port: int) -> str:
    """Return the table."""
    web = web_address(port)
    phone = f"{web}/demo/dien-thoai/"
    if not fetched(phone):
        phone = f"{web_address(zalo_port)}/phone/"
    places = [
        ("Trang người dân", f"{web}/"),
        ("Tra cứu hồ sơ", f"{web}/tra-cuu/"),
        ("Bàn làm việc cán bộ", f"{web}/admin/"),
        ("Điện thoại Zalo mô phỏng", phone),
        ("API và tài liệu", f"{web}/api/docs/"),
    ]
    logins = [(name, f"demo-{name}", role) for name, role in LOGINS]
    parts = [
        "",
        "Bản chạy thử đã sẵn sàng.",
        "",
        table(("Nơi", "Địa chỉ"), places),
        "",
        table(("Tên đăng nhập", "Mật khẩu", "Vai trò"), logins),
        "",
    ]
    sample = _sample(var)
    if sample:
        parts += [
            f"Thử tra cứu: mã hồ sơ {sample['code']}, bốn số cuối điện thoại {sample['phone_end']} ({sample['name']}).",
            "",
        ]
    return "\n".join([*parts, f"Nhật ký: {var / 'log'}", "Nhấn Ctrl-C để dừng tất cả."])


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return the rows under their heads, columns as wide as their widest cell."""
    lines = [head, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(head))]
    ruler = "─" * (sum(widths) + 3 * (len(widths) - 1))
    padded = [[cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)] for line in lines]
    printed = ["   ".join(line).rstrip() for line in padded]
    return "\n".join(["  " + line for line in (printed[0], ruler, *printed[1:])])


def _width(text: str) -> int:
    return sum(not unicodedata.combining(character) for character in unicodedata.normalize("NFC", text))


def _sample(var: Path) -> dict | None:
    try:
        return json.loads((var / "demo-sample.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
