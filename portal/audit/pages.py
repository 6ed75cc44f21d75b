"""The inspector's page: search the logs of reading and of changes, take them along; looking is logged itself."""

from __future__ import annotations

from itertools import chain
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.access import page_context
from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.models import Agency, Dossier, PersonalDataRead
from dossiers.scoping import scoped
from dossiers.table_files.written import XLSX, Book, csv_lines
from dossiers.written_dates import said_moment, written_day, written_moment
from portal.audit import searching
from portal.audit.models import Seal

SEARCH = "audit.search_logs"
MOST = 50_000
HEADINGS = ("Lúc", "Người", "Việc", "Về")
NAMES = ("so", "nguoi", "ho-so", "co-quan", "tu", "den")


def must_search(request) -> None:
    """Raise PermissionDenied unless the user may search the logs."""
    if not request.user.has_perm(SEARCH):
        raise PermissionDenied


@require_GET
def view(request):
    """Show a page of the log asked for, of the user's agencies."""
    must_search(request)
    asked, texts, error = question(request, request.GET)
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
    """Hand the lines asked for out as CSV or workbook, with who took them and when on top."""
    must_search(request)
    asked, texts, error = question(request, request.POST)
    if not error and searching.rows(request.user, asked).order_by("-pk")[MOST : MOST + 1].values_list("pk").first():
        error = f"Có hơn {MOST:,} dòng. Hãy thu hẹp ngày, người hoặc cơ quan rồi xuất lại.".replace(",", ".")
    if error:
        messages.error(request, error)
        kept = urlencode({name: text for name, text in texts.items() if text})
        return HttpResponseRedirect(f"{reverse('admin:audit_search')}?{kept}")
    _note(request, asked, "xuất nhật ký")
    now = timezone.now()
    by = request.user.get_full_name() or request.user.get_username()
    source = searching.SOURCES[asked.source]
    title = f"{source.title}. {_in_words(asked)}{by} xuất lúc {said_moment(now)}."
    lines = searching.lines(request.user, asked, MOST)
    name = f"nhat-ky-{asked.source}-{timezone.localtime(now):%Y%m%d-%H%M}"
    if request.POST.get("tep") == "csv":
        rows = ([written_moment(each.at), each.who, each.what, each.about] for each in lines)
        answer = StreamingHttpResponse(
            (line.encode() for line in csv_lines(chain([[title], HEADINGS], rows))), content_type="text/csv"
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    book = Book()
    sheet = book.sheet("Nhật ký", HEADINGS, title=title)
    for each in lines:
        sheet.add([timezone.localtime(each.at).replace(tzinfo=None), each.who, each.what, each.about])
    return FileResponse(book.saved(), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def question(request, data) -> tuple[searching.Asked, dict[str, str], str]:
    """Return what is asked for, as it was typed, and a sentence when it could not be read."""
    texts = {name: str(data.get(name, "")).replace("\x00", "").strip()[:150] for name in NAMES}
    texts["so"] = texts["so"] if texts["so"] in searching.SOURCES else "xem"
    days, error = {}, ""
    for name in ("tu", "den"):
        days[name] = typed.day(texts[name]) if texts[name] else None
        if texts[name] and days[name] is None:
            error = f"Không hiểu ngày “{texts[name]}”. Hãy ghi ngày/tháng/năm, ví dụ 01/11/2026."
    if days["tu"] and days["den"] and days["den"] < days["tu"]:
        error = "Ngày cuối trước ngày đầu. Hãy đổi lại hai ngày."
    dossier = agency = None
    if texts["ho-so"]:
        dossier = scoped(Dossier.objects.filter(code=_code(texts["ho-so"])), request.user).first()
        error = error or ("" if dossier else "Không có hồ sơ mang mã này trong phạm vi của bạn. Hãy kiểm tra lại mã.")
    if texts["co-quan"]:
        agency = scoped(Agency.objects.filter(code=texts["co-quan"]), request.user, "pk").first()
        error = error or ("" if agency else "Không có cơ quan này trong phạm vi của bạn. Hãy chọn lại.")
    asked = searching.Asked(texts["so"], texts["nguoi"], dossier, agency, days["tu"], days["den"])
    return asked, texts, error


def _code(text: str) -> str:
    try:
        return normalise_code(text)
    except InvalidCode:
        return text[:40]


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
