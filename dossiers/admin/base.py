"""What every staff page shares: rows of the user's own agencies only, no full counts, no silent deletes."""

from __future__ import annotations

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.paginator import Paginator
from django.db.models import PROTECT, RESTRICT, Q
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.views import ChangeList

from dossiers.lateness.worklists import capped
from dossiers.models import Agency
from dossiers.scoping import agency_ids_of, scoped

ROWS = 20
"""Rows a page: one weighs 8 kB in the theme, and fifty are half a megabyte on a commune's line."""


class AgencyFilter(RelatedDropdownFilter):
    """A list to choose from, of the user's own agencies; two hundred links beside every table are of no use."""

    def field_choices(self, field, request, model_admin):
        return list(scoped(Agency.objects.order_by("name"), request.user, "pk").values_list("pk", "name"))


class CappedPaginator(Paginator):
    """Counts no further than a few pages ahead: COUNT(*) over a big table is never run."""

    CEILING = 2000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return (
            len(rows.order_by().values_list("pk", flat=True)[: self.CEILING])
            if hasattr(rows, "order_by")
            else len(rows)
        )


class WholeNumbersOnly:
    """Mixed into Django's autocomplete widget, which looks up whatever was sent as a key and breaks on words."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [key for key in value if not key or str(key).isdigit()], attrs)


def holding(model, objs) -> list[str]:
    """Return "99+ hồ sơ" for each kind of row that keeps these objects from being deleted. One query a kind."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.on_delete not in {PROTECT, RESTRICT}:
            continue
        other = relation.related_model
        number = capped(other._base_manager.filter(**{f"{relation.field.name}__in": objs}))
        if number != "0":
            found.append(f"{number} {other._meta.verbose_name_plural} ({relation.field.verbose_name})")
    return found


class LightChangeList(ChangeList):
    """Offers to show all only to who sees a part: the whole list is never counted, so Django would always offer it."""

    def get_results(self, request):
        super().get_results(request)
        if not (self.query or self.has_active_filters):
            self.full_result_count = self.result_count


class LightList:
    """Mixed into every admin: a page at a time, counted no further than a few pages ahead."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = ROWS
    list_max_show_all = 0

    def get_changelist(self, request, **kwargs):
        return LightChangeList


class StaffAdmin(LightList, ModelAdmin):
    """Base of all admins: Unfold's look, light lists, Vietnamese pages."""

    warn_unsaved_form = True
    compressed_fields = True

    def get_deleted_objects(self, objs, request):
        """Name what stands in the way; Django would load it all to list it, every dossier of an agency."""
        held = holding(self.model, objs)
        return ([], {}, set(), held) if held else super().get_deleted_objects(objs, request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, AutocompleteSelect):
            kind = type(field.widget)
            field.widget.__class__ = type(kind.__name__, (WholeNumbersOnly, kind), {})
        return field


class AgencyScopedAdmin(StaffAdmin):
    """Rows whose `agency_field` is an agency of the user; choices of agencies are limited the same way.

    With `shared_rows` rows of no agency (national ones) are shown to all and edited by those who see all agencies.
    """

    agency_field = "agency"
    shared_rows = False

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if not self.shared_rows:
            return scoped(rows, request.user, self.agency_field)
        allowed = agency_ids_of(request.user)
        if allowed is None:
            return rows
        return rows.filter(Q(**{f"{self.agency_field}__in": allowed}) | Q(**{f"{self.agency_field}__isnull": True}))

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._owns(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._owns(request, obj)

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and self._owns(request, obj, reading=True)

    def _owns(self, request, obj, *, reading: bool = False) -> bool:
        allowed = agency_ids_of(request.user)
        if obj is None or allowed is None:
            return True
        agency_id = self.agency_id_of(obj)
        if agency_id is None:
            return reading and self.shared_rows
        return agency_id in allowed

    def agency_id_of(self, obj) -> int | None:
        """Return the agency the row belongs to, following `agency_field`."""
        value = obj
        for part in self.agency_field.split("__"):
            value = getattr(value, part, None)
        return getattr(value, "pk", value)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        allowed = agency_ids_of(request.user)
        if allowed is not None:
            target = db_field.related_model
            rows = kwargs.get("queryset", target._default_manager.all())
            if target._meta.label == "dossiers.Agency":
                kwargs["queryset"] = rows.filter(pk__in=allowed)
            elif any(field.name == "agency" for field in target._meta.fields):
                kwargs["queryset"] = rows.filter(agency__in=allowed)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and allowed is not None and self.shared_rows and db_field.name == self.agency_field:
            # A row of no agency is everybody's: only those who see all agencies may write one.
            field.required = True
        return field
