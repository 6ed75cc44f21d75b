"""The simple forms of acts, and what all of them know; field names are the arguments of the acts."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from dossiers.admin.workplace import ActForm, numbered_rows
from dossiers.deadlines import by_hand
from dossiers.deadlines.calendars import closing_on, working_calendar
from dossiers.models import SupplementReason, Unit
from dossiers.typed import DayField
from dossiers.workflow import proposing, ready_reasons

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


class AcceptForm(ActForm):
    due_on = DayField(label="Ngày hẹn trả (chỉ khi danh mục không ghi thời hạn)", required=False)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        fault = by_hand.fault_of(day, timezone.localdate(), working_calendar(self.row.agency)) if day else ""
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


class HandlerSelect(forms.Select):
    """The people of every room; each option says which rooms, so that the page can show those of the one chosen."""

    rooms: dict[int, str] = {}

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if str(value):
            option["attrs"]["data-rooms"] = self.rooms.get(int(str(value)), "")
        return option


class AssignForm(ActForm):
    """A room and one of its people, proposed from what the procedure usually goes to and from who has least to do."""

    unit = forms.ModelChoiceField(label="Phòng, bộ phận", queryset=Unit.objects.none(), required=False)
    handler = forms.TypedChoiceField(
        label="Người thụ lý", required=False, coerce=int, empty_value=None, widget=HandlerSelect()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = {self.row.agency_id, self.row.competent_agency_id} - {None}
        self.fields["unit"].queryset = Unit.objects.filter(agency__in=agencies, active=True)
        self.handlers = proposing.handlers_of(agencies, timezone.localdate())
        choice = self.fields["handler"]
        choice.choices = [("", "Không chọn"), *((each.pk, each.words) for each in self.handlers)]
        choice.widget.rooms = {each.pk: " ".join(map(str, sorted(each.units))) for each in self.handlers}
        unit = proposing.unit_for(self.row)
        proposed = proposing.handler_for(unit, [each for each in self.handlers if each.pk != self.row.handler_id])
        self.fields["unit"].initial = unit.pk if unit else None
        choice.initial = proposed.pk if proposed and not self.many else None
        if proposed and not self.many:
            choice.help_text = f"Đề xuất {proposed.name}: đang giữ ít hồ sơ nhất của {unit.name}."

    def clean(self):
        data = super().clean()
        unit = data.get("unit")
        person = next((each for each in self.handlers if each.pk == data.get("handler")), None)
        if not unit and not person:
            raise forms.ValidationError("Chọn phòng hoặc người thụ lý.")
        if unit and person and unit.pk not in person.units:
            raise forms.ValidationError(
                f"{person.name} không thuộc {unit.name}. Chọn người của phòng đó, hoặc đổi phòng."
            )
        if person and not unit and len(person.units) == 1:
            data["unit"] = Unit.objects.get(pk=next(iter(person.units)))
        data["handler"] = get_user_model().objects.get(pk=person.pk) if person else None
        return data


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What the boxes of a reason are called, by what the act does with it."""

    legend: str
    what: str
    why: str
    where: str


class ReasonsForm(NoteForm):
    """Reasons item by item; those ready to be chosen of the form's `use`."""

    beside = "dossiers/desk/reasons.html"
    NAMES = ("paper", "what", "why", "sample", "where")
    use = ""
    words = ReasonWords(
        "Từng lý do dừng, trả lại hồ sơ", "Vì sao dừng", "Căn cứ (điều, khoản, văn bản)", "Người dân làm gì tiếp"
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.rows = numbered_rows(data, "reason", self.NAMES, least=3, most=LONGEST_LIST)
        self.paper_names = list(dict.fromkeys(self.row.papers.values_list("name", flat=True)))
        self.ready = list(ready_reasons.ready_for(self.row, self.use)) if self.use else []

    def arguments(self) -> dict:
        return {"reasons": self.rows, "note": self.cleaned_data["note"]}


class RefusalForm(ReasonsForm):
    """Why a dossier is not taken in, each reason with its ground: form 03 prints both."""

    use = SupplementReason.Use.REFUSAL
    words = ReasonWords(
        "Từng lý do từ chối tiếp nhận",
        "Vì sao không tiếp nhận",
        "Căn cứ pháp lý (điều, khoản, văn bản)",
        "Nộp ở đâu, làm gì tiếp",
    )
