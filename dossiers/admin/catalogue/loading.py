"""The history of catalogue loads at the desk, and what each changed; a new load begins in previewing."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format

from dossiers import typed
from dossiers.admin.access import must_have, page_context, row_ids
from dossiers.admin.base import StaffAdmin
from dossiers.admin.catalogue import difference_view, previewing
from dossiers.admin.catalogue.previewing import shares_of
from dossiers.catalogue import abolition, report
from dossiers.models import CatalogueImport, CatalogueImportRow, Procedure
from dossiers.scoping import agency_ids_of
from dossiers.written_dates import written_moment


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
            path("add/", page(previewing.upload), name="dossiers_catalogueimport_add"),
            path("xem-truoc/", page(previewing.view), name="dossiers_catalogueimport_preview"),
            path("xac-nhan/", page(previewing.confirm), name="dossiers_catalogueimport_confirm"),
            path("<int:pk>/bao-cao.csv", page(self.csv), name="dossiers_catalogueimport_csv"),
            path("<int:pk>/bai-bo/", page(self.abolish), name="dossiers_catalogueimport_abolish"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of one load: figures, then its rows by outcome, folded, a page at a time."""
        must_have(request, "view_catalogueimport")
        load = self._load(request, object_id)
        asked = difference_view.Asked.from_query(request.GET, load.counts)
        lines, count = difference_view.of_load(load, asked)
        context = page_context(
            request,
            f"Lần nạp {written_moment(load.started_at)}",
            opts=self.opts,
            load=load,
            shares=shares_of(load.counts.get("shares") or []),
            may_abolish=self._may_load(request)
            and asked.outcome == "abolished"
            and any(line.applied is False and line.procedure_id for line in lines),
            **difference_view.context(load.counts, asked, lines, count),
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
            rows = list(
                load.rows.filter(pk__in=ids[: difference_view.PAGE], outcome=CatalogueImportRow.Outcome.ABOLISHED)
            )
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

    def _may_load(self, request) -> bool:
        return previewing.may_load(request)

    def _must_load(self, request) -> None:
        previewing.must_load(request)

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
