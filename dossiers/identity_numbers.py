"""Vietnamese phone, identity and tax numbers: reading what people type, checking it, showing it masked. Pure.

`parse_*` returns the number with its kind and notes for the clerk; `normalise_*` returns the number alone. Both raise
an `InvalidNumber` whose message is one Vietnamese sentence telling the person what to do; it never repeats the number.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InvalidNumber(ValueError):
    """A number that can't be accepted; the message is a Vietnamese sentence for the person who typed it."""


class InvalidPhone(InvalidNumber):
    """Not a Vietnamese phone number."""


class InvalidPersonalId(InvalidNumber):
    """Not a personal identity number, an old identity card number or a passport number."""


class InvalidTaxCode(InvalidNumber):
    """Not a Vietnamese tax code."""


class PhoneKind(StrEnum):
    """What a phone number can be used for: only mobiles have Zalo."""

    MOBILE = "mobile"
    LANDLINE = "landline"


class PersonalIdKind(StrEnum):
    """The paper a personal number is printed on."""

    CCCD = "cccd"
    CMND = "cmnd"
    PASSPORT = "passport"


class TaxCodeKind(StrEnum):
    """Whom a tax code names: an organisation or household, a unit under it, or a person by the identity number."""

    MAIN = "main"
    UNIT = "unit"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in E.164 ("+84…") with its kind and what was changed in reading it."""

    e164: str
    kind: PhoneKind
    notes: tuple[str, ...] = ()

    @property
    def domestic(self) -> str:
        """The number as dialled in Viet Nam, "0…"."""
        return "0" + self.e164.removeprefix("+84")

    @property
    def zalo(self) -> str:
        """The number as Zalo writes it, "84…"."""
        return self.e164.removeprefix("+")


@dataclass(frozen=True, slots=True)
class PersonalId:
    """A personal number with its kind; for CCCD also the year of birth and "nam"/"nữ" that it encodes."""

    number: str
    kind: PersonalIdKind
    notes: tuple[str, ...] = ()
    birth_year: int | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class TaxCode:
    """A tax code, "0100109106" or "0100109106-001" or a 12-digit personal number, with its kind."""

    code: str
    kind: TaxCodeKind


# Prefixes of 11-digit mobiles replaced in September–November 2018 (Bộ TT&TT, QĐ 798/QĐ-BTTTT 2018): old → new.
_MOVED_MOBILE_PREFIXES = dict(
    pair.split(">")
    for pair in (
        "0162>032 0163>033 0164>034 0165>035 0166>036 0167>037 0168>038 0169>039 "  # Viettel
        "0120>070 0121>079 0122>077 0126>076 0128>078 "  # MobiFone
        "0123>083 0124>084 0125>085 0127>081 0129>082 "  # VinaPhone
        "0186>056 0188>058 0199>059"  # Vietnamobile, Gmobile
    ).split()
)
# Area codes in use since 2017 (QĐ 2036/QĐ-BTTTT 2016); they did not move with the merger of provinces in 2025.
_AREA_CODES = frozenset(
    "203 204 205 206 207 208 209 210 211 212 213 214 215 216 218 219 220 221 222 225 226 227 228 229 232 "
    "233 234 235 236 237 238 239 251 252 254 255 256 257 258 259 260 261 262 263 269 270 271 272 273 274 "
    "275 276 277 290 291 292 293 294 296 297 299 ".split()
)
_MOBILE = re.compile(r"0[35789]\d{8}")
_CITY_LANDLINE = re.compile(r"02[48][2-9]\d{7}")
_PROVINCE_LANDLINE = re.compile(r"0(2\d\d)[2-9]\d{6}")

_PROVINCES_OF_BIRTH = frozenset(
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 "
    "038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 "
    "080 082 083 084 086 087 089 091 092 093 094 095 096 ".split()
)
# Passports carry up to nine letters and digits in any order (ICAO Doc 9303); a country's code may stand before one that
# has digits only ("SWE 12345678").
_PASSPORT = re.compile(r"(?=(?:[A-Z]*\d){3})(?!(?:[A-Z]*\d){10})(?=\d*[A-Z])[A-Z0-9]{7,12}")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

_ASK_MOBILE = "Hãy nhập số di động Việt Nam gồm 10 chữ số, ví dụ 0912 345 678."
_SEPARATORS = re.compile(r"[\s.\-()]+")


def _tidy(text: str) -> str:
    """Return `text` upper-case with full-width characters made plain, invisible ones dropped, any dash as "-"."""
    text = unicodedata.normalize("NFKC", str(text or "")[:200])
    plain = []
    for ch in text:
        category = unicodedata.category(ch)
        if category != "Cf":
            plain.append("-" if category == "Pd" else ch)
    return "".join(plain).strip().upper()


def _is_digits(text: str) -> bool:
    """Tell whether `text` is ASCII digits only: str.isdigit also takes other scripts."""
    return text.isascii() and text.isdigit()


def parse_phone(text: str) -> Phone:
    """Return the phone number that `text` writes in any usual way. Raises InvalidPhone.

    Takes 0…, +84…, 84…, 0084…, spaces, dots, dashes and brackets, a number whose first 0 a spreadsheet dropped, and
    11-digit mobiles of before 2018, which are converted with a note.
    """
    tidy = _tidy(text)
    if not tidy:
        raise InvalidPhone(f"Chưa có số điện thoại. {_ASK_MOBILE}")
    if re.search(r"\d{4}\s*[/,;]\s*\+?\d", tidy):
        raise InvalidPhone("Chỉ nhập một số điện thoại trong ô này; số còn lại hãy ghi ở phần ghi chú.")
    compact = _SEPARATORS.sub("", tidy)
    if not _is_digits(compact.removeprefix("+")):
        raise InvalidPhone(f"Số điện thoại chỉ gồm chữ số. {_ASK_MOBILE}")
    notes: list[str] = []
    national = _domestic(compact, notes)
    new_prefix = _MOVED_MOBILE_PREFIXES.get(national[:4])
    if new_prefix and len(national) == 11:
        notes.append(f"Đầu số {national[:4]} đã đổi thành {new_prefix} từ năm 2018; hệ thống dùng số mới.")
        national = new_prefix + national[4:]
    if _MOBILE.fullmatch(national):
        return Phone("+84" + national[1:], PhoneKind.MOBILE, tuple(notes))
    area = _PROVINCE_LANDLINE.fullmatch(national)
    if _CITY_LANDLINE.fullmatch(national) or (area and area[1] in _AREA_CODES):
        return Phone("+84" + national[1:], PhoneKind.LANDLINE, tuple(notes))
    raise InvalidPhone(_why_not_phone(national))


def _domestic(compact: str, notes: list[str]) -> str:
    """Return `compact` (digits, maybe a leading +) starting with 0. Raises InvalidPhone for a foreign number."""
    if compact.startswith("+"):
        if not compact.startswith("+84"):
            raise InvalidPhone(f"Hệ thống chỉ nhận số điện thoại Việt Nam (+84). {_ASK_MOBILE}")
        rest = compact[3:]
    elif compact.startswith("0084"):
        rest = compact[4:]
    elif compact.startswith("00"):
        raise InvalidPhone(f"Hệ thống chỉ nhận số điện thoại Việt Nam (+84). {_ASK_MOBILE}")
    elif compact.startswith("0"):
        return compact
    elif compact.startswith("84") and len(compact) >= 11:
        rest = compact[2:]
    elif re.fullmatch(r"[35789]\d{8}|2\d{9}", compact):
        notes.append("Đã thêm số 0 ở đầu số điện thoại.")
        rest = compact
    else:
        return compact
    return rest if rest.startswith("0") else "0" + rest


def _why_not_phone(national: str) -> str:
    if re.match(r"0?1[89]00", national):
        return f"Đây là số tổng đài, không nhận được tin nhắn. {_ASK_MOBILE}"
    if national.startswith("02"):
        return (
            "Số máy bàn không đúng mã vùng hoặc thiếu chữ số. "
            "Hãy nhập đủ mã vùng (ví dụ 0207 3822 123) hoặc nhập số di động 10 chữ số."
        )
    if re.match(r"0[35789]", national):
        return f"Số di động phải có đúng 10 chữ số, số vừa nhập có {len(national)} chữ số. {_ASK_MOBILE}"
    return f"Số điện thoại không đúng. {_ASK_MOBILE}"


def normalise_phone(text: str) -> str:
    """Return the E.164 form ("+84912345678") of a Vietnamese phone number. Raises InvalidPhone."""
    return parse_phone(text).e164


def parse_personal_id(text: str, *, today: date | None = None) -> PersonalId:
    """Return the CCCD/personal number, old CMND number or passport number in `text`. Raises InvalidPersonalId.

    The 12 digits are: place of birth registration, century and sex, year of birth, six random digits (NĐ 137/2015/NĐ-CP
    art. 13; TT 07/2016/TT-BCA art. 7); there is no check digit. With `today`, a year of birth to come is refused.
    """
    compact = _SEPARATORS.sub("", _tidy(text))
    if not compact:
        raise InvalidPersonalId("Chưa có số giấy tờ. Hãy nhập số định danh cá nhân (12 chữ số) in trên thẻ căn cước.")
    if _is_digits(compact) and len(compact) == 12:
        return _cccd(compact, today)
    if _is_digits(compact) and len(compact) == 9:
        if len(set(compact)) == 1:
            raise InvalidPersonalId("Số CMND không đúng. Hãy nhập số định danh cá nhân 12 chữ số in trên thẻ căn cước.")
        note = "CMND 9 số hết giá trị sử dụng từ ngày 01/01/2025; nên hỏi số định danh cá nhân 12 chữ số."
        return PersonalId(compact, PersonalIdKind.CMND, (note,))
    if compact.isascii() and _PASSPORT.fullmatch(compact):
        return PersonalId(compact, PersonalIdKind.PASSPORT)
    if _is_digits(compact) and len(compact) in (10, 11):
        raise InvalidPersonalId(
            f"Số vừa nhập có {len(compact)} chữ số; nếu chép từ bảng tính thì có thể đã mất số 0 ở đầu. "
            "Hãy nhập đủ 12 chữ số của số định danh cá nhân."
        )
    raise InvalidPersonalId(
        "Số giấy tờ không đúng. Hãy nhập số định danh cá nhân (12 chữ số), số CMND cũ (9 chữ số) hoặc số hộ chiếu "
        "(ví dụ C1234567; hộ chiếu chỉ có chữ số thì ghi mã nước trước, ví dụ SWE 98765432)."
    )


def _cccd(number: str, today: date | None) -> PersonalId:
    place, century_and_sex = number[:3], int(number[3])
    # 001–096 are provinces, higher numbers the countries of people whose birth was registered abroad.
    place_known = place in _PROVINCES_OF_BIRTH or place >= "100"
    birth_year = 1900 + 100 * (century_and_sex // 2) + int(number[4:6])
    if not place_known or century_and_sex > 3 or (today and birth_year > today.year):
        raise InvalidPersonalId(
            "Số định danh cá nhân không đúng cấu trúc (mã nơi khai sinh, giới tính, năm sinh). "
            "Hãy đối chiếu lại từng chữ số với thẻ căn cước."
        )
    return PersonalId(number, PersonalIdKind.CCCD, (), birth_year, "nữ" if century_and_sex % 2 else "nam")


def normalise_personal_id(text: str, *, today: date | None = None) -> str:
    """Return the bare number of `parse_personal_id`: digits, or upper-case letters and digits of a passport."""
    return parse_personal_id(text, today=today).number


def parse_tax_code(text: str) -> TaxCode:
    """Return the tax code in `text`: 10 digits, 13 as "…-001", or a personal number of 12. Raises InvalidTaxCode.

    The tenth digit is checked; since 01/07/2025 a person's tax code is the personal identity number
    (TT 86/2024/TT-BTC).
    """
    compact = _SEPARATORS.sub("", _tidy(text))
    if not _is_digits(compact) or len(compact) not in (10, 12, 13):
        raise InvalidTaxCode(
            "Mã số thuế phải có 10 chữ số, 13 chữ số (đơn vị phụ thuộc) hoặc 12 chữ số (số định danh của cá nhân). "
            "Hãy chép lại đúng như trên giấy chứng nhận đăng ký."
        )
    if len(compact) == 12:
        try:
            return TaxCode(parse_personal_id(compact).number, TaxCodeKind.PERSON)
        except InvalidPersonalId as error:
            raise InvalidTaxCode(str(error)) from None
    if not _tax_check_digit_is_right(compact):
        raise InvalidTaxCode(
            "Mã số thuế sai chữ số kiểm tra. Hãy đối chiếu lại từng chữ số với giấy chứng nhận đăng ký."
        )
    if len(compact) == 10:
        return TaxCode(compact, TaxCodeKind.MAIN)
    if compact[10:] == "000":
        raise InvalidTaxCode("Ba chữ số cuối của mã đơn vị phụ thuộc phải từ 001 đến 999. Hãy kiểm tra lại mã số thuế.")
    return TaxCode(f"{compact[:10]}-{compact[10:]}", TaxCodeKind.UNIT)


def _tax_check_digit_is_right(digits: str) -> bool:
    # 10 minus the weighted sum modulo 11; a remainder of 0 would need the digit 10, so such codes are never issued.
    remainder = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, digits, strict=False)) % 11
    return int(digits[9]) == 10 - remainder


def normalise_tax_code(text: str) -> str:
    """Return the tax code of `parse_tax_code` as text. Raises InvalidTaxCode."""
    return parse_tax_code(text).code


def mask_phone(text: str) -> str:
    """Return a phone number with two digits at each end, "09xx xxx x12"; a landline as "02xx xxxx x23"; "" for ""."""
    if not text:
        return ""
    try:
        number = parse_phone(text).domestic
    except InvalidPhone:
        return "xxx"
    hidden = number[:2] + "x" * (len(number) - 4) + number[-2:]
    return f"{hidden[:4]} {hidden[4:-3]} {hidden[-3:]}"


def mask_name(text: str) -> str:
    """Return the first letter of each word and up to three stars for the rest, "Nguyễn Văn A" as "N*** V** A"."""
    words = unicodedata.normalize("NFC", text or "").split()
    return " ".join(word[0] + "*" * min(len(word) - 1, 3) for word in words)


def mask_email(text: str) -> str:
    """Return an e-mail address with its local part hidden but for the first letter, "n***@gmail.com"; "" for ""."""
    local, at, domain = (text or "").strip().rpartition("@")
    if not at:
        return "***" if domain else ""
    return f"{local[:1] if len(local) > 1 else ''}***@{domain}"


def last_digits_match(number: str, typed: str) -> bool:
    """Tell whether `typed` is the last four digits of `number`, in time that does not depend on where they differ."""
    digits = re.sub(r"[^0-9]", "", number or "")[-4:]
    guess = _SEPARATORS.sub("", _tidy(typed))
    same = hmac.compare_digest(digits.encode(), guess.encode("utf-8", "replace"))
    return same and len(digits) == 4
