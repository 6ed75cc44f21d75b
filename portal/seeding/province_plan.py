"""What the province seed is made of, as plain values worker processes can share: who, where, when, how many."""

from __future__ import annotations

import datetime as dt
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

from django.contrib.auth.models import Group, User

from dossiers.deadlines.calendars import calendar_of
from dossiers.models import Agency, AgencyVersion, Desk, Membership, TimeLimit, Unit
from portal.desk.roles import HANDLER, RECEPTION
from portal.seeding import catalogue
from portal.seeding.agencies import CAN_GIUOC, MERGER, PROVINCE, PROVINCE_CENTRE

CENTRES = 200
WORKING_DAYS = 500  # two years: one to two dossiers in a hundred are open
FIRST_WORDS = [
    "Tân",
    "Long",
    "Phước",
    "Mỹ",
    "Bình",
    "Thạnh",
    "Hưng",
    "An",
    "Đức",
    "Vĩnh",
    "Hòa",
    "Lộc",
    "Nhơn",
    "Trường",
]
SECOND_WORDS = ["Lợi", "Phú", "Thành", "Hưng", "Khánh", "Ninh", "Trị", "Thuận", "Đông", "Tây", "Hội", "Điền", "Hạnh",
                "Quới", "Châu"]  # fmt: skip
WORKING_DAYS_OF = {"calendar_day": 0.7, "working_day": 1, "unstated": 1, "same_day": 0, "hour": 0.125, "month": 22}


@dataclass(frozen=True)
class Place:
    """One centre: ids and names as they go into rows."""

    agency: str
    version: str
    name: str
    code: str
    desk: str
    front: str
    back: str
    clerk: str
    clerk_name: str
    handlers: tuple[tuple[str, str], ...]
    weight: float


@dataclass(frozen=True)
class Kind:
    """One procedure."""

    procedure: str
    version: str
    name: str
    content: tuple[str, ...]
    limit_amount: str
    limit_unit: str
    days: int  # working days until due


@dataclass(frozen=True)
class Plan:
    """Everything rows are drawn from; the same seed and day draw the same rows."""

    seed: int
    now: dt.datetime
    people: int
    places: tuple[Place, ...]
    kinds: tuple[Kind, ...]
    kind_weights: tuple[int, ...]  # cumulative
    days: tuple[dt.date, ...]  # the working days of receipt, then those due dates may fall on
    received_days: int
    totals: tuple[int, ...]  # dossiers up to and including each day of receipt

    def counts(self, day: int) -> list[int]:
        """Return how many dossiers each place receives on a day (by its place in `days`)."""
        whole = self.totals[day] - (self.totals[day - 1] if day else 0)
        edges = list(accumulate(place.weight for place in self.places))
        # The remainder of one place's share goes to the next; a shift by day lets small places have their days too.
        shift = (day * 0.618) % 1
        marks = [int(edge * whole + shift) for edge in edges]
        marks[-1] = whole + int(shift)
        return [mark - before for mark, before in zip(marks, [int(shift), *marks], strict=False)]


def make(now: dt.datetime, seed: int, dossiers: int) -> Plan:
    """Write centres, staff and procedures, and return the plan for `dossiers` rows ending today."""
    today = now.date()
    places = _places(today)
    catalogue.plant(today)
    commons = [common for common in catalogue.commons() if common.weight]
    days = _days(today)
    first = max(0, WORKING_DAYS - max(5, dossiers // 4))
    received = days[first:WORKING_DAYS]
    growth = [1 + 0.4 * day / len(received) for day in range(len(received))]
    whole = sum(growth)
    totals = [round(dossiers * part / whole) for part in accumulate(growth)]
    return Plan(
        seed=seed,
        now=now,
        people=max(40, len(places), min(400_000, dossiers // 8)),
        places=tuple(places),
        kinds=tuple(_kind(common, today) for common in commons),
        kind_weights=tuple(accumulate(common.weight for common in commons)),
        days=tuple(days[first:]),
        received_days=len(received),
        totals=tuple(totals),
    )


def kind_at(plan: Plan, draw: int) -> Kind:
    """Return the procedure of a 16-bit draw, by weight."""
    return plan.kinds[bisect(plan.kind_weights, draw * plan.kind_weights[-1] >> 16)]


def _days(today: dt.date) -> list[dt.date]:
    """Return WORKING_DAYS working days up to today and 60 after, by the common calendar."""
    calendar = calendar_of(Agency.objects.get(code=CAN_GIUOC))
    last = today if calendar.is_working_day(today) else calendar.previous_working_day(today)
    before = [last]
    while len(before) < WORKING_DAYS:
        before.append(calendar.previous_working_day(before[-1]))
    after = [calendar.next_working_day(last)]
    while len(after) < 60:
        after.append(calendar.next_working_day(after[-1]))
    return before[::-1] + after


def _kind(common: catalogue.Common, today: dt.date) -> Kind:
    version = common.procedure.version_on(today)
    limit = version.time_limits.filter(channel="").first() or TimeLimit(unit="working_day", amount=5)
    amount = limit.amount or 0
    return Kind(
        procedure=str(common.procedure.pk),
        version=str(version.pk),
        name=version.name,
        content=tuple(common.content),
        limit_amount=str(limit.amount) if limit.amount is not None else "\\N",
        limit_unit=limit.unit,
        days=min(55, round(float(amount) * WORKING_DAYS_OF[limit.unit])),
    )


def _places(today: dt.date) -> list[Place]:
    """Return the two pilot centres and made-up ones, each with rooms, a desk, a clerk and two handlers."""
    parent = Agency.objects.get(code=PROVINCE)
    names = [f"{first} {second}" for first in FIRST_WORDS for second in SECOND_WORDS if first != second]
    wanted = [(f"H80.{number + 101}", names[number]) for number in range(CENTRES - 2)]
    known = set(Agency.objects.values_list("code", flat=True))
    fresh = [
        Agency(
            code=code,
            kind=Agency.Kind.CENTRE,
            parent=parent,
            name=f"Trung tâm Phục vụ hành chính công xã {name}",
            name_folded="",
        )
        for code, name in wanted
        if code not in known
    ]
    for agency in fresh:
        agency.save()
    AgencyVersion.objects.bulk_create(
        AgencyVersion(agency=agency, name=agency.name, code=agency.code, valid_from=MERGER) for agency in fresh
    )
    Desk.objects.bulk_create(Desk(agency=agency, code=f"Q{agency.code[4:]}", name="Quầy 1") for agency in fresh)
    Unit.objects.bulk_create(
        Unit(agency=agency, code=code, name=name, is_front_office=code == "mot-cua")
        for agency in fresh
        for code, name in (("mot-cua", "Bộ phận Tiếp nhận và Trả kết quả"), ("chuyen-mon", "Phòng chuyên môn"))
    )
    _staff(fresh)
    return [_place(code, number) for number, code in enumerate([PROVINCE_CENTRE, CAN_GIUOC, *(c for c, _ in wanted)])]


def _staff(agencies: list[Agency]) -> None:
    groups = {group.name: group for group in Group.objects.filter(name__in=[RECEPTION, HANDLER])}
    users = User.objects.bulk_create(
        User(
            username=f"{agency.code}.{slot}".lower(),
            first_name=title,
            last_name=agency.code,
            is_staff=True,
            password="!",
        )
        for agency in agencies
        for slot, title in (("1", "Cán bộ tiếp nhận"), ("2", "Cán bộ thụ lý"), ("3", "Cán bộ thụ lý"))
    )
    User.groups.through.objects.bulk_create(
        User.groups.through(user=user, group=groups[RECEPTION if number % 3 == 0 else HANDLER])
        for number, user in enumerate(users)
    )
    Membership.objects.bulk_create(
        Membership(user=user, agency=agencies[number // 3], valid_from=MERGER) for number, user in enumerate(users)
    )


def _place(code: str, number: int) -> Place:
    agency = Agency.objects.get(code=code)
    units = {unit.is_front_office: unit for unit in agency.units.order_by("-id")}
    members = [row.user for row in agency.memberships.select_related("user").order_by("id")]
    clerks = [user for user in members if user.groups.filter(name=RECEPTION).exists()]
    handlers = [user for user in members if user.groups.filter(name=HANDLER).exists()]
    # A province's centre and a few towns take much, most communes little.
    weights = [0.08, 0.02] + [1.6 if rest % 12 == 0 else 0.5 + rest % 7 / 7 for rest in range(CENTRES - 2)]
    rest = sum(weights[2:])
    return Place(
        agency=str(agency.pk),
        version=str(agency.versions.order_by("-valid_from").first().pk),
        name=agency.name,
        code=code,
        desk=str(agency.desks.order_by("id").first().pk),
        front=str(units[True].pk),
        back=str(units[False].pk),
        clerk=str(clerks[0].pk),
        clerk_name=clerks[0].get_full_name(),
        handlers=tuple((str(user.pk), user.get_full_name()) for user in handlers[:4]),
        weight=weights[number] if number < 2 else 0.9 * weights[number] / rest,
    )
