"""The desk's pages of everyday tables: what there is, send a file, look at what would come of it, write it, put out."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.access import page_context
from dossiers.models import Agency, CatalogueImport
from dossiers.scoping import agency_ids_of, membership_of, scoped
from dossiers.table_files.text_stream import TableFileError
from dossiers.table_files.written import XLSX, Book, csv_lines
from portal.desk.colleague import LINK_DAYS
from portal.transfer.everyday import first_links, longer, remembering, sending
from portal.transfer.everyday.kinds import TABLES
from portal.transfer.everyday.reading import IGNORED
from portal.transfer.everyday.tables import Table
from portal.transfer.models import SentTable

SHOWN = 200
LARGEST = 20 * 1024 * 1024


class FileForm(forms.Form):
    """The file, and whose the rows are that name no agency."""

    agency = forms.ModelChoiceField(
        label="Cơ quan", queryset=Agency.objects.none(), required=False, empty_label="Dùng chung cả tỉnh"
    )
    file = forms.FileField(
        label="Tệp",
        help_text="CSV (mọi dấu cách cột, mọi bảng mã thường gặp) hoặc XLSX, nhiều trang tính cũng được.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        agency = self.fields["agency"]
        agency.queryset = scoped(Agency.objects.order_by("name"), user, "pk")
        agency.help_text = "Dòng nào trong tệp không có cột mã cơ quan thì thuộc cơ quan này."
        if agency_ids_of(user) is not None:
            agency.required, agency.empty_label = True, None
        for box in self.fields.values():
            box.widget.attrs.setdefault("class", "mc-input")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("Tệp lớn hơn 20 MB; hãy chia thành nhiều tệp.")
        return file


def _table(request, slug: str, *, to_bring: bool = True) -> type[Table]:
    kind = TABLES.get(slug)
    if kind is None:
        raise Http404
    if not (kind.may_bring(request) if to_bring else kind.may(request, "view")):
        raise PermissionDenied
    return kind


@require_GET
def index(request):
    """Name the tables the person may bring in or put out; 403 to whom none and no file is left."""
    tables = [
        {"kind": kind, "bring": kind.may_bring(request), "view": kind.may(request, "view")} for kind in TABLES.values()
    ]
    tables = [each for each in tables if each["bring"] or each["view"]]
    mine = list(SentTable.objects.filter(by=request.user)[:10])
    # The national text is loaded by versions, on pages of its own.
    loads = admin.site._registry[CatalogueImport]
    catalogue = {"bring": loads.has_add_permission(request), "view": request.user.has_perm("dossiers.view_procedure")}
    if not (tables or mine):
        raise PermissionDenied
    return _page(request, "Nhập, xuất bảng", "tables.html", tables=tables, mine=mine, catalogue=catalogue)


@require_http_methods(["GET", "POST"])
def send(request, table: str):
    """Ask for a file, and try it."""
    kind = _table(request, table)
    place = membership_of(request.user)
    form = FileForm(
        request.POST or None, request.FILES or None, user=request.user, initial={"agency": place and place.agency_id}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sent = sending.send(table, data["file"], data["agency"], request, now=timezone.now())
        except TableFileError as error:
            form.add_error("file", str(error))
        else:
            if sending.is_long(sent):
                return _later(longer.TRY, sent, request)
            return HttpResponseRedirect(reverse("admin:table_sent", args=[sent.pk]))
    return _page(
        request,
        f"Nhập {kind.title.lower()}",
        "table_send.html",
        status=422 if form.errors else 200,
        form=form,
        kind=kind,
        columns=kind.column_list(),
        remembered=remembering.listed(table, request.user),
    )


@require_GET
def sent(request, pk: int):
    """Show what came, or would come, of a file."""
    one, kind = _own(request, pk)
    kept = sending.outcome_of(one)
    lines = sending.lines_of(kept)
    by_outcome = {name: [line for line in lines if line.outcome == name] for name in ("invalid", "new", "update")}
    return _page(
        request,
        f"{kind.title}: {one.name}",
        "table_sent.html",
        sent=one,
        kind=kind,
        kept=kept,
        counts=one.counts,
        groups=[
            (words, len(by_outcome[name]), by_outcome[name][:SHOWN])
            for name, words in (("invalid", "Dòng không nhận"), ("update", "Dòng sửa"), ("new", "Dòng mới"))
            if by_outcome[name]
        ],
        shown=SHOWN,
        may_write=_may_write(one, kept),
        is_untried=one.counts == sending.LONG,
        waiting=first_links.waiting(one, request, kept),
        may_choose=not one.written_at and sending.is_kept(one),
        columns=[column.column_name for column in kind.column_list()],
        choices=[
            {"place": place, "sheet": sheet, "text": text, "column": column}
            for place, (sheet, text, column) in enumerate(_headings(kept))
        ],
        ignored=IGNORED,
    )


def _headings(kept: dict) -> list[tuple[str, str, str]]:
    """Return (sheet, heading, column) of every heading of the file, in order."""
    return [(sheet["name"], text, column) for sheet in kept.get("sheets", ()) for text, column in sheet["headings"]]


def _may_write(one: SentTable, kept: dict) -> bool:
    worth = one.counts.get("new", 0) + one.counts.get("update", 0)
    return bool(worth and kept.get("digest") and not one.written_at and sending.is_kept(one))


@require_POST
def columns(request, pk: int):
    """Keep which heading means which column, for this agency's next files as well, and try the file again."""
    one, kind = _own(request, pk)
    known = {column.column_name for column in kind.column_list()} | {IGNORED}
    chosen = {}
    for place, (_, text, column) in enumerate(_headings(sending.outcome_of(one))):
        said = request.POST.get(f"cot-{place}", "")
        if said in known and said != (column or IGNORED):
            chosen[text] = said
    remembering.remember(one.table, one.agency, chosen, by=request.user)
    if sending.is_long(one):
        return _later(longer.TRY, one, request)
    _again(request, one)
    return HttpResponseRedirect(reverse("admin:table_sent", args=[pk]))


@require_POST
def write(request, pk: int):
    """Write what was looked at."""
    one, _ = _own(request, pk)
    if one.written_at:
        messages.warning(request, "Tệp này đã được ghi.")
    elif not _may_write(one, sending.outcome_of(one)):
        messages.error(request, sending.GONE)
    elif sending.is_long(one):
        return _later(longer.WRITE, one, request)
    else:
        try:
            if sending.write(one, request, now=timezone.now()):
                messages.success(request, "Đã ghi. Dòng không nhận vẫn nằm trong báo cáo.")
            else:
                messages.warning(request, longer.CHANGED)
        except TableFileError as error:
            messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:table_sent", args=[pk]))


@require_POST
def links(request, pk: int):
    """Show, to be printed, where the people of the accounts the file made choose their first passwords."""
    one, _ = _own(request, pk)
    found = first_links.printed(one, request)
    if not found:
        messages.warning(request, "Không còn tài khoản nào của tệp này chờ đặt mật khẩu lần đầu.")
        return HttpResponseRedirect(reverse("admin:table_sent", args=[pk]))
    return _page(request, "Đường dẫn đặt mật khẩu lần đầu", "first_links.html", found=found, sent=one, days=LINK_DAYS)


@require_POST
def forget(request, table: str):
    """Forget what one agency the person sends files for, or the province, calls the columns of a table."""
    _table(request, table)
    try:
        agency = FileForm(user=request.user).fields["agency"].clean(request.POST.get("agency"))
    except forms.ValidationError:
        messages.error(request, "Chưa quên cột nào. Hãy bấm nút quên dưới tên cơ quan của bạn.")
    else:
        messages.success(request, f"Đã quên {remembering.forget(table, agency)} cột.")
    return HttpResponseRedirect(reverse("admin:table_send", args=[table]))


@require_GET
def report(request, pk: int):
    """Hand out the report of every row."""
    one, _ = _own(request, pk)
    kept = sending.outcome_of(one)
    if not kept:
        messages.error(request, sending.GONE)
        return HttpResponseRedirect(reverse("admin:tables"))
    return _file(f"bao-cao-{one.pk}.csv", "".join(csv_lines(sending.report_rows(kept))).encode(), "text/csv")


@require_GET
def export(request, table: str, extension: str):
    """Hand out the rows the person sees, as csv or xlsx; the file can be brought in again as it is."""
    kind = _table(request, table, to_bring=False)
    data = kind(request).export(kind.rows(request))
    if extension == "csv":
        text = "".join(csv_lines([data.headers, *data]))
        return _file(f"{table}.csv", text.encode(), "text/csv; charset=utf-8")
    if extension != "xlsx":
        raise Http404
    book = Book()
    sheet = book.sheet(table, data.headers)
    for row in data:
        sheet.add(row)
    with book.saved() as file:
        return _file(f"{table}.xlsx", file.read(), XLSX)


def _file(name: str, content: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _later(act: str, one: SentTable, request) -> HttpResponseRedirect:
    begun = longer.begin(act, one, by=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("admin:desk_long_act", args=[begun.pk]))


def _again(request, one: SentTable) -> None:
    try:
        sending.try_again(one, request)
    except TableFileError as error:
        messages.error(request, str(error))


def _own(request, pk: int) -> tuple[SentTable, type[Table]]:
    one = get_object_or_404(SentTable, pk=pk, by=request.user)
    return one, _table(request, one.table)


def _page(request, title: str, template: str, *, status: int = 200, **more):
    context = page_context(request, title, **more)
    context.pop("opts")
    return render(request, f"transfer/{template}", context, status=status)
