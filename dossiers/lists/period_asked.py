"""What lies in the days a list is asked about, in the words the daily figures count by."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness.worklists import late_at_end
from dossiers.models import Dossier
from dossiers.states import OPEN
from dossiers.written_dates import written_day

MOMENTS = {
    "received": "Tiếp nhận",
    "finished": "Giải quyết xong",
    "waited": "Xong, biết ngày tiếp nhận",
    "kept": "Xong, đúng ngày hẹn đầu",
    "broken": "Xong, lỡ ngày hẹn đầu",
    "on_time": "Xong, đúng hạn theo ngày hẹn cuối",
    "overdue": "Xong, quá hạn theo ngày hẹn cuối",
    "open": "Đang giải quyết vào cuối ngày sau",
    "late": "Quá hạn vào cuối ngày sau",
}


def note_of(moment: str, last: dt.date, today: dt.date) -> str:
    """Return what to say above the list: what was late on a day that is over is read from what is known today."""
    if moment != "late" or last >= today:
        return ""
    return (
        f"Quá hạn vào cuối ngày {written_day(last)}, tính theo ngày hẹn hiện nay: hồ sơ từ đó đã tạm dừng hoặc được "
        "hẹn lại không còn ở đây, nên có thể ít hơn số đã chốt trên bảng."
    )


def of_period(rows: QuerySet, moment: str, first: dt.date, last: dt.date, now: dt.datetime) -> QuerySet:
    """Return the rows received or settled from `first` to `last`, or open, or late, at the end of `last`.

    Kept and broken speak of the day first promised, in time and overdue of the day promised last. The words of these
    are those the daily figures count by: a figure opens as many rows as it says.
    """
    span = (dt.datetime.combine(first, dt.time.min, ZONE), dt.datetime.combine(last, dt.time.max, ZONE))
    if moment == "received":
        return rows.filter(received_at__range=span)
    if moment == "open":
        still = Q(state__in=OPEN, finished_at=None)
        # Of a day that is not over nothing was settled later.
        return rows.filter(still | Q(finished_at__gt=span[1]) if span[1] < now else still, received_at__lte=span[1])
    if moment == "late":
        # Each has its index; joined by OR neither is used where the newest are asked for.
        conditions = late_at_end(last, now.astimezone(ZONE).date())
        open_now, since = (Dossier.objects.order_by().filter(each).values("pk") for each in conditions)
        return rows.filter(pk__in=open_now.union(since, all=True))
    rows = rows.filter(finished_at__range=span)
    if moment == "finished":
        return rows
    if moment == "waited":
        return rows.filter(received_at__lte=F("finished_at"))
    days = {name: TruncDate(f"{name}_at", tzinfo=ZONE) for name in ("finished", "promised", "due")}
    # Where no day was ever promised none was kept or broken.
    wanted = {
        "kept": Q(finished__lte=F("promised")),
        "broken": Q(finished__gt=F("promised")),
        "on_time": Q(finished__lte=F("due"), received_at__isnull=False),
        "overdue": Q(finished__gt=F("due"), received_at__isnull=False),
    }
    return rows.alias(**days).filter(wanted[moment])
