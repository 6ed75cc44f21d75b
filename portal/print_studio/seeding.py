"""The studio in the demonstration: a look for the province, copies noted, scans by medium, a target, figures."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db.models import OuterRef, Subquery

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Desk
from portal.print_studio.funnel import counting
from portal.print_studio.models import Identity, Material, Printing, Scan, Target
from zalo.models import FollowRecord, ReferralVisit

DAYS = 35
# How often a scan came from which thing; the rest typed the address or scanned a screen.
SHARES = (("q", 0.55), ("g", 0.12), ("d", 0.08), ("s", 0.07), ("n", 0.05), ("t", 0.03))
EMBLEM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="48" fill="#0b4a8f"/>'
    '<path d="M22 70V46l28-18 28 18v24z" fill="#fff"/><path d="M42 70V54h16v16z" fill="#0b4a8f"/>'
    '<circle cx="50" cy="43" r="5" fill="#f2b632"/></svg>'
)
GUIDE = """TẬP HUẤN MỜI NGƯỜI DÂN QUAN TÂM KÊNH ZALO (45 phút)
1. Vì sao: người dân biết hồ sơ đến đâu, quầy bớt điện thoại hỏi.
2. Làm mẫu: quét mã, bấm Quan tâm, kết nối hồ sơ bằng mã trên Giấy tiếp nhận.
3. Tập từng cặp theo “Lời nói mẫu tại quầy”.
4. Trường hợp khó: không có internet, không có Zalo, người cao tuổi, người ngại.
5. Xem phễu mỗi thứ Hai: quầy nào chậm ở bước nào, sửa bước đó.
"""


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Fill the studio where there is a province and nothing of it yet; return a line, "" otherwise."""
    today = now.astimezone(ZONE).date()
    province = Agency.objects.filter(kind=Agency.Kind.PROVINCE, active=True).order_by("pk").first()
    if province is None or Identity.objects.exists():
        return ""
    editor = User.objects.filter(username="kenh").first()
    look = Identity(agency=province, palette="blue")
    look.emblem.save("mau.svg", ContentFile(EMBLEM.encode()), save=False)
    look.save()
    _guide(province, editor)
    first = today - dt.timedelta(days=DAYS)
    Target.objects.create(
        agency=province, percent=60, valid_from=first, decision="Kế hoạch tuyên truyền kênh Zalo, quý IV"
    )
    printed = _printings(first, editor)
    scans = _scans(random.Random(f"print-{seed}"))
    counting.rebuild(first - dt.timedelta(days=5), today)
    return f"Ấn phẩm: {printed} lần in, {scans} lượt quét theo ấn phẩm, phễu đã đếm."


def _guide(province: Agency, by) -> None:
    content = GUIDE.encode("utf-8-sig")
    row = Material(
        agency=province, title="Tài liệu tập huấn cán bộ quầy", note="Dùng chung cho mọi trung tâm", by=by,
        file_name="tap-huan.txt", content_type="text/plain; charset=utf-8", size=len(content),
    )  # fmt: skip
    row.file.save("tap-huan.txt", ContentFile(content), save=True)


def _printings(first: dt.date, by) -> int:
    made = []
    for desk in Desk.objects.filter(active=True).select_related("agency"):
        made.append(Printing(agency=desk.agency, desk=desk, medium="q", copies=2, day=first, by=by))
        made.append(Printing(agency=desk.agency, desk=desk, medium="n", copies=4, day=first, by=by))
    for agency in Agency.objects.filter(desks__active=True).distinct():
        made.append(Printing(agency=agency, medium="g", copies=500, day=first + dt.timedelta(days=3), by=by))
        made.append(Printing(agency=agency, medium="s", copies=1, day=first + dt.timedelta(days=3), by=by))
    Printing.objects.bulk_create(made)
    return len(made)


def _scans(rng: random.Random) -> int:
    """Say of each opening what it stood on; tie the follows to the openings that led to them."""
    letters, weights = zip(*SHARES, strict=True)
    rest = 1 - sum(weights)
    visits = list(ReferralVisit.objects.filter(agency__isnull=False, scan=None).order_by("pk"))
    drawn = rng.choices([*letters, ""], [*weights, rest], k=len(visits)) if visits else []
    scans = [Scan(visit=visit, medium=medium) for visit, medium in zip(visits, drawn, strict=True) if medium]
    Scan.objects.bulk_create(scans)
    led = (
        ReferralVisit.objects.filter(contact=OuterRef("contact"), agency=OuterRef("agency"))
        .order_by("-at")
        .values("pk")
    )
    FollowRecord.objects.filter(visit=None, change="follow").update(visit_id=Subquery(led[:1]))
    return len(scans)
