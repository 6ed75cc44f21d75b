"""How another program's codes are read: a list to keep, and a box to try what the program sends."""

from __future__ import annotations

import json

from django import forms
from django.contrib import admin
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from rest_framework.exceptions import ParseError

from dossiers.admin.access import page_context
from dossiers.admin.base import AgencyScopedAdmin
from portal.api import translating
from portal.api.models import ApiClient, CodeTranslation, folded
from portal.api.parsing import sound_json
from portal.api.problems import flat
from portal.api.scope import agency_ids
from portal.api.serializers import DossierIn, EventIn
from portal.api.warnings import unknown_fields

NOT_KNOWN = {
    CodeTranslation.Kind.STATE: "Không có trạng thái mã này; xem bảng trạng thái ở tài liệu kết nối.",
    CodeTranslation.Kind.CHANNEL: "Không có hình thức nộp mã này: chọn counter, online hoặc post.",
    CodeTranslation.Kind.UNIT: "Cơ quan của phần mềm này không có phòng mã đó.",
    CodeTranslation.Kind.AGENCY: "Phần mềm này không làm việc cho cơ quan mã đó.",
    CodeTranslation.Kind.PROCEDURE: "Danh mục chưa có thủ tục mã đó.",
}


class TranslationForm(forms.ModelForm):
    class Meta:
        model = CodeTranslation
        fields = ("client", "kind", "theirs", "ours")

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("client") and data.get("kind") and data.get("ours"):
            data["ours"] = data["ours"].strip()
            if not translating.is_known(data["kind"], data["ours"], agency_ids(data["client"])):
                self.add_error("ours", NOT_KNOWN[data["kind"]])
        if data.get("client") and data.get("kind") and data.get("theirs"):
            alike = CodeTranslation.objects.filter(
                client=data["client"], kind=data["kind"], theirs_folded=folded(data["theirs"])
            )
            if alike.exclude(pk=self.instance.pk).exists():
                self.add_error("theirs", "Mã này của phần mềm đã có dòng rồi: hãy sửa dòng đó.")


@admin.register(CodeTranslation)
class CodeTranslationAdmin(AgencyScopedAdmin):
    form = TranslationForm
    agency_field = "client__agency"
    list_display = ("theirs", "kind", "ours", "client")
    list_filter = ("kind",)
    list_select_related = ("client__agency",)
    search_fields = ("theirs", "ours")
    fields = ("client", "kind", "theirs", "ours")
    list_before_template = "portal/desk/translation_links.html"

    def get_urls(self):
        page = self.admin_site.admin_view(self.try_out)
        return [path("thu/", page, name="api_translation_try"), *super().get_urls()]

    def try_out(self, request):
        """Show how what a program sends would be read; nothing is written."""
        if not request.user.has_perm("api.view_codetranslation"):
            raise Http404
        form = TryForm(request.POST or None, clients=self.admin_site.get_model_admin(ApiClient).get_queryset(request))
        context = page_context(request, "Thử đọc dữ liệu của phần mềm", form=form, opts=self.opts)
        if request.method == "POST" and form.is_valid():
            context |= read(form.cleaned_data["client"], form.cleaned_data["sent"])
        return render(request, "portal/desk/translation_try.html", context)


class TryForm(forms.Form):
    """A program, and a document as it sends it."""

    client = forms.ModelChoiceField(ApiClient.objects.none(), label="Phần mềm", empty_label=None)
    sent = forms.CharField(
        label="Nội dung phần mềm gửi (một hồ sơ hoặc một bước xử lý)",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 12, "class": "mc-input", "spellcheck": "false"}),
    )

    def __init__(self, *args, clients, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients
        self.fields["client"].widget.attrs["class"] = "mc-input"

    def clean_sent(self) -> dict:
        try:
            sent = sound_json(self.cleaned_data["sent"].encode("utf-8", "replace"))
        except ParseError:
            raise forms.ValidationError(
                "Nội dung không phải một đối tượng {…} đúng dạng: chép nguyên văn phần mềm gửi rồi thử lại."
            ) from None
        if not isinstance(sent, dict):
            raise forms.ValidationError("Dán một hồ sơ hoặc một bước xử lý: một đối tượng {…}, không phải danh sách.")
        return sent


def read(client: ApiClient, sent: dict) -> dict:
    """Return how each code is read, what would be refused and what would be passed over, for the page."""
    is_step = "state" in sent and "procedure_code" not in sent
    within = agency_ids(client)
    found = translating.reading(client, sent)
    meant = translating.translated(client, sent)
    form = (EventIn if is_step else DossierIn)(data=meant)
    wrong = [] if form.is_valid() else flat(form.errors)
    named = {name for name, _ in wrong}
    wrong += [
        (each.field, NOT_KNOWN[CodeTranslation.Kind(each.field)])
        for each in found
        if each.field not in named and not translating.is_known(each.field, each.ours, within)
    ]
    return {
        "reading": [(CodeTranslation.Kind(each.field).label, each) for each in found],
        "wrong": wrong,
        "passed_over": unknown_fields(form, meant),
        "shape": "một bước xử lý" if is_step else "một hồ sơ",
        "meant": json.dumps(meant, ensure_ascii=False, indent=2),
    }
