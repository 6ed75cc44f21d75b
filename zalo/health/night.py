"""When a message may go out: Zalo's night rule per type, and the agency's own quiet hours. Pure; all times local.

Zalo (docs, OA messages): tin tư vấn and tag 1–2 templates may be sent at any hour (pushed silently 22:00–05:59);
promotional templates only 06:00–21:59. The agency's quiet hours hold what is neither an answer nor urgent.
"""

import datetime as dt

from django.utils import timezone

NIGHT_FROM, NIGHT_TO = dt.time(22, 0), dt.time(6, 0)
MORNING = dt.time(6, 5)


def held_until(now: dt.datetime, start: dt.time, end: dt.time) -> dt.datetime | None:
    """The end of the quiet span that holds `now`, None outside it. Equal times mean no quiet span at all."""
    local = timezone.localtime(now)
    clock = local.time()
    if start == end:
        return None
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if not inside:
        return None
    day = local.date() + dt.timedelta(days=1 if clock >= end else 0)
    return timezone.make_aware(dt.datetime.combine(day, end))


def promotional_until(now: dt.datetime) -> dt.datetime | None:
    """Until when Zalo refuses promotional content (-234), None by day."""
    return held_until(now, NIGHT_FROM, NIGHT_TO)


def next_morning(now: dt.datetime) -> dt.datetime:
    """The next 06:05, for messages Zalo refused at night."""
    local = timezone.localtime(now)
    day = local.date() + dt.timedelta(days=1 if local.time() >= MORNING else 0)
    return timezone.make_aware(dt.datetime.combine(day, MORNING))


def next_day(now: dt.datetime) -> dt.datetime:
    """Ten past midnight, when daily allowances are new."""
    day = timezone.localtime(now).date() + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(0, 10)))
