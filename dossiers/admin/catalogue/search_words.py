"""The words people search by: synonyms, added phrasings, and the worklist of what was searched in vain."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import Q

from dossiers.admin.base import StaffAdmin, TabularInline
from dossiers.models import MissedSearch, ProcedurePhrasing, SearchSynonym
from dossiers.scoping import agency_ids_of
from dossiers.search_text import fold


class PhrasingInline(TabularInline):
    """Further ways people ask for the procedure of the page."""

    model = ProcedurePhrasing
    fields = ("text",)


@admin.register(SearchSynonym)
class SearchSynonymAdmin(StaffAdmin):
    """The thesaurus: everyday words and the official words looked for with them."""

    list_display = ("said", "meant")
    search_fields = ("said", "meant")


@admin.register(MissedSearch)
class MissedSearchAdmin(StaffAdmin):
    """What was searched in vain, the most frequent first; one action makes it a phrasing of the procedure meant."""

    list_display = ("text", "times", "day", "place", "agency", "offered", "chosen", "done")
    list_filter = ("done", "place")
    list_select_related = ("agency", "offered", "chosen")
    search_fields = ("folded",)
    ordering = ("done", "-day", "-times")
    fields = ("text", "times", "day", "place", "offered", "chosen", "done")
    readonly_fields = ("text", "times", "day", "place", "offered")
    autocomplete_fields = ("chosen",)
    actions = ("add_as_phrasing", "set_aside")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        allowed = agency_ids_of(request.user)
        return rows if allowed is None else rows.filter(Q(agency=None) | Q(agency__in=allowed))

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(folded__contains=fold(search_term)), False

    def has_add_permission(self, request):
        return False

    def has_phrasing_permission(self, request) -> bool:
        return request.user.has_perm("dossiers.add_procedurephrasing") and agency_ids_of(request.user) is None

    @admin.action(description="Thêm làm cách nói của thủ tục đã chọn", permissions=["phrasing"])
    def add_as_phrasing(self, request, queryset):
        """Make each selected row a phrasing of the procedure chosen for it, or of the one offered; it is done then."""
        added, left = 0, 0
        for row in queryset.select_related("chosen", "offered"):
            procedure = row.chosen or row.offered
            if procedure is None or "#" in row.text:
                left += 1
                continue
            ProcedurePhrasing.objects.get_or_create(procedure=procedure, folded=row.folded, defaults={"text": row.text})
            row.done = True
            row.save(update_fields=["done"])
            added += 1
        messages.success(request, f"Đã thêm {added} cách nói; từ lần tìm sau là thấy.")
        if left:
            messages.warning(
                request,
                f"{left} dòng chưa thêm được: hãy mở dòng, chọn thủ tục; dòng có số bị che (#) thì ghi tay.",
            )

    @admin.action(description="Bỏ qua, không phải thủ tục", permissions=["change"])
    def set_aside(self, request, queryset):
        """Take the selected rows off the worklist."""
        messages.success(request, f"Đã bỏ qua {queryset.update(done=True)} dòng.")
