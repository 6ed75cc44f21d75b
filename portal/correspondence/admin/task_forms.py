"""The forms of tasks and proposals; field names are the arguments of the acts."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from dossiers.admin.choices import PersonChoice
from dossiers.admin.workplace import ActForm
from dossiers.models import Membership, valid_on
from dossiers.typed import DayField
from portal.correspondence.admin.access import agencies_of
from portal.correspondence.admin.forms import WRITTEN_KINDS, NewForm, NoteForm, NumberField, in_the_books, offer
from portal.correspondence.models import Assignment, Document, Proposal
from portal.correspondence.states import Kind


def people_of(agencies) -> QuerySet:
    """Return who works at the agencies today, by name."""
    places = Membership.objects.filter(valid_on(timezone.localdate()), agency__in=agencies).values("user")
    return get_user_model().objects.filter(is_active=True, pk__in=places).order_by("last_name", "first_name", "pk")


def person() -> PersonChoice:
    return PersonChoice(
        label="Người làm",
        queryset=get_user_model().objects.none(),
        required=False,
        help_text="Để trống: việc chung của cơ quan, mọi người của cơ quan được nhắc.",
    )


DUE = {"required": "Ghi hạn: chậm nhất ngày nào."}
TITLE = {"required": "Ghi việc phải làm."}


class NewTaskForm(NewForm):
    """A task given: what, until when, whom, by which document."""

    title = forms.CharField(label="Việc phải làm", max_length=255, error_messages=TITLE)
    due_on = DayField(label="Chậm nhất ngày", error_messages=DUE)
    person = person()
    detail = forms.CharField(
        label="Ghi rõ thêm", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    source = NumberField(
        label="Theo văn bản số", required=False, help_text="Số văn bản đến hoặc đi trong sổ, ví dụ 3241/UBND-VX."
    )
    field_order = ("title", "due_on", "agency", "person", "detail", "source")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        offer(self, "person", people_of(agencies_of(user)))

    def clean_source(self) -> Document | None:
        return in_the_books(self.cleaned_data["source"], agencies_of(self.user))


class ChangeForm(ActForm):
    title = forms.CharField(label="Việc phải làm", max_length=255, error_messages=TITLE)
    due_on = DayField(label="Chậm nhất ngày", error_messages=DUE)
    person = person()
    detail = forms.CharField(
        label="Ghi rõ thêm", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, row: Assignment, **kwargs):
        stored = {"title": row.title, "due_on": row.due_on, "person": row.person_id, "detail": row.detail}
        kwargs.setdefault("initial", stored)
        super().__init__(*args, row=row, **kwargs)
        offer(self, "person", get_user_model().objects.filter(
            Q(pk__in=people_of([row.agency_id]).values("pk")) | Q(pk=row.person_id)))  # fmt: skip


class AnswerDraftForm(ActForm):
    kind = forms.ChoiceField(label="Loại văn bản", choices=WRITTEN_KINDS)

    def __init__(self, *args, row: Assignment, **kwargs):
        kwargs.setdefault("initial", {"kind": row.recurrence.kind if row.recurrence else Kind.REPORT})
        super().__init__(*args, row=row, **kwargs)


class FinishForm(ActForm):
    document = NumberField(label="Bằng văn bản số", required=False, help_text="Số trong sổ văn bản của cơ quan.")
    note = forms.CharField(
        label="Hoặc đã làm gì", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_document(self) -> Document | None:
        return in_the_books(self.cleaned_data["document"], [self.row.agency_id])


class LinkForm(ActForm):
    document = NumberField(label="Số văn bản", error_messages={"required": "Ghi số của văn bản cần gắn."})

    def clean_document(self) -> Document | None:
        return in_the_books(self.cleaned_data["document"], [self.row.agency_id])


TASK_FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "answer": AnswerDraftForm,
    "finish": FinishForm,
    "change": ChangeForm,
    "link": LinkForm,
    "note": NoteForm,
}


class NewProposalForm(NewForm):
    """What a centre proposes."""

    subject = forms.ChoiceField(label="Về", choices=Proposal.Subject.choices)
    title = forms.CharField(label="Đề xuất", max_length=200, error_messages={"required": "Ghi đề xuất."})
    text = forms.CharField(
        label="Nội dung, lý do",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Ghi nội dung và lý do."},
        help_text="Người dân hỏi gì, cần dữ liệu nào, được lợi gì.",
    )
    field_order = ("subject", "title", "text", "agency")


class AnswerForm(ActForm):
    answer = forms.CharField(label="Trả lời", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AcceptForm(AnswerForm):
    planned_on = DayField(label="Dự kiến có ngày", required=False)


PROPOSAL_FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "accept": AcceptForm,
    "answer": AnswerForm,
    "note": NoteForm,
}
