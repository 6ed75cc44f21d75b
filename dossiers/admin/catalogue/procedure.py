"""The procedure catalogue at the desk: finding, reading, and correcting what could not be read from the portal."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Q
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from dossiers import typed
from dossiers.admin.access import must_have
from dossiers.admin.base import StackedInline, StaffAdmin, TabularInline
from dossiers.admin.catalogue import counter_list, procedure_page
from dossiers.admin.catalogue.search_words import PhrasingInline
from dossiers.catalogue import written
from dossiers.models import (
    Fee,
    Field,
    Procedure,
    ProcedureAlias,
    ProcedureCase,
    ProcedureVersion,
    RequiredPaper,
    TimeLimit,
)
from dossiers.search_text import fold_words
from dossiers.table_files.written import csv_lines


@admin.register(Field)
class FieldAdmin(StaffAdmin):
    list_display = ("name", "code")
    search_fields = ("name_folded",)

    def get_search_results(self, request, queryset, search_term):
        for word in fold_words(search_term):
            queryset = queryset.filter(name_folded__contains=word)
        return queryset, False


class AliasInline(TabularInline):
    model = ProcedureAlias
    extra = 0


@admin.register(Procedure)
class ProcedureAdmin(StaffAdmin):
    """The list opens the reading page; the form behind "Sửa" holds only what is common to all versions."""

    list_display = ("shown_code", "shown_name", "field", "status", "times_received")
    list_display_links = None
    list_filter = ("status", counter_list.KeptFilter, "field")
    list_select_related = ("field",)
    search_fields = ("search_text",)
    search_help_text = "Mã, mã khác, hoặc tên thủ tục không cần dấu"
    fields = ("code", "name", "field", "ministry", "status", "unsigned_result", "abolished_on", "abolishing_decision")
    inlines = (AliasInline, PhrasingInline)
    ordering = ("code",)

    @admin.display(description="Mã thủ tục", ordering="code")
    def shown_code(self, procedure: Procedure) -> str:
        return format_html(
            '<a href="{}" class="font-semibold whitespace-nowrap">{}</a>',
            reverse("admin:dossiers_procedure_change", args=[procedure.pk]),
            procedure.code,
        )

    @admin.display(description="Tên thủ tục", ordering="name")
    def shown_name(self, procedure: Procedure) -> str:
        return Truncator(procedure.name).chars(160)

    def get_search_results(self, request, queryset, search_term):
        """Every word in code or name, accents ignored; or another code of the procedure, typed whole."""
        by_words = Q()
        for word in fold_words(search_term):
            by_words &= Q(search_text__contains=word)
        other_code = ProcedureAlias.objects.filter(code__iexact=search_term.strip()).values("procedure_id")
        return queryset.filter(by_words | Q(pk__in=other_code)) if search_term.strip() else queryset, False

    def get_urls(self):
        return [
            path("<int:pk>/quay/", self.admin_site.admin_view(counter_list.view), name="dossiers_counter_list"),
            path("xuat.csv", self.admin_site.admin_view(self.csv), name="dossiers_procedure_csv"),
            path("<int:pk>/sua/", self.admin_site.admin_view(self.edit_view), name="dossiers_procedure_edit"),
            *super().get_urls(),
        ]

    def csv(self, request):
        """Hand out the catalogue as it stands, a table that can be loaded again."""
        must_have(request, "view_procedure")
        lines = csv_lines(written.rows(timezone.localdate()))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="danh-muc-thu-tuc.csv"'
        return answer

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return procedure_page.view(request, object_id, may_edit=self.has_change_permission(request))

    def edit_view(self, request, pk: int):
        """The plain form of the procedure's own columns and codes."""
        return super().change_view(request, str(pk), extra_context={"title": "Sửa thủ tục"})

    def has_delete_permission(self, request, obj=None):
        return False  # a procedure is abolished; dossiers keep pointing at it


class OwnCases:
    """Inline rows whose choice of case is limited to the cases of the version at hand."""

    extra = 0
    tab = True

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "case":
            version = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = ProcedureCase.objects.filter(version_id=typed.whole(version))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CaseInline(TabularInline):
    model = ProcedureCase
    extra = 0
    tab = True


class PaperInline(OwnCases, StackedInline):
    model = RequiredPaper
    fields = (
        "name", ("case", "group"), "form_file", ("kind", "required"), ("originals", "copies", "form"),
        ("channel", "order"),
    )  # fmt: skip


class LimitInline(OwnCases, TabularInline):
    model = TimeLimit
    fields = ("channel", "case", "amount", "unit", "text")


class FeeInline(OwnCases, StackedInline):
    model = Fee
    fields = (
        ("label", "kind"), ("amount", "per"), ("channel", "case"), ("valid_from", "valid_to"), "basis", "text",
    )  # fmt: skip


@admin.register(ProcedureVersion)
class ProcedureVersionAdmin(StaffAdmin):
    """Corrections to one version: the unit the portal left out, the fee a circular sets. They survive later loads."""

    list_display = ("name", "number", "valid_from", "valid_to", "status")
    list_filter = ("status",)
    search_fields = ("procedure__search_text",)
    ordering = ("-id",)
    fields = (
        "name",
        ("valid_from", "valid_to"),
        ("status", "online_level"),
        "field",
        "online_url",
        "announcing_decision",
        "executing_agency",
        "authority",
        "reception_address",
        "conditions",
    )
    inlines = (LimitInline, FeeInline, CaseInline, PaperInline)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if any(rows.model in (RequiredPaper, ProcedureCase) and rows.has_changed() for rows in formsets):
            form.instance.papers_by_hand = True
            form.instance.save(update_fields=["papers_by_hand"])

    def get_search_results(self, request, queryset, search_term):
        for word in fold_words(search_term):
            queryset = queryset.filter(procedure__search_text__contains=word)
        return queryset, False

    def has_add_permission(self, request):
        return False  # versions come from the catalogue

    def has_delete_permission(self, request, obj=None):
        return False

    def response_post_save_change(self, request, obj):
        return HttpResponseRedirect(reverse("admin:dossiers_procedure_change", args=[obj.procedure_id]))
