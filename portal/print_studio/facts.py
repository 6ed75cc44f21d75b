"""What an agency's pieces say of it: read from where each fact lives, inherited from above, with what is still missing.

Nothing here is typed twice: the name, the hours and the telephone are the agency's, the account and its keyword the
channel's; only the emblem, the colours and a short name are the studio's own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dossiers.models import Agency, Hotline
from portal.print_studio.models import Identity
from portal.print_studio.palettes import PALETTES, USUAL, Palette
from zalo.models import Account
from zalo.people import referrals

MOST_ABOVE = 6


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known, in words, and the page where it is written."""

    words: str
    page: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that pieces of one agency need. `inherited` names what comes from which agency above."""

    agency: Agency
    name: str
    account: Account | None
    hotline: str
    hotline_label: str
    hours: str
    palette: Palette
    emblem: str
    invitation: str
    missing: tuple[Missing, ...]
    inherited: tuple[tuple[str, Agency], ...]

    @property
    def oa(self) -> str:
        return self.account.name if self.account else ""

    @property
    def keyword(self) -> str:
        return (self.account.search_keyword or self.account.name) if self.account else ""


def facts_of(agency: Agency, day: dt.date) -> Facts:
    """Return what is known of the agency that day."""
    own = Identity.objects.filter(agency=agency).first() or Identity(agency=agency)
    line = line_above(agency)
    known = {row.agency_id: row for row in Identity.objects.filter(agency__in=[each.pk for each in line])}
    inherited: list[tuple[str, Agency]] = []

    def said(field: str, label: str):
        if getattr(own, field):
            return getattr(own, field)
        for above in line:
            row = known.get(above.pk)
            if row is not None and getattr(row, field):
                inherited.append((label, above))
                return getattr(row, field)
        return ""

    version = agency.version_on(day)
    account = referrals.account_for(agency, day)
    phone, label, hours = _hotline(agency, version)
    emblem = said("emblem", "biểu trưng")
    palette = said("palette", "bộ màu")
    return Facts(
        agency=agency,
        name=own.printed_name or agency.name,
        account=account,
        hotline=phone,
        hotline_label=label,
        hours=hours,
        palette=PALETTES.get(palette, PALETTES[USUAL]),
        emblem=_drawing(emblem),
        invitation=own.invitation,
        missing=tuple(_missing(agency, account, phone, hours)),
        inherited=tuple(inherited),
    )


def line_above(agency: Agency) -> list[Agency]:
    """Return the agencies above, the nearest first."""
    found: list[Agency] = []
    while agency.parent is not None and len(found) < MOST_ABOVE:
        agency = agency.parent
        found.append(agency)
    return found


def _hotline(agency: Agency, version) -> tuple[str, str, str]:
    first = Hotline.objects.filter(agency=agency).first()
    phone = first.phone if first else (version.phone if version else "")
    hours = (version.hours if version else "") or (first.hours if first else "")
    return phone, first.label if first else "", hours


def _missing(agency: Agency, account: Account | None, phone: str, hours: str):
    edit = "dossiers_agency_change"
    if account is None:
        yield Missing(
            "Cơ quan chưa gắn Official Account nào nên mã QR chưa dẫn tới đâu. Nhờ quản trị gắn kênh trước khi in.",
            "zalo_account_changelist",
        )
    elif not account.search_keyword:
        yield Missing(
            "Chưa ghi từ khóa tìm kiếm trên Zalo; đang dùng tên kênh. Gõ thử trong Zalo, nếu khó thấy hãy ghi từ khóa.",
            "zalo_account_change",
            account.pk,
        )
    if not phone:
        yield Missing("Chưa có đường dây hỗ trợ: ấn phẩm để trống chỗ số điện thoại.", edit, agency.pk)
    if not hours:
        yield Missing("Chưa ghi giờ làm việc: ấn phẩm không có dòng này.", edit, agency.pk)


def _drawing(emblem) -> str:
    """Return the emblem as SVG text; "" without one or when its file is gone."""
    if not emblem:
        return ""
    try:
        with emblem.open("rb") as file:
            return file.read().decode("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""
