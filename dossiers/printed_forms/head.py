"""What every paper has: letterhead, number, place and date, the person, the signature."""

from dataclasses import dataclass
from datetime import date

from dossiers import qr
from dossiers.printed_forms.printing import breakable
from dossiers.written_dates import date_words

from .editions import FormError
from .sentences import unbroken, whole_names

_LINE = 32  # characters without a space that may still be wider than what is left of a line
_HAND_SIGNED = "(Ký và ghi rõ họ tên)"


@dataclass(frozen=True)
class Head:
    """The two-column head (S2-01, S2-02, S4-11). `number` and `dated` are None while the paper is a draft.

    `symbol` follows the number: "BC-STTTT", "TNHS". `subject` is the "V/v …" of a công văn. `drafted` gives a draft
    its month and year.
    """

    issuer: str
    place: str
    parent: str = ""
    symbol: str = ""
    number: int | None = None
    dated: date | None = None
    drafted: date | None = None
    subject: str = ""

    def data(self) -> dict:
        return {
            "parent": _office(self.parent),
            "issuer": _office(self.issuer),
            "number": self.number_line,
            # A place too wide for one line leaves the date whole on the next.
            "place_date": f"{self.place}, {unbroken(self.place_date.removeprefix(f'{self.place}, '))}",
            "subject": self.subject,
        }

    @property
    def number_line(self) -> str:
        """ "Số: 05/BC-STTTT", "Số:        /BC-STTTT" while a draft, "" for papers without a register."""
        if not self.symbol:
            return ""
        number = " " * 8 if self.number is None else f"{self.number:02d}"
        return f"Số: {number}/{self.symbol}"

    @property
    def place_date(self) -> str:
        if self.dated:
            return f"{self.place}, {date_words(self.dated)}"
        blank = " " * 5
        if self.drafted:
            return f"{self.place}, ngày{blank}{date_words(self.drafted).partition(' tháng')[2].join((' tháng', ''))}"
        return f"{self.place}, ngày{blank} tháng{blank} năm{blank}"


def _office(name: str) -> str:
    """Return the capitals of a letterhead line, broken between words that belong together only."""
    return whole_names(name).upper()


@dataclass(frozen=True)
class Person:
    """The applicant as the paper names them; `kind` is "person" or "enterprise". Empty fields are left out."""

    name: str
    kind: str = "person"
    address: str = ""
    phone: str = ""
    email: str = ""
    identity: str = ""
    representative: str = ""
    representative_paper: str = ""
    representative_position: str = ""

    @property
    def honorific(self) -> str:
        return "Ông/Bà" if self.kind == "person" else "Quý tổ chức"

    @property
    def addressed(self) -> str:
        return f"Ông/Bà {self.name}" if self.kind == "person" else self.name

    @property
    def contact(self) -> str:
        phone = f"Số điện thoại: {self.phone or '.' * 30}"
        return f"{phone}      Email: {breakable(self.email, _LINE)}" if self.email else phone

    @property
    def identity_line(self) -> str:
        if not self.identity:
            return ""
        label = "Số định danh cá nhân/Hộ chiếu" if self.kind == "person" else "Mã số doanh nghiệp"
        return f"{label}: {self.identity}"

    @property
    def representative_line(self) -> str:
        """The person who acts for an organisation: name, position, paper."""
        if not self.representative:
            return ""
        paper = f"; CCCD/Hộ chiếu số {self.representative_paper}" if self.representative_paper else ""
        return f"{self.represented_by}{paper}"

    @property
    def represented_by(self) -> str:
        """The same as a letter addresses them: without the number of the paper, which is nobody's business there."""
        position = f", {self.representative_position}" if self.representative_position else ""
        return f"{self.representative}{position}" if self.representative else ""

    @property
    def signing_name(self) -> str:
        """Who signs for the applicant."""
        return self.representative or self.name

    def data(self) -> dict:
        return {
            "name": breakable(self.name, _LINE),
            "addressed": self.addressed,
            "representative": breakable(self.representative_line, _LINE),
            "address": breakable(self.address, _LINE),
            "contact": self.contact,
            "identity": self.identity_line,
        }


AUTHORITIES = {
    "": "Người đứng đầu ký",
    "TM": "Thay mặt tập thể",
    "KT": "Ký thay",
    "TL": "Thừa lệnh",
    "TUQ": "Thừa ủy quyền",
    "Q": "Quyền",
}


@dataclass(frozen=True)
class Signature:
    """Lines above the free place for signature and seal, and the signer's name."""

    lines: tuple[str, ...]
    name: str = ""
    note: str = ""

    @classmethod
    def of(cls, position: str, name: str = "", *, authority: str = "", head: str = "", body: str = "") -> "Signature":
        """Return the block of someone signing by `authority` ("", TM, KT, TL, TUQ, Q), NĐ 30/2020 Phụ lục I.

        `head` is the position signed for (KT, TL, TUQ); `body` the collective signed on behalf of (TM), which may be
        combined with KT ("TM. ỦY BAN NHÂN DÂN / KT. CHỦ TỊCH / PHÓ CHỦ TỊCH"). Raises FormError when one is missing.
        """
        if authority not in AUTHORITIES:
            raise FormError(f"Không có quyền hạn ký “{authority}”. Hãy chọn TM, KT, TL, TUQ, Q hoặc để trống.")
        if authority in {"KT", "TL", "TUQ"} and not head:
            raise FormError(f"Ký {authority}. cần ghi chức vụ của người được ký thay, ví dụ GIÁM ĐỐC.")
        if authority == "TM" and not body:
            raise FormError("Ký TM. cần ghi tên tập thể, ví dụ ỦY BAN NHÂN DÂN.")
        lines = [f"TM. {body}"] if body else []
        if authority in {"KT", "TL", "TUQ"}:
            lines.append(f"{authority}. {head}")
        lines.append(f"Q. {position}" if authority == "Q" else position)
        return cls(tuple(line.upper() for line in lines), name)

    @classmethod
    def by_hand(cls, role: str, name: str = "") -> "Signature":
        """Return the block of a working slip: the role, "(Ký và ghi rõ họ tên)", the name when known."""
        return cls((role.upper(),), name, _HAND_SIGNED)

    def data(self) -> dict:
        return {"lines": list(self.lines), "name": self.name, "note": self.note}


def qr_data(address: str, caption: str, purpose: str) -> dict | None:
    """Return the QR picture of `address` for a template, None when there is no address."""
    if not address:
        return None
    return {**qr.picture(address), "caption": caption, "alt": f"{purpose}: {address}"}


def recipient_lines(recipients: tuple[str, ...]) -> list[str]:
    """Return the lines of Nơi nhận closed as the decree asks: each by ";", the last by "."."""
    marks = [";"] * (len(recipients) - 1) + ["."]
    return [name if name.endswith((";", ".")) else name + mark for name, mark in zip(recipients, marks, strict=False)]
