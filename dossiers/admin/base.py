"""What every staff page shares: rows of the user's own agencies only, no full counts, no silent deletes."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import PROTECT, RESTRICT, DateField, Q
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from unfold import admin as unfold
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.views import ChangeList

from dossiers import ownership, typed
from dossiers.admin.access import row_ids
from dossiers.admin.opened_as import OpenedAs
from dossiers.models import Agency
from dossiers.scoping import agency_ids_of, scoped
from dossiers.worklist import capped

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
        return super().optgroups(name, [key for key in value if not key or typed.whole(key) is not None], attrs)


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


class OwnChoices:
    """Mixed into admins and inlines: what a form offers, and accepts, is of the user's own agencies, and of our age."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, DateField):  # moments too
            field.validators.append(typed.refuse_far_day)
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        allowed = agency_ids_of(request.user)
        first = ownership.ways_of(self.model)[:1]
        if allowed is not None:
            kwargs = self._own_choices(db_field, request, kwargs, allowed)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and allowed is not None and first == (db_field.name,):
            # A row of no agency is everybody's: only those who see all agencies may write one.
            field.required = True
        if field is not None and isinstance(field.widget, AutocompleteSelect):
            kind = type(field.widget)
            field.widget.__class__ = type(kind.__name__, (WholeNumbersOnly, kind), {})
        return field

    def _own_choices(self, db_field, request, kwargs: dict, allowed: frozenset[int]) -> dict:
        target = db_field.related_model
        rows = kwargs.get("queryset", target._default_manager.all())
        if target is get_user_model() and "queryset" not in kwargs:
            # The people the list of accounts shows, whoever types another one's number by hand.
            return {**kwargs, "queryset": self.admin_site.get_model_admin(target).get_queryset(request)}
        ways = ownership.OWNERS.get(target._meta.label)
        return {**kwargs, "queryset": rows.filter(**{f"{ways[0]}__in": allowed})} if ways else kwargs


class OwnFormSet(BaseInlineFormSet):
    """Refuses, with a sentence, rows that hang on a page of one's own but belong to somebody else, and doubles."""

    user = None

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        self._refuse_doubles()
        for form in self.forms:
            stored = self.model._base_manager.filter(pk=form.instance.pk).first() if form.instance.pk else None
            written = [stored] if form in self.deleted_forms else [stored, form.instance]
            if form.has_changed() or form in self.deleted_forms:
                if not all(ownership.may_write(self.user, row) for row in written if row is not None):
                    raise ValidationError(ownership.REFUSED)

    def _refuse_doubles(self) -> None:
        """Say which row is there already: sent twice, or written meanwhile in another window.

        Django asks no constraint that the page itself is part of, and the database would refuse the whole page.
        """
        for form in self.forms:
            if form.has_changed() and form not in self.deleted_forms:
                unasked = {field.name for field in form.instance._meta.fields if field.name not in form.fields}
                try:
                    form.instance.validate_constraints(exclude=unasked)
                except ValidationError as error:
                    form.add_error(None, error)


class OwnInline(OwnChoices):
    """Rows on another row's page: written by those the page belongs to, and each row by those it belongs to."""

    formset = OwnFormSet
    extra = 0

    def get_formset(self, request, obj=None, **kwargs):
        found = super().get_formset(request, obj, **kwargs)
        return type(found.__name__, (found,), {"user": request.user})

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and self._owns(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._owns(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._owns(request, obj)

    def _owns(self, request, page) -> bool:
        own = page is None or ownership.may_write(request.user, page)
        return own and ownership.may_write_any(request.user, self.model)


class TabularInline(OwnInline, unfold.TabularInline):
    """Rows in a table below the form."""


class StackedInline(OwnInline, unfold.StackedInline):
    """Rows below each other."""


class StaffAdmin(OpenedAs, OwnChoices, LightList, ModelAdmin):
    """Base of all admins: Unfold's look, light lists, Vietnamese pages, rows written by those they belong to."""

    warn_unsaved_form = True
    compressed_fields = True

    def get_deleted_objects(self, objs, request):
        """Name what stands in the way; Django would load it all to list it, every dossier of an agency."""
        held = holding(self.model, objs)
        return ([], {}, set(), held) if held else super().get_deleted_objects(objs, request)

    def get_list_display(self, request):
        """Say of each row whose it is where rows may be everybody's: an empty cell says nothing."""
        shown = tuple(super().get_list_display(request))
        way = ownership.ways_of(self.model)[:1]
        return tuple("whose" if (name,) == way else name for name in shown)

    @admin.display(description="Của")
    def whose(self, row) -> str:
        return ownership.whose(row)

    def has_add_permission(self, request):
        return super().has_add_permission(request) and ownership.may_write_any(request.user, self.model)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._owns(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._owns(request, obj)

    def _owns(self, request, obj) -> bool:
        if obj is None:
            return ownership.may_write_any(request.user, self.model)
        return ownership.may_write(request.user, obj)

    def response_action(self, request, queryset):
        """Run an action that changes or deletes on rows of one's own only: an action asks no row by itself."""
        chosen = self.get_actions(request).get(request.POST.get("action", ""))
        asks = set(getattr(chosen[0], "allowed_permissions", ())) if chosen else set()
        if asks & {"change", "delete"}:
            picked = queryset if request.POST.get("select_across") == "1" else self._picked(request, queryset)
            if picked.exclude(pk__in=ownership.own(picked, request.user).values("pk")).exists():
                messages.error(request, ownership.REFUSED)
                return None
        return super().response_action(request, queryset)

    def _picked(self, request, queryset):
        return queryset.filter(pk__in=row_ids(request.POST.getlist("_selected_action")))

    def save_model(self, request, obj, form, change):
        """Write the row; the last gate, whatever the form let through."""
        ownership.refuse_foreign(request.user, [obj])
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        ownership.refuse_foreign(request.user, [obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        ownership.refuse_foreign(request.user, queryset)
        super().delete_queryset(request, queryset)


class AgencyScopedAdmin(StaffAdmin):
    """Shows rows whose `agency_field` is an agency of the user; with `shared_rows` those of no agency as well."""

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

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and self._shows(request, obj)

    def _shows(self, request, obj) -> bool:
        allowed = agency_ids_of(request.user)
        if obj is None or allowed is None:
            return True
        value = obj
        for part in self.agency_field.split("__"):
            value = getattr(value, part, None)
        agency_id = getattr(value, "pk", value)
        return self.shared_rows if agency_id is None else agency_id in allowed
