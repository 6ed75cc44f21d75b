"""The public form of a case: what was typed, checked field by field, each with a sentence that says what to do."""

from __future__ import annotations

import secrets

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.identity_numbers import InvalidPhone, normalise_phone
from dossiers.models import Agency, Dossier, Unit
from feedback.cases import files as case_files
from feedback.cases import intake, refusals
from feedback.cases.routing import Nature
from feedback.models import Category, Channel, Kind

KINDS = [
    (Kind.QUESTION, _("Hỏi đáp"), _("Hỏi về thủ tục, giấy tờ, cách làm")),
    (Kind.REPORT, _("Phản ánh"), _("Báo một việc chưa đúng, chưa tốt: hồ sơ chậm, đèn đường hỏng…")),
    (Kind.SUGGESTION, _("Góp ý"), _("Đề xuất để phục vụ tốt hơn")),
]
NATURES = [
    (Nature.COMPLAINT, _("Khiếu nại"), _("Đề nghị xem lại một quyết định hoặc việc làm xâm phạm quyền của bạn")),
    (Nature.DENUNCIATION, _("Tố cáo"), _("Báo hành vi vi phạm pháp luật của cán bộ hoặc người khác")),
]
PLAIN = {"autocomplete": "off"}


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files of one input as a list; each is checked later, by its content."""

    widget = ManyFilesInput(attrs={"accept": case_files.ACCEPT})

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data]
        return [one for one in given if one]


class ThemeChoice(forms.ModelChoiceField):
    def label_from_instance(self, theme: Category) -> str:
        return gettext(theme.name)


class CaseForm(forms.Form):
    """Names are those of the address bar and the page: short and without accents."""

    kind = forms.ChoiceField(
        choices=[(key, label) for key, label, _hint in KINDS + NATURES],
        error_messages={
            "required": _("Hãy chọn bạn muốn gửi gì."),
            "invalid_choice": _("Hãy chọn một mục trong danh sách."),
        },
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        to_field_name="code",
        empty_label=None,
        label=_("Gửi đến"),
        error_messages={"required": _("Hãy chọn cơ quan."), "invalid_choice": _("Hãy chọn cơ quan trong danh sách.")},
    )
    category = ThemeChoice(
        Category.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Chưa rõ, nhờ cán bộ chọn giúp"),
        label=_("Lĩnh vực"),
        error_messages={"invalid_choice": _("Hãy chọn lĩnh vực trong danh sách.")},
    )
    text = forms.CharField(
        label=_("Nội dung"),
        min_length=intake.SHORTEST,
        max_length=intake.LONGEST,
        widget=forms.Textarea(attrs={"rows": 7, "maxlength": intake.LONGEST}),
        error_messages={
            "required": _("Hãy ghi nội dung."),
            "min_length": _("Nội dung ngắn quá. Hãy ghi rõ việc gì, ở đâu, khi nào."),
            "max_length": _("Nội dung dài quá. Hãy ghi ý chính và gửi kèm tệp."),
        },
    )
    address = forms.CharField(label=_("Địa điểm"), required=False, max_length=300)
    latitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    longitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    dossier_code = forms.CharField(
        label=_("Mã hồ sơ liên quan"), required=False, max_length=40, widget=forms.TextInput(attrs=PLAIN)
    )
    dossier_token = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    files = ManyFilesField(label=_("Ảnh, tệp kèm theo"), required=False)
    sender_name = forms.CharField(
        label=_("Họ và tên"), required=False, max_length=255, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Số điện thoại"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Địa chỉ thư chưa đúng. Ví dụ: ten@gmail.com.")},
    )
    may_publish = forms.BooleanField(required=False)
    # Asked on the stop page only: whom a complaint or denunciation is against.
    about = forms.CharField(required=False, max_length=500)
    about_unit = forms.ModelChoiceField(Unit.objects.none(), required=False)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    intake_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    # Nobody sees this field; what fills it in is a program.
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = receiving_agencies()
        self.fields["about_unit"].queryset = Unit.objects.filter(active=True)
        self.fields["category"].queryset = Category.objects.filter(active=True)
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("id", f"o-{name}")

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return normalise_phone(typed)
        except InvalidPhone as wrong:
            raise forms.ValidationError(refusals.said(wrong)) from None

    def clean(self) -> dict:
        values = super().clean()
        if (values.get("latitude") is None) != (values.get("longitude") is None):
            values["latitude"] = values["longitude"] = None
        return values

    @property
    def nature(self) -> str:
        """The sender's own word on what it is."""
        kind = self.cleaned_data["kind"]
        return kind if kind in {Nature.COMPLAINT, Nature.DENUNCIATION} else Nature.FEEDBACK

    def sent(self, *, source_hash: str, with_files: bool = True) -> intake.Sent:
        """Return what was sent, ready for intake. Call after is_valid."""
        values = self.cleaned_data
        feedback = self.nature == Nature.FEEDBACK
        return intake.Sent(
            kind=values["kind"] if feedback else Kind.REPORT,
            nature=self.nature,
            agency=values["agency"],
            category=values["category"],
            text=values["text"],
            channel=Channel.WEB,
            address=values["address"],
            latitude=values["latitude"],
            longitude=values["longitude"],
            dossier_code=values["dossier_code"],
            dossier_token=values["dossier_token"],
            sender_name=values["sender_name"],
            phone=values["phone"],
            email=values["email"],
            about=values["about"],
            about_unit=values["about_unit"],
            may_publish=values["may_publish"] and feedback,
            source_hash=source_hash,
            intake_key=values["intake_key"],
            files=values["files"] if with_files else [],
        )


def receiving_agencies():
    """Return the agencies people may write to: those on the channel, else every one that receives dossiers."""
    active = Agency.objects.filter(active=True)
    on_channel = active.filter(rollout__in=[Agency.Rollout.PILOT, Agency.Rollout.LIVE])
    rows = on_channel if on_channel.exists() else active.filter(Q(kind="centre") | Q(kind="commune"))
    return (rows if rows.exists() else active).order_by("name")


def first_values(query) -> dict:
    """Return what the form starts with: a fresh key against double clicks, and what the link that led here says."""
    values = {"intake_key": secrets.token_urlsafe(16)}
    if query.get("loai") in {key for key, _label, _hint in KINDS + NATURES}:
        values["kind"] = query["loai"]
    agency = receiving_agencies().filter(code=query.get("co-quan", "")[:35]).first()
    token = query.get("ho-so", "")[:32]
    dossier = Dossier.objects.select_related("agency").filter(token=token).first() if token else None
    if dossier is not None:
        values |= {"dossier_token": token, "dossier_code": dossier.code}
        agency = agency or dossier.agency
    if agency is not None:
        values["agency"] = agency.code
    return values
