"""Where a letter of apology goes, at the desk: a panel on its page, and the page where it is written."""

from __future__ import annotations

from django import forms
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from dossiers import typed
from dossiers.admin import panels
from dossiers.admin.access import letter_context, must_have
from dossiers.admin.letters import page as letter_page
from dossiers.papers.distribution import of_letter
from dossiers.workflow.moving import ActError
from portal.correspondence import distribution
from portal.correspondence.admin.forms import lines


class DistributionForm(forms.Form):
    recipients = lines("Nơi nhận", 5, "Mỗi nơi một dòng. Dòng đầu luôn là “Như trên”, dòng cuối là nơi lưu.")
    electronic = lines("Bản điện tử", 3, "Nơi chỉ nhận bản điện tử, mỗi nơi một dòng.")
    enclosure = forms.CharField(
        label="Gửi kèm",
        required=False,
        max_length=300,
        help_text="In trong ngoặc cuối văn bản, ví dụ: Sao gửi kèm Công văn số 212/VP-TTPVHCC ngày 02/8/2019.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "mc-input")


@panels.LETTER.register
def panel(request, letter) -> SafeString | None:
    """Show where the letter goes, with the way to change it while it is open."""
    if not request.user.has_perm("dossiers.view_letter"):
        return None
    may_write = letter.is_open and request.user.has_perm("dossiers.draft_letter")
    context = {"letter": letter, "goes": of_letter(letter), "may_write": may_write}
    return mark_safe(render_to_string("correspondence/desk/letter_panel.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def view(request, pk: int):
    """Show the lists of one letter; a POST keeps them."""
    must_have(request, "draft_letter")
    letter = letter_page.own(request, pk)
    goes = of_letter(letter)
    stored = {"recipients": "\n".join(goes.recipients), "electronic": "\n".join(goes.electronic),
              "enclosure": goes.enclosure}  # fmt: skip
    form = DistributionForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        seen = typed.whole(request.POST.get("version", "")) or 0
        try:
            distribution.write(letter, by=request.user, now=timezone.now(), seen=seen, **form.cleaned_data)
        except ActError as error:
            form.add_error(None, str(error))
        else:
            return redirect("admin:dossiers_letter_change", letter.pk)
    context = letter_context(request, "Nơi nhận, gửi kèm", letter=letter, form=form)
    return render(request, "correspondence/desk/letter_distribution.html", context, status=422 if form.errors else 200)
