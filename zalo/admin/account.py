"""Official Accounts at the desk: whom they serve and their keys, which are never shown again."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.urls import path

from dossiers import typed
from dossiers.admin.base import StaffAdmin, TabularInline
from dossiers.ownership import may_write
from dossiers.scoping import agency_ids_of
from zalo.admin import health_desk
from zalo.admin.access import accounts_of
from zalo.models import Account, AccountAgency

SECRETS = ("app_secret", "oa_secret")


class AccountForm(forms.ModelForm):
    """Secrets are written, never read back: an empty box keeps the stored one."""

    app_secret = forms.CharField(
        label="Khoá bí mật của ứng dụng", required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )
    oa_secret = forms.CharField(
        label="Khoá bí mật của OA (“OA Secret Key”)",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Ở trang “Webhook” của ứng dụng Zalo. Để trống thì giữ khoá đang lưu.",
    )

    class Meta:
        model = Account
        fields = SECRETS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in SECRETS:
            stored = bool(self.instance.pk and getattr(self.instance, name))
            if name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = "Đã lưu" if stored else "Chưa có"
                self.initial[name] = ""

    def clean(self):
        values = super().clean()
        for name in SECRETS:
            typed = values.get(name, "").strip()
            stored = Account.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
            kept = getattr(stored, name) if stored else ""
            if name == "oa_secret" and typed and kept and typed != kept:
                # Events signed just before the reset still verify.
                self.instance.previous_oa_secret = kept
            values[name] = typed or kept
        return values


class ServiceInline(TabularInline):
    model = AccountAgency
    extra = 0
    fields = ("agency", "valid_from", "valid_to", "quiet_from", "quiet_to")

    def get_queryset(self, request):
        """All of an account one keeps, else only the own agencies': who else uses it is the keeper's to know."""
        allowed = agency_ids_of(request.user)
        rows = super().get_queryset(request)
        return rows if allowed is None else rows.filter(Q(account__keeper__in=allowed) | Q(agency__in=allowed))


@admin.register(Account)
class AccountAdmin(StaffAdmin):
    """The accounts that speak for an agency of the user; changed by the agency that keeps them."""

    form = AccountForm
    inlines = (ServiceInline,)
    list_display = ("name", "keeper", "oa_id", "grant", "is_verified", "package", "last_webhook_at", "is_active")
    list_filter = ("is_active", "grant")
    search_fields = ("name", "oa_id")
    change_form_outer_before_template = "zalo/desk/account_before.html"
    readonly_fields = (
        *("grant", "grant_error", "access_expires_at", "refreshed_at", "checked_at", "last_webhook_at"),
        *("follower_count", "template_quota", "template_quota_left", "quality_in_words"),
    )
    fieldsets = (
        (None, {"fields": ("keeper", "name", "search_keyword", "alias", "oa_id", "app_id", "is_active")}),
        ("Khoá", {"fields": ("app_secret", "oa_secret")}),
        ("Kết nối", {"fields": ("grant", "grant_error", "access_expires_at", "refreshed_at", "last_webhook_at")}),
        ("Xác thực, gói", {"fields": ("is_verified", "verified_until", "package", "package_until", "zbs_linked")}),
        (
            "Zalo cho biết",
            {"fields": ("follower_count", "template_quota", "template_quota_left", "quality_in_words", "checked_at")},
        ),
        ("Cách gửi", {"fields": ("phone_basis", "use_paid_replies")}),
        ("Thoả thuận", {"fields": ("agreement_partner", "agreement_on")}),
    )

    @admin.display(description="Chất lượng gửi tin")
    def quality_in_words(self, account):
        return account.quality_words or "chưa hỏi"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=accounts_of(request.user).values("pk"))

    def get_fieldsets(self, request, obj=None):
        """Leave the keys out for who only looks: a box that cannot be written would be shown as plain text."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return self.fieldsets if may else [part for part in self.fieldsets if part[0] != "Khoá"]

    def get_readonly_fields(self, request, obj=None):
        # An account changes hands by those who see both sides.
        fixed = () if obj is None or agency_ids_of(request.user) is None else ("keeper",)
        return (*self.readonly_fields, *fixed)

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        account = Account.objects.filter(pk=typed.whole(object_id)).first()
        keeps = account is not None and may_write(request.user, account)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "keeps": keeps})

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("suc-khoe/", wrapped(health_desk.desk), name="zalo_health"),
            path("suc-khoe/<int:pk>/<slug:act>/", wrapped(health_desk.desk_act), name="zalo_health_act"),
            path("suc-co/<int:pk>/dong/", wrapped(health_desk.close_incident), name="zalo_incident_close"),
            path("su-kien/<int:pk>/lai/", wrapped(health_desk.handle_again), name="zalo_event_again"),
            *super().get_urls(),
        ]
