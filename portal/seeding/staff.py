"""The people of the two centres: seven who can sign in (contract: password demo-<name>), and their colleagues."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.contrib.auth.models import Group, User

from dossiers.models import Agency, Desk, Membership, Unit
from portal.desk.roles import EDITOR, HANDLER, LEADER, RECEPTION, SUPERVISOR
from portal.seeding.agencies import CAN_GIUOC, ELSEWHERE, MERGER, PROVINCE_CENTRE

# (user name, full name, agency, groups, title, unit, desk); those with a password of their own come first.
DEMO_USERS = [
    ("admin", "Quản trị Hệ thống", CAN_GIUOC, [], "Quản trị hệ thống", "", ""),
    ("tiepnhan", "Nguyễn Thị Thu Hà", CAN_GIUOC, [RECEPTION], "Chuyên viên tiếp nhận", "mot-cua", "CG-01"),
    ("thuly", "Trần Minh Khoa", CAN_GIUOC, [HANDLER], "Công chức địa chính", "dia-chinh", ""),
    ("lanhdao", "Lê Quốc Thắng", CAN_GIUOC, [LEADER], "Giám đốc trung tâm", "", ""),
    ("kenh", "Phạm Ngọc Trâm", CAN_GIUOC, [EDITOR], "Biên tập kênh", "", ""),
    ("giamsat", "Võ Thanh Sơn", CAN_GIUOC, [SUPERVISOR], "Giám sát", "", ""),
    ("ngoai", "Hoàng Văn Lập", ELSEWHERE, [RECEPTION, HANDLER], "Chuyên viên", "mot-cua", "SD-01"),
]
COLLEAGUES = [
    ("cg.tiepnhan2", "Đặng Thị Kim Ngân", CAN_GIUOC, [RECEPTION], "Chuyên viên tiếp nhận", "mot-cua", "CG-02"),
    ("cg.tiepnhan3", "Huỳnh Tấn Lộc", CAN_GIUOC, [RECEPTION], "Chuyên viên tiếp nhận", "mot-cua", "CG-03"),
    ("cg.hotich1", "Bùi Thị Hồng Nhung", CAN_GIUOC, [HANDLER], "Công chức tư pháp – hộ tịch", "ho-tich", ""),
    ("cg.hotich2", "Phan Văn Đạt", CAN_GIUOC, [HANDLER], "Công chức tư pháp – hộ tịch", "ho-tich", ""),
    ("cg.diachinh2", "Trương Công Hậu", CAN_GIUOC, [HANDLER], "Công chức địa chính", "dia-chinh", ""),
    ("cg.kinhte", "Ngô Thị Mỹ Linh", CAN_GIUOC, [HANDLER], "Chuyên viên Phòng Kinh tế", "kinh-te", ""),
    ("cg.vanhoa", "Dương Thị Bích Vân", CAN_GIUOC, [HANDLER], "Chuyên viên Phòng Văn hóa – Xã hội", "van-hoa", ""),
    ("cg.congan", "Hồ Văn Kiệt", CAN_GIUOC, [HANDLER], "Cán bộ Công an xã", "cong-an", ""),
    ("cg.baohiem", "Đỗ Thị Ngọc Yến", CAN_GIUOC, [HANDLER], "Viên chức bảo hiểm xã hội", "bao-hiem", ""),
    ("cg.phogiamdoc", "Nguyễn Hữu Phúc", CAN_GIUOC, [LEADER], "Phó Giám đốc trung tâm", "", ""),
    ("tn.tiepnhan1", "Lý Thị Diễm", PROVINCE_CENTRE, [RECEPTION], "Chuyên viên tiếp nhận", "mot-cua", "T-01"),
    ("tn.tiepnhan2", "Cao Minh Trí", PROVINCE_CENTRE, [RECEPTION], "Chuyên viên tiếp nhận", "mot-cua", "T-02"),
    ("tn.tiepnhan3", "Mai Thị Thảo", PROVINCE_CENTRE, [RECEPTION], "Chuyên viên tiếp nhận", "mot-cua", "T-03"),
    ("tn.tuphap", "Đoàn Thị Phương", PROVINCE_CENTRE, [HANDLER], "Chuyên viên Sở Tư pháp", "tu-phap", ""),
    ("tn.taichinh", "Tô Hoàng Long", PROVINCE_CENTRE, [HANDLER], "Chuyên viên Sở Tài chính", "tai-chinh", ""),
    ("tn.dkdat", "Võ Thị Kim Loan", PROVINCE_CENTRE, [HANDLER], "Viên chức Văn phòng Đăng ký đất đai",
     "nong-nghiep-moi-truong", ""),
    ("tn.xaydung", "Nguyễn Đức Huy", PROVINCE_CENTRE, [HANDLER], "Chuyên viên Sở Xây dựng", "xay-dung", ""),
    ("tn.noivu", "Trần Thị Thanh Thủy", PROVINCE_CENTRE, [HANDLER], "Chuyên viên Sở Nội vụ", "noi-vu", ""),
    ("tn.congan", "Phạm Quốc Dũng", PROVINCE_CENTRE, [HANDLER], "Cán bộ Công an tỉnh", "cong-an", ""),
    ("tn.baohiem", "Lê Thị Tuyết", PROVINCE_CENTRE, [HANDLER], "Viên chức BHXH tỉnh", "bao-hiem", ""),
    ("tn.lanhdao", "Huỳnh Văn Nghĩa", PROVINCE_CENTRE, [LEADER], "Phó Giám đốc trung tâm", "", ""),
]  # fmt: skip


@dataclass
class Crew:
    """Who works at one agency: clerks with their desks, handlers by unit, leaders."""

    agency: Agency
    units: dict[str, Unit]
    clerks: list[tuple[User, Desk | None]] = field(default_factory=list)
    handlers: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    leaders: list[User] = field(default_factory=list)


def demo_password(username: str) -> str:
    """Return the password of a demo user, as the contract prints it."""
    return f"demo-{username}"


def _hashed(password: str) -> str:
    """Hash a password everybody knows, quickly; the first sign-in hashes it again at full strength."""
    hasher = get_hasher()
    quick = {"iterations": 1000} if isinstance(hasher, PBKDF2PasswordHasher) else {}
    return hasher.encode(password, hasher.salt(), **quick)


def engage() -> None:
    """Write the users, groups and memberships that are missing; an account that exists keeps its password."""
    groups = {group.name: group for group in Group.objects.all()}
    known = set(User.objects.values_list("username", flat=True))
    for number, row in enumerate(DEMO_USERS + COLLEAGUES):
        username, full_name, code, roles, title, unit, desk = row
        if username in known:
            continue
        given, _, last = full_name.rpartition(" ")
        user = User.objects.create(
            username=username,
            first_name=given,
            last_name=last,
            is_staff=True,
            is_superuser=username == "admin",
            password=_hashed(demo_password(username)) if number < len(DEMO_USERS) else make_password(None),
        )
        user.groups.set(groups[role] for role in roles)
        agency = Agency.objects.get(code=code)
        Membership.objects.create(
            user=user,
            agency=agency,
            unit=agency.units.filter(code=unit).first() if unit else None,
            desk=agency.desks.filter(code=desk).first() if desk else None,
            title=title,
            valid_from=MERGER,
        )


def crew_of(code: str, today: dt.date) -> Crew:
    """Return who works at the agency with this code; permissions are remembered on the user objects."""
    agency = Agency.objects.get(code=code)
    crew = Crew(agency, {unit.code: unit for unit in agency.units.all()})
    rows = agency.memberships.select_related("user", "unit", "desk").prefetch_related("user__groups").order_by("id")
    for row in rows:
        names = {group.name for group in row.user.groups.all()}
        if RECEPTION in names:
            crew.clerks.append((row.user, row.desk))
        if HANDLER in names and row.unit:
            crew.handlers[row.unit.code].append(row.user)
        if LEADER in names:
            crew.leaders.append(row.user)
    return crew
