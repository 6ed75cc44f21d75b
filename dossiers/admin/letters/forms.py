"""The forms of a letter's acts; field names are the arguments of the acts."""

from __future__ import annotations

from django import forms
from django.db.models import Q

from dossiers.admin.workplace import ActForm
from dossiers.deadlines.working_time import ZONE
from dossiers.models import DelayCause, Letter, Unit
from dossiers.typed import DayField


class EditForm(ActForm):
    """What a person decides about a draft."""

    cause = forms.ModelChoiceField(
        label="Nguyên nhân chậm",
        queryset=DelayCause.objects.none(),
        error_messages={"required": "Chọn nguyên nhân chậm trong danh sách."},
    )
    words = forms.CharField(
        label="Ghi rõ thêm",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In sau câu của nguyên nhân. Không ghi tên, số giấy tờ của ai.",
    )
    unit_at_fault = forms.ModelChoiceField(
        label="Đơn vị để chậm", queryset=Unit.objects.none(), required=False, help_text="Không in trên văn bản."
    )
    new_due_on = DayField(label="Ngày hẹn mới", error_messages={"required": "Ghi ngày hẹn mới."})

    def __init__(self, *args, row: Letter, **kwargs):
        kwargs.setdefault(
            "initial",
            {
                "cause": row.cause_id,
                "words": row.words,
                "unit_at_fault": row.unit_at_fault_id,
                "new_due_on": row.new_due_at.astimezone(ZONE).date() if row.new_due_at else None,
            },
        )
        super().__init__(*args, row=row, **kwargs)
        self.fields["cause"].queryset = DelayCause.objects.filter(Q(active=True) | Q(pk=row.cause_id))
        self.fields["unit_at_fault"].queryset = Unit.objects.filter(agency__in={row.agency_id, row.centre_id})


class NoteForm(ActForm):
    note = forms.CharField(label="Lý do", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ApproveForm(ActForm):
    override_note = forms.CharField(
        label="Căn cứ cho hẹn lại quá số lần quy định",
        required=False,
        max_length=500,
        help_text="Chỉ cần khi hồ sơ đã hẹn lại đủ số lần.",
    )


class DeliverForm(ActForm):
    how = forms.CharField(label="Cách giao", max_length=120, initial="giao tại quầy")


class SignedForm(ActForm):
    how = forms.ChoiceField(label="Bản ký", choices=[("digital", "Ký số"), ("scan", "Ký tay, đóng dấu, quét lại")])
    file = forms.FileField(label="Tệp PDF", widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}))

    def arguments(self) -> dict:
        return {"how": self.cleaned_data["how"], "content": self.cleaned_data["file"].read()}
