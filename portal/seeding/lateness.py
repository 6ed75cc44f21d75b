"""The daily care of due dates in the seeded month: the morning sweep, the leader's approvals before the day ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE, at_minute
from dossiers.lateness import sweep as overdue
from dossiers.letters import acts as letter_acts
from dossiers.letters import issue as letter_issue
from dossiers.models import DelayCause, Dossier, Letter
from dossiers.workflow.moving import ActError
from portal.seeding.staff import Crew

MORNING, EVENING = 7 * 60 + 40, 16 * 60 + 40
MOVED = ("version", "due_at", "due_explanation", "new_dates_given")
WORDS = ["", "", "", "đang chờ kết quả đo đạc", "đã mời các bên làm việc nhưng chưa đủ thành phần"]


def watch(
    crews: list[Crew], first: dt.date, now: dt.datetime, seed: int, in_play: dict[int, Dossier]
) -> Iterator[dt.datetime]:
    """Yield the moments of the sweeps and approvals of every working day up to `now`, doing each when resumed.

    What is due today is left on the desks as the morning finds it. `in_play` are the dossiers others act on: they are
    told of the moved dates.
    """
    calendars = {crew.agency.pk: calendar_of(crew.agency) for crew in crews}
    dice = {crew.agency.pk: Random(f"lateness-{seed}-{crew.agency.code}") for crew in crews}
    today = now.astimezone(ZONE).date()
    day = first
    while day <= today:
        if any(calendar.is_working_day(day) for calendar in calendars.values()):
            yield at_minute(day, MORNING)
            overdue.sweep(now=at_minute(day, MORNING))
            if day < today:
                evening = at_minute(day, EVENING)
                yield evening
                overdue.sweep(now=evening)
                for crew in crews:
                    following = calendars[crew.agency.pk].next_working_day(day)
                    _approve(crew, evening, following, dice[crew.agency.pk], in_play)
        day += dt.timedelta(days=1)


def _approve(crew: Crew, at: dt.datetime, next_day: dt.date, rng: Random, in_play: dict[int, Dossier]) -> None:
    """Send out what would be late tomorrow evening; some letters are signed and handed over the same day."""
    limit = at_minute(next_day + dt.timedelta(days=1), 0)
    waiting = Letter.objects.filter(centre=crew.agency, state__in=letter_acts.APPROVABLE, old_due_at__lt=limit)
    leader = crew.leaders[0]
    for letter in waiting.select_related(*letter_issue.RELATED).order_by("old_due_at", "id"):
        letter.cause = letter.cause or DelayCause.objects.filter(active=True).first()
        letter.words = rng.choice(WORDS)
        Letter.objects.filter(pk=letter.pk).update(cause=letter.cause, words=letter.words)
        ground = "Ý kiến của Chủ tịch UBND tại cuộc họp giao ban" if letter.dossier.new_dates_given else ""
        try:
            letter_acts.do("approve", letter, by=leader, now=at, override_note=ground)
            if letter.dossier_id in in_play:
                in_play[letter.dossier_id].refresh_from_db(fields=MOVED)
            if rng.random() < 0.6:
                letter_acts.do("attach", letter, content=_scanned(letter), how="scan", by=crew.clerks[0][0], now=at)
            if rng.random() < 0.5:
                letter_acts.do("deliver", letter, by=crew.clerks[0][0], now=at, how="giao tại quầy")
        except ActError:
            continue  # finished or paused since the morning: the next sweep closes the draft


def _scanned(letter: Letter) -> bytes:
    with letter.paper.file.open("rb") as file:
        return file.read() + b"\n% ban quet\n"
