"""Zalo's template register, which template each step uses, and what is still missing."""

from __future__ import annotations

from django.contrib import admin
from django.contrib import messages as notices
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import typed
from dossiers.admin.base import StaffAdmin
from dossiers.ownership import may_write
from zalo.account import template_register as templates
from zalo.admin.access import accounts_of, chosen_account, kept_account, must_have, page_context
from zalo.messages import registry as messages
from zalo.models import Route, Template, TemplateUse


@require_GET
def register(request):
    """The mapping of one account, step by step, and its templates below."""
    must_have(request, "view_template")
    account = chosen_account(request)
    keeps = account is not None and may_write(request.user, account)
    now = timezone.now()
    context = page_context(
        request,
        "Mẫu tin Zalo",
        Template,
        account=account,
        accounts=accounts_of(request.user).order_by("name"),
        lines=templates.mapping(account, now=now) if account else [],
        templates=[(row, row.is_usable(now)) for row in account.templates.order_by("name")] if account else [],
        may_map=keeps and request.user.has_perm("zalo.change_templateuse"),
        may_ask=keeps and request.user.has_perm("zalo.change_account"),
    )
    return render(request, "zalo/desk/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def map_step(request, pk: int, kind: str):
    """Choose the template of a step and fill each of its parameters from the step's values."""
    must_have(request, "change_templateuse")
    account = kept_account(request, pk)
    found = next((each for each in messages.all_kinds() if each.slug == kind), None)
    if found is None or not {Route.UID, Route.PHONE} & set(found.routes):
        raise Http404
    use = TemplateUse.objects.filter(account=account, kind=kind).select_related("template").first()
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("template", str(use.template_id) if use else "")
    template = account.templates.filter(pk=typed.whole(wanted)).first()
    if request.method == "POST" and "save" in request.POST:
        return _save(request, account, found, template)
    mapping = use.mapping if use and template and use.template_id == template.pk else {}
    context = page_context(
        request,
        f"Gắn mẫu cho bước “{found.title}”",
        Template,
        account=account,
        kind=found,
        use=use,
        template=template,
        templates=account.templates.filter(gone_at=None).order_by("name"),
        rows=[(param, mapping.get(param["name"], param["name"])) for param in template.params] if template else [],
    )
    return render(request, "zalo/desk/template_map.html", context)


def _save(request, account, kind, template):
    back = HttpResponseRedirect(reverse("admin:zalo_template_changelist") + f"?oa={account.pk}")
    if template is None:
        templates.use(account, kind.slug, None, {}, now=timezone.now())
        notices.success(request, f"Bước “{kind.title}” không gửi theo mẫu nữa.")
        return back
    known = {hole.name for hole in kind.placeholders}
    mapping = {}
    for param in template.params:
        chosen = request.POST.get(f"p-{param['name']}", "")
        if chosen in known:
            mapping[param["name"]] = chosen
    templates.use(account, kind.slug, template, mapping, now=timezone.now())
    notices.success(request, f"Đã gắn mẫu “{template.name}” cho bước “{kind.title}”.")
    return back


@require_POST
def propose(request, pk: int):
    """Map the usual templates by their names; a person reviews the result."""
    must_have(request, "change_templateuse")
    account = kept_account(request, pk)
    count = templates.propose(account)
    if count:
        notices.success(request, f"Đã đề xuất mẫu cho {count} bước. Hãy xem lại từng bước.")
    else:
        notices.warning(request, "Không có mẫu nào mang tên thường dùng cho các bước còn thiếu.")
    return HttpResponseRedirect(reverse("admin:zalo_template_changelist") + f"?oa={account.pk}")


@admin.register(Template)
class TemplateAdmin(StaffAdmin):
    """Routes to the register; templates are made and changed at Zalo."""

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path("", wrapped(register), name="zalo_template_changelist"),
            path("<int:pk>/buoc/<str:kind>/", wrapped(map_step), name="zalo_template_map"),
            path("<int:pk>/de-xuat/", wrapped(propose), name="zalo_template_propose"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
