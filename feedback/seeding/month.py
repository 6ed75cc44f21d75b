"""A demonstration month of the citizens' voice, lived through the real acts, so that histories and boards look real.

Deterministic for a given random source. The demonstration command calls it once per installation.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db import transaction

from dossiers.deadlines.calendars import working_calendar
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Dossier, Membership, valid_on
from dossiers.states import State
from dossiers.written_dates import written_day
from feedback.cases import acts as case_acts
from feedback.cases import answers, intake
from feedback.cases.routing import Nature
from feedback.models import (
    CannedAnswer,
    Case,
    Category,
    Channel,
    FaqEntry,
    FollowUp,
    Rating,
    RatingInvitation,
    RestrictedOfficer,
)
from feedback.ratings import follow_ups
from feedback.ratings import rating as ratings
from feedback.seeding import texts
from feedback.states import ANSWERED, Status

CENTRES = [(10.605, 106.671), (21.336, 106.853), (21.823, 105.214)]
"""Where pins are strewn: one neighbourhood per agency in turn."""
CHANNELS = [Channel.WEB] * 5 + [Channel.CHAT] * 3 + [Channel.MENU] * 2 + [Channel.COUNTER] * 2 + [Channel.HOTLINE]


@dataclass(slots=True)
class Seeded:
    """What was made."""

    cases: int = 0
    petitions: int = 0
    published: int = 0
    ratings: int = 0
    faq: int = 0


@dataclass(slots=True)
class _Staff:
    """Who acts for an agency; None is the system, so an agency without staff still gets its month."""

    handler: object = None
    leader: object = None
    clerk: object = None
    supervisor: object = None


@dataclass(slots=True)
class _Month:
    """The random source and the clock of the month."""

    rng: random.Random
    today: dt.date
    now: dt.datetime
    agencies: list[Agency]
    staff: dict[int, _Staff] = field(default_factory=dict)
    calendars: dict = field(default_factory=dict)
    themes: dict[str, Category] = field(default_factory=dict)
    done: Seeded = field(default_factory=Seeded)


def seed_cases(agencies: list[Agency], today: dt.date, rng: random.Random, count: int = 100) -> Seeded:
    """Return what was made: `count` cases over the thirty days before `today`, petitions, FAQ."""
    month = _month(agencies, today, rng)
    month.themes = {category.code: category for category in Category.objects.all()}
    _reference_texts(month)
    for number in range(count):
        with transaction.atomic():
            _one_case(month, number, count)
    # Where a supervisor is, who can be named to open what comes.
    watched = next((one for one in month.agencies if month.staff[one.pk].supervisor), month.agencies[0])
    _name_officer(month, watched)
    for nature, text in texts.PETITIONS:
        _petition(month, watched, nature, text)
    return month.done


def seed_ratings(agencies: list[Agency], today: dt.date, rng: random.Random, most: int = 100) -> Seeded:
    """Return what was made: ratings of up to `most` returned dossiers of each agency."""
    month = _month(agencies, today, rng)
    for agency in month.agencies:
        _rate_dossiers(month, agency, most)
    return month.done


def _month(agencies: list[Agency], today: dt.date, rng: random.Random) -> _Month:
    month = _Month(rng, today, dt.datetime.combine(today, dt.time(8, 0), ZONE), list(agencies))
    for agency in month.agencies:
        month.staff[agency.pk] = _staff_of(agency, today)
        month.calendars[agency.pk] = working_calendar(agency)
    return month


def _staff_of(agency: Agency, today: dt.date) -> _Staff:
    members = Membership.objects.filter(valid_on(today), agency=agency).values("user_id")
    users = list(get_user_model().objects.filter(pk__in=members, is_active=True).order_by("pk"))

    def first(permission: str, *others):
        fitting = [user for user in users if user.has_perm(f"feedback.{permission}") and not user.is_superuser]
        return next((user for user in fitting if user not in others), None)

    leader = first("approve_answer")
    handler = first("see_sender", leader) or first("handle_case", leader)
    supervisor = first("supervise_feedback", leader)
    return _Staff(handler, leader, first("handle_case", leader, handler, supervisor) or handler, supervisor)


def _reference_texts(month: _Month) -> None:
    if not FaqEntry.objects.exists():
        for theme, question, answer in texts.FAQ:
            FaqEntry.objects.create(
                category=month.themes.get(theme),
                question=question,
                answer=answer,
                published=True,
                reviewed_on=month.today,
                times_helpful=month.rng.randrange(3, 60),
            )
            month.done.faq += 1
    if not CannedAnswer.objects.exists():
        for title, theme, text in texts.CANNED:
            CannedAnswer.objects.create(title=title, category=month.themes.get(theme), text=text)


def _one_case(month: _Month, number: int, count: int) -> None:
    rng = month.rng
    story = texts.STORIES[number % len(texts.STORIES)] if number < len(texts.STORIES) else rng.choice(texts.STORIES)
    agency = month.agencies[number % len(month.agencies)]
    # Oldest first: the newest ones are still open when the month ends.
    age = 30 - 30 * number / count
    at = _working(month, agency, month.now - dt.timedelta(days=age, minutes=rng.randrange(0, 400)))
    filled = {
        "road": rng.choice(texts.ROADS),
        "hamlet": rng.choice(texts.HAMLETS),
        "n": rng.randrange(1, 9),
        "day": written_day(at - dt.timedelta(days=rng.randrange(2, 12))),
    }
    channel = rng.choice(CHANNELS)
    staff = month.staff[agency.pk]
    clerk = staff.clerk if channel in {Channel.COUNTER, Channel.HOTLINE} else None
    if clerk is None and channel in {Channel.COUNTER, Channel.HOTLINE}:
        channel = Channel.WEB
    latitude = longitude = None
    if story.place and rng.random() < 0.75:
        base = CENTRES[number % len(month.agencies) % len(CENTRES)]
        latitude, longitude = (Decimal(f"{value + rng.uniform(-0.012, 0.012):.5f}") for value in base)
    sent = intake.Sent(
        kind=story.kind,
        agency=agency,
        text=story.text.format(**filled),
        channel=channel,
        category=month.themes.get(story.theme) if rng.random() < 0.8 else None,
        address=story.place.format(**filled),
        latitude=latitude,
        longitude=longitude,
        sender_name=_name(rng) if rng.random() < 0.7 else "",
        phone=f"09{rng.randrange(10**7, 10**8)}" if rng.random() < 0.85 else "",
        may_publish=rng.random() < 0.7,
        urgent=story.urgent,
    )
    case = intake.receive(sent, now=at, by=clerk, confirmed=True)
    month.done.cases += 1
    if isinstance(case, Case):
        _live(month, case, story, at, age)


def _live(month: _Month, case: Case, story: texts.Story, at: dt.datetime, age: float) -> None:
    """Carry the case as far as its age and its luck allow."""
    rng, staff = month.rng, month.staff[case.agency_id] if case.agency_id in month.staff else _Staff()
    steps = _clock(month, case.agency, at)
    luck = rng.random()
    if age < 0.8 or (age < 3 and luck < 0.35):
        return
    if story.outside:
        case_acts.do("forward", case, by=staff.leader, now=next(steps), body=story.outside, reason=texts.WRONG_PLACE)
    elif luck < 0.04:
        case_acts.do("refuse", case, by=staff.handler, now=next(steps), reason=rng.choice(texts.REFUSALS))
    elif luck < 0.07:
        case_acts.do("withdraw", case, by=None, now=next(steps), text="Việc đã xong")
    elif luck < 0.11:
        case_acts.do(
            "ask_more", case, by=staff.handler, now=next(steps), what="Xin cho biết vị trí cụ thể hoặc gửi thêm ảnh."
        )
        if luck < 0.09:
            case_acts.do("supply", case, by=None, now=next(steps), text="Gần chợ, đối diện nhà văn hóa.")
    elif luck < 0.15 and _merge(case, staff, next(steps)):
        return
    else:
        _answer(month, case, story, staff, steps, age)


def _merge(case: Case, staff: _Staff, at: dt.datetime) -> bool:
    into = (
        Case.objects.filter(agency=case.agency_id, category=case.category_id, status=Status.IN_PROGRESS)
        .exclude(pk=case.pk)
        .first()
    )
    if into is None:
        return False
    case_acts.do("merge", case, into=into, by=staff.leader, now=at)
    return True


def _answer(month: _Month, case: Case, story: texts.Story, staff: _Staff, steps, age: float) -> None:
    rng = month.rng
    case_acts.do("accept", case, by=staff.handler, now=next(steps))
    if rng.random() < (0.2 if age > 8 else 0.1):
        # Some stay with the handler; the older ones of them are late.
        return
    done = next(steps)
    if done >= month.now:
        return
    case_acts.do("draft", case, by=staff.handler, now=done, text=story.answer)
    if answers.needs_approval(case):
        case_acts.do("submit", case, by=staff.handler, now=done)
        if age < 4 and rng.random() < 0.4:
            return
    at = next(steps)
    if at >= month.now:
        return
    case_acts.send_answer(case, by=staff.leader, now=at)
    if rng.random() < 0.8:
        answers.mark_received(case, now=_later(month, at, 5), how="Người gửi mở trang theo dõi")
    _word(month, case, story, staff, at)
    if case.may_publish and case.status in ANSWERED and rng.random() < 0.6:
        _publish(month, case, staff, _later(month, at, 20))


def _word(month: _Month, case: Case, story: texts.Story, staff: _Staff, at: dt.datetime) -> None:
    said = month.rng.random()
    when = _later(month, at, 30)
    if said < 0.55 * story.rating:
        case_acts.do("confirm", case, by=None, now=when, satisfied=True)
    elif said > 1 - 0.35 * (1 - story.rating):
        case_acts.do("confirm", case, by=None, now=when, satisfied=False)
    elif said > 1 - 0.9 * (1 - story.rating):
        case_acts.do("reopen", case, by=None, now=when, text="Vẫn chưa được giải quyết, đề nghị xem lại.")
        if month.rng.random() < 0.5 and _later(month, when, 40) < month.now:
            again = _later(month, when, 40)
            case_acts.do("draft", case, by=staff.handler, now=again, text=f"Đã kiểm tra lại. {story.answer}")
            if answers.needs_approval(case):
                case_acts.do("submit", case, by=staff.handler, now=again)
            case_acts.send_answer(case, by=staff.leader, now=_later(month, again, 3))


def _publish(month: _Month, case: Case, staff: _Staff, at: dt.datetime) -> None:
    row = case_acts.do("prepare", case, by=staff.handler, now=at)
    case_acts.do("submit_publication", row.case, by=staff.handler, now=at)
    if month.rng.random() < 0.85:
        case_acts.do("approve_publication", row.case, by=staff.leader, now=at)
        month.done.published += 1


def _name_officer(month: _Month, agency: Agency) -> None:
    officer = month.staff[agency.pk].supervisor
    if officer is not None and not RestrictedOfficer.objects.filter(user=officer).exists():
        since = month.today - dt.timedelta(days=90)
        RestrictedOfficer.objects.create(
            user=officer,
            agency=agency,
            decision="Quyết định giao tiếp nhận, chuyển đơn (mẫu)",
            valid_from=since,
            confirmed_at=month.now - dt.timedelta(days=90),
        )


def _petition(month: _Month, agency: Agency, nature: str, text: str) -> None:
    at = _working(month, agency, month.now - dt.timedelta(days=month.rng.randrange(1, 4)))
    sent = intake.Sent(kind="report", nature=Nature(nature), agency=agency, text=text, sender_name=_name(month.rng))
    intake.receive(sent, now=at, confirmed=True)
    month.done.petitions += 1


def _rate_dossiers(month: _Month, agency: Agency, most: int) -> None:
    """Rate three returned dossiers in five, each some hours after the result was handed over."""
    rng = month.rng
    since = month.now - dt.timedelta(days=30)
    returned = Dossier.objects.filter(agency=agency, state=State.RESULT_RETURNED, returned_at__gte=since)
    for dossier in returned.select_related("agency").order_by("id")[:most]:
        invitation = ratings.invite(dossier, now=dossier.returned_at)
        at = dossier.returned_at + dt.timedelta(hours=rng.randrange(1, 40), minutes=rng.randrange(60))
        if rng.random() > 0.6 or at >= month.now or Rating.objects.filter(invitation=invitation).exists():
            continue
        with transaction.atomic():
            _rate(month, invitation, at)


def _rate(month: _Month, invitation: RatingInvitation, at: dt.datetime) -> None:
    rng = month.rng
    mood = rng.choices([4, 3, 2, 1], [48, 38, 9, 5])[0]
    values = {}
    for question in ratings.questions_for(invitation, at):
        levels = sorted(choice["value"] for choice in question.choices)
        if question.required or rng.random() < 0.7:
            near = mood + rng.choice([0, 0, 0, -1, 1]) - (4 - levels[-1])
            values[question.key] = min(max(near, levels[0]), levels[-1])
    low = min(values[ratings.ATTITUDE], values[ratings.RESULT]) == 1
    via = rng.choice([Rating.Via.ZALO, Rating.Via.ZALO, Rating.Via.RECEIPT, Rating.Via.QR])
    comment = rng.choice(texts.COMMENTS_LOW if low else texts.COMMENTS_GOOD)
    rating = ratings.give(invitation, values, now=at, via=via, comment=comment)
    month.done.ratings += 1
    if low and rng.random() < 0.6:
        _put_right(month, rating, at)


def _put_right(month: _Month, rating: Rating, at: dt.datetime) -> None:
    staff = month.staff[rating.agency_id]
    if staff.leader is None or staff.leader.pk == rating.officer_id:
        return
    follow_up = FollowUp.objects.get(rating=rating)
    when = _later(month, at, 10)
    follow_ups.contacted(follow_up, by=staff.leader, now=when, done=texts.DONE_ABOUT_LOW)
    if month.rng.random() < 0.6:
        follow_ups.citizen_says(follow_up, now=_later(month, when, 20), settled=True, word="Cảm ơn, tôi đã rõ.")


def _clock(month: _Month, agency: Agency, at: dt.datetime):
    """Yield moments in working hours, hours to days apart: the first step soon, the answer later."""
    for hours in (3, 20, 30, 10, 10, 10):
        following = _working(month, agency, at + dt.timedelta(hours=month.rng.uniform(0.3, 2) * hours))
        at = max(following, at + dt.timedelta(minutes=1))
        yield at


def _later(month: _Month, at: dt.datetime, hours: int) -> dt.datetime:
    return min(at + dt.timedelta(hours=month.rng.uniform(0.3, 1) * hours), month.now - dt.timedelta(minutes=1))


def _working(month: _Month, agency: Agency, at: dt.datetime) -> dt.datetime:
    calendar = month.calendars.get(agency.pk) or working_calendar(agency)
    moment = calendar.opening(at) + dt.timedelta(minutes=month.rng.randrange(0, 90))
    return min(moment, month.now - dt.timedelta(minutes=month.rng.randrange(5, 90)))


def _name(rng: random.Random) -> str:
    return f"{rng.choice(texts.FAMILY)} {rng.choice(texts.MIDDLE)} {rng.choice(texts.GIVEN)}"
