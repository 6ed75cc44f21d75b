"""The agencies of the demonstration: the pilot of Long An (2019) under the names and borders of today.

Long An and Tây Ninh merged into Tây Ninh, the district of Cần Giuộc became five communes (01/7/2025). Codes under H80
and H24 are examples: the official list of identification codes goes in their place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dossiers.models import Agency, AgencySuccession, AgencyVersion, Desk, Hotline, Unit

MERGER = dt.date(2025, 7, 1)
PROVINCES = "Nghị quyết 202/2025/QH15"
COMMUNES = "Nghị quyết 1682/NQ-UBTVQH15"
HOURS = "Thứ Hai đến thứ Sáu: 7 giờ 30–11 giờ 30, 13 giờ 30–17 giờ"

PROVINCE = "H80"
PROVINCE_CENTRE = "H80.01"
COMMUNE = "H80.05"
CAN_GIUOC = "H80.05.01"
ELSEWHERE = "H24.31.01"

K = Agency.Kind


@dataclass(frozen=True)
class Body:
    """One agency as it stands today."""

    code: str
    kind: str
    name: str
    parent: str = ""
    short: str = ""
    parent_name: str = ""
    address: str = ""
    place: str = ""
    phone: str = ""
    rollout: str = Agency.Rollout.PLANNED
    hotlines: tuple[tuple[str, str, str], ...] = ()
    desks: tuple[tuple[str, str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = field(default=())


TODAY = [
    Body(PROVINCE, K.PROVINCE, "Ủy ban nhân dân tỉnh Tây Ninh", short="UBND", place="Long An",
         address="Số 61 Nguyễn Huệ, phường Long An, tỉnh Tây Ninh", phone="0272 3826 326"),
    Body(
        PROVINCE_CENTRE, K.CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Tây Ninh", PROVINCE, "TTPVHCC",
        "UBND TỈNH TÂY NINH", "Khối nhà A, Khu Trung tâm hành chính tỉnh, phường Long An", "Long An", "0272 3524 999",
        Agency.Rollout.PILOT,
        hotlines=(("Hướng dẫn thủ tục", "0272 3524 999", HOURS), ("Phản ánh, góp ý", "0272 3524 888", "Cả ngày")),
        desks=(("T-01", "Quầy 1 – Tài chính, đầu tư", "intake"), ("T-02", "Quầy 2 – Tư pháp, công an", "intake"),
               ("T-03", "Quầy 3 – Đất đai, xây dựng", "intake"), ("T-09", "Quầy 9 – Trả kết quả", "return")),
        units=(("mot-cua", "Bộ phận Tiếp nhận và Trả kết quả"), ("tu-phap", "Sở Tư pháp"),
               ("tai-chinh", "Sở Tài chính"), ("nong-nghiep-moi-truong", "Sở Nông nghiệp và Môi trường"),
               ("xay-dung", "Sở Xây dựng"),
               ("noi-vu", "Sở Nội vụ"), ("cong-an", "Công an tỉnh"), ("bao-hiem", "Bảo hiểm xã hội tỉnh")),
    ),
    Body(COMMUNE, K.COMMUNE, "Ủy ban nhân dân xã Cần Giuộc", PROVINCE, "UBND", "TỈNH TÂY NINH", place="Cần Giuộc",
         address="Quốc lộ 50, xã Cần Giuộc, tỉnh Tây Ninh", phone="0272 3874 114"),
    Body(
        CAN_GIUOC, K.CENTRE, "Trung tâm Phục vụ hành chính công xã Cần Giuộc", COMMUNE, "TTPVHCC", "UBND XÃ CẦN GIUỘC",
        "Số 1 đường Nguyễn Thái Bình, xã Cần Giuộc, tỉnh Tây Ninh", "Cần Giuộc", "0272 3874 001", Agency.Rollout.PILOT,
        hotlines=(("Hướng dẫn thủ tục", "0272 3874 001", HOURS), ("Trả kết quả, hẹn lại", "0272 3874 002", HOURS),
                  ("Phản ánh, góp ý", "0272 3874 115", "Cả ngày")),
        desks=(("CG-01", "Quầy 1 – Tư pháp, hộ tịch", "intake"), ("CG-02", "Quầy 2 – Đất đai, xây dựng", "intake"),
               ("CG-03", "Quầy 3 – Cư trú, bảo hiểm", "intake"), ("CG-04", "Quầy 4 – Trả kết quả", "return"),
               ("CG-05", "Bàn hướng dẫn", "guidance")),
        units=(("mot-cua", "Bộ phận Tiếp nhận và Trả kết quả"), ("ho-tich", "Bộ phận Tư pháp – Hộ tịch"),
               ("dia-chinh", "Bộ phận Địa chính – Môi trường"), ("kinh-te", "Phòng Kinh tế"),
               ("van-hoa", "Phòng Văn hóa – Xã hội"), ("cong-an", "Công an xã"), ("bao-hiem", "Bảo hiểm xã hội cơ sở")),
    ),
    Body("H80.06", K.COMMUNE, "Ủy ban nhân dân xã Phước Lý", PROVINCE, "UBND", "TỈNH TÂY NINH", place="Phước Lý"),
    Body("H80.07", K.COMMUNE, "Ủy ban nhân dân xã Mỹ Lộc", PROVINCE, "UBND", "TỈNH TÂY NINH", place="Mỹ Lộc"),
    Body("H80.08", K.COMMUNE, "Ủy ban nhân dân xã Phước Vĩnh Tây", PROVINCE, "UBND", "TỈNH TÂY NINH",
         place="Phước Vĩnh Tây"),
    Body("H80.09", K.COMMUNE, "Ủy ban nhân dân xã Tân Tập", PROVINCE, "UBND", "TỈNH TÂY NINH", place="Tân Tập"),
    Body("H80.20", K.DEPARTMENT, "Sở Khoa học và Công nghệ tỉnh Tây Ninh", PROVINCE, "SKHCN", "UBND TỈNH TÂY NINH"),
    Body("H80.70", K.POLICE, "Công an tỉnh Tây Ninh", PROVINCE, "CAT", phone="0272 3989 100"),
    Body("H80.70.05", K.POLICE, "Công an xã Cần Giuộc", "H80.70", "CAX", phone="0272 3874 113"),
    Body("H80.71", K.INSURANCE, "Bảo hiểm xã hội tỉnh Tây Ninh", PROVINCE, "BHXH", phone="0272 3822 600"),
    Body("H80.71.05", K.INSURANCE, "Bảo hiểm xã hội cơ sở Cần Giuộc", "H80.71", "BHXH", phone="0272 3874 600"),
    Body("H80.72", K.TAX, "Thuế tỉnh Tây Ninh", PROVINCE, "TTN", phone="0272 3826 200"),
    Body("H80.73", K.POWER, "Công ty Điện lực Tây Ninh", PROVINCE, "PC", phone="19001006"),
    Body("H80.74", K.POST, "Bưu điện tỉnh Tây Ninh", PROVINCE, "BĐT", phone="0272 3826 119"),
    Body("H80.75", K.PRESS, "Báo và Phát thanh, Truyền hình Tây Ninh", PROVINCE, "BPTTH"),
    Body("H24", K.PROVINCE, "Ủy ban nhân dân tỉnh Bắc Ninh", short="UBND", place="Bắc Giang"),
    Body("H24.31", K.COMMUNE, "Ủy ban nhân dân xã Sơn Động", "H24", "UBND", "TỈNH BẮC NINH", place="Sơn Động"),
    Body(
        ELSEWHERE, K.CENTRE, "Trung tâm Phục vụ hành chính công xã Sơn Động", "H24.31", "TTPVHCC", "UBND XÃ SƠN ĐỘNG",
        "Tổ dân phố số 2, xã Sơn Động, tỉnh Bắc Ninh", "Sơn Động", "0204 3886 225", Agency.Rollout.PILOT,
        hotlines=(("Hướng dẫn thủ tục", "0204 3886 225", HOURS),),
        desks=(("SD-01", "Quầy 1", "intake"),),
        units=(("mot-cua", "Bộ phận Tiếp nhận và Trả kết quả"), ("ho-tich", "Bộ phận Tư pháp – Hộ tịch"),
               ("dia-chinh", "Bộ phận Địa chính – Môi trường")),
    ),
]  # fmt: skip

# (code, kind, name, first day, successor codes, how, decision)
BEFORE = [
    ("CU.LONG-AN", K.PROVINCE, "Ủy ban nhân dân tỉnh Long An", dt.date(1989, 1, 1), ["H80"], "merge", PROVINCES),
    ("CU.TAY-NINH", K.PROVINCE, "Ủy ban nhân dân tỉnh Tây Ninh (cũ)", dt.date(1989, 1, 1), ["H80"], "merge", PROVINCES),
    ("CU.STTTT-LA", K.DEPARTMENT, "Sở Thông tin và Truyền thông tỉnh Long An", dt.date(2008, 4, 1), ["H80.20"], "merge",
     "Đề án hợp nhất Sở Thông tin và Truyền thông với Sở Khoa học và Công nghệ (2025)"),
    ("CU.TTPVHCC-LA", K.CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Long An", dt.date(2016, 7, 1),
     [PROVINCE_CENTRE], "rename", PROVINCES),
    ("CU.CAN-GIUOC", K.DISTRICT, "Ủy ban nhân dân huyện Cần Giuộc", dt.date(1989, 1, 1),
     ["H80.05", "H80.06", "H80.07", "H80.08", "H80.09"], "split", COMMUNES),
    ("CU.TTHCC-CG", K.CENTRE, "Trung tâm Hành chính công huyện Cần Giuộc", dt.date(2017, 3, 1), [CAN_GIUOC], "rename",
     COMMUNES),
]  # fmt: skip


def plant(today: dt.date, rollout_from: dt.date) -> None:
    """Write the agencies that are missing; those already there, by code, are left as they are."""
    for body in TODAY:
        _today(body, rollout_from)
    for code, kind, name, first, successors, how, decision in BEFORE:
        _before(code, kind, name, first, successors, how, decision)


def _today(body: Body, rollout_from: dt.date) -> None:
    on = body.rollout != Agency.Rollout.PLANNED
    agency, new = Agency.objects.get_or_create(
        code=body.code,
        defaults={
            "kind": body.kind,
            "name": body.name,
            "parent": Agency.objects.get(code=body.parent) if body.parent else None,
            "rollout": body.rollout,
            "rollout_from": rollout_from if on else None,
            "regulation_number": "12/QC-TTPVHCC" if on else "",
            "regulation_published_on": rollout_from - dt.timedelta(days=10) if on else None,
        },
    )
    if not new:
        return
    AgencyVersion.objects.create(
        agency=agency,
        name=body.name,
        short_name=body.short,
        parent_name=body.parent_name,
        code=body.code,
        address=body.address,
        place=body.place,
        phone=body.phone,
        hours=HOURS if body.desks else "",
        valid_from=MERGER,
        decision=PROVINCES if body.kind == K.PROVINCE else COMMUNES if body.kind == K.COMMUNE else "",
    )
    Hotline.objects.bulk_create(
        Hotline(agency=agency, label=label, phone=phone, hours=hours, order=order)
        for order, (label, phone, hours) in enumerate(body.hotlines)
    )
    Desk.objects.bulk_create(Desk(agency=agency, code=code, name=name, kind=kind) for code, name, kind in body.desks)
    Unit.objects.bulk_create(
        Unit(agency=agency, code=code, name=name, is_front_office=code == "mot-cua") for code, name in body.units
    )


def _before(code, kind, name, first, successors, how, decision) -> None:
    last = MERGER - dt.timedelta(days=1)
    agency, new = Agency.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": name, "rollout": Agency.Rollout.ENDED, "active": False}
    )
    if not new:
        return
    AgencyVersion.objects.create(
        agency=agency, name=name.removesuffix(" (cũ)"), code=code, valid_from=first, valid_to=last
    )
    for successor in successors:
        AgencySuccession.objects.create(
            predecessor=agency,
            successor=Agency.objects.get(code=successor),
            kind=how,
            effective_on=MERGER,
            decision=decision,
        )
