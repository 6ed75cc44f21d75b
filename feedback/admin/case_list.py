"""The list of cases with its worklists, and typing in a case from the counter or the hotline."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dossiers.models import Agency, Unit
from dossiers.scoping import scoped
from dossiers.workflow.moving import ActError
from dossiers.worklist import Looking, counts_of
from feedback.admin.access import must_have, page_context
from feedback.cases import intake
from feedback.cases.counted import NO_THEME, PARTS
from feedback.cases.form import CaseForm
from feedback.cases.search import Asked, page_of, urgency
from feedback.cases.worklists import WORKLISTS
from feedback.figures.periods import Period
from feedback.models import Case, Category, Channel, Kind, TransferRecord
from feedback.petitions.guide import guide
from feedback.states import Status


@require_GET
def view(request):
    """Show one page of the list."""
    must_have(request, "view_case")
    now = timezone.now()
    asked = Asked.from_query(request.GET)
    found = page_of(asked, request.user, now)
    counted = [each for each in WORKLISTS.values() if each.counted]
    counts = counts_of(counted, Case.objects.visible_to(request.user), Looking(request.user, now))
    context = page_context(
        request,
        "Ý kiến người dân",
        asked=asked,
        rows=[(row, urgency(row, now)) for row in found.rows],
        page=found,
        worklists=[
            (each.name, each.label, asked.address(worklist=each.name, q="", status=""), counts.get(each.name, ""))
            for each in WORKLISTS.values()
        ],
        statuses=[choice for choice in Status.choices if choice[0] != Status.RESTRICTED],
        kinds=Kind.choices,
        only=_only(request.user, asked),
        themes=_themes(asked),
        may_add=request.user.has_perm("feedback.handle_case"),
        may_supervise=request.user.has_perm("feedback.supervise_feedback"),
    )
    return render(request, "feedback/desk/case_list.html", context)


def _themes(asked: Asked) -> list[tuple[str, str]]:
    """Return the themes to choose from as (code, name), the one that is asked for among them whatever it is."""
    themes = list(Category.objects.filter(active=True).values_list("code", "name"))
    if not asked.category or asked.category in dict(themes):
        return themes
    if asked.category == NO_THEME:
        return [*themes, (NO_THEME, "Chưa xếp lĩnh vực")]
    name = Category.objects.filter(code=asked.category).values_list("name", flat=True).first()
    return [*themes, (asked.category, f"{name or asked.category} (không còn dùng)")]


def _only(user, asked: Asked) -> str:
    """Return in words what a figure narrowed the list to that no box says: days, an agency, a part, no field."""
    parts = []
    if asked.period:
        parts.append(f"gửi {Period(*asked.period).words}, không kể ý kiến đã gộp")
    if asked.agency:
        named = scoped(Agency.objects.filter(code__in=asked.agencies), user, "pk").order_by("name")
        parts.append(f"của {', '.join(map(str, named)) or asked.agency}")
    if asked.part in PARTS:
        parts.append(PARTS[asked.part])
    if asked.category == NO_THEME:
        parts.append("chưa xếp lĩnh vực")
    return ", ".join(parts)


class StaffCaseForm(CaseForm):
    """The public form with what only staff know: how it came in, how urgent, about whom."""

    channel = forms.ChoiceField(
        label="Đến từ", choices=[(c.value, c.label) for c in (Channel.COUNTER, Channel.HOTLINE)]
    )
    urgent = forms.BooleanField(label="Việc khẩn", required=False)
    about_unit = forms.ModelChoiceField(
        label="Phản ánh về phòng", queryset=Unit.objects.none(), required=False, empty_label="Không"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = scoped(
            self.fields["agency"].queryset.model.objects.filter(active=True), user, "pk"
        )
        self.fields["about_unit"].queryset = scoped(Unit.objects.filter(active=True), user)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "mc-input"


@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    """Type in what somebody says at the counter or on the phone; a complaint or denunciation goes its own way."""
    must_have(request, "handle_case")
    form = StaffCaseForm(request.POST or None, request.FILES or None, user=request.user)
    stop = None
    if request.method == "POST" and form.is_valid():
        sent = form.sent(source_hash="")
        sent.channel = form.cleaned_data["channel"]
        sent.urgent = form.cleaned_data["urgent"]
        sent.about_unit = form.cleaned_data["about_unit"]
        try:
            kept = intake.receive(sent, now=timezone.now(), by=request.user, confirmed=form.cleaned_data["confirmed"])
        except intake.MustAsk as asked:
            stop = (guide(str(asked.verdict.nature), timezone.localdate()), asked.verdict.words)
        except ActError as error:
            form.add_error(None, str(error))
        else:
            return _after(request, kept)
    context = page_context(request, "Nhập ý kiến", form=form, stop=stop)
    return render(request, "feedback/desk/case_add.html", context, status=422 if form.errors or stop else 200)


def _after(request, kept):
    if isinstance(kept, TransferRecord):
        messages.success(request, f"Đã chuyển người có thẩm quyền. Mã để người gửi theo dõi: {kept.code}.")
        return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))
    messages.success(request, f"Đã nhận. Đọc cho người gửi mã theo dõi: {kept.code}.")
    if not Case.objects.visible_to(request.user).filter(pk=kept.pk).exists():
        return HttpResponseRedirect(reverse("admin:feedback_case_changelist"))
    return HttpResponseRedirect(reverse("admin:feedback_case_change", args=[kept.pk]))
