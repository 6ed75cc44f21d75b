"""Names of provinces as people, Zalo and addresses write them, told apart: those of today and those before 01/7/2025.

Source of today's 34: Nghị quyết 202/2025/QH15. An old name stays itself: who wrote "Long An" in 2019 lived there.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dossiers.search_text import fold

NAMES = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Bình Định",
    "Bình Dương", "Bình Phước", "Bình Thuận", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Đắk Nông",
    "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương",
    "Hải Phòng", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Huế", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum",
    "Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận",
    "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La",
    "Tây Ninh", "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long",
    "Vĩnh Phúc", "Yên Bái",
)  # fmt: skip
CITIES = frozenset({"Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Cần Thơ", "Hồ Chí Minh"})
"""Cities of the rank of a province."""
OTHERWISE = {"Thừa Thiên Huế": "Huế", "TPHCM": "Hồ Chí Minh", "TP HCM": "Hồ Chí Minh", "Sài Gòn": "Hồ Chí Minh",
             "Bà Rịa Vũng Tàu": "Bà Rịa - Vũng Tàu", "Vũng Tàu": "Bà Rịa - Vũng Tàu", "Đắc Lắc": "Đắk Lắk",
             "Thành Phố Hồ Chí Minh": "Hồ Chí Minh", "Kontum": "Kon Tum", "Bắc Cạn": "Bắc Kạn"}  # fmt: skip


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^0-9a-z]+", " ", fold(text)).split())


_KNOWN = {_bare(name): name for name in NAMES} | {_bare(said): name for said, name in OTHERWISE.items()}
_ANY = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _KNOWN), key=len, reverse=True)) + r")\b")


@lru_cache(maxsize=20_000)
def province_in(text: str) -> str:
    """Return the province a text ends with or names last, "Hồ Chí Minh" for "Q.1, TP. HCM"; "" when it names none."""
    found = _ANY.findall(_bare(text or ""))
    return _KNOWN[found[-1]] if found else ""


def called(name: str) -> str:
    """Return the name with what it is: "tỉnh Long An", "Thành phố Hồ Chí Minh"."""
    return f"Thành phố {name}" if name in CITIES else f"tỉnh {name}"
