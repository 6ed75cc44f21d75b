"""The public page of the few numbers anyone understands: received, settled, on time, days waited, satisfied.

Of all agencies together, by whole months, so that no figure tells of one dossier or one rating.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dossiers.deadlines.working_time import ZONE, at_minute
from dossiers.kept import Kept
from dossiers.written_dates import written_month
from feedback.figures.periods import Period
from feedback.models import Rating
from feedback.ratings import figures as rating_figures
from portal.packed import packed
from portal.reporting import charts, sums
from portal.reporting.scope import Scope
from portal.reporting.sums import Totals

MONTHS = 12
FRESH_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Month:
    """One month: `happy` is a fraction, None where too few people rated, or the month is not over."""

    first: dt.date
    totals: Totals
    happy: float | None
    over: bool

    @property
    def name(self) -> str:
        return written_month(self.first)

    @property
    def cells(self) -> list[str]:
        return [
            charts.shown(self.totals.received), charts.shown(self.totals.settled), per_cent(self.totals.kept_share),
            charts.shown(None if self.totals.wait_days is None else round(self.totals.wait_days, 1)),
            per_cent(self.happy),
        ]  # fmt: skip


@require_safe
@packed
def page(request):
    """Show the last month that is over, and those of the last twelve since the first dossier in a chart and a table."""
    months = _kept.get(timezone.localdate())
    over = [month for month in months if month.over]
    chart = charts.Chart(
        _("Hồ sơ mỗi tháng"),
        tuple(month.name for month in months),
        (
            charts.Series(_("Hồ sơ tiếp nhận"), tuple(month.totals.received for month in months)),
            charts.Series(_("Hồ sơ giải quyết xong"), tuple(month.totals.settled for month in months)),
        ),
    )
    context = {
        "section": "figures",
        "last": over[-1] if over and over[-1].totals.received + over[-1].totals.settled else None,
        "months": list(reversed(months)),
        "drawn": "" if chart.empty else charts.svg(chart),
    }
    return render(request, "portal/public_figures.html", context)


def per_cent(share: float | None) -> str:
    return sums.NOTHING if share is None else f"{charts.shown(round(100 * share, 1))} %"


def _read(today: dt.date) -> list[Month]:
    """Return the months up to today's, oldest first. Three queries."""
    first = today.replace(day=1)
    starts = [first]
    for _n in range(MONTHS - 1):
        starts.append((starts[-1] - dt.timedelta(days=1)).replace(day=1))
    starts.reverse()
    period = Period(starts[0], today)
    days = sums.by_day(Scope(None), period)
    happy = _satisfied(period, today)
    found = []
    for start in starts:
        following = (start + dt.timedelta(days=32)).replace(day=1)
        totals = sums.of_period(days, Period(start, following - dt.timedelta(days=1)))
        found.append(Month(start, totals, happy.get(start), following <= today))
    # Before the first dossier nobody counted: no row says nought for it.
    counted = [bool(month.totals.received or month.totals.settled) for month in found]
    return found[counted.index(True) :] if any(counted) else found[-1:]


def _satisfied(period: Period, today: dt.date) -> dict[dt.date, float]:
    """Return by month that is over the share of satisfied ratings, where enough people gave one."""
    this_month = at_minute(today.replace(day=1), 0)
    rows = Rating.objects.order_by().filter(counted=True, given_at__gte=period.start, given_at__lt=this_month)
    least = rating_figures.hidden_below(today)
    by_month = rows.annotate(month=TruncMonth("given_at", tzinfo=ZONE)).values("month")
    counted = by_month.annotate(given=Count("pk"), happy=Count("pk", filter=Q(satisfied=True)))
    return {row["month"].date(): row["happy"] / row["given"] for row in counted if row["given"] >= least}


_kept: Kept[list[Month]] = Kept(_read, FRESH_SECONDS, most=4)
