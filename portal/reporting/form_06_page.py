"""The desk's page of forms 06a and 06b, and the workbook of them."""

from __future__ import annotations

from django.http import FileResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers.admin.access import page_context
from dossiers.table_files.written import Book
from dossiers.written_dates import said_moment
from feedback.figures.periods import CHOICES
from portal.reporting import form_06, scope
from portal.reporting.board_page import XLSX, asked, must_see
from portal.reporting.lead import Lead


@require_GET
def view(request):
    """Show the forms of the period and agencies asked for; the reporting month of the 15th where no period is."""
    must_see(request)
    question = asked(request, _with_period(request))
    today = timezone.localdate()
    lead = Lead(request.user, question.scope, question.period, today)
    context = page_context(
        request,
        "Mẫu 06a, 06b",
        question=question,
        periods=CHOICES,
        agencies=scope.visible(request.user),
        forms=form_06.forms(question.scope, question.period, today=today, lead=lead),
        head=form_06.HEAD,
    )
    context.pop("opts")
    return render(request, "reporting/form_06.html", context)


@require_GET
def workbook(request):
    """Hand the forms out with real numbers, the check in a row below."""
    must_see(request)
    question = asked(request, _with_period(request))
    by = request.user.get_full_name() or request.user.get_username()
    made = f"{question.scope.words}, {question.period.words}. {by} lập lúc {said_moment(timezone.now())}."
    book = Book()
    for form in form_06.forms(question.scope, question.period, today=timezone.localdate()):
        title = f"Mẫu {form.code}. {form.title}. {made}"
        sheet = book.sheet(form.code, [form.label, *form_06.HEAD], title=title)
        for row in (*form.rows, form.total):
            sheet.add([row.name, *row.cells], bold=row is form.total)
        sheet.add(["Kiểm tra: nhận = đã giải quyết + đang giải quyết", "khớp" if form.agrees else "KHÔNG KHỚP"])
    name = f"06-{question.period.first:%Y%m%d}-{question.period.last:%Y%m%d}.xlsx"
    return FileResponse(book.saved(), as_attachment=True, filename=name, content_type=XLSX)


def _with_period(request):
    """Return what was asked for, with the period the law reports by where none was named.

    The forms are an agency's: a room brought along from the boards would count what rooms hand on as settled nowhere.
    """
    data = request.GET.copy()
    data.pop("phong", None)
    if not any(data.get(name) for name in ("ky", "tu", "den")):
        data["ky"] = "ky-thang"
    return data
