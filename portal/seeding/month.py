"""A month of work at the two centres, played act by act in the order of time through dossiers.intake and workflow.

Every dossier is a generator that names the moment of its next act; the stage wakes the earliest one. What would
happen after `now` does not, so that every worklist holds what it would hold on such a morning.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, add_working_minutes
from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.intake.people import PersonData
from dossiers.models import Channel, Dossier, DossierEvent, DossierFee, Receipt
from dossiers.workflow import acts
from portal.seeding import lateness, persons
from portal.seeding.agencies import CAN_GIUOC, PROVINCE_CENTRE
from portal.seeding.catalogue import Common
from portal.seeding.course import Course
from portal.seeding.staff import Crew, crew_of

KEY = "seed-pilot-"
DAYS = 31
CENTRES = (CAN_GIUOC, PROVINCE_CENTRE)
SHARE_OF_CAN_GIUOC = 0.66
# Share of the day's visitors by hour: mornings are busy, few come at the end of the day.
BUSY_HOURS = {7: 1.2, 8: 3, 9: 3, 10: 2.2, 11: 0.6, 13: 1.2, 14: 2.4, 15: 1.8, 16: 0.9}
BUSY_WEEKDAYS = [1.35, 1.0, 1.0, 0.95, 1.05, 0.8, 0.8]


@dataclass(frozen=True)
class Arrival:
    """One person coming with one dossier (rarely two), and when."""

    number: int
    at: dt.datetime
    crew: Crew
    common: Common
    channel: str
    rng: Random


def already_played() -> bool:
    """Return whether a month has been played here before."""
    return Receipt.objects.filter(intake_key__startswith=KEY).exists()


def play(commons: list[Common], *, now: dt.datetime, seed: int, dossiers: int, centres: tuple[str, ...]) -> None:
    """Play the month; the same seed and `now` give the same one but for random tokens.

    That of one centre is the same whether the other's is played beside it or not.
    """
    today = now.astimezone(ZONE).date()
    crews = {code: crew_of(code, today) for code in CENTRES}
    stage: list[tuple[dt.datetime, int, Iterator[dt.datetime]]] = []
    order = count()
    in_play: dict[int, Dossier] = {}
    for arrival in _arrivals(commons, crews, now, Random(f"pilot-{seed}"), dossiers):
        if arrival.crew.agency.code in centres:
            life = _life(arrival, now, in_play)
            heapq.heappush(stage, (next(life), next(order), life))
    first = today - dt.timedelta(days=DAYS)
    care = lateness.watch([crews[code] for code in centres], first, now, seed, in_play)
    heapq.heappush(stage, (next(care), next(order), care))
    while stage and stage[0][0] <= now:
        _, _, life = heapq.heappop(stage)
        moment = next(life, None)
        if moment is not None:
            heapq.heappush(stage, (moment, next(order), life))


def received() -> int:
    """Return how many dossiers of the month were received."""
    return Dossier.objects.filter(receipt__intake_key__startswith=KEY).count()


def _arrivals(commons, crews: dict[str, Crew], now: dt.datetime, rng: Random, dossiers: int) -> list[Arrival]:
    local = {code: [c for c in commons if (c.room if code == CAN_GIUOC else c.province_room)] for code in crews}
    calendars = {code: calendar_of(crew.agency) for code, crew in crews.items()}
    found = []
    for number in range(dossiers):
        own = Random(f"{rng.random()}")
        code = CAN_GIUOC if own.random() < SHARE_OF_CAN_GIUOC else PROVINCE_CENTRE
        common = own.choices(local[code], weights=[c.weight for c in local[code]])[0]
        channel = own.choices([Channel.ONLINE, Channel.POST], [5 if common.online else 1, 0.6])[0]
        if own.random() < (0.55 if common.online else 0.9):
            channel = Channel.COUNTER
        at = _moment(calendars[code], now, own, anytime=channel == Channel.ONLINE)
        found.append(Arrival(number, at, crews[code], common, channel, own))
    return sorted(found, key=lambda arrival: arrival.at)


def _moment(calendar, now: dt.datetime, rng: Random, *, anytime: bool) -> dt.datetime:
    """Return a moment of the last month: in office hours at a counter, at any waking hour online."""
    today = now.astimezone(ZONE).date()
    while True:
        day = today - dt.timedelta(days=rng.randrange(DAYS))
        if anytime:
            hour = rng.choices(range(6, 23), [2] * 12 + [4] * 5)[0]
        else:
            hour = rng.choices(list(BUSY_HOURS), BUSY_HOURS.values())[0]
        at = dt.datetime.combine(day, dt.time(hour, rng.randrange(60), rng.randrange(60)), ZONE)
        if at > now or rng.random() * 1.35 > BUSY_WEEKDAYS[day.weekday()]:
            continue
        minute = at.hour * 60 + at.minute
        if anytime or any(period.start_minute <= minute < period.end_minute for period in calendar.periods(day)):
            return at


def _life(arrival: Arrival, now: dt.datetime, in_play: dict[int, Dossier]) -> Iterator[dt.datetime]:
    """Yield the moments of one dossier's acts, doing each when resumed."""
    yield arrival.at
    rng, crew = arrival.rng, arrival.crew
    clerk, desk = rng.choice(crew.clerks)
    counter = arrival.channel != Channel.ONLINE
    papers_in = _intake(arrival, now, desk if counter else None)
    if counter:
        receipt = intake.receive(papers_in, by=clerk, now=arrival.at)
    else:
        receipt = intake.submit(papers_in, by=None, now=arrival.at)
    stage: list[tuple[dt.datetime, int, Iterator[dt.datetime]]] = []
    for number, dossier in enumerate(receipt.dossiers.select_related("agency", "procedure_version").order_by("id")):
        in_play[dossier.pk] = dossier
        course = _course(arrival, dossier, clerk, now, number)
        moment = next(course, None)
        if moment is not None:
            heapq.heappush(stage, (moment, number, course))
    while stage:
        moment, number, course = heapq.heappop(stage)
        yield moment
        following = next(course, None)
        if following is not None:
            heapq.heappush(stage, (following, number, course))


def _course(arrival: Arrival, dossier: Dossier, clerk, now: dt.datetime, number: int) -> Iterator[dt.datetime]:
    rng, crew, common = Random(f"{arrival.rng.random()}-{number}"), arrival.crew, arrival.common
    room = common.room if crew.agency.code == CAN_GIUOC else common.province_room
    course = Course(dossier, crew, common, room, clerk, now, rng)
    at = arrival.at
    if arrival.channel == Channel.ONLINE:
        at = add_working_minutes(at, rng.randint(20, 320), course.calendar)
        yield at
        if rng.random() < 0.05:
            course.refuse(at)
            return
        acts.do("accept", dossier, by=clerk, now=at)
    yield from course.from_acceptance(at)


def _intake(arrival: Arrival, now: dt.datetime, desk) -> Intake:
    rng, common, crew = arrival.rng, arrival.common, arrival.crew
    province = crew.agency.code == PROVINCE_CENTRE
    submitter = _submitter(arrival, province, now)
    owner = None
    if common.province_room in {"xay-dung", "tai-chinh"} and province and common.procedure.code != "2.001583":
        owner = persons.enterprise(rng) if rng.random() < 0.7 else None
    elif rng.random() < 0.06:
        owner = persons.person(rng, province=province, today=now.astimezone(ZONE).date())
    item = Item(
        procedure=common.procedure,
        content=rng.choice(common.content),
        owner=owner,
        papers=tuple(
            PaperLine(name, originals=originals, copies=copies)
            for name, originals, copies in common.papers
            if "(nếu" not in name or rng.random() < 0.4
        ),
        fee=common.fee,
        fees=common.fees,
        collected=_collected(arrival) if common.fees else "",
    )
    twice = not common.same_day and arrival.channel == Channel.COUNTER and rng.random() < 0.04
    return Intake(
        agency=crew.agency,
        submitter=submitter,
        items=(item, replace(item, content=rng.choice(common.content))) if twice else (item,),
        channel=arrival.channel,
        desk=desk,
        result_place="Trả tại nhà qua bưu chính công ích" if rng.random() < 0.12 else "",
        key=f"{KEY}{arrival.number}",
        source=DossierEvent.Source.COUNTER if desk else DossierEvent.Source.CITIZEN,
    )


def _collected(arrival: Arrival) -> str:
    """Return how the fee came in: by post it has not yet, online and now and then at the counter by transfer."""
    if arrival.channel == Channel.POST:
        return ""
    moved = arrival.channel == Channel.ONLINE or arrival.number % 4 == 0
    return DossierFee.Method.TRANSFER if moved else DossierFee.Method.CASH


def _submitter(arrival: Arrival, province: bool, now: dt.datetime) -> PersonData:
    rng = arrival.rng
    if not province and rng.random() < 0.06:
        return rng.choice(persons.WITH_SIMULATED_PHONE)
    return persons.person(rng, province=province, today=now.astimezone(ZONE).date())
