"""The OA menu plan: a page with the exact texts to enter in Zalo's console, and the lines behind it."""

from __future__ import annotations

from django.contrib import admin
from django.contrib import messages as notices
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.admin.base import StaffAdmin
from dossiers.ownership import may_write
from zalo.account import oa_menu as menu
from zalo.admin.access import accounts_of, chosen_account, kept_account, must_have, page_context
from zalo.models import MenuItem


@require_GET
def plan(request):
    """The menu of one account as it should stand in Zalo's console."""
    must_have(request, "view_menuitem")
    account = chosen_account(request)
    keeps = account is not None and may_write(request.user, account)
    columns = menu.plan(account) if account else []
    context = page_context(
        request,
        "Menu OA",
        MenuItem,
        account=account,
        accounts=accounts_of(request.user).order_by("name"),
        columns=[
            (each, menu.entry_words(each), [(line, menu.entry_words(line)) for line in lines])
            for each, lines in columns
        ],
        faults=menu.faults(account) if account else [],
        entered=columns[0][0].entered_at if columns else None,
        may_edit=keeps and request.user.has_perm("zalo.change_menuitem"),
    )
    return render(request, "zalo/desk/menu.html", context)


@require_POST
def plan_act(request, pk: int, act: str):
    """Make the usual plan, or note that the console has it."""
    must_have(request, "change_menuitem")
    account = kept_account(request, pk)
    if act == "mau":
        made = menu.make_usual(account, today=timezone.localdate())
        words = f"Đã tạo {made} mục theo mẫu." if made else "Tài khoản này đã có menu; hãy sửa từng mục."
    else:
        menu.mark_entered(account, now=timezone.now())
        words = "Đã ghi: menu trên Zalo giống bản này."
    notices.success(request, words)
    return HttpResponseRedirect(reverse("admin:zalo_menuitem_changelist") + f"?oa={account.pk}")


@admin.register(MenuItem)
class MenuItemAdmin(StaffAdmin):
    """The plan in front, Unfold's own form for one line."""

    fields = ("account", "parent", "position", "title", "act", "payload")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(account__in=accounts_of(request.user).values("pk"))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = MenuItem.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        obj.entered_at = None
        super().save_model(request, obj, form, change)
        menu.mark_changed(obj.account_id)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        menu.mark_changed(obj.account_id)

    def delete_queryset(self, request, queryset):
        accounts = set(queryset.values_list("account_id", flat=True))
        super().delete_queryset(request, queryset)
        for account_id in accounts:
            menu.mark_changed(account_id)

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(plan), name="zalo_menuitem_changelist"),
            path("ke-hoach/<int:pk>/<slug:act>/", wrapped(plan_act), name="zalo_menu_act"),
            *super().get_urls(),
        ]
