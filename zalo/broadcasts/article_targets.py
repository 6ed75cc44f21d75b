"""Whom Zalo itself may narrow an article to: age, gender, province of people's Zalo profiles, by Zalo's own codes.

The codes are those of Zalo For Developers, "Gửi tin Truyền thông Broadcast", recipient.target: its provinces are the 63
from before 1/7/2025. How many people a choice meets only Zalo knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dossiers.search_text import fold

AGES = ("0–12", "13–17", "18–24", "25–34", "35–44", "45–54", "55–64", "từ 65")
GENDERS = {"1": "Nam", "2": "Nữ"}
CITIES = (
    "Đồng Tháp", "Bình Phước", "Ninh Bình", "Bạc Liêu", "Hồ Chí Minh", "Vĩnh Long", "Lâm Đồng", "Yên Bái", "Hà Nam",
    "Hà Nội", "Hải Dương", "Hậu Giang", "An Giang", "Trà Vinh", "Tiền Giang", "Tây Ninh", "Đồng Nai", "Đắk Lắk",
    "Bình Định", "Kon Tum", "Đà Nẵng", "Bắc Giang", "Bắc Kạn", "Điện Biên", "Hòa Bình", "Thái Bình", "Vĩnh Phúc",
    "Hà Giang", "Kiên Giang", "Bình Dương", "Bình Thuận", "Đắk Nông", "Khánh Hòa", "Gia Lai", "Quảng Nam",
    "Quảng Trị", "Hà Tĩnh", "Hưng Yên", "Quảng Ninh", "Thanh Hóa", "Phú Thọ", "Lai Châu", "Thái Nguyên", "Cao Bằng",
    "Cà Mau", "Cần Thơ", "Sóc Trăng", "Bến Tre", "Long An", "Bà Rịa – Vũng Tàu", "Ninh Thuận", "Phú Yên",
    "Quảng Ngãi", "Thừa Thiên Huế", "Quảng Bình", "Nghệ An", "Nam Định", "Hải Phòng", "Lạng Sơn", "Lào Cai",
    "Sơn La", "Bắc Ninh", "Tuyên Quang",
)  # fmt: skip
"""The place in the list is Zalo's code."""
NAMES = ("ages", "gender", "cities")
ONLY_BY_ARTICLE = (
    "Tuổi, giới tính, tỉnh theo hồ sơ Zalo chỉ dùng cho “Bài gửi chung tới mọi người quan tâm OA”. Hãy bỏ các mục đó, "
    "hoặc chọn cách gửi ấy."
)


def age_choices() -> list[tuple[str, str]]:
    return [(str(code), f"{years} tuổi") for code, years in enumerate(AGES)]


def city_choices() -> list[tuple[str, str]]:
    """Return (code, name) in the order of the list as people look for a name."""
    return [(str(CITIES.index(name)), name) for name in sorted(CITIES, key=fold)]


def target_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """Return recipient.target as Zalo takes it; empty for everybody who follows."""
    found = {name: ",".join(asked.get(name) or ()) for name in NAMES}
    return {name: codes for name, codes in found.items() if codes}


def words(asked: Mapping[str, Any]) -> str:
    """Return the choice as people read it, "" for everybody."""
    said = []
    if asked.get("ages"):
        said.append(", ".join(AGES[int(code)] for code in asked["ages"]) + " tuổi")
    if asked.get("gender"):
        said.append(", ".join(GENDERS[code].lower() for code in asked["gender"]))
    if asked.get("cities"):
        said.append(", ".join(CITIES[int(code)] for code in asked["cities"]))
    return "; ".join(said)
