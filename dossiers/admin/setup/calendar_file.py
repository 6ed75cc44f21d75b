"""Import and export of the calendar at the desk: a file of proposals in, the days as they stand out."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dossiers.admin.access import must_have, page_context
from dossiers.deadlines import calendar_files
from dossiers.models import CalendarException
from dossiers.scoping import agency_ids_of
from dossiers.table_files.text_stream import TableFileError

MOST_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    file = forms.FileField(label="Tệp CSV hoặc XLSX", widget=forms.ClearableFileInput(attrs={"class": "mc-input"}))


@require_http_methods(["GET", "POST"])
def load(request):
    """Ask for a file; write its days as proposals, or show row by row why none of them was written."""
    must_have(request, "add_calendarexception")
    must_have(request, "change_calendarexception")
    allowed = agency_ids_of(request.user)
    if allowed == frozenset():
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            report = calendar_files.load(sent, sent.size, allowed=allowed)
        except TableFileError as error:
            form.add_error("file", str(error))
        else:
            if not report.errors:
                messages.success(
                    request,
                    f"Đã nhập lịch: {report.new} ngày mới, {report.changed} ngày sửa, {report.same} ngày không đổi. "
                    "Các ngày này chỉ được tính sau khi xác nhận.",
                )
                return HttpResponseRedirect(reverse("admin:dossiers_calendarexception_changelist") + "?confirmed=no")
    context = page_context(
        request,
        "Nhập lịch từ tệp",
        form=form,
        report=report,
        errors=report.errors[:MOST_SHOWN] if report else [],
        columns=calendar_files.COLUMNS,
        opts=CalendarException._meta,
    )
    return render(request, "dossiers/desk/calendar_load.html", context, status=422 if form.errors or report else 200)


@require_GET
def export(request, days, extension: str):
    """Hand out `days` (already of the user's agencies) as csv or xlsx."""
    must_have(request, "view_calendarexception")
    rows = days.select_related("agency").order_by("date")
    if extension == "csv":
        answer = HttpResponse(calendar_files.as_csv(rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(calendar_files.as_xlsx(rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="lich-lam-viec.{extension}"'
    return answer
