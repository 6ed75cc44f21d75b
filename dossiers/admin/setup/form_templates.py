"""Wording of the printed forms: staff edit sentences, see them on sample data, and say from which day they hold."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers import printed_forms, typed
from dossiers.admin.access import must_have, page_context
from dossiers.admin.base import StaffAdmin
from dossiers.models import FormTemplate
from dossiers.papers import wording as form_wording
from dossiers.papers.register import SYMBOLS
from dossiers.printed_forms import FORMS, SETS, Form, FormError, WordingError
from dossiers.printed_forms.printing import PrintError
from dossiers.scoping import agency_ids_of
from dossiers.written_dates import written_day


@admin.register(FormTemplate)
class FormTemplateAdmin(StaffAdmin):
    """Routes to the pages; versions are added, never edited in place."""

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        return [
            path("", page(overview), name="dossiers_formtemplate_changelist"),
            path("<slug:form_code>/<slug:form_set>/", page(edit), name="dossiers_formtemplate_edit"),
            path("<slug:form_code>/<slug:form_set>/xem-thu.pdf", page(preview), name="dossiers_formtemplate_preview"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def may_edit(user) -> bool:
    """Return whether the user may change wording: all agencies share it, so it takes somebody who sees them all."""
    return user.has_perm("dossiers.change_formtemplate") and agency_ids_of(user) is None


@require_GET
def overview(request):
    """List the forms with the wording in force."""
    must_have(request, "view_formtemplate")
    rows = form_wording.overview(timezone.localdate())
    sets = [(each, [row for row in rows if row.form_set == each]) for each in reversed(SETS.values())]
    allowed = may_edit(request.user)
    context = page_context(request, "Mẫu giấy tờ, lời văn", opts=FormTemplate._meta, sets=sets, may_edit=allowed)
    return render(request, "dossiers/desk/form_templates.html", context)


@require_http_methods(["GET", "POST"])
def edit(request, form_code: str, form_set: str):
    """Show the blocks of one form; on POST keep them as a version from a day on."""
    must_have(request, "view_formtemplate")
    form = _form(form_code, form_set)
    today = timezone.localdate()
    wording = form_wording.in_force(form, form_set, today)
    problems: dict[str, list[str]] = {}
    error = ""
    typed_day = request.POST.get("valid_from", written_day(today))
    if request.method == "POST":
        if not may_edit(request.user):
            raise Http404
        wording = _typed(request, form, form_set)
        day = typed.day(typed_day)
        try:
            if day is None:
                raise FormError("Ngày bắt đầu dùng chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 01/12/2026.")
            symbol = request.POST.get("symbol", "")
            form_wording.save_version(form, form_set, wording, symbol=symbol, valid_from=day, today=today)
            messages.success(request, f"Đã lưu lời văn mẫu “{form.label}”, dùng từ {written_day(day)}.")
            return redirect("admin:dossiers_formtemplate_changelist")
        except WordingError as refused:
            problems = refused.problems
        except FormError as refused:
            error = str(refused)
    latest = FormTemplate.objects.filter(form_code=form_code, form_set=form_set).order_by("-valid_from")
    symbol = request.POST.get("symbol", next((row.symbol for row in latest if row.valid_from <= today), ""))
    context = page_context(
        request,
        form.title(form_set).capitalize(),
        opts=FormTemplate._meta,
        form=form,
        form_set=SETS[form_set],
        blocks=[
            (block, wording[key], problems.get(key, []), wording[key] != block.default)
            for key, block in form.blocks(form_set).items()
        ],
        problems=problems,
        error=error,
        typed_day=typed_day,
        symbol=symbol,
        usual_symbol=SYMBOLS.get(form_code, ""),
        versions=latest,
        may_edit=may_edit(request.user),
    )
    return render(request, "dossiers/desk/form_template.html", context, status=422 if problems or error else 200)


@require_POST
def preview(request, form_code: str, form_set: str):
    """Answer the form on sample data with the wording as typed; nothing is kept."""
    must_have(request, "view_formtemplate")
    form = _form(form_code, form_set)
    try:
        pdf = printed_forms.preview(
            form_code, form_set=form_set, wording=_typed(request, form, form_set), now=timezone.now()
        )
    except (FormError, PrintError) as error:
        return HttpResponse(f"Chưa xem thử được: {error}", content_type="text/plain; charset=utf-8", status=422)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Cache-Control": "no-store"})


def _form(form_code: str, form_set: str) -> Form:
    form = FORMS.get(form_code)
    if form is None or form_set not in form.editions:
        raise Http404
    return form


def _typed(request, form: Form, form_set: str) -> dict[str, str]:
    defaults = form.default_wording(form_set)
    return {key: request.POST.get(f"block-{key}", defaults[key]).replace("\r\n", "\n").strip() for key in defaults}
