"""Loading the catalogue at the desk: choose a file, see what would change, confirm; then the history of loads."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format

from dossiers import typed
from dossiers.admin.access import must_have, page_context, row_ids
from dossiers.admin.base import StaffAdmin
from dossiers.catalogue import abolition, report, uploads
from dossiers.catalogue.importing import Options, load_file
from dossiers.models import Agency, CatalogueImport, CatalogueImportRow, Procedure
from dossiers.scoping import agency_ids_of
from dossiers.table_files.text_stream import TableFileError
from dossiers.written_dates import written_moment

PAGE = 50
SHOWN_AT_PREVIEW = 30
OUTCOMES = (
    ("new", "Mới"),
    ("changed", "Thay đổi"),
    ("abolished", "Không còn trong danh mục"),
    ("failed", "Không nạp được"),
    ("unchanged", "Không đổi"),
)


class UploadForm(forms.Form):
    """The file, and whose catalogue it is."""

    file = forms.FileField(
        label="Tệp danh mục",
        widget=forms.ClearableFileInput(attrs={"class": "mc-input"}),
        help_text="JSON lines (kể cả .gz), CSV hoặc XLSX có cột “Mã thủ tục” và “Tên thủ tục”.",
    )
    source = forms.CharField(
        label="Tên nguồn",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "mc-input"}),
        help_text="Để trống với tệp của Cổng Dịch vụ công quốc gia. Lần nạp sau chỉ so với các lần cùng nguồn.",
    )
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"),
        label="Danh mục riêng của đơn vị",
        required=False,
        empty_label="Danh mục chung",
    )


@admin.register(CatalogueImport)
class CatalogueImportAdmin(StaffAdmin):
    list_display = (
        "started_at",
        "file_name",
        "source",
        "agency",
        "by",
        "new",
        "changed",
        "abolished",
        "failed",
        "open",
    )
    list_display_links = ("started_at", "file_name")
    list_filter = ("source",)
    list_select_related = ("agency", "by")
    search_fields = ("file_name", "source")
    ordering = ("-started_at",)

    def get_queryset(self, request):
        """Loads of the common catalogue are everybody's to read, an agency's own catalogue is its own."""
        rows, allowed = super().get_queryset(request), agency_ids_of(request.user)
        return rows if allowed is None else rows.filter(Q(agency=None) | Q(agency__in=allowed))

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        page = self.admin_site.admin_view
        return [
            path("add/", page(self.upload), name="dossiers_catalogueimport_add"),
            path("xac-nhan/", page(self.confirm), name="dossiers_catalogueimport_confirm"),
            path("<int:pk>/bao-cao.csv", page(self.csv), name="dossiers_catalogueimport_csv"),
            path("<int:pk>/bai-bo/", page(self.abolish), name="dossiers_catalogueimport_abolish"),
            *super().get_urls(),
        ]

    def upload(self, request):
        """Ask for a file; with one, show what loading it would change. Nothing is written but the kept file."""
        self._must_load(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            kept = uploads.keep(form.cleaned_data["file"], request.user)
            options = {"source": form.cleaned_data["source"], "agency": form.cleaned_data["agency"]}
            try:
                outcome = self._run(kept, request, dry_run=True, **options)
            except TableFileError as error:
                uploads.forget(kept)
                form.add_error("file", str(error))
            else:
                return self._preview(request, kept, outcome, options)
        context = page_context(request, "Nạp danh mục thủ tục", form=form, opts=self.opts)
        return render(request, "dossiers/desk/catalogue_upload.html", context)

    def _preview(self, request, kept: uploads.Kept, outcome, options: dict):
        by_outcome = {
            name: [row for row in outcome.rows if row.outcome == name] for name, _ in OUTCOMES if name != "unchanged"
        }
        context = page_context(
            request,
            "Xem trước khi nạp danh mục",
            opts=self.opts,
            outcome=outcome,
            token=kept.token,
            options=options,
            parts=[
                (name, label, len(by_outcome[name]), by_outcome[name][:SHOWN_AT_PREVIEW])
                for name, label in OUTCOMES
                if by_outcome.get(name)
            ],
            unchanged=outcome.counts["unchanged"],
            shares=outcome.shares,
            shown=SHOWN_AT_PREVIEW,
        )
        return render(request, "dossiers/desk/catalogue_preview.html", context)

    def confirm(self, request):
        """Load the file that was previewed."""
        self._must_load(request)
        kept = uploads.find(request.POST.get("token", ""), request.user) if request.method == "POST" else None
        if kept is None:
            messages.warning(request, "Tệp xem trước đã hết hạn; hãy chọn lại tệp.")
            return HttpResponseRedirect(reverse("admin:dossiers_catalogueimport_add"))
        agency = request.POST.get("agency", "")
        try:
            outcome = self._run(
                kept,
                request,
                source=request.POST.get("source", "")[:120],
                agency=Agency.objects.filter(pk=typed.whole(agency)).first(),
                abolish_missing=request.POST.get("abolish") == "yes",
                abolishing_decision=request.POST.get("decision", "")[:120],
            )
        except TableFileError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:dossiers_catalogueimport_add"))
        finally:
            uploads.forget(kept)
        self.log_addition(request, outcome.load, "Nạp danh mục thủ tục")
        messages.success(request, report.summary(outcome, dry_run=False).split("\n")[0])
        return HttpResponseRedirect(reverse("admin:dossiers_catalogueimport_change", args=[outcome.load.pk]))

    def _run(self, kept: uploads.Kept, request, **options):
        settings = Options(today=timezone.localdate(), **options)
        return load_file(kept.path, settings, by=request.user, now=timezone.now(), file_name=kept.name)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of one load: figures, then its rows by outcome, PAGE at a time."""
        must_have(request, "view_catalogueimport")
        load = self._load(request, object_id)
        asked = request.GET.get("loai", "")
        after = request.GET.get("sau", "")
        rows = load.rows.select_related("procedure").order_by("id")
        rows = rows.exclude(problems=[]) if asked == "problems" else rows.filter(outcome=asked or self._first(load))
        if after.isascii() and after.isdigit() and len(after) < 16:
            rows = rows.filter(pk__gt=int(after))
        page = list(rows[: PAGE + 1])
        context = page_context(
            request,
            f"Lần nạp {written_moment(load.started_at)}",
            opts=self.opts,
            load=load,
            asked=asked or self._first(load),
            tabs=[(name, label, load.counts.get(name, 0)) for name, label in OUTCOMES],
            rows=page[:PAGE],
            next_after=page[PAGE - 1].pk if len(page) > PAGE else None,
            shares=[
                (name, stated, read, 100 * read / stated if stated else 100)
                for name, stated, read in self._shares(load)
            ],
            may_abolish=self._may_load(request)
            and asked == "abolished"
            and any(row.difference.get("applied") is False and row.procedure_id for row in page),
        )
        return render(request, "dossiers/desk/catalogue_load.html", context)

    def csv(self, request, pk: int):
        """The whole report of a load as a CSV file."""
        must_have(request, "view_catalogueimport")
        load = self._load(request, pk)
        response = StreamingHttpResponse(report.csv_lines(load), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="bao-cao-nap-danh-muc-{load.pk}.csv"'
        return response

    def abolish(self, request, pk: int):
        """Abolish the ticked procedures that this load did not find."""
        self._must_load(request)
        load = self._load(request, pk)
        if request.method == "POST":
            ids = row_ids(request.POST.getlist("row"))
            rows = list(load.rows.filter(pk__in=ids[:PAGE], outcome=CatalogueImportRow.Outcome.ABOLISHED))
            procedures = Procedure.objects.filter(pk__in=[row.procedure_id for row in rows])
            done = abolition.abolish(procedures, timezone.localdate(), request.POST.get("decision", ""))
            for row in rows:
                row.difference = {**row.difference, "applied": True}
            CatalogueImportRow.objects.bulk_update(rows, ["difference"])
            self.log_change(request, load, f"Bãi bỏ {done} thủ tục không còn trong danh mục")
            messages.success(request, f"Đã đánh dấu bãi bỏ {done} thủ tục.")
        return HttpResponseRedirect(
            reverse("admin:dossiers_catalogueimport_change", args=[load.pk]) + "?loai=abolished"
        )

    def _load(self, request, pk) -> CatalogueImport:
        load = self.get_queryset(request).select_related("agency", "by").filter(pk=typed.whole(pk)).first()
        if load is None:
            raise Http404
        return load

    @staticmethod
    def _first(load: CatalogueImport) -> str:
        return next((name for name, _ in OUTCOMES if load.counts.get(name)), "new")

    @staticmethod
    def _shares(load: CatalogueImport) -> list:
        return load.counts.get("shares") or []

    def _may_load(self, request) -> bool:
        return self.has_add_permission(request)

    def _must_load(self, request) -> None:
        if not self._may_load(request):
            raise PermissionDenied("Danh mục dùng chung do quản trị toàn tỉnh nạp.")

    @admin.display(description="Mới")
    def new(self, load: CatalogueImport) -> str:
        return number_format(load.counts.get("new", 0), force_grouping=True)

    @admin.display(description="Thay đổi")
    def changed(self, load: CatalogueImport) -> str:
        return number_format(load.counts.get("changed", 0), force_grouping=True)

    @admin.display(description="Không còn")
    def abolished(self, load: CatalogueImport) -> str:
        return number_format(load.counts.get("abolished", 0), force_grouping=True)

    @admin.display(description="Lỗi")
    def failed(self, load: CatalogueImport) -> str:
        return number_format(load.counts.get("failed", 0), force_grouping=True)

    @admin.display(description="Cần kiểm tra")
    def open(self, load: CatalogueImport) -> str:
        return number_format(load.counts.get("problems", 0), force_grouping=True)
