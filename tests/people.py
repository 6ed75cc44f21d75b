"""The cast of the tests: one centre with its staff, another agency's outsider, a citizen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from dossiers.deadlines.working_time import ZONE
from dossiers.intake.people import PersonData
from dossiers.models import (
    Agency,
    AgencyVersion,
    Desk,
    Fee,
    Field,
    Hotline,
    Membership,
    Procedure,
    ProcedureVersion,
    RequiredPaper,
    TimeLimit,
    Unit,
)
from portal.desk import roles

MONDAY = dt.datetime(2026, 11, 16, 8, 30, tzinfo=ZONE)
"""A plain working Monday morning, no holiday near."""

AN = PersonData(
    full_name="Nguyễn Văn An",
    id_number="080085001234",
    phone="0912345678",
    email="an@example.vn",
    address="Ấp 2, xã Cần Giuộc, tỉnh Tây Ninh",
)
BINH = PersonData(full_name="Trần Thị Bình", id_number="024190004321", phone="0987654321", address="Xã Sơn Động")


@dataclass(frozen=True)
class Centre:
    """One agency with rooms, a desk and the people of every role."""

    agency: Agency
    front: Unit
    land: Unit
    desk: Desk
    clerk: User
    handler: User
    leader: User
    supervisor: User
    editor: User
    administrator: User


def centre(code: str = "H80.05", name: str = "Trung tâm Phục vụ hành chính công xã Cần Giuộc") -> Centre:
    """Return a centre whose user names end with its code, so that two of them can stand side by side."""
    agency = Agency.objects.create(
        code=code,
        kind=Agency.Kind.CENTRE,
        name=name,
        rollout=Agency.Rollout.LIVE,
        rollout_from=dt.date(2026, 1, 1),
        regulation_published_on=dt.date(2025, 12, 20),
        regulation_number="12/QC-TTPVHCC",
    )
    AgencyVersion.objects.create(
        agency=agency,
        name=name,
        short_name="TTPVHCC",
        parent_name="UBND XÃ CẦN GIUỘC",
        code=code,
        address="Số 1 đường Nguyễn Thái Bình",
        place="Cần Giuộc",
        phone="02723874001",
        hours="7 giờ 30–11 giờ 30, 13 giờ 30–17 giờ các ngày làm việc",
        valid_from=dt.date(2015, 1, 1),
    )
    front = Unit.objects.create(agency=agency, code="mot-cua", name="Bộ phận Một cửa", is_front_office=True)
    land = Unit.objects.create(agency=agency, code="dia-chinh", name="Phòng Địa chính")
    desk = Desk.objects.create(agency=agency, code=f"Q-{code.replace('.', '-')}", name="Quầy 1")
    Hotline.objects.create(agency=agency, label="Hướng dẫn thủ tục", phone="02723874001", hours="Giờ hành chính")
    posts = [
        ("clerk", roles.RECEPTION, "Chuyên viên tiếp nhận", front),
        ("handler", roles.HANDLER, "Chuyên viên địa chính", land),
        ("leader", roles.LEADER, "Giám đốc", None),
        ("supervisor", roles.SUPERVISOR, "Giám sát", None),
        ("editor", roles.EDITOR, "Biên tập viên", None),
        ("administrator", roles.ADMINISTRATOR, "Quản trị", None),
    ]
    staff = _staff(agency, posts, desk)
    return Centre(agency=agency, front=front, land=land, desk=desk, **staff)


FURTHER = (
    ("content_editor", roles.CONTENT_EDITOR, "Biên tập nội dung"),
    ("approver", roles.APPROVER, "Phê duyệt nội dung"),
    ("auditor", roles.AUDITOR, "Thanh tra viên"),
)
"""Roles whom only the matrix of staff pages asks for: name, role, title."""


@cache
def _password() -> str:
    return make_password("x")


def _staff(agency: Agency, posts: list[tuple], desk: Desk) -> dict[str, User]:
    # As `member` six times, in three statements: nearly every test asks for it.
    keys = [key for key, *_ in posts]
    users = User.objects.bulk_create(
        User(
            username=f"{key}-{agency.code}",
            password=_password(),
            is_staff=True,
            first_name=title,
            last_name=f"{key}-{agency.code}",
        )
        for key, _, title, _ in posts
    )
    groups = {group.name: group for group in Group.objects.filter(name__in=[role for _, role, *_ in posts])}
    User.groups.through.objects.bulk_create(
        User.groups.through(user=user, group=groups[role]) for user, (_, role, *_) in zip(users, posts, strict=True)
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            agency=agency,
            unit=unit,
            desk=desk if key == "clerk" else None,
            title=title,
            valid_from=dt.date(2020, 1, 1),
        )
        for user, (key, _, title, unit) in zip(users, posts, strict=True)
    )
    return dict(zip(keys, users, strict=True))


def member(agency: Agency, username: str, role: str, title: str, *, unit=None, desk=None) -> User:
    """Return a member of staff of the agency, signed in with the password "x"."""
    user = User.objects.create_user(username, password="x", is_staff=True, first_name=title, last_name=username)
    user.groups.add(Group.objects.get(name=role))
    Membership.objects.create(
        user=user, agency=agency, unit=unit, desk=desk, title=title, valid_from=dt.date(2020, 1, 1)
    )
    return user


def named_officer(user: User, agency: Agency | None = None):
    """Return the confirmed decision that lets the user open complaints of the agency, None for every agency's."""
    from feedback.models import RestrictedOfficer

    return RestrictedOfficer.objects.create(
        user=user, agency=agency, decision="QĐ 1", valid_from=dt.date(2020, 1, 1), confirmed_at=MONDAY
    )


def procedure(
    code: str = "1.004441",
    name: str = "Đăng ký biến động quyền sử dụng đất",
    *,
    amount: str | None = "5",
    unit: str = TimeLimit.Unit.WORKING_DAY,
    fee: int = 15000,
    unsigned: bool = True,
) -> Procedure:
    """Return a procedure in force, with two papers, one limit and one fee; `unsigned` has results nobody signs."""
    subject, _ = Field.objects.get_or_create(name="Đất đai")
    row = Procedure.objects.create(code=code, name=name, field=subject, unsigned_result=unsigned)
    version = ProcedureVersion.objects.create(
        procedure=row, name=name, field=subject, valid_from=dt.date(2018, 1, 1), levels=["xã"]
    )
    for order, paper in enumerate(["Đơn đăng ký theo mẫu", "Bản gốc giấy chứng nhận"]):
        RequiredPaper.objects.create(version=version, name=paper, originals=1, order=order)
    if amount is not None:
        TimeLimit.objects.create(version=version, channel="", amount=Decimal(amount), unit=unit)
    Fee.objects.create(version=version, amount=fee, label="Lệ phí")
    return row
