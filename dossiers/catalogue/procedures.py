"""One record of a catalogue file — a portal record or a row of a simple table — as a `ProcedureRecord`."""

import re
from collections.abc import Mapping
from decimal import Decimal

from dossiers.catalogue.amounts import parse_number
from dossiers.catalogue.channels import parse_channels
from dossiers.catalogue.columns import canonical_row
from dossiers.catalogue.durations import parse_time_limit
from dossiers.catalogue.fees import parse_fee
from dossiers.catalogue.legal import parse_legal_bases
from dossiers.catalogue.outcomes import parse_results, parse_steps
from dossiers.catalogue.papers import parse_paper_list, parse_papers
from dossiers.catalogue.parties import ministry_name, parse_decision, parse_levels, said, split_names
from dossiers.catalogue.portal_text import is_blank, one_line, tidy
from dossiers.catalogue.records import (
    Channel,
    ChannelKind,
    LimitUnit,
    OnlineLevel,
    Problem,
    ProcedureRecord,
    Severity,
    TimeLimit,
)
from dossiers.search_text import fold

CODE = re.compile(r"\d{1,2}\.\d{6}(?:\.\d{1,3}){0,3}(?:\.[A-Z]\d{2}(?:\.\d{2,3})*)?")
_ZEROS_LOST = re.compile(r"\d{1,2}(?:\.\d{3,5}|,\d{3,6})")
_CODE_IN_PAGE = re.compile(r"Mã thủ tục\s*:?\s*(\d{1,2}\.\d{6}(?:\.[A-Z0-9]{1,5}){0,5})")
MAX_NAME = 2_000
MAX_CODE = 30

# A column of fees says "Không" for nothing to pay; "Chưa quy định" is another thing.
_NOTHING_TO_PAY = re.compile(
    r"(?:không(?: có| thu| mất| phải nộp)?|miễn)(?: phí| lệ phí| phí, lệ phí| phí và lệ phí| thu| tiền)?", re.IGNORECASE
)
_DAY_KINDS = {
    "working": LimitUnit.WORKING_DAY,
    "ngay lam viec": LimitUnit.WORKING_DAY,
    "calendar": LimitUnit.CALENDAR_DAY,
    "ngay": LimitUnit.CALENDAR_DAY,
    "ngay lich": LimitUnit.CALENDAR_DAY,
    "hour": LimitUnit.HOUR,
    "gio": LimitUnit.HOUR,
    "gio lam viec": LimitUnit.HOUR,
    "month": LimitUnit.MONTH,
    "thang": LimitUnit.MONTH,
    "same day": LimitUnit.SAME_DAY,
    "same day 15h cutoff": LimitUnit.SAME_DAY,
    "trong ngay": LimitUnit.SAME_DAY,
    "unit not stated": LimitUnit.UNSTATED,
    "unknown": LimitUnit.UNSTATED,
    "see procedure": LimitUnit.UNSTATED,
    "": LimitUnit.UNSTATED,
}
_ONLINE = (
    (re.compile(r"toan trinh|muc(?: do)? 4|^4$|^full$"), OnlineLevel.FULL),
    (re.compile(r"mot phan|muc(?: do)? 3|^3$|^partial$"), OnlineLevel.PARTIAL),
    (re.compile(r"cung cap thong tin|muc(?: do)? [12]$|^[12]$|^information$"), OnlineLevel.INFORMATION),
)
_ONLINE_IN_NAME = re.compile(r"dịch vụ công (?:trực tuyến )?(toàn trình|một phần)", re.IGNORECASE)


def parse_record(source: Mapping) -> ProcedureRecord:
    """Return what one record says and every problem met. Never raises on any mapping of JSON or spreadsheet values.

    Unknown keys are kept in `raw`, missing ones count as empty. A record without a code in the national form
    ("1.001193") or without a name comes back with `is_loadable` False.
    """
    row = canonical_row(dict(source))
    problems: list[Problem] = []

    def take(parsed):
        value, found = parsed
        problems.extend(found)
        return value

    code = take(_code(row.get("ma_thu_tuc")))
    name = take(_name(row.get("ten_thu_tuc")))
    steps = take(parse_steps(row["trinh_tu_thuc_hien"])) if "trinh_tu_thuc_hien" in row else ()
    return ProcedureRecord(
        code=code,
        name=name,
        aliases=take(_aliases(row, code)),
        field_name=one_line(said(row.get("linh_vuc")))[:200],
        ministry=ministry_name(row.get("bo_nganh"))[:120],
        kind=one_line(said(row.get("loai_thu_tuc"))),
        levels=take(parse_levels(row["cap_thuc_hien"])) if "cap_thuc_hien" in row else (),
        audiences=split_names(row.get("doi_tuong_thuc_hien")),
        agencies=split_names(row.get("co_quan_thuc_hien")),
        competent_agency=tidy(said(row.get("co_quan_co_tham_quyen"))),
        intake_address=tidy(said(row.get("dia_chi_tiep_nhan"))),
        delegated_agency=tidy(said(row.get("co_quan_duoc_uy_quyen"))),
        coordinating_agency=tidy(said(row.get("co_quan_phoi_hop"))),
        decision_number=take(parse_decision(row.get("so_quyet_dinh")))[:200] if "so_quyet_dinh" in row else "",
        decision_text=one_line(row.get("so_quyet_dinh")),
        online_level=_online_level(row, name),
        online_url=take(_url(row.get("detail_url"))),
        channels=take(_channels(row)),
        paper_groups=take(_paper_groups(row)),
        legal_bases=take(parse_legal_bases(row.get("can_cu_phap_ly"))),
        results=take(parse_results(row["ket_qua_xu_ly"])) if "ket_qua_xu_ly" in row else (),
        steps=steps,
        conditions=tidy(said(row.get("yeu_cau_dieu_kien"))),
        related=split_names(row.get("thu_tuc_lien_quan")),
        portal="cach_thuc_thuc_hien" in row or "thanh_phan_ho_so" in row,
        raw=row,
        problems=tuple(dict.fromkeys(problems)),
    )


def _code(value: object) -> tuple[str, list[Problem]]:
    text = one_line(value).upper().replace(" ", "")
    if not text:
        return "", [Problem("Mã thủ tục", "Dòng không có mã thủ tục nên không nạp được.")]
    if _ZEROS_LOST.fullmatch(text):
        series, _, number = text.replace(",", ".").partition(".")
        full = f"{series}.{number:0<6}"
        return full, [Problem("Mã thủ tục", f"Bảng tính đã bỏ số 0 cuối mã; hiểu là {full}.", text, Severity.DOUBTFUL)]
    if not CODE.fullmatch(text) or len(text) > MAX_CODE:
        return "", [Problem("Mã thủ tục", "Mã không đúng dạng “1.001193”; sửa mã rồi nạp lại dòng này.", text)]
    return text, []


def _name(value: object) -> tuple[str, list[Problem]]:
    text = one_line(value)
    if is_blank(text):
        return "", [Problem("Tên thủ tục", "Dòng không có tên thủ tục nên không nạp được.")]
    if len(text) > MAX_NAME:
        return text[:MAX_NAME], [Problem("Tên thủ tục", "Tên quá dài; đã cắt bớt.", text, Severity.DOUBTFUL)]
    return text, []


def _aliases(row: dict[str, str], code: str) -> tuple[tuple[str, ...], list[Problem]]:
    """Other codes: a column of their own, or a code printed inside the page that differs from the list's."""
    problems, codes = [], []
    for text in re.split(r"[,;\n]", row.get("ma_khac", "")):
        alias = one_line(text)
        if not alias:
            continue
        if len(alias) > 40:
            problems.append(Problem("Mã khác", "Mã khác dài hơn 40 ký tự; bỏ qua.", alias))
        else:
            codes.append(alias)
    if inside := _CODE_IN_PAGE.search(row.get("raw_text", "")):
        codes.append(inside[1])
    return tuple(dict.fromkeys(alias for alias in codes if alias != code)), problems


def _url(value: object) -> tuple[str, list[Problem]]:
    text = one_line(value)
    if is_blank(text):
        return "", []
    if len(text) > 500 or not re.fullmatch(r"https?://[^\s<>\"']+", text):
        return "", [Problem("Địa chỉ trên Cổng", "Địa chỉ không hợp lệ; bỏ qua.", text)]
    return text, []


def _online_level(row: dict[str, str], name: str) -> OnlineLevel:
    """The level a column states, or the procedure's own name ("… bằng dịch vụ công trực tuyến toàn trình")."""
    stated = fold(row.get("muc_truc_tuyen"))
    if stated:
        return next((level for pattern, level in _ONLINE if pattern.search(stated)), OnlineLevel.UNSTATED)
    if found := _ONLINE_IN_NAME.search(name):
        return OnlineLevel.FULL if found[1].casefold() == "toàn trình" else OnlineLevel.PARTIAL
    return OnlineLevel.UNSTATED


def _paper_groups(row: dict[str, str]):
    if row.get("giay_to"):
        return parse_paper_list(row["giay_to"])
    return parse_papers(row["thanh_phan_ho_so"]) if "thanh_phan_ho_so" in row else ((), [])


def _channels(row: dict[str, str]):
    if "cach_thuc_thuc_hien" in row:
        return parse_channels(row["cach_thuc_thuc_hien"], row.get("trinh_tu_thuc_hien", ""))
    if not any(row.get(key) for key in ("thoi_han", "le_phi", "don_vi_thoi_han")):
        return (), []
    limit, problems = _simple_limit(row.get("thoi_han", ""), row.get("don_vi_thoi_han", ""))
    fees, found = _simple_fee(row.get("le_phi", ""), row.get("ghi_chu_le_phi", ""))
    return (Channel(ChannelKind.ANY, limit, tuple(fees), "", ""),), [*problems, *found]


def _simple_limit(amount_text: str, kind_text: str) -> tuple[TimeLimit, list[Problem]]:
    text = one_line(f"{amount_text} {kind_text}")
    unit = _DAY_KINDS.get(fold(kind_text))
    amount = parse_number(amount_text)
    if unit is None:
        limit, _ = parse_time_limit(amount_text)
        reason = "Không nhận ra đơn vị thời hạn; dùng: ngày làm việc, ngày, giờ, tháng, trong ngày."
        return limit, [Problem("Thời hạn giải quyết", reason, kind_text)]
    if unit is LimitUnit.SAME_DAY:
        return TimeLimit(None, unit, text), []
    if amount is None or unit is LimitUnit.UNSTATED:
        return parse_time_limit(amount_text)
    limit, problems = parse_time_limit(str(amount))
    if limit.amount is None:
        return limit, problems
    return TimeLimit(Decimal(amount), unit, text), []


def _simple_fee(amount_text: str, note: str):
    number = parse_number(amount_text)
    if number is None:
        nothing = _NOTHING_TO_PAY.fullmatch(one_line(amount_text).rstrip(". "))
        return parse_fee("Miễn phí" if nothing else amount_text, note)
    return parse_fee("Miễn phí" if number == 0 else f"{amount_text} VNĐ", note)
