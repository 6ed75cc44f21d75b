"""The OA menu plan: what an administrator enters in Zalo's console, kept here because no menu API is documented.

The usual plan follows the sources: Thông tin, Dịch vụ công, Hỗ trợ, with look-up, feedback and news under them
(S1-04 … S1-10, S5-17 … S5-20). Zalo's limits as far as known: three columns, five lines in each, short titles.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from dossiers.lookup import agency_cards
from zalo.account.agencies_served import served_by
from zalo.models import Account, MenuItem

COLUMNS, LINES = 3, 5
TITLE_LIMIT = 20
Act = MenuItem.Act
NATIONAL_PORTAL = "https://dichvucong.gov.vn/"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to put right before the plan can be entered."""

    item: MenuItem | None
    words: str


def plan(account: Account) -> list[tuple[MenuItem, list[MenuItem]]]:
    """Return the columns with their lines. Two queries."""
    items = list(account.menu.order_by("position", "id"))
    below: dict[int | None, list[MenuItem]] = {}
    for item in items:
        below.setdefault(item.parent_id, []).append(item)
    return [(column, below.get(column.pk, [])) for column in below.get(None, [])]


def faults(account: Account) -> list[Fault]:
    """Return what Zalo's console would refuse or a citizen would stumble over."""
    found, columns = [], plan(account)
    if not columns:
        return [Fault(None, "Chưa có mục nào. Bấm “Tạo theo mẫu” để có ba mục thường dùng.")]
    if len(columns) > COLUMNS:
        found.append(Fault(None, f"Zalo chỉ có {COLUMNS} mục chính; đang có {len(columns)}."))
    for column, lines in columns:
        if column.act == Act.SECTION and not lines:
            found.append(Fault(column, "Mục có menu con nhưng chưa có dòng nào."))
        if len(lines) > LINES:
            found.append(Fault(column, f"Mỗi mục nhiều nhất {LINES} dòng; đang có {len(lines)}."))
        for item in (column, *lines):
            found += _item_faults(item)
    return found


def _item_faults(item: MenuItem) -> list[Fault]:
    found = []
    if len(item.title) > TITLE_LIMIT:
        found.append(Fault(item, f"Tên dài quá {TITLE_LIMIT} ký tự, Zalo sẽ cắt bớt."))
    if item.act == Act.URL and not item.payload.startswith("https://"):
        loopback = item.payload.startswith("http://127.0.0.1") or item.payload.startswith("http://localhost")
        if not (loopback and settings.ON_LOOPBACK):
            found.append(Fault(item, "Liên kết phải bắt đầu bằng https://"))
    if item.act in (Act.QUERY, Act.PHONE) and not item.payload.strip():
        found.append(Fault(item, "Chưa có nội dung gửi đi khi bấm."))
    return found


def entry_words(item: MenuItem) -> str:
    """What to choose in the console for this line."""
    return {
        Act.SECTION: "Chọn “Menu con”",
        Act.URL: "Chọn “Mở liên kết”, dán địa chỉ",
        Act.QUERY: "Chọn “Gửi tin nhắn tới OA”, dán câu lệnh",
        Act.PHONE: "Chọn “Gọi điện thoại”, nhập số",
    }[Act(item.act)]


@transaction.atomic
def make_usual(account: Account, *, today: dt.date) -> int:
    """Return how many lines were made; an account that has a plan keeps it."""
    if account.menu.exists():
        return 0
    base, made = settings.PUBLIC_BASE_URL, 0
    phone = _hotline(account, today)
    columns = [
        (
            "Thông tin",
            [
                ("Tin tức, video", Act.URL, f"{base}/tin-tuc/"),
                ("Cổng DVC Quốc gia", Act.URL, NATIONAL_PORTAL),
                ("Tra cứu thông tin", Act.URL, f"{base}/thong-tin/"),
                ("Hướng dẫn", Act.URL, f"{base}/huong-dan/"),
            ],
        ),
        (
            "Dịch vụ công",
            [
                ("Tra cứu hồ sơ", Act.QUERY, "Hồ sơ của tôi"),
                ("Tra cứu bằng mã", Act.URL, f"{base}/tra-cuu/"),
                ("Thủ tục hành chính", Act.URL, f"{base}/thu-tuc/"),
                ("Nộp hồ sơ", Act.URL, f"{base}/nop-ho-so/"),
                ("Đánh giá", Act.QUERY, "Đánh giá"),
            ],
        ),
        (
            "Hỗ trợ",
            [
                ("Phản ánh, kiến nghị", Act.QUERY, "Góp ý"),
                ("Gặp cán bộ", Act.QUERY, "Gặp cán bộ"),
                ("Điện thoại, địa chỉ", Act.QUERY, "Hỗ trợ"),
                *([("Gọi đường dây nóng", Act.PHONE, phone)] if phone else []),
            ],
        ),
    ]
    for place, (title, lines) in enumerate(columns):
        column = MenuItem.objects.create(account=account, position=place, title=title, act=Act.SECTION)
        rows = [
            MenuItem(account=account, parent=column, position=number, title=name, act=act, payload=payload)
            for number, (name, act, payload) in enumerate(lines)
        ]
        made += 1 + len(MenuItem.objects.bulk_create(rows))
    return made


def mark_entered(account: Account, *, now: dt.datetime) -> int:
    """Note that the plan stands in Zalo's console as it is here now."""
    return account.menu.update(entered_at=now)


def mark_changed(account_id: int) -> None:
    """Note that the console no longer has what stands here, whichever line it was."""
    MenuItem.objects.filter(account=account_id).update(entered_at=None)


def _hotline(account: Account, today: dt.date) -> str:
    for agency in served_by(account.pk, today)[:5]:
        card = agency_cards.card(agency.pk, today)
        if card and card.lines:
            return card.lines[0].phone
    return ""
