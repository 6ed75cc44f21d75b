"""Where the days went: which unit owes which days over a period, and why letters were written, month by month."""

from __future__ import annotations

import datetime as dt

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import letter_context, must_have
from dossiers.admin.registers_page import period_of
from dossiers.letters import attribution as delay_attribution
from dossiers.scoping import agency_ids_of


@require_GET
def view(request):
    """Show the debts of the period asked for, this month by default."""
    must_have(request, "supervise_lateness")
    today = timezone.localdate()
    period, error = period_of(request.GET, today.replace(day=1), today)
    agencies = agency_ids_of(request.user)
    total = delay_attribution.debts(agencies, period.since, period.until, now=timezone.now())
    most = max((debt.late_minutes for debt in total.units), default=0)
    months = delay_attribution.causes_by_month(agencies, period.until)
    busiest = max((month.total for month in months), default=0)
    context = letter_context(
        request,
        "Chậm ở đâu, vì sao",
        period=period,
        error=error,
        debts=[(debt, round(100 * debt.late_minutes / most) if most else 0) for debt in total.units],
        total=total,
        months=[(month, round(100 * month.total / busiest) if busiest else 0) for month in months],
        presets=_presets(today),
    )
    return render(request, "dossiers/desk/delay.html", context)


def _presets(today: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    first = today.replace(day=1)
    before = (first - dt.timedelta(days=1)).replace(day=1)
    return [
        ("Tháng này", first, today),
        ("Tháng trước", before, first - dt.timedelta(days=1)),
        ("90 ngày qua", today - dt.timedelta(days=89), today),
        ("Từ đầu năm", today.replace(month=1, day=1), today),
    ]
