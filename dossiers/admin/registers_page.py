"""Registers of a period as XLSX and PDF, and the standing of each series of numbers."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin import long_registers
from dossiers.admin.access import letter_context, must_have
from dossiers.models import Agency, PersonalDataRead
from dossiers.papers import books as registers
from dossiers.papers.books import Period
from dossiers.papers.register import SYMBOLS
from dossiers.printed_forms import FORMS, FormError
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import agency_ids_of, scoped
from dossiers.table_files.written import made_by

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100


@require_GET
def view(request):
    """Show the choice of register and period, and the last numbers given."""
    must_have(request, "export_register")
    today = timezone.localdate()
    agencies = _agencies(request.user)
    agency = _chosen(request.GET, agencies)
    period, error = period_of(request.GET, today.replace(day=1), today)
    context = letter_context(
        request,
        "Sổ theo dõi, sổ văn bản",
        agencies=agencies,
        agency=agency,
        period=period,
        error=error,
        series=registers.series(agency) if agency else [],
        papers=_letters(agency, period) if agency else [],
        forms=[(code, FORMS[code].label) for code in SYMBOLS],
    )
    return render(request, "dossiers/desk/registers.html", context)


@require_POST
def download(request):
    """Answer the file asked for; whoever takes names and addresses out is written to the reading log."""
    must_have(request, "export_register")
    must_have(request, "see_personal_data")
    today = timezone.localdate()
    agency = _chosen(request.POST, _agencies(request.user))
    period, error = period_of(request.POST, today.replace(day=1), today)
    if agency is None or error:
        messages.error(request, error or "Chọn cơ quan trước khi tải sổ.")
        return redirect("admin:dossiers_registers")
    kind = request.POST.get("tep", "")
    name = f"{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    made = made_by(request.user, timezone.now())
    try:
        book, form_code = ("papers", request.POST.get("mau", "")) if kind == "van-ban" else ("register", "")
        form_code = form_code if form_code in SYMBOLS else ""
        if kind != "pdf" and long_registers.is_long(book, agency, period, form_code):
            act = long_registers.begin(book, agency, period, form_code, made=made, by=request.user, now=timezone.now())
            messages.info(request, "Sổ dài: hệ thống xuất CSV ở phía sau.")
            return redirect("admin:desk_long_act", pk=act.pk)
        if book == "papers":
            file = registers.papers_xlsx(agency, period, form_code, made=made)
            return FileResponse(file, as_attachment=True, filename=f"so-van-ban-{name}.xlsx", content_type=XLSX)
        if kind == "pdf":
            keeper = request.user.get_full_name() or request.user.get_username()
            content, ending = registers.register_pdf(agency, period, keeper=keeper, now=timezone.now())
            _note(request, name)
            answer = HttpResponse(content, content_type="application/pdf" if ending == "pdf" else "application/zip")
            answer["Content-Disposition"] = f'attachment; filename="so-theo-doi-{name}.{ending}"'
            return answer
        file = registers.register_xlsx(agency, period, made=made)
        _note(request, name)
        return FileResponse(file, as_attachment=True, filename=f"so-theo-doi-{name}.xlsx", content_type=XLSX)
    except (FormError, PrintError) as refused:
        messages.error(request, str(refused))
        return redirect("admin:dossiers_registers")


def _note(request, name: str) -> None:
    """Write to the reading log that the register goes out now; a long one's line is written when it is fetched."""
    PersonalDataRead.objects.create(user=request.user, via=f"sổ theo dõi {name}"[:60])


def period_of(data, first: dt.date, last: dt.date) -> tuple[Period, str]:
    """Return the period asked for (tu, den as dd/mm/yyyy or ISO) and a sentence when it could not be read."""
    days = []
    for name, otherwise in (("tu", first), ("den", last)):
        text = str(data.get(name, "")).strip()
        day = otherwise if not text else typed.day(text)
        if day is None:
            return Period(first, last), "Ngày chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 01/11/2026."
        days.append(day)
    try:
        return Period(*days).checked(), ""
    except FormError as error:
        return Period(first, last), str(error)


def _letters(agency: Agency, period: Period) -> list:
    """Return the last numbered papers of the period; receipts, which are many, stand in the workbook only."""
    rows = registers.issued(agency, period).exclude(form_code="receipt")
    return list(rows.order_by("-issued_at", "-id")[:SHOWN])


def _agencies(user) -> list[Agency]:
    allowed = agency_ids_of(user)
    rows = Agency.objects.filter(active=True) if allowed is None else scoped(Agency.objects.all(), user, "pk")
    return list(rows.order_by("name")[:500])


def _chosen(data, agencies: list[Agency]) -> Agency | None:
    wanted = str(data.get("co-quan", ""))
    return next((each for each in agencies if str(each.pk) == wanted), agencies[0] if agencies else None)
