"""The forms acts ask for; field names are the arguments of the acts."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from dossiers import typed
from dossiers.admin.choices import PersonChoice, put_blanks_into_words
from dossiers.deadlines import by_hand
from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Channel, Dossier, Membership, Unit, valid_on

LONGEST_LIST = 12


class ActForm(forms.Form):
    """Base: knows the dossiers it is about (one, or many from the list)."""

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        put_blanks_into_words(self)
        self.dossier = dossier
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "mc-input")

    def arguments(self) -> dict:
        """Return the keyword arguments for the act."""
        return self.cleaned_data


class NoteForm(ActForm):
    note = forms.CharField(
        label="Lời nhắn cho người dân",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Hiện trên trang tra cứu. Để trống nếu không cần.",
    )


class NeededNoteForm(ActForm):
    note = forms.CharField(label="Lý do", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class FinishForm(NoteForm):
    place = forms.CharField(label="Nơi nhận kết quả", required=False, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["place", "note"])
        self.fields["place"].widget.attrs["placeholder"] = self.dossier.result_place or self.dossier.agency_name


class ReturnForm(NoteForm):
    how = forms.ChoiceField(label="Hình thức trả", choices=Channel.choices, required=False, initial=Channel.COUNTER)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["how", "note"])


class AcceptForm(ActForm):
    due_on = forms.DateField(
        validators=[typed.refuse_far_day],
        label="Ngày hẹn trả (chỉ khi danh mục không ghi thời hạn)",
        required=False,
        widget=forms.DateInput(attrs={"placeholder": "ngày/tháng/năm", "inputmode": "numeric"}),
        error_messages={"invalid": "Ngày chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 30/11/2026."},
    )

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        fault = by_hand.fault_of(day, timezone.localdate(), calendar_of(self.dossier.agency)) if day else ""
        if fault:
            raise forms.ValidationError(fault)
        return day

    def arguments(self) -> dict:
        day = self.cleaned_data["due_on"]
        return {"due_at": dt.datetime.combine(day, dt.time(17, 0), ZONE) if day else None}


class PaymentForm(NoteForm):
    amount = forms.DecimalField(label="Số tiền (đồng)", min_value=1, max_digits=14, decimal_places=0, localize=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["amount", "note"])


class AssignForm(ActForm):
    unit = forms.ModelChoiceField(label="Phòng, bộ phận", queryset=Unit.objects.none(), required=False)
    handler = PersonChoice(label="Người thụ lý", queryset=get_user_model().objects.none(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = {self.dossier.agency_id, self.dossier.competent_agency_id} - {None}
        self.fields["unit"].queryset = Unit.objects.filter(agency__in=agencies, active=True)
        members = valid_on(timezone.localdate())
        people = get_user_model().objects.filter(is_active=True)
        # A person with two memberships in force is still one choice.
        in_force = Membership.objects.filter(members, agency__in=agencies).values("user_id")
        self.fields["handler"].queryset = people.filter(pk__in=in_force).order_by("last_name", "first_name")
        self.fields["unit"].initial = self.dossier.unit_id

    def clean(self):
        data = super().clean()
        if not data.get("unit") and not data.get("handler"):
            raise forms.ValidationError("Chọn phòng hoặc người thụ lý.")
        return data


class ReasonsForm(NoteForm):
    """Reasons item by item: as many numbered rows as were sent, three to begin with."""

    FIELDS = (
        ("paper", "Giấy tờ"),
        ("what", "Cần làm gì"),
        ("why", "Vì sao"),
        ("sample", "Mẫu"),
        ("where", "Lấy ở đâu"),
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        sent = 0
        while data and sent < LONGEST_LIST and f"reason-{sent}-what" in data:
            sent += 1
        self.rows = [
            {name: (data or {}).get(f"reason-{number}-{name}", "") for name, _ in self.FIELDS}
            for number in range(max(sent, 3))
        ]
        if not data:
            self.rows = [*self._missing(), *self.rows][: max(3, len(self._missing()))]

    def _missing(self) -> list[dict]:
        """A row for every paper the dossier still waits for."""
        papers = self.dossier.papers.filter(received=False)[:LONGEST_LIST]
        why = "Giấy tờ bắt buộc theo thành phần hồ sơ của thủ tục"
        blank = dict.fromkeys((name for name, _ in self.FIELDS), "")
        return [blank | {"paper": paper.name, "what": "Nộp giấy tờ này", "why": why} for paper in papers]

    def arguments(self) -> dict:
        return {"reasons": self.rows, "note": self.cleaned_data["note"]}


FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "note": NoteForm,
    "needed_note": NeededNoteForm,
    "finish": FinishForm,
    "return": ReturnForm,
    "accept": AcceptForm,
    "payment": PaymentForm,
    "assign": AssignForm,
    "reasons": ReasonsForm,
}
