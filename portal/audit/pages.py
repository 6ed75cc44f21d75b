"""The inspector's page: search the logs of reading and of changes, take them along; looking is logged itself."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.admin.access import page_context
from dossiers.long_acts import files
from dossiers.models import Agency, PersonalDataRead
from dossiers.scoping import scoped
from dossiers.table_files.written import XLSX, Book, csv_lines
from dossiers.written_dates import said_moment, written_day
from portal.audit import exporting, searching
from portal.audit.models import Seal

MOST = files.AT_ONCE


def must_search(request) -> None:
    """Raise PermissionDenied unless the user may search the logs."""
    if not request.user.has_perm(exporting.SEARCH):
        raise PermissionDenied


@require_GET
def view(request):
    """Show a page of the log asked for, of the user's agencies."""
    must_search(request)
    asked, texts, error = searching.question(request.user, request.GET)
    lines, following = ([], "") if error else searching.page(request.user, asked, request.GET.get("sau", ""))
    if lines:
        _note(request, asked, "kiểm tra nhật ký")
    newest = Seal.objects.filter(log=searching.SOURCES[asked.source].model._meta.label).order_by("-number").first()
    kept = {name: text for name, text in texts.items() if text}
    context = page_context(
        request,
        "Kiểm tra nhật ký",
        asked=asked,
        texts=texts,
        code=texts["ho-so"],
        error=error,
        lines=lines,
        sources=[(key, source.title) for key, source in searching.SOURCES.items()],
        agencies=list(scoped(Agency.objects.order_by("name"), request.user, "pk")[:500]),
        next_page=f"?{urlencode({**kept, 'sau': following})}" if following else "",
        sealed=newest,
        most=MOST,
    )
    context.pop("opts")
    return render(request, "audit/search.html", context)


@require_POST
def export(request):
    """Hand the lines asked for out as CSV or workbook, with who took them and when on top; very many by the worker."""
    must_search(request)
    asked, texts, error = searching.question(request.user, request.POST)
    if error:
        messages.error(request, error)
        kept = urlencode({name: text for name, text in texts.items() if text})
        return HttpResponseRedirect(f"{reverse('admin:audit_search')}?{kept}")
    now = timezone.now()
    by = request.user.get_full_name() or request.user.get_username()
    source = searching.SOURCES[asked.source]
    title = f"{source.title}. {_in_words(asked)}{by} xuất lúc {said_moment(now)}."
    if searching.rows(request.user, asked).order_by("-pk")[MOST : MOST + 1].values_list("pk").first():
        act = exporting.begin(texts, title, by=request.user, now=now)
        messages.info(request, f"Hơn {MOST:,} dòng: hệ thống xuất CSV ở phía sau.".replace(",", "."))
        return HttpResponseRedirect(reverse("admin:desk_long_act", args=[act.pk]))
    _note(request, asked, "xuất nhật ký")
    lines = searching.lines(request.user, asked)
    name = f"nhat-ky-{asked.source}-{timezone.localtime(now):%Y%m%d-%H%M}"
    if request.POST.get("tep") == "csv":
        text = (line.encode() for line in csv_lines(exporting.rows_of(title, lines)))
        answer = StreamingHttpResponse(text, content_type="text/csv")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    book = Book()
    sheet = book.sheet("Nhật ký", exporting.HEADINGS, title=title)
    for each in lines:
        sheet.add([timezone.localtime(each.at).replace(tzinfo=None), each.who, each.what, each.about])
    return FileResponse(book.saved(), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _note(request, asked: searching.Asked, via: str) -> None:
    PersonalDataRead.objects.create(user=request.user, dossier=asked.dossier, via=via)


def _in_words(asked: searching.Asked) -> str:
    said = [
        f"Người: {asked.person}" if asked.person else "",
        f"Hồ sơ: {asked.dossier.code}" if asked.dossier else "",
        f"Cơ quan: {asked.agency.name}" if asked.agency else "",
        f"Từ {written_day(asked.first)}" if asked.first else "",
        f"Đến hết {written_day(asked.last)}" if asked.last else "",
    ]
    return "".join(f"{each}. " for each in said if each)
