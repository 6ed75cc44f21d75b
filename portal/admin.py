"""Staff accounts in Unfold's look; nobody can give more than a role, and only to people of their own agencies."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Q
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from dossiers.admin.base import StaffAdmin
from dossiers.scoping import agency_ids_of, scoped
from portal.api.models import ApiClient

for stock in (User, Group):
    admin.site.unregister(stock)


@admin.register(User)
class StaffUserAdmin(StockUserAdmin, ModelAdmin):
    """A centre's administrator sees the people of the centre and those not placed anywhere yet, never a superuser."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "last_name", "first_name", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    list_filter_submit = True
    add_fieldsets = ((None, {"fields": ("username", "last_name", "first_name", "password1", "password2", "groups")}),)

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related("groups")
        allowed = agency_ids_of(request.user)
        if allowed is None:
            return rows
        rows = rows.filter(is_superuser=False)
        return rows.filter(Q(memberships__agency__in=allowed) | Q(memberships__isnull=True)).distinct()

    @admin.display(description="Vai trò")
    def roles(self, user) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.add_fieldsets
        rights = ("is_active", "is_staff", "groups")
        if request.user.is_superuser:
            rights = (*rights, "is_superuser", "user_permissions")
        return (
            (None, {"fields": ("username", "password")}),
            ("Họ tên", {"fields": ("last_name", "first_name", "email")}),
            ("Vai trò", {"fields": rights}),
            ("Lần đăng nhập", {"fields": ("last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request, obj=None):
        return ("last_login", "date_joined")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._within(request, obj)

    def has_delete_permission(self, request, obj=None):
        # Accounts are closed, not deleted: history names the people who acted.
        return False

    def _within(self, request, obj) -> bool:
        if obj is None or request.user.is_superuser:
            return True
        # Nobody raises themselves or an equal: one's own roles are another person's decision.
        return not obj.is_superuser and obj.pk != request.user.pk

    def save_model(self, request, obj, form, change):
        obj.is_staff = True if not change else obj.is_staff
        super().save_model(request, obj, form, change)


@admin.register(Group)
class RoleAdmin(StockGroupAdmin, ModelAdmin):
    """Roles are written by the program (portal.desk.roles); here they can only be read."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ApiClient)
class ApiClientAdmin(StaffAdmin):
    """Keys are made by `manage.py api_client`; here they are seen and withdrawn."""

    list_display = ("name", "agency", "scope", "prefix", "active", "created_at", "last_used_on")
    list_select_related = ("agency",)
    readonly_fields = ("name", "agency", "scope", "prefix", "created_at", "last_used_on")

    def get_queryset(self, request):
        return scoped(super().get_queryset(request), request.user)

    def has_add_permission(self, request):
        return False
