"""Who a procedure is for, who settles it, at which level, under which decision."""

import re

from dossiers.catalogue.portal_text import UPPER, clean, is_blank, one_line
from dossiers.catalogue.records import Level, Problem, Severity

_LEVELS = {
    "cấp bộ": Level.MINISTRY,
    "bộ": Level.MINISTRY,
    "trung ương": Level.MINISTRY,
    "cấp trung ương": Level.MINISTRY,
    "cấp tỉnh": Level.PROVINCE,
    "tỉnh": Level.PROVINCE,
    "cấp xã": Level.COMMUNE,
    "xã": Level.COMMUNE,
    "cơ quan khác": Level.OTHER,
    "khác": Level.OTHER,
}
_AUDIENCES = (
    "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "Cán bộ, công chức, viên chức",
)
_MINISTRIES = {
    "bo-cong-an": "Bộ Công an",
    "bo-cong-thuong": "Bộ Công Thương",
    "bo-dan-toc-va-ton-giao": "Bộ Dân tộc và Tôn giáo",
    "bo-giao-duc-dao-tao": "Bộ Giáo dục và Đào tạo",
    "bo-khoa-hoc-cong-nghe": "Bộ Khoa học và Công nghệ",
    "bo-ngoai-giao": "Bộ Ngoại giao",
    "bo-noi-vu": "Bộ Nội vụ",
    "bo-nong-nghiep-mt": "Bộ Nông nghiệp và Môi trường",
    "bo-quoc-phong": "Bộ Quốc phòng",
    "bo-tai-chinh": "Bộ Tài chính",
    "bo-tu-phap": "Bộ Tư pháp",
    "bo-vhttdl": "Bộ Văn hóa, Thể thao và Du lịch",
    "bo-xay-dung": "Bộ Xây dựng",
    "bo-y-te": "Bộ Y tế",
    "ngan-hang-nha-nuoc": "Ngân hàng Nhà nước Việt Nam",
    "thanh-tra-chinh-phu": "Thanh tra Chính phủ",
    "toa-an-nhan-dan": "Tòa án nhân dân",
}
_DECISION = re.compile(
    r"^(?:quyết định\s*)?(?:số\s*:?\s*)?(?P<number>\d{1,6}[a-zđ]?\.?)\s*/?\s*"
    r"(?P<type>Q[ĐD]CB|Q[ĐD](?:[-–][A-ZĐ0-9]+)+)$",
    re.IGNORECASE,
)
_DECISION_REVERSED = re.compile(r"^Q[ĐD]\s*/?\s*(?P<number>\d{1,6}[a-z]?)\s*-\s*(?P<body>[A-ZĐ0-9-]+)$", re.IGNORECASE)


def parse_levels(value: object) -> tuple[tuple[Level, ...], list[Problem]]:
    """Return the levels of government that settle the procedure, without repeats, in the portal's order."""
    text = one_line(value)
    if is_blank(text):
        return (), [Problem("Cấp thực hiện", "Không ghi cấp thực hiện.", "", Severity.DOUBTFUL)]
    levels, problems = [], []
    for part in re.split(r"[,;/]|\s-\s", text):
        level = _LEVELS.get(part.strip(" .").casefold())
        if level is None:
            if part.strip():
                problems.append(Problem("Cấp thực hiện", "Không nhận ra cấp thực hiện.", part))
        elif level not in levels:
            levels.append(level)
    return tuple(levels), problems


def split_names(value: object) -> tuple[str, ...]:
    """Return the names of a comma list, keeping commas inside brackets and before small letters.

    >>> split_names("Doanh nghiệp, Cán bộ, công chức, viên chức, Tổ chức (không bao gồm doanh nghiệp, HTX)")
    ('Doanh nghiệp', 'Cán bộ, công chức, viên chức', 'Tổ chức (không bao gồm doanh nghiệp, HTX)')
    """
    text = one_line(value)
    if is_blank(text):
        return ()
    names, depth, start = [], 0, 0
    for place, char in enumerate(text):
        depth = max(0, depth + (char == "(") - (char == ")"))
        if char in ",;" and depth == 0 and re.match(rf"\s*[{UPPER}]", text[place + 1 :]):
            names.append(text[start:place].strip())
            start = place + 1
    names.append(text[start:].strip())
    return tuple(dict.fromkeys(name for name in names if name))


def parse_decision(value: object) -> tuple[str, list[Problem]]:
    """Return the number of the announcing decision in the usual form "163/QĐ-BTP"; the text itself when unreadable."""
    text = one_line(value)
    if is_blank(text):
        return "", [Problem("Quyết định công bố", "Không ghi số quyết định công bố.", "", Severity.DOUBTFUL)]
    if found := _DECISION.match(text):
        kind = found["type"].upper().replace("QD", "QĐ").replace("–", "-")
        return f"{found['number'].rstrip('.')}/{kind}", []
    if found := _DECISION_REVERSED.match(text):
        return f"{found['number']}/QĐ-{found['body'].upper()}", []
    return text, [
        Problem(
            "Quyết định công bố",
            "Số quyết định không đúng dạng “số/QĐ-cơ quan”; giữ nguyên văn.",
            text,
            Severity.DOUBTFUL,
        )
    ]


def ministry_name(value: object) -> str:
    """Return the name behind the crawler's slug ("bo-tu-phap" is Bộ Tư pháp); other text as it is."""
    text = one_line(value)
    return "" if is_blank(text) else _MINISTRIES.get(text.casefold(), text)


def said(value: object) -> str:
    """Return the text, or "" when the portal prints that it has no information."""
    return "" if is_blank(value) else clean(value)
