"""The forms acts ask for; field names are the arguments of the acts."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from dossiers import typed
from dossiers.admin.choices import PersonChoice
from dossiers.admin.workplace import ActForm, numbered_rows
from dossiers.deadlines import by_hand
from dossiers.deadlines.calendars import calendar_of, closing_on
from dossiers.models import Channel, Membership, Unit, valid_on

LONGEST_LIST = 12


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
        self.fields["place"].widget.attrs["placeholder"] = self.row.result_place or self.row.agency_name


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
        fault = by_hand.fault_of(day, timezone.localdate(), calendar_of(self.row.agency)) if day else ""
        if fault:
            raise forms.ValidationError(fault)
        return day

    def arguments(self) -> dict:
        day = self.cleaned_data["due_on"]
        return {"due_at": closing_on(day, self.row.agency_id) if day else None}


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
        agencies = {self.row.agency_id, self.row.competent_agency_id} - {None}
        self.fields["unit"].queryset = Unit.objects.filter(agency__in=agencies, active=True)
        members = valid_on(timezone.localdate())
        people = get_user_model().objects.filter(is_active=True)
        # A person with two memberships in force is still one choice.
        in_force = Membership.objects.filter(members, agency__in=agencies).values("user_id")
        self.fields["handler"].queryset = people.filter(pk__in=in_force).order_by("last_name", "first_name")
        self.fields["unit"].initial = self.row.unit_id

    def clean(self):
        data = super().clean()
        if not data.get("unit") and not data.get("handler"):
            raise forms.ValidationError("Chọn phòng hoặc người thụ lý.")
        return data


class ReasonsForm(NoteForm):
    """Reasons item by item."""

    beside = "dossiers/desk/reasons.html"
    NAMES = ("paper", "what", "why", "sample", "where")

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.rows = numbered_rows(data, "reason", self.NAMES, least=3, most=LONGEST_LIST)
        if not data:
            self.rows = [*self._missing(), *self.rows][: max(3, len(self._missing()))]

    def _missing(self) -> list[dict]:
        """A row for every paper the dossier still waits for."""
        papers = self.row.papers.filter(received=False)[:LONGEST_LIST]
        why = "Giấy tờ bắt buộc theo thành phần hồ sơ của thủ tục"
        blank = dict.fromkeys(self.NAMES, "")
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
