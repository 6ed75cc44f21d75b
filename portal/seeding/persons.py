"""Made-up people and enterprises with names, addresses and numbers of the right shape. Same Random, same people."""

from __future__ import annotations

import datetime as dt
from random import Random

from dossiers.intake.people import PersonData
from dossiers.models import Applicant
from dossiers.search_text import fold

# Shares as they are met in the south of the country, in percent.
FAMILIES = {
    "Nguyễn": 34,
    "Trần": 11,
    "Lê": 10,
    "Phạm": 7,
    "Huỳnh": 6,
    "Võ": 5,
    "Phan": 5,
    "Đặng": 3,
    "Bùi": 3,
    "Đỗ": 2,
    "Hồ": 2,
    "Ngô": 2,
    "Dương": 2,
    "Trương": 3,
    "Lý": 1,
    "Đoàn": 1,
    "Mai": 1,
    "Cao": 1,
    "Tô": 1,
}
MIDDLES = {
    "nam": ["Văn", "Văn", "Văn", "Hữu", "Minh", "Quốc", "Thanh", "Hoàng", "Công", "Đức", "Ngọc", "Tấn", "Xuân", ""],
    "nữ": ["Thị", "Thị", "Thị", "Thị Ngọc", "Thị Thu", "Thị Kim", "Ngọc", "Thị Mỹ", "Kim", "Thanh", "Bích", "Thùy"],
}
GIVEN = {
    "nam": (
        "An Bình Bảo Cường Dũng Duy Đạt Đức Hải Hậu Hiếu Hòa Hùng Huy Khang Khoa Khánh Kiệt Lâm Long Lộc Minh Nam "
        "Nghĩa Nhân Phát Phong Phúc Quân Quang Sơn Tài Tâm Tân Thành Thắng Thiện Thịnh Thọ Toàn Trí Trung Tú Tuấn Vinh"
    ).split(),
    "nữ": (
        "Anh Ánh Bích Chi Cúc Diễm Dung Duyên Đào Giang Hà Hạnh Hằng Hiền Hoa Hồng Huệ Hương Lan Liên Linh Loan Mai My "
        "Nga Ngân Ngọc Nhung Như Oanh Phương Quyên Tâm Thảo Thu Thúy Thủy Tiên Trang Trâm Trinh Tuyết Uyên Vân Yến"
    ).split(),
}
CAN_GIUOC_HAMLETS = [
    "Lộc Hậu",
    "Long Phú",
    "Phước Thuận",
    "Thanh Hòa",
    "Trị Yên",
    "Mỹ Lộc",
    "Phước Hưng",
    "Kim Điền",
    "Tân Xuân",
    "Lộc Trung",
]
CAN_GIUOC_STREETS = ["Quốc lộ 50", "Nguyễn Thái Bình", "Trương Định", "Nguyễn An Ninh", "Lãnh Binh Thái", "Tỉnh lộ 835"]
PROVINCE_STREETS = ["Nguyễn Huệ", "Hùng Vương", "Châu Văn Giác", "Trà Quý Bình", "Quốc lộ 1", "Nguyễn Trung Trực"]
WARDS = ["phường Long An", "phường Tân An", "phường Khánh Hậu", "phường Tân Ninh", "xã Bến Lức", "xã Đức Hòa"]
BIRTH_PLACES = ["080"] * 6 + ["072", "072", "079", "082", "086", "087", "024"]
MOBILES = [
    "090",
    "091",
    "093",
    "094",
    "096",
    "097",
    "098",
    "032",
    "033",
    "035",
    "038",
    "070",
    "077",
    "081",
    "086",
    "089",
]
TRADES = ["Thương mại Dịch vụ", "Xây dựng", "Vận tải", "Sản xuất Bao bì", "Chế biến Nông sản", "Cơ khí", "Thực phẩm"]
FIRM_NAMES = [
    "Minh Phát",
    "Thành Công",
    "Tân Long",
    "Phước Lộc",
    "Hoàng Gia",
    "Vạn Thịnh",
    "An Khang",
    "Cửu Long",
    "Long Hậu",
    "Đại Nam",
    "Việt Hưng",
    "Hưng Thịnh",
]
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

# The people of the simulated phones: dossiers of theirs let a demonstration follow one on the channel.
WITH_SIMULATED_PHONE = [
    PersonData(
        "Nguyễn Thị Lan", id_number="080188000101", phone="0912000101", address="25 đường Nguyễn Huệ, xã Cần Giuộc"
    ),
    PersonData("Trần Văn Hùng", id_number="080079000102", phone="0912000102", address="Ấp Lộc Hậu, xã Cần Giuộc"),
    PersonData("Lê Minh Tâm", id_number="080095000103", phone="0912000103", address="118 Trương Định, xã Cần Giuộc"),
    PersonData("Phạm Thị Hoa", id_number="080161000104", phone="0912000104", address="Ấp Kim Điền, xã Cần Giuộc"),
]


def name(rng: Random, sex: str) -> str:
    """Return a full name."""
    family = rng.choices(list(FAMILIES), weights=FAMILIES.values())[0]
    return " ".join(part for part in (family, rng.choice(MIDDLES[sex]), rng.choice(GIVEN[sex])) if part)


def personal_id(rng: Random, sex: str, year: int) -> str:
    """Return a personal identity number of the right structure."""
    century_and_sex = (0 if year < 2000 else 2) + (1 if sex == "nữ" else 0)
    return f"{rng.choice(BIRTH_PLACES)}{century_and_sex}{year % 100:02d}{rng.randrange(1_000_000):06d}"


def tax_code(rng: Random) -> str:
    """Return a tax code whose tenth digit is right."""
    while True:
        digits = "1100" + f"{rng.randrange(100_000):05d}"
        check = 10 - sum(weight * int(digit) for weight, digit in zip(TAX_WEIGHTS, digits, strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"


def mobile(rng: Random) -> str:
    """Return a mobile number as dialled."""
    return f"{rng.choice(MOBILES)}{rng.randrange(10_000_000):07d}"


def person(rng: Random, *, province: bool = False, today: dt.date) -> PersonData:
    """Return an adult; a tenth left no phone, a third left an e-mail address."""
    sex = rng.choice(["nam", "nữ"])
    full_name = name(rng, sex)
    year = today.year - rng.choices([rng.randint(18, 30), rng.randint(31, 55), rng.randint(56, 84)], [3, 5, 2])[0]
    words = fold(full_name).split()
    email = f"{words[-1]}.{words[0]}{rng.randint(1, 999)}@example.vn" if rng.random() < 0.33 else ""
    return PersonData(
        full_name=full_name,
        id_number=personal_id(rng, sex, year),
        phone=mobile(rng) if rng.random() < 0.9 else "",
        email=email,
        address=address(rng, province=province),
    )


def address(rng: Random, *, province: bool) -> str:
    """Return an address in the commune of Cần Giuộc, or anywhere in the province."""
    if province:
        return f"{rng.randint(1, 480)} {rng.choice(PROVINCE_STREETS)}, {rng.choice(WARDS)}, tỉnh Tây Ninh"
    if rng.random() < 0.6:
        return f"Số {rng.randint(1, 350)}, ấp {rng.choice(CAN_GIUOC_HAMLETS)}, xã Cần Giuộc, tỉnh Tây Ninh"
    return f"{rng.randint(1, 420)} {rng.choice(CAN_GIUOC_STREETS)}, xã Cần Giuộc, tỉnh Tây Ninh"


def enterprise(rng: Random) -> PersonData:
    """Return an enterprise with its representative."""
    kind = rng.choice(["Công ty TNHH", "Công ty TNHH MTV", "Công ty Cổ phần"])
    return PersonData(
        full_name=f"{kind} {rng.choice(TRADES)} {rng.choice(FIRM_NAMES)}",
        kind=Applicant.Kind.ENTERPRISE,
        id_number=tax_code(rng),
        phone=mobile(rng),
        address=address(rng, province=True),
        representative=name(rng, rng.choice(["nam", "nữ"])),
    )
