"""Small catalogue files of every shape, for the tests."""

import gzip
import json
import unicodedata
from pathlib import Path

CHANNELS = "Hình thức nộpThời gianPhí, lệ phíMô tả"
PAPERS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"


def portal_record(code: str = "1.000001", **changes) -> dict:
    """A record of the portal's shape; keyword arguments replace its values."""
    record = {
        "ma_thu_tuc": code,
        "detail_url": f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{code}",
        "ten_thu_tuc": f"Thủ tục đăng ký số {code}",
        "so_quyet_dinh": "163/QĐ-BTP",
        "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
        "linh_vuc": "Hộ tịch",
        "doi_tuong_thuc_hien": "Công dân Việt Nam",
        "trinh_tu_thuc_hien": "Bước 1: Nộp hồ sơ\nBước 2: Nhận kết quả",
        "cach_thuc_thuc_hien": f"{CHANNELS}Trực tuyến5 Ngày làm việcMiễn phíTrực tiếp5 Ngày làm việcMiễn phí",
        "thanh_phan_ho_so": f"--{PAPERS}Tờ khaiMẫu số 01.docx1 bản chínhBản sao căn cước (nếu có)0 bản chính,1 bản sao",
        "can_cu_phap_ly": "Tên văn bản pháp lýMã văn bảnLuật Hộ tịch60/2014/QH13",
        "ket_qua_xu_ly": "Giấy khai sinhMã: KQ.G15.000001Từ khóa",
        "bo_nganh": "bo-tu-phap",
    }
    return record | changes


def json_lines(path: Path, records, *, packed: bool = False) -> Path:
    """Write records (dicts, or text lines as they are) as JSON lines."""
    lines = [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in records]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def windows_1258(text: str) -> bytes:
    """Vietnamese text as old Windows programs write it: base letters and combining tone marks."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = bytearray()
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in parts[1:] if mark in tones)
        base = unicodedata.normalize("NFC", parts[0] + "".join(mark for mark in parts[1:] if mark not in tones))
        written += (base + tone).encode("cp1258")
    return bytes(written)
