"""The rows behind the figures of "Chậm ở đâu": the late dossiers of a holder, the letters of a holder or cause."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers import typed
from dossiers.admin.access import letter_context, must_have
from dossiers.admin.letters.list import level
from dossiers.admin.registers_page import period_of
from dossiers.letters import attribution
from dossiers.letters import issue as letter_issue
from dossiers.lists.urgency import urgency
from dossiers.models import DelayCause, Dossier
from dossiers.papers.books import Period
from dossiers.scoping import agency_ids_of, scoped
from dossiers.written_dates import written_day

SHOWN = 200
"""Rows on one page; the last line is the sum of all."""
IN_NO_ROW = "Ghi đơn vị không nợ ngày nào trong bảng, hoặc không ghi đơn vị"


@dataclass(slots=True)
class _Line:
    """What one dossier owes, of the holder asked for or of all of them together."""

    dossier: Dossier
    owed: str
    held: str
    holders: str


@require_GET
def dossiers_view(request):
    """Show the late dossiers of the period that one holder, or anybody, held past their day; the most owed first."""
    period, whose = _asked(request)
    now = timezone.now()
    agencies = agency_ids_of(request.user)
    owed = attribution.owed_between(agencies, period.since, period.until, now=now)
    names = attribution.names_of({row.whose for row in owed})
    if whose is not None:
        owed = [row for row in owed if row.whose == whose]
    by_dossier = _by_dossier(owed)
    ids = list(by_dossier)[:SHOWN]
    found = scoped(Dossier.objects.select_related("handler", "unit"), request.user).in_bulk(ids)
    lines = [
        _Line(
            found[pk],
            attribution.sum_as_shown(row.late_minutes for row in by_dossier[pk]),
            attribution.sum_as_shown(row.minutes for row in by_dossier[pk]),
            ", ".join(f"{names[row.whose][0]} {row.owed}" for row in by_dossier[pk]),
        )
        for pk in ids
        if pk in found
    ]
    context = letter_context(
        request,
        "Hồ sơ chậm trong kỳ",
        period=period,
        whose=" · ".join(names[whose]) if whose in names else "",
        lines=[(line, urgency(line.dossier, now)) for line in lines],
        dossiers=len(by_dossier),
        owed=attribution.sum_as_shown(row.late_minutes for row in owed),
        held=attribution.sum_as_shown(row.minutes for row in owed),
        more=len(by_dossier) > SHOWN,
        back=_back(period),
    )
    return render(request, "dossiers/desk/delay_dossiers.html", context)


@require_GET
def letters_view(request):
    """Show the letters issued in the period that name one room, none of the table's, or one cause."""
    period, whose = _asked(request)
    now = timezone.now()
    agencies = agency_ids_of(request.user)
    rows = attribution.issued(agencies, period.since, period.until)
    said = ""
    if "nguyen-nhan" in request.GET:
        cause = typed.whole(request.GET["nguyen-nhan"]) or None
        rows = rows.filter(cause=cause)
        named = DelayCause.objects.filter(pk=cause).first()
        said = f"Nguyên nhân: {named.name if named else 'không ghi'}"
    elif whose is not None:
        rows = rows.filter(unit_at_fault=whose)
        said = "Ghi đơn vị để chậm: " + " · ".join(attribution.names_of([whose]).get(whose, ("không rõ",)))
    elif {"trong-bang", "ngoai-bang"} & request.GET.keys():
        table = attribution.debts(agencies, period.since, period.until, now=now)
        named = Q(unit_at_fault__in=[debt.whose for debt in table.units if debt.whose > 0])
        inside = "trong-bang" in request.GET
        rows = rows.filter(named) if inside else rows.exclude(named)
        said = "Ghi một trong các đơn vị của bảng" if inside else IN_NO_ROW
    rows = rows.select_related(*letter_issue.RELATED, "paper", "approved_by").defer("paper__context")
    shown, count = list(rows.order_by("-issued_at", "-id")[:SHOWN]), rows.count()
    context = letter_context(
        request,
        "Văn bản xin lỗi đã phát hành trong kỳ",
        period=period,
        said=said,
        rows=[(row, level(row, now)) for row in shown],
        count=count,
        more=count > SHOWN,
        back=_back(period),
    )
    return render(request, "dossiers/desk/delay_letters.html", context)


def _by_dossier(owed: list[attribution.Owed]) -> dict[int, list[attribution.Owed]]:
    """Return what is owed by dossier, the most owed first."""
    found: dict[int, list[attribution.Owed]] = {}
    for row in sorted(owed, key=lambda row: -row.late_minutes):
        found.setdefault(row.dossier_id, []).append(row)
    return found


def _asked(request) -> tuple[Period, int | None]:
    """Return the period and the holder asked for, None for all. Raises Http404 for what no link of ours asks."""
    must_have(request, "supervise_lateness")
    today = timezone.localdate()
    period, error = period_of(request.GET, today.replace(day=1), today)
    text = request.GET.get("noi", "")
    whose = typed.whole(text.removeprefix("-"))
    if error or (text and whose is None):
        raise Http404
    return period, -whose if whose is not None and text.startswith("-") else whose


def _back(period: Period) -> str:
    return f"{reverse('admin:dossiers_delay')}?tu={written_day(period.first)}&den={written_day(period.last)}"
