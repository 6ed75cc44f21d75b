"""Headings of catalogue files: the portal's keys, their Vietnamese names, and the short English ones.

Accents, case, underscores and spaces of a heading do not matter. `COLUMNS` is what the handbook prints.
"""

import re

from dossiers.catalogue.portal_text import clean, one_line
from dossiers.search_text import fold

# key -> (name in the handbook, other accepted headings)
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ma_thu_tuc": (
        "Mã thủ tục",
        (
            "mã TTHC",
            "mã số TTHC",
            "mã số thủ tục",
            "mã số thủ tục hành chính",
            "mã thủ tục hành chính",
            "mã số",
            "mã",
            "code",
        ),
    ),
    "ten_thu_tuc": (
        "Tên thủ tục",
        ("tên TTHC", "tên thủ tục hành chính", "thủ tục hành chính", "tên dịch vụ công", "tên", "name"),
    ),
    "ma_khac": (
        "Mã khác",
        ("mã địa phương", "mã nội bộ", "ma_thu_tuc_dia_phuong", "ma_thu_tuc_noi_bo", "mã cũ", "aliases", "alias"),
    ),
    "linh_vuc": ("Lĩnh vực", ("field",)),
    "bo_nganh": ("Bộ, ngành", ("bộ ngành quản lý", "ministry")),
    "loai_thu_tuc": ("Loại thủ tục", ("kind",)),
    "cap_thuc_hien": ("Cấp thực hiện", ("cấp", "level", "levels")),
    "doi_tuong_thuc_hien": ("Đối tượng thực hiện", ("đối tượng", "audience")),
    "so_quyet_dinh": ("Số quyết định", ("quyết định công bố", "decision")),
    "co_quan_thuc_hien": ("Cơ quan thực hiện", ("agency",)),
    "co_quan_co_tham_quyen": ("Cơ quan có thẩm quyền", ("cơ quan quyết định", "authority")),
    "co_quan_duoc_uy_quyen": ("Cơ quan được ủy quyền", ()),
    "co_quan_phoi_hop": ("Cơ quan phối hợp", ()),
    "dia_chi_tiep_nhan": ("Địa chỉ tiếp nhận", ("address",)),
    "cach_thuc_thuc_hien": ("Cách thức thực hiện", ()),
    "thanh_phan_ho_so": ("Thành phần hồ sơ", ()),
    "giay_to": ("Giấy tờ phải nộp", ("danh sách giấy tờ", "papers")),
    "thoi_han": (
        "Thời hạn",
        ("số ngày", "thời hạn giải quyết", "thời gian giải quyết", "thời hạn thực hiện", "processing_days"),
    ),
    "don_vi_thoi_han": ("Đơn vị thời hạn", ("loại ngày", "day_kind")),
    "le_phi": ("Phí, lệ phí (đồng)", ("phí, lệ phí", "phí và lệ phí", "lệ phí", "phí", "mức thu", "fee_vnd", "fee")),
    "ghi_chu_le_phi": ("Ghi chú phí", ("fee_note",)),
    "trinh_tu_thuc_hien": ("Trình tự thực hiện", ("steps",)),
    "yeu_cau_dieu_kien": ("Yêu cầu, điều kiện", ("yêu cầu điều kiện thực hiện", "conditions")),
    "ket_qua_xu_ly": ("Kết quả", ("kết quả thực hiện", "result", "results")),
    "can_cu_phap_ly": ("Căn cứ pháp lý", ("legal_basis",)),
    "thu_tuc_lien_quan": ("Thủ tục liên quan", ()),
    "muc_truc_tuyen": (
        "Mức trực tuyến",
        ("mức độ", "mức độ trực tuyến", "mức độ cung cấp", "mức độ dvc", "dịch vụ công trực tuyến", "online_level"),
    ),
    "detail_url": ("Địa chỉ trên Cổng", ("đường dẫn", "link", "url")),
    "nguon": ("Nguồn", ("source",)),
    "raw_text": ("Toàn văn", ()),
}
_BY_HEADING = {fold(heading): key for key, (name, others) in COLUMNS.items() for heading in (key, name, *others)}
# A table that has none of these headings is not a catalogue.
REQUIRED = ("ma_thu_tuc", "ten_thu_tuc")
MAX_EXTRA_KEYS = 100
TIME_UNITS = frozenset({"ngay lam viec", "ngay", "gio", "gio lam viec", "thang"})
_SAYS_NOTHING = frozenset({"", "dong", "vnd", "viet nam dong", "neu co", "bat buoc"})
_BRACKETED = re.compile(r"(.+?)\s*\(([^()]{0,40})\)")


def canonical(heading: object) -> str:
    """Return the key of a heading; headings nobody knows come back cleaned and shortened, so that nothing is lost.

    What stands in brackets behind it may say nothing ("(nếu có)") or the unit ("(ngày làm việc)"); a heading with
    anything else there, such as "(nghìn đồng)", means something of its own.
    """
    text = one_line(heading)
    known = _BY_HEADING.get(fold(text))
    if known is None and (found := _BRACKETED.fullmatch(text)):
        bare, inside = _BY_HEADING.get(fold(found[1])), fold(found[2])
        if inside in _SAYS_NOTHING or (bare == "thoi_han" and inside in TIME_UNITS):
            known = bare
    return known or text[:60]


def unit_in(heading: object) -> str:
    """Return the unit of time in the brackets of "Thời hạn giải quyết (ngày làm việc)"; "" when there is none."""
    found = _BRACKETED.fullmatch(one_line(heading))
    return one_line(found[2]) if found and fold(found[2]) in TIME_UNITS else ""


def canonical_row(row: dict) -> dict[str, str]:
    """Return a source record under our keys, values as text; of two headings with one meaning the first filled wins.

    A null says nothing, as a missing key does; an empty text says that the portal leaves the column empty.
    """
    values: dict[str, str] = {}
    for heading, value in row.items():
        key = canonical(heading)
        if not key or value is None or (key not in COLUMNS and len(values) >= len(COLUMNS) + MAX_EXTRA_KEYS):
            continue
        text = as_text(value)
        if text or key not in values:
            values[key] = values.get(key) or text
    return values


def as_text(value: object) -> str:
    """Return a JSON or spreadsheet value as text: lists joined by ", ", True as "có", objects as "key: value"."""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (as_text(item) for item in value[:1000])))
    if isinstance(value, dict):
        return "; ".join(f"{clean(key)}: {as_text(item)}" for key, item in list(value.items())[:1000])
    return clean(value)
