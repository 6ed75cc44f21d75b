"""The portal's table "Căn cứ pháp lý" — titles and document numbers run together — taken apart into pairs.

    Tên văn bản pháp lýMã văn bảnLuật Khiếu nại năm 201102/2011/QH13Nghị định 05/2012/NĐ-CP05/2012/NĐ-CP

A document number closes a row when the next title is glued to it, or when nothing follows; a number inside a title
("sửa đổi Nghị định số 23/2015/NĐ-CP về …") is followed by the rest of its sentence.
"""

import re

from dossiers.catalogue.portal_text import LOWER, UPPER, clean, is_blank, one_line
from dossiers.catalogue.records import LegalBasis, Problem, Severity

FIELD = "Căn cứ pháp lý"
_HEADER = re.compile(r"Tên văn bản pháp lý\s*Mã văn bản")
_BODIES = (
    "BNNPTNT|BNNMT|BLĐTBXH|BVHTTDL|BKHCN|BKHĐT|BGTVT|BGDĐT|BTTTT|BTNMT|NHNN|VPCP|TTCP|BQP|BTC|BTP|BCA|BXD|BYT|BCT|BNV|BNG|"
    "BNN|UBDT|TANDTC|VKSNDTC|KTNN|UBTVQH|BHXH|BTS|TCHQ|TCT|BTNMT|BKHCNMT|BGTVT|BTM|BCN"
)
_TYPE = (
    rf"(?:QH\d{{1,2}}|(?:(?:PL|NQ)-)?UBTVQH\d{{1,2}}|(?:NĐ|ND|NQ)-CP|NĐ-C(?=[{UPPER}][{LOWER}])|NQ-QH\d{{2}}|NQ-(?:HĐND|HĐTP)|"
    rf"(?:TT|TTLT|QĐ|VBHN|CT|NQ|NĐ|QD|HD|KH|CV|QC|L)(?:-(?:TTg|CTN|UBND|HĐBT|HĐND|VPQH|{_BODIES}))+"
    rf"|(?:TT|TTLT|QĐ|VBHN|CT|NQ)-[{UPPER}]{{2,12}}(?:-[{UPPER}]{{2,12}})*(?![{LOWER}])|L-CTN|PL-UBTVQH|SL|HĐBT|CP)"
)
_NAMED = (
    r"(?:(?:Luật|Bộ luật|Nghị định|Thông tư liên tịch|Thông tư|Quyết định|Nghị quyết|Pháp lệnh)(?: số)? ?|[Ss]ố ?)?"
)
_NUMBER = re.compile(rf"(?P<named>{_NAMED})(?P<run>\d{{1,8}}(?:\.\d+)?[a-z]?)(?P<tail>(?:/\d{{4}})?/{_TYPE})")
_YEAR_RUN = re.compile(r"((?:19|20)\d\d)(\d{1,4}(?:\.\d+)?[a-z]?)")
_MAX_ROWS = 500


def parse_legal_bases(value: object) -> tuple[tuple[LegalBasis, ...], list[Problem]]:
    """Return the (title, number) rows in the portal's order, and what could not be read. Never raises."""
    text = clean(value)
    if is_blank(text):
        return (), []
    header = _HEADER.match(text)
    if not header:
        return (), [Problem(FIELD, "Văn bản không có bảng căn cứ pháp lý (Cổng hiển thị lệch); cần nhập tay.", text)]
    text = text[header.end() :]
    rows, start = [], 0
    for found in _NUMBER.finditer(text):
        begin = _number_start(found)
        title = text[start:begin]
        if len(rows) < _MAX_ROWS and _closes_row(text, found, title):
            number = text[begin : found.end()] if begin > found.start("run") else found["run"] + found["tail"]
            rows.append(LegalBasis(one_line(_without_lead(title)) or number, number))
            start = found.end()
    rest = text[start:].strip(" .;,-")
    problems = []
    if rest and not is_blank(rest):
        rows.append(LegalBasis(one_line(rest), ""))
        problems.append(Problem(FIELD, "Văn bản không có số, ký hiệu nhận ra được.", rest, Severity.DOUBTFUL))
    return tuple(rows), problems


def _number_start(found: re.Match) -> int:
    """Where the number begins; a year that ends the title is cut off ("năm 2011" + "02/2011/QH13")."""
    year = _YEAR_RUN.fullmatch(found["run"])
    if year:
        return found.start("run") + 4
    return found.start("named")


def _closes_row(text: str, found: re.Match, title: str) -> bool:
    after = text[found.end() : found.end() + 2]
    number = found["run"] + found["tail"]
    if not title.strip(" .;,-") and re.match(r"\d", after):
        return False  # a title that is itself a number: "37/2025/TT-BNNMT" + "37/2025/TT-BNNMT"
    if not after.strip():
        return True
    if after[0].isdigit():
        return number in title or not text[found.end() :].startswith(number)
    if after[0] in ".,;:)/" or (after[0] == "-" and after[1:2] == " "):
        return False
    if after[0] in " \n\t":
        before = text[: found.start()][-1:]
        return number in title or (
            bool(before) and not before.isspace() and before not in "(/" and after[1:2].isupper()
        )
    return True


def _without_lead(title: str) -> str:
    return re.sub(r"^[\s;,.–-]+", "", title)
