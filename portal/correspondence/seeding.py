"""What the demonstration's centre wrote, received, owes and proposes: a little of all the desk of documents shows."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User

from dossiers.models import Agency
from dossiers.written_dates import ZONE
from portal.correspondence import acts, assigning, drafts, incoming, proposal_acts, proposing, reminding
from portal.correspondence.models import Document, Recurrence, RolloutStep
from portal.seeding.agencies import CAN_GIUOC

CAME_IN = (
    ("3241/UBND-VX", 24, "UBND tỉnh Tây Ninh", "triển khai mở rộng kênh Zalo trong giải quyết thủ tục hành chính"),
    ("118/SKHCN-CĐS", 17, "Sở Khoa học và Công nghệ tỉnh Tây Ninh", "rà soát mẫu tin gửi người dân"),
)
DISPATCH = (
    "<p>Thực hiện Công văn số 3241/UBND-VX của UBND tỉnh, Trung tâm đề nghị các ấp, đơn vị phối hợp:</p>"
    "<h2>1. Các ấp</h2><ul><li>Thông tin trên loa truyền thanh cách tra cứu hồ sơ bằng mã QR;</li>"
    "<li>Phối hợp Tổ công nghệ số cộng đồng hướng dẫn người dân.</li></ul>"
    "<h2>2. Công an xã, Văn phòng Đăng ký đất đai</h2><p>Dán mã QR tại quầy, bàn hướng dẫn; hướng dẫn người dân khi "
    "đến giao dịch.</p><p>Đề nghị các ấp, đơn vị quan tâm thực hiện</p>"
)
REPORT = (
    "<p>Trung tâm báo cáo kết quả tháng như sau:</p><h2>1. Kết quả</h2>"
    "<p>Hình thức nộp | Số hồ sơ<br>Nộp trực tiếp | 182<br>Nộp trực tuyến | 97<br>Qua bưu chính công ích | 21</p>"
    "<h2>2. Đề xuất, kiến nghị</h2><p>Đề nghị UBND xã tiếp tục chỉ đạo tuyên truyền kênh Zalo</p>"
)


def seed_month(*, now: dt.datetime, seed: int) -> str:
    """Return a line of what was written; a second run adds nothing."""
    if Document.objects.exists():
        return ""
    agency = Agency.objects.get(code=CAN_GIUOC)
    names = ("tiepnhan", "thuly", "lanhdao", "giamsat")
    clerk, handler, leader, supervisor = (User.objects.get(username=name) for name in names)
    came = [_received(agency, clerk, now, *facts) for facts in CAME_IN]
    written = _written(agency, handler, leader, came[0], now)
    _owed(agency, handler, leader, came, now)
    _proposed(agency, clerk, handler, now)
    for what, ago in (("qr", 20), ("taught", 15)):
        done = (now - dt.timedelta(days=ago)).astimezone(ZONE).date()
        RolloutStep.objects.get_or_create(agency=agency, what=what, defaults={"done_on": done, "done_by": supervisor})
    return f"{len(came) + len(written)} văn bản đi, đến; nhiệm vụ có hạn, đề xuất của cơ sở."


def _received(agency: Agency, clerk, now: dt.datetime, number: str, ago: int, issuer: str, abstract: str) -> Document:
    at = now - dt.timedelta(days=ago)
    dated = (at - dt.timedelta(days=2)).astimezone(ZONE).date()
    return incoming.record(
        agency, "dispatch", by=clerk, now=at, number_text=number, dated=dated, issuer=issuer, abstract=abstract
    )


def _written(agency: Agency, handler, leader, order: Document, now: dt.datetime) -> list[Document]:
    at = now - dt.timedelta(days=21)
    sent = drafts.begin(
        agency, "dispatch", "phối hợp hướng dẫn người dân tra cứu hồ sơ bằng mã QR", DISPATCH, by=handler, now=at,
        addressees=("Trưởng các ấp", "Công an xã, Văn phòng Đăng ký đất đai"), recipients=("Lưu: VT",),
        electronic=("Như trên", "Chủ tịch, các PCT UBND xã"), drafting_unit="MC",
    )  # fmt: skip
    acts.do("enclose", sent, by=handler, now=at, refers_to=order)
    acts.do("submit", sent, by=handler, now=at)
    acts.do("issue", sent, by=leader, now=at + dt.timedelta(hours=2))
    waits = drafts.begin(
        agency, "report", "kết quả tiếp nhận, giải quyết thủ tục hành chính tháng này", REPORT, by=handler,
        now=now - dt.timedelta(hours=5), addressees=("Ủy ban nhân dân xã",),
        recipients=("Như trên", "Các đơn vị trực thuộc", "Lưu: VT"),
    )  # fmt: skip
    acts.do("submit", waits, by=handler, now=now - dt.timedelta(hours=4))
    return [sent, waits]


def _owed(agency: Agency, handler, leader, came: list[Document], now: dt.datetime) -> None:
    today = now.astimezone(ZONE).date()
    for title, days, source in (
        ("Báo cáo UBND tỉnh kết quả triển khai kênh Zalo", 2, came[0]),
        ("Gửi Sở Khoa học và Công nghệ danh sách mẫu tin cần sửa", 6, came[1]),
    ):
        assigning.give(
            agency, title, today + dt.timedelta(days=days), by=leader, now=now - dt.timedelta(days=3), person=handler,
            source=source,
        )  # fmt: skip
    Recurrence.objects.create(
        agency=agency, title="Báo cáo tình hình, kết quả giải quyết thủ tục hành chính", day=14, made_before=10,
        person=handler, basis="Thông tư 01/2020/TT-VPCP", valid_from=dt.date(2026, 1, 1),
    )  # fmt: skip
    reminding.make_recurring(now=now)


def _proposed(agency: Agency, clerk, handler, now: dt.datetime) -> None:
    proposing.propose(
        agency, by=clerk, now=now - dt.timedelta(days=6), subject="data", title="Tra cứu lịch thu gom rác theo ấp",
        text="Mỗi ngày quầy nhận năm, sáu câu hỏi về lịch thu gom rác.",
    )  # fmt: skip
    row = proposing.propose(
        agency, by=handler, now=now - dt.timedelta(days=12), subject="message",
        title="Tin nhắc người dân mang bản chính khi đến nhận kết quả", text="Nhiều người phải về lấy rồi quay lại.",
    )  # fmt: skip
    planned = (now + dt.timedelta(days=30)).astimezone(ZONE).date()
    answer = "Đồng ý, sửa trong lời nhắn “Có kết quả”."
    proposal_acts.do("accept", row, by=None, now=now - dt.timedelta(days=4), answer=answer, planned_on=planned)
