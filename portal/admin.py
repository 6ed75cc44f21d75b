"""Staff accounts in Unfold's look; nobody can give more than a role, and only to people of their own agencies."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from dossiers.admin.base import LightList
from dossiers.admin.opened_as import OpenedAs
from dossiers.models import Membership
from dossiers.scoping import SEE_ALL, agency_ids_of, subordinates
from feedback.petitions.officers import is_named
from portal.access.roles_page import words_of
from portal.desk import technical  # noqa: F401
from portal.desk.roles import givable

for stock in (User, Group):
    admin.site.unregister(stock)


def kept_places(today) -> Q:
    """Return the filter of memberships that are in force or still to come."""
    return Q(valid_to__isnull=True) | Q(valid_to__gte=today)


NAME_WORDS = {"first_name": "Họ và chữ đệm", "last_name": "Tên"}


@admin.register(User)
class StaffUserAdmin(OpenedAs, LightList, StockUserAdmin, ModelAdmin):
    """A centre's administrator sees the people of the centre and those made there, never a superuser."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    list_filter_submit = True
    filter_horizontal = ()
    compressed_fields = True
    search_help_text = "Tên đăng nhập hoặc họ tên"
    add_fieldsets = ((None, {"fields": ("username", "first_name", "last_name", "password1", "password2", "groups")}),)

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related("groups")
        allowed = agency_ids_of(request.user)
        if allowed is None:
            return rows if request.user.is_superuser else rows.filter(is_superuser=False)
        places = Membership.objects.filter(user=OuterRef("pk"))
        kept = places.filter(kept_places(timezone.localdate()))
        # Placed nowhere now: of those who made the account or had its person, else any centre could take it over.
        made_here = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(User),
            action_flag=ADDITION,
            object_id=Cast(OuterRef("pk"), CharField()),
            user__memberships__agency__in=allowed,
        )
        unplaced = ~Exists(places.exclude(agency__in=allowed)) & (Exists(places) | Exists(made_here))
        return rows.filter(Exists(kept.filter(agency__in=allowed)) | (~Exists(kept) & unplaced), is_superuser=False)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # A Vietnamese name is written family name first, which Django keeps in first_name.
        if db_field.name in NAME_WORDS:
            kwargs["label"] = NAME_WORDS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="Họ tên", ordering="last_name")
    def full_name(self, user) -> str:
        return user.get_full_name()

    @admin.display(description="Vai trò")
    def roles(self, user) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.add_fieldsets
        rights = ("is_active", "is_staff", "groups")
        if request.user.is_superuser:
            rights = (*rights, "is_superuser")
        return (
            (None, {"fields": ("username", "new_password")}),
            ("Họ tên", {"fields": ("first_name", "last_name", "email")}),
            ("Vai trò", {"fields": rights}),
            ("Lần đăng nhập", {"fields": ("sign_in", "last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request, obj=None):
        return ("new_password", "sign_in", "last_login", "date_joined")

    @admin.display(description="Mật khẩu")
    def new_password(self, user) -> str:
        return format_html(
            '{} <a href="{}" class="underline">Đặt mật khẩu mới</a>',
            "Đã đặt; không ai xem được." if user.has_usable_password() else "Chưa đặt.",
            reverse("admin:auth_user_password_change", args=[user.pk]),
        )

    @admin.display(description="Phiên, xác thực hai bước")
    def sign_in(self, user) -> str:
        address = reverse("admin:desk_colleague_security", args=[user.pk])
        return format_html('<a href="{}" class="underline">Xem, kết thúc phiên, gỡ xác thực hai bước</a>', address)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        groups = Group.objects.all()
        if not request.user.is_superuser:
            # A group made by hand may hold more than one may give.
            groups = groups.filter(name__in=givable(request.user))
        return forms.ModelMultipleChoiceField(
            groups.order_by("name"), label="Vai trò", required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
        )

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._within(request, obj)

    def has_delete_permission(self, request, obj=None):
        # Accounts are closed, not deleted: history names the people who acted.
        return False

    def _within(self, request, obj) -> bool:
        """Return whether the account is below the user's own reach: nobody raises themselves, nor anyone above.

        Whoever is named to open complaints is out of a centre's reach: with a new password their eyes could be used.
        """
        if obj is None or request.user.is_superuser:
            return True
        if obj.is_superuser or obj.pk == request.user.pk:
            return False
        allowed = agency_ids_of(request.user)
        if allowed is None:
            return True
        if obj.has_perm(SEE_ALL) or is_named(obj, timezone.localdate()):
            return False
        places = list(
            Membership.objects.filter(kept_places(timezone.localdate()), user=obj).values_list(
                "agency_id", "sees_subordinates"
            )
        )
        reach = {agency for agency, _ in places} | subordinates({agency for agency, below in places if below})
        return reach <= allowed

    def save_model(self, request, obj, form, change):
        obj.is_staff = True if not change else obj.is_staff
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Save the roles; those the user may not give, and so was not shown, stay."""
        kept = list(form.instance.groups.exclude(name__in=givable(request.user))) if change else []
        super().save_related(request, form, formsets, change)
        if not request.user.is_superuser:
            form.instance.groups.add(*kept)


@admin.register(Group)
class RoleAdmin(StockGroupAdmin, ModelAdmin):
    """Roles are written by the program (portal.desk.roles); here they can only be read."""

    fields = ("name", "rights")
    readonly_fields = fields

    @admin.display(description="Quyền")
    def rights(self, role) -> str:
        found = role.permissions.select_related("content_type").order_by(
            "content_type__app_label", "content_type__model"
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((words_of(each),) for each in found)))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
