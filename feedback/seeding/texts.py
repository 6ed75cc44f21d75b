"""Made-up people, places and words for the demonstration month; the cases themselves are in demo_month.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of case; {road}, {hamlet}, {n}, {day} are filled in. `outside` names a body to forward to."""

    kind: str
    theme: str
    text: str
    answer: str
    place: str = ""
    outside: str = ""
    urgent: bool = False
    rating: float = 0.8  # how often its sender is content


_TOLD = tomllib.loads(Path(__file__).with_name("demo_month.toml").read_text(encoding="utf-8"))
STORIES = [Story(**row) for row in _TOLD["story"]]
PETITIONS = [(row["nature"], row["text"]) for row in _TOLD["petition"]]
FAQ = [(row["theme"], row["question"], row["answer"]) for row in _TOLD["faq"]]
CANNED = [(row["title"], row["theme"], row["text"]) for row in _TOLD["canned"]]

ROADS = ["Nguyễn Huệ", "Lê Lợi", "Trần Hưng Đạo", "Hai Bà Trưng", "Quang Trung", "30 Tháng 4", "Phan Chu Trinh"]
HAMLETS = ["Ấp 1", "Ấp 2", "Ấp 4", "ấp Đông", "ấp Tây", "khu phố 2", "khu phố 3"]
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"]
MIDDLE = ["Văn", "Thị", "Hữu", "Thị Ngọc", "Minh", "Thanh", "Quốc", "Thị Kim"]
GIVEN = ["An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khánh", "Lan", "Mai", "Nam", "Phúc", "Quyên", "Sơn", "Tâm"]
REFUSALS = [
    "Nội dung không rõ việc gì, ở đâu; mời gửi lại kèm địa điểm.",
    "Nội dung quảng cáo, không phải ý kiến với cơ quan.",
]
WRONG_PLACE = "Ý kiến thuộc phạm vi của đơn vị khác nên chúng tôi chuyển đi và báo để anh/chị biết nơi liên hệ."
DONE_ABOUT_LOW = "Đã gọi điện xin lỗi, giải thích lý do và hẹn hỗ trợ trực tiếp lần sau."
COMMENTS_GOOD = ["Cán bộ hướng dẫn tận tình.", "Nhanh hơn ngày hẹn.", "Nhắn Zalo rất tiện.", "", "", ""]
COMMENTS_LOW = [
    "Phải đi lại hai lần vì hướng dẫn thiếu.",
    "Chờ lâu, không ai giải thích.",
    "Thái độ chưa tốt.",
]
