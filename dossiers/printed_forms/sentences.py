"""Money and numbers as Vietnamese administrative papers write them, and names that no line may end inside of."""

import re

# Words of office names; short, so that the narrow column can always break elsewhere.
_KEPT_WHOLE = re.compile(
    r"hành chính công|trung tâm|phục vụ|hành chính|ủy ban|nhân dân|văn phòng|thành phố|kinh tế|hạ tầng|đô thị|"
    r"tài nguyên|môi trường|nông nghiệp|đất đai|đăng ký|xây dựng|khoa học|công nghệ|văn hóa|xã hội|giáo dục|đào tạo|"
    r"tài chính|kế hoạch|tư pháp|y tế|nội vụ|thông tin|truyền thông|giao thông|vận tải|công thương|du lịch|thể thao|"
    r"(?:xã|phường|tỉnh|huyện)(?: \w+){1,2}$",
    re.IGNORECASE,
)

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", " nghìn", " triệu", " tỷ")


def money(amount: int) -> str:
    """Return "1.642.900 đồng"."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def amount_in_words(amount: int) -> str:
    """Return "Một triệu sáu trăm bốn mươi hai nghìn chín trăm đồng"; 0 ≤ amount < 10^18, else ValueError."""
    if not 0 <= amount < 10**18:
        raise ValueError("Số tiền phải từ 0 đến dưới một tỷ tỷ đồng.")
    words = _whole_number(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def _whole_number(number: int) -> str:
    if number >= 10**9:
        billions, rest = divmod(number, 10**9)
        tail = f" {_below_billion(rest, leading=False)}" if rest else ""
        return f"{_whole_number(billions)} tỷ{tail}"
    return _below_billion(number, leading=True)


def _below_billion(number: int, *, leading: bool) -> str:
    if number == 0:
        return _DIGITS[0]
    parts = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            parts.append(_group(group, full=bool(parts) or not leading) + _GROUPS[power])
    return " ".join(parts)


def _group(group: int, *, full: bool) -> str:
    """Return the words of 1..999; `full` says the hundreds even when 0 ("không trăm linh năm")."""
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = []
    if hundreds or full:
        words.append(f"{_DIGITS[hundreds]} trăm")
    if tens == 0 and units and words:
        words.append("linh")
    elif tens == 1:
        words.append("mười")
    elif tens > 1:
        words.append(f"{_DIGITS[tens]} mươi")
    if units:
        words.append(_unit(units, tens))
    return " ".join(words)


def _unit(units: int, tens: int) -> str:
    if units == 1 and tens > 1:
        return "mốt"
    if units == 5 and tens:
        return "lăm"
    if units == 4 and tens > 1:
        return "tư"
    return _DIGITS[units]


def unbroken(text: str) -> str:
    """Return `text` with spaces that no line ends at, for phone numbers inside sentences."""
    return text.replace(" ", "\u00a0")


def whole_names(name: str) -> str:
    """Return the name of an office with the words that belong together held by no-break spaces."""
    return _KEPT_WHOLE.sub(lambda found: unbroken(found[0]), name)
