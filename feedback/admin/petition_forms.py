"""The forms of a petition's acts; field names are the arguments of the acts."""

from __future__ import annotations

from django import forms

from dossiers.admin.workplace import ActForm
from dossiers.models import Unit
from feedback.models import Kind


class SendOnForm(ActForm):
    body = forms.CharField(label="Cơ quan nhận", max_length=255)
    number = forms.CharField(label="Số văn bản chuyển", max_length=60)


class GuideForm(ActForm):
    note = forms.CharField(label="Đã hướng dẫn thế nào", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AgainstForm(ActForm):
    unit = forms.ModelChoiceField(label="Phòng", queryset=Unit.objects.none(), required=False, empty_label="Không rõ")
    whole = forms.BooleanField(label="Cả cơ quan", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(agency=self.row.agency_id)
        self.fields["unit"].initial = self.row.about_unit_id
        self.fields["whole"].label = f"Cả cơ quan {self.row.agency}"
        self.fields["whole"].initial = self.row.about_agency_id is not None

    def arguments(self) -> dict:
        agency = self.row.agency if self.cleaned_data["whole"] else None
        return {"unit": self.cleaned_data["unit"], "agency": agency}


class ReleaseForm(ActForm):
    kind = forms.ChoiceField(label="Loại", choices=Kind.choices, initial=Kind.REPORT)


FORMS: dict[str, type[ActForm]] = {
    "send_on": SendOnForm,
    "guide": GuideForm,
    "against": AgainstForm,
    "release": ReleaseForm,
}
