"""The forms acts ask for; field names are the arguments of the acts."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from dossiers.admin.choices import PersonChoice
from dossiers.admin.workplace import ActForm, numbered_rows
from dossiers.deadlines.calendars import closing_on
from dossiers.models import Agency, Membership, Unit, valid_on
from dossiers.typed import DayField
from feedback import codes
from feedback.cases import answers
from feedback.cases.joining import Part
from feedback.models import Case, Category, Publication, TransferRecord
from feedback.publication import publishing as publication
from feedback.publication import revealing

LONGEST_LIST = 8


def words(label: str, rows: int = 3, longest: int = 1000, **more) -> forms.CharField:
    """Return a field for a few lines of text."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **more)


class NoteForm(ActForm):
    note = words("Cần sửa gì")


class ReasonForm(ActForm):
    reason = words("Lý do (người gửi đọc được)")


class OptionalReasonForm(ActForm):
    reason = words("Lý do kết thúc", 2, required=False, help_text="Bắt buộc khi chưa biết người gửi đã nhận trả lời.")


class WhatForm(ActForm):
    what = words("Cần người gửi bổ sung gì (người gửi đọc được)")


class AssignForm(ActForm):
    unit = forms.ModelChoiceField(label="Phòng, bộ phận", queryset=Unit.objects.none(), required=False)
    handler = PersonChoice(label="Người xử lý", queryset=get_user_model().objects.none(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(agency=self.row.agency_id, active=True)
        here = Membership.objects.filter(valid_on(timezone.localdate()), agency=self.row.agency_id).values("user_id")
        people = get_user_model().objects.filter(is_active=True, pk__in=here)
        self.fields["handler"].queryset = people.order_by("last_name", "first_name")
        self.fields["unit"].initial = self.row.unit_id


class ThemeWithBorders(forms.ModelChoiceField):
    """Themes with what belongs to them: two of them may look alike by their names."""

    def label_from_instance(self, theme: Category) -> str:
        return f"{theme.name} – {theme.description}" if theme.description else theme.name


class ThemeForm(ActForm):
    category = ThemeWithBorders(label="Lĩnh vực", queryset=Category.objects.filter(active=True))
    urgent = forms.BooleanField(label="Việc khẩn", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].initial = self.row.category_id
        self.fields["urgent"].initial = self.row.urgent


class TransferForm(ActForm):
    agency = forms.ModelChoiceField(label="Cơ quan nhận", queryset=Agency.objects.none())
    reason = words("Lý do chuyển (người gửi đọc được)", 2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(active=True).exclude(pk=self.row.agency_id)


class AboutForm(ActForm):
    unit = forms.ModelChoiceField(label="Phòng", queryset=Unit.objects.none(), required=False, empty_label="Không")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(agency=self.row.agency_id)
        self.fields["unit"].initial = self.row.about_unit_id


class ForwardForm(ActForm):
    body = forms.CharField(label="Tên cơ quan nhận", max_length=255)
    reason = words("Lý do chuyển (người gửi đọc được)", 2)


class MergeForm(ActForm):
    into = forms.CharField(
        label="Mã ý kiến chính", max_length=20, help_text="Người gửi ý kiến này sẽ nhận cùng câu trả lời."
    )

    def clean_into(self) -> Case:
        code = codes.normalise(self.cleaned_data["into"])
        found = Case.objects.visible_to(self.user).filter(code=code).first() if code else None
        if found is None:
            raise forms.ValidationError("Không tìm thấy ý kiến có mã này trong cơ quan của bạn.")
        return found


class ExtendForm(ActForm):
    until = DayField(label="Hạn mới")
    reason = words("Lý do gia hạn (người gửi đọc được)", 2)

    def arguments(self) -> dict:
        until = closing_on(self.cleaned_data["until"], self.row.agency_id)
        return {"until": until, "reason": self.cleaned_data["reason"]}


class RestrictForm(ActForm):
    kind = forms.ChoiceField(label="Là", choices=TransferRecord.Kind.choices, initial=TransferRecord.Kind.UNCLEAR)
    about_unit = forms.ModelChoiceField(
        label="Phòng bị nêu tên",
        queryset=Unit.objects.none(),
        required=False,
        help_text="Người của phòng này không mở được đơn.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about_unit"].queryset = Unit.objects.filter(agency=self.row.agency_id)


class SplitForm(ActForm):
    """Parts row by row."""

    beside = "feedback/desk/parts.html"

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.parts = numbered_rows(data, "part", ("title", "text", "agency", "category"), least=3, most=LONGEST_LIST)
        self.agencies = Agency.objects.filter(active=True)
        self.categories = Category.objects.filter(active=True)

    def arguments(self) -> dict:
        filled = [row for row in self.parts if row["title"].strip() or row["text"].strip()]
        agencies = {str(agency.pk): agency for agency in self.agencies}
        categories = {str(category.pk): category for category in self.categories}
        return {
            "parts": [
                Part(
                    row["title"],
                    row["text"],
                    agencies.get(row["agency"], self.row.agency),
                    category=categories.get(row["category"]),
                )
                for row in filled
            ]
        }


class PublicationForm(ActForm):
    title = forms.CharField(label="Tiêu đề", max_length=200)
    question = words("Nội dung", 6, 8000)
    answer = words("Trả lời", 6, 8000, help_text="Số điện thoại, giấy tờ, tên người tìm thấy luôn bị ẩn khi lưu.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = Publication.objects.filter(case=self.row).first()
        shown = publication.preview(self.row, on=timezone.localdate())
        for name in ("title", "question", "answer"):
            self.fields[name].initial = getattr(row, name) if row else shown[name].text


class RevealForm(ActForm):
    reason = words("Vì sao không phải thông tin cá nhân", 2, 255)
    words = forms.CharField(  # what is not among the choices the act refuses, who may not is refused before
        label="Chỗ bị ẩn nhầm",
        help_text="Tên người gửi, cán bộ và các dãy số không bỏ ẩn được.",
        widget=forms.Select,
    )
    field_order = ("words", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.choices = [(found, found) for found in revealing.choices(self.row)]


class FaqForm(ActForm):
    question = forms.CharField(label="Câu hỏi", max_length=300)
    answer = words("Trả lời", 6, 4000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = Publication.objects.filter(case=self.row).first()
        if row:
            self.fields["question"].initial, self.fields["answer"].initial = row.title, row.answer


class AnswerForm(ActForm):
    text = words("Câu trả lời", 8, 8000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        unsent = self.row.answers.exclude(status="sent").first()
        self.fields["text"].initial = unsent.text if unsent else answers.composed_from_parts(self.row)


FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "note": NoteForm,
    "reason": ReasonForm,
    "reason_optional": OptionalReasonForm,
    "what": WhatForm,
    "assign": AssignForm,
    "theme": ThemeForm,
    "about": AboutForm,
    "transfer": TransferForm,
    "forward": ForwardForm,
    "merge": MergeForm,
    "extend": ExtendForm,
    "restrict": RestrictForm,
    "split": SplitForm,
    "publication": PublicationForm,
    "faq": FaqForm,
    "reveal": RevealForm,
}
