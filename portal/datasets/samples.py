"""The six worked examples as CSV files, made up from a seed: planning, prices, scores, vaccination, cuts, warnings.

The communes are those of the demonstration; streets, parcels, candidates and sums are invented. The same seed and day
give the same files. Power cuts, warnings and days of vaccination stand around `today`: "mai có cúp điện không" has an
answer.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from dossiers.written_dates import written_day

COMMUNES = ("Xã Cần Giuộc", "Xã Phước Lý", "Xã Mỹ Lộc", "Xã Phước Vĩnh Tây", "Xã Tân Tập")
STREETS = (
    "Lê Lợi", "Nguyễn Huệ", "Trần Hưng Đạo", "Nguyễn Thái Bình", "Nghĩa sĩ Cần Giuộc", "Trương Công Định",
    "Lãnh Binh Thái", "Nguyễn An Ninh", "Trần Chí Nam", "Hồ Văn Long", "Đỗ Văn Trường", "Sương Nguyệt Anh",
    "Quốc lộ 50", "Đường tỉnh 826", "Đường tỉnh 835", "Đường tỉnh 830", "Hương lộ 11", "Lê Văn Sáu",
    "Nguyễn Đình Chiểu", "Phan Đình Phùng", "Thanh Hà", "Võ Công Tồn", "Mai Thị Lựu", "Huỳnh Văn Đảnh", "Phạm Văn Bạch",
)  # fmt: skip
ENDS = (
    "Chợ",
    "Cầu Cần Giuộc",
    "Ngã ba Tân Kim",
    "Trường Trung học cơ sở",
    "Bến đò",
    "Ranh xã",
    "Trạm y tế",
    "Đình thần",
)
LAND_USES = (
    ("ONT", "Đất ở tại nông thôn", "Được chuyển mục đích theo quy định"),
    ("ODT", "Đất ở", "Được cấp phép xây dựng theo quy định"),
    ("LUC", "Đất chuyên trồng lúa nước", "Giữ nguyên, không chuyển mục đích"),
    ("CLN", "Đất trồng cây lâu năm", "Được chuyển mục đích một phần theo kế hoạch hằng năm"),
    ("DGT", "Đất giao thông (mở rộng đường)", "Thuộc diện thu hồi theo quy hoạch"),
    ("TMD", "Đất thương mại, dịch vụ", "Được chuyển mục đích khi có dự án"),
    ("SKK", "Đất khu công nghiệp", "Thuộc quy hoạch khu công nghiệp"),
)
HAMLETS = ("Ấp 1", "Ấp 2", "Ấp 3", "Ấp Kim Điền", "Ấp Hòa Thuận", "Ấp Lộc Tiền", "Khu phố 2", "Ấp Tân Xuân", "Ấp Trong")
REASONS = ("Bảo trì trạm biến áp", "Thay dây dẫn hạ thế", "Phát quang hành lang tuyến", "Nâng cấp lưới điện trung thế")
DANGERS = (
    ("Triều cường vượt báo động III", "Kê cao đồ đạc, ngắt điện nơi có thể ngập, không để trẻ em ra bờ sông"),
    ("Nguy cơ sạt lở bờ sông", "Không lại gần bờ, di dời người và tài sản theo hướng dẫn của xã"),
    ("Mưa lớn, gió giật mạnh", "Chằng chống nhà cửa, không trú dưới cây to, ghe thuyền về nơi neo đậu"),
    ("Tạm dừng bến phà do nước lớn", "Đi đường vòng qua cầu, không tự chèo qua sông"),
)
VACCINES = ("Sởi – Rubella", "Viêm gan B", "Cúm mùa", "Bạch hầu – Uốn ván")
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
GIVEN = (
    "Minh Anh",
    "Gia Bảo",
    "Thảo Vy",
    "Quốc Huy",
    "Ngọc Hân",
    "Hoàng Nam",
    "Khánh Linh",
    "Đức Trí",
    "Yến Nhi",
    "Tấn Phát",
)


@dataclass(frozen=True)
class Sample:
    """One example: the pack's facts and its file."""

    slug: str
    title: str
    kind: str
    agency: str  # code
    intro: str
    chat_names: str
    source: str
    decision: str
    decided_on: dt.date
    valid_to: dt.date
    file_name: str
    text: str


def all_samples(today: dt.date, seed: int = 1, rows: int = 400) -> list[Sample]:
    """Return the six examples; `rows` is about how many of planning, prices and scores."""
    year_end = dt.date(today.year, 12, 31)
    return [
        Sample("lich-cup-dien", "Lịch cúp điện", "power_cut", "H80.73",
               "Khu vực tạm ngừng cấp điện để bảo trì, theo giờ. Sự cố đột xuất không có ở đây.",
               "cúp điện, lịch cúp điện, mất điện, lịch điện", "Công ty Điện lực Tây Ninh",
               "Thông báo lịch ngừng cấp điện",
               today - dt.timedelta(days=2), today + dt.timedelta(days=14), "lich-ngung-cap-dien.csv",
               _text(power_cuts(today, seed))),
        Sample("canh-bao-khan-cap", "Cảnh báo khẩn cấp", "emergency", "H80",
               "Triều cường, mưa lũ, sạt lở, tạm dừng phà theo xã: ở đâu, từ lúc nào, cần làm gì.",
               "cảnh báo khẩn cấp, cảnh báo thiên tai, tình hình khẩn cấp",
               "Ban Chỉ huy Phòng thủ dân sự tỉnh Tây Ninh", "Công điện số 15/CĐ-BCH",
               today, today + dt.timedelta(days=10), "canh-bao-khan-cap.csv", _text(warnings(today, seed))),
        Sample("gia-dat", "Giá đất", "land_price", "H80", "Giá đất theo tên đường, đoạn đường và vị trí, đồng/m².",
               "giá đất, bảng giá đất", "Sở Nông nghiệp và Môi trường tỉnh Tây Ninh", "Quyết định số 88/QĐ-UBND",
               dt.date(today.year - 1, 12, 20), year_end + dt.timedelta(days=31), f"bang-gia-dat-{today.year}.csv",
               _text(land_prices(today.year, seed, rows))),
        Sample("quy-hoach", "Quy hoạch thửa đất", "planning", "H80.05.01",
               "Thửa đất nằm trong quy hoạch nào, theo số tờ bản đồ và số thửa trên giấy chứng nhận.",
               "quy hoạch, tra quy hoạch", "Ủy ban nhân dân xã Cần Giuộc", "Quyết định số 1520/QĐ-UBND",
               dt.date(today.year - 1, 6, 30), dt.date(today.year + 4, 12, 31), "quy-hoach-su-dung-dat.csv",
               _text(parcels(seed, rows))),
        Sample("diem-thi-lop-10", "Điểm thi vào lớp 10", "exam", "H80",
               "Điểm thi tuyển sinh lớp 10 theo số báo danh; cần đúng ngày sinh đã đăng ký.",
               "điểm thi, điểm thi lớp 10, điểm lớp 10", "Sở Giáo dục và Đào tạo tỉnh Tây Ninh",
               "Thông báo số 210/TB-SGDĐT", dt.date(today.year, 6, 20), today + dt.timedelta(days=60),
               "diem-thi-lop-10.csv", _text(scores(seed, rows))),
        Sample("diem-tiem-chung", "Điểm tiêm chủng", "vaccination", "H80",
               "Nơi tiêm, ngày và giờ tiêm, loại vắc xin. Mang theo sổ tiêm chủng.",
               "điểm tiêm chủng, điểm tiêm, tiêm chủng, tiêm ngừa", "Sở Y tế tỉnh Tây Ninh", "Kế hoạch số 45/KH-SYT",
               today - dt.timedelta(days=10), today + dt.timedelta(days=30), "diem-tiem-chung.csv",
               _text(vaccination_sites(today, seed))),
    ]  # fmt: skip


def power_cuts(today: dt.date, seed: int) -> Iterator[list]:
    """Yield the schedule of the fortnight around today; Cần Giuộc has one tomorrow."""
    rng = Random(f"power-{seed}")
    yield ["STT", "Xã, phường", "Khu vực", "Ngày", "Từ giờ", "Đến giờ", "Lý do"]
    number = 0
    for offset in range(-3, 12):
        day = today + dt.timedelta(days=offset)
        for commune in COMMUNES:
            if rng.random() < 0.45 or (offset == 1 and commune == COMMUNES[0]):
                number += 1
                start = rng.choice((7, 8, 8, 13))
                length = rng.choice((3, 4, 8)) if start < 13 else 4
                where = ", ".join(rng.sample(HAMLETS, 2))
                yield [number, commune, where, written_day(day), f"{start}h{rng.choice(('00', '30'))}",
                       f"{start + length}h00", rng.choice(REASONS)]  # fmt: skip


def warnings(today: dt.date, seed: int) -> Iterator[list]:
    """Yield what threatens which commune in the coming days, and what to do."""
    rng = Random(f"warnings-{seed}")
    yield ["STT", "Xã, phường", "Khu vực", "Tình huống", "Cần làm", "Từ", "Đến"]
    for number, (commune, (what, to_do)) in enumerate(zip(COMMUNES, DANGERS, strict=False), start=1):
        first = today + dt.timedelta(days=1 + rng.randrange(2))
        last = first + dt.timedelta(days=1 + rng.randrange(3))
        where = ", ".join(rng.sample(HAMLETS, 2))
        start, end = rng.choice((4, 15, 18)), rng.choice((8, 20))
        yield [number, commune, where, what, to_do, f"{start}h00 ngày {written_day(first)}",
               f"{end}h00 ngày {written_day(last)}"]  # fmt: skip


def land_prices(year: int, seed: int, rows: int) -> Iterator[list]:
    """Yield prices by street, part of it and position; about as many rows as asked."""
    rng = Random(f"land-{seed}")
    yield ["Xã, phường", "Tên đường", "Từ", "Đến", "Vị trí", "Loại đất", "Giá (đồng/m²)", "Năm"]
    made = 0
    while made < rows:
        for street in STREETS:
            commune, (first, last) = rng.choice(COMMUNES), rng.sample(ENDS, 2)
            price = rng.randrange(18, 240) * 100_000
            for position in range(1, 5):
                price_here = round(price * (1, 0.7, 0.5, 0.35)[position - 1] / 10_000) * 10_000
                yield [commune, street, first, last, f"Vị trí {position}", "Đất ở", price_here, year]
                made += 1


def parcels(seed: int, rows: int) -> Iterator[list]:
    """Yield parcels by map sheet and number with what planning says of them."""
    rng = Random(f"parcels-{seed}")
    yield ["Xã, phường", "Số tờ", "Số thửa", "Diện tích (m²)", "Ký hiệu", "Loại đất theo quy hoạch", "Ghi chú"]
    for number in range(rows):
        sign, name, note = rng.choice(LAND_USES)
        yield [
            COMMUNES[number % len(COMMUNES)],
            1 + number // 100,
            1 + number % 100,
            rng.randrange(80, 4000),
            sign,
            name,
            note,
        ]


def scores(seed: int, rows: int) -> Iterator[list]:
    """Yield candidates with their day of birth and marks."""
    rng = Random(f"scores-{seed}")
    yield ["STT", "Số báo danh", "Họ và tên", "Ngày sinh", "Ngữ văn", "Toán", "Tiếng Anh", "Tổng điểm"]
    for number in range(rows):
        born = dt.date(2011, 1, 1) + dt.timedelta(days=rng.randrange(365))
        marks = [rng.randrange(10, 40) / 4 for _ in range(3)]
        yield [number + 1, f"{80_0001 + number:06d}", f"{rng.choice(SURNAMES)} {rng.choice(GIVEN)}",
               written_day(born), *(f"{mark:g}".replace(".", ",") for mark in marks),
               f"{sum(marks):g}".replace(".", ",")]  # fmt: skip


def vaccination_sites(today: dt.date, seed: int) -> Iterator[list]:
    """Yield where vaccination takes place in the coming weeks."""
    rng = Random(f"sites-{seed}")
    yield ["Xã, phường", "Điểm tiêm", "Địa chỉ", "Ngày", "Từ giờ", "Đến giờ", "Vắc xin"]
    for commune in COMMUNES:
        name = commune.removeprefix("Xã ")
        for place in (f"Trạm Y tế {commune.lower()[:2]} {name}", f"Trường Mầm non {name}"):
            for week in range(4):
                day = today + dt.timedelta(days=1 + 7 * week + rng.randrange(5))
                yield [commune, place, f"{rng.choice(HAMLETS)}, {commune.lower()[:2]} {name}", written_day(day),
                       "7h30", "11h00", rng.choice(VACCINES)]  # fmt: skip


def _text(rows: Iterable[list]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
