"""What of an account runs out by itself and needs a person before its day: verification, package, the grant (S5-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from dossiers.written_dates import written_day
from zalo.health import incidents
from zalo.models import Account, Incident

SOON = dt.timedelta(days=30)
GRANT_LIFE = dt.timedelta(days=90)  # of a refresh token nobody uses (zalo-openapi, section 1)
PREFIX = "ends:"


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that ends; `day` is the last one it holds."""

    subject: str
    words: str
    advice: str
    day: dt.date


def soon(account: Account, *, now: dt.datetime) -> list[Ending]:
    """Return what of the account ends within SOON, or has ended, the first first."""
    today = timezone.localdate(now)
    grant_ends = None
    if account.refreshed_at and account.grant == Account.Grant.GOOD:
        grant_ends = timezone.localdate(account.refreshed_at + GRANT_LIFE)
    each = (
        ("verified", "Xác thực OA", account.verified_until, "Gửi lại hồ sơ xác thực OA tại oa.zalo.me."),
        ("package", "Gói dịch vụ của OA", account.package_until, "Gia hạn gói của OA trước ngày này."),
        ("grant", "Quyền kết nối với Zalo", grant_ends, "Bấm “Kết nối lại Zalo” trong trang tài khoản."),
    )
    return sorted(
        (
            Ending(PREFIX + name, f"{what} của {account.name} {_when(day, today)}.", advice, day)
            for name, what, day, advice in each
            if day is not None and day - today <= SOON
        ),
        key=lambda ending: ending.day,
    )


def _when(day: dt.date, today: dt.date) -> str:
    left = (day - today).days
    if left < 0:
        return f"đã hết hạn từ {written_day(day)}"
    return f"hết hạn ngày {written_day(day)}, còn {left} ngày"


def look(*, now: dt.datetime) -> None:
    """Open an incident for everything that ends soon, keep its words true, close it once it was renewed."""
    for account in Account.objects.filter(is_active=True):
        ending = {each.subject: each for each in soon(account, now=now)}
        open_lines = Incident.objects.filter(account=account, subject__startswith=PREFIX, closed_at=None)
        known = dict(open_lines.values_list("subject", "words"))
        for subject, each in ending.items():
            if known.get(subject) != each.words:
                incidents.report(account.pk, subject, each.words, each.advice, now=now, loud=True)
        for subject in known.keys() - ending.keys():
            incidents.settle(account.pk, subject, now=now)
