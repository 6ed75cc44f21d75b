"""The columns of a pack: what each is for, and what its values are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

ROLES = (
    ("key", "Dùng để tìm"),
    ("shown", "Hiện trong câu trả lời"),
    ("secret", "Thông tin thứ hai người tra phải biết (không hiện)"),
    ("commune", "Xã, phường"),
    ("day", "Ngày"),
    ("from", "Từ giờ (hoặc cả khoảng thời gian)"),
    ("to", "Đến giờ"),
    ("hidden", "Bỏ qua, không nạp"),
)
TIMES = ("day", "from", "to")
TYPES = ("text", "code", "number", "date")
"""`code`: numbers that name something (a candidate, a parcel); `number`: amounts, shown in groups of three."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its place from 0, its heading, role and type; `month_first` for dates as 11/30/2026."""

    place: int
    title: str
    role: str = "shown"
    type: str = "text"
    month_first: bool = False

    def data(self) -> dict:
        return asdict(self)


def read_columns(data: Iterable[dict]) -> tuple[Column, ...]:
    """Return the columns as stored in a version."""
    return tuple(Column(**each) for each in data)


def of_role(columns: Iterable[Column], *roles: str) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.role in roles)


def visible(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns a citizen sees, in the order of the cells of a row."""
    return tuple(column for column in columns if column.role not in ("secret", "hidden"))


def by_number(columns: Iterable[Column]) -> bool:
    """Whether rows are asked for by numbers, each exactly, rather than by words."""
    keys = of_role(columns, "key")
    return bool(keys) and all(column.type == "code" for column in keys)


def faults(columns: tuple[Column, ...], *, needs_secret: bool, needs_commune: bool = False) -> list[str]:
    """Return what must be put right before rows can be loaded, as Vietnamese sentences."""
    found = []
    if not of_role(columns, "key"):
        found.append("Chọn ít nhất một cột “Dùng để tìm”: người dân gõ nội dung của cột này.")
    if len(of_role(columns, "secret")) > 1:
        found.append("Chỉ chọn một cột làm thông tin thứ hai.")
    if needs_secret and not of_role(columns, "secret"):
        found.append(
            "Điểm thi là dữ liệu cá nhân: chọn một cột (ngày sinh, số căn cước) làm thông tin thứ hai "
            "người tra phải biết."
        )
    if needs_commune and not of_role(columns, "commune"):
        found.append("Thông báo khẩn cấp báo theo từng xã: chọn một cột “Xã, phường”.")
    if of_role(columns, "secret") and not by_number(columns):
        found.append("Gói có bảo vệ chỉ tìm theo số: chọn cột số báo danh (hoặc mã số) là cột “Dùng để tìm”.")
    for role in ("commune", *TIMES):
        if len(of_role(columns, role)) > 1:
            found.append(f"Chỉ chọn một cột cho “{dict(ROLES)[role]}”.")
    if len(visible(columns)) == len(of_role(columns, "key")) and of_role(columns, "secret"):
        found.append("Chọn ít nhất một cột “Hiện trong câu trả lời”.")
    return found
