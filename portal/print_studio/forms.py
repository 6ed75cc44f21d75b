"""What people type in the studio: how their agency looks, what they printed, guide material."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.crypto import get_random_string

from dossiers import typed
from dossiers.attachments import types
from dossiers.attachments.traps import UploadRefused
from dossiers.models import Desk
from dossiers.workflow.moving import ActError
from portal.print_studio import emblem
from portal.print_studio.media import MEDIA
from portal.print_studio.models import Identity, Material

_BOX = {"class": "mc-input"}
MOST_MATERIAL = 25 * 1024 * 1024
MATERIALS = (types.PDF, types.DOCX, types.DOC, types.JPEG, types.PNG, types.MP4)


class IdentityForm(forms.ModelForm):
    """The studio's own facts; an emblem is tidied before it is kept."""

    emblem_file = forms.FileField(
        label="Biểu trưng",
        required=False,
        widget=forms.FileInput(attrs={**_BOX, "accept": ".svg,.png,.jpg,.jpeg,.webp"}),
        help_text="SVG, PNG hoặc JPEG, tối đa 5 MB; viền trống được cắt bớt. Để trống là theo cơ quan cấp trên.",
    )
    no_emblem = forms.BooleanField(label="Bỏ biểu trưng đang dùng", required=False)

    class Meta:
        model = Identity
        fields = ("printed_name", "invitation", "palette")
        widgets = {
            "printed_name": forms.TextInput(attrs=_BOX),
            "invitation": forms.TextInput(attrs=_BOX),
            "palette": forms.RadioSelect,
        }

    drawing = ""

    def clean_printed_name(self) -> str:
        return " ".join(self.cleaned_data["printed_name"].split())

    def clean_invitation(self) -> str:
        return " ".join(self.cleaned_data["invitation"].split())

    def clean_emblem_file(self):
        file = self.cleaned_data["emblem_file"]
        if file:
            try:
                self.drawing = emblem.tidied(file.name, file, file.size)
            except ActError as error:
                raise ValidationError(str(error)) from error
        return file

    def save(self, commit: bool = True) -> Identity:
        row = super().save(commit=False)
        old = row.emblem.name
        if self.drawing:
            row.emblem.save(f"{get_random_string(16)}.svg", ContentFile(self.drawing.encode()), save=False)
        elif self.cleaned_data["no_emblem"]:
            row.emblem = ""
        row.save()
        if old and old != row.emblem.name:
            row.emblem.storage.delete(old)
        return row


class PrintingForm(forms.Form):
    """How many copies of what were printed, when, for which counter."""

    medium = forms.ChoiceField(label="Ấn phẩm", choices=list(MEDIA.items()), widget=forms.Select(attrs=_BOX))
    desk = forms.ModelChoiceField(
        label="Quầy", queryset=Desk.objects.none(), required=False, empty_label="Cả cơ quan",
        widget=forms.Select(attrs=_BOX),
    )  # fmt: skip
    copies = forms.IntegerField(
        label="Số bản",
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={**_BOX, "inputmode": "numeric"}),
    )
    day = typed.DayField(label="Ngày in", attrs=_BOX)

    def __init__(self, data=None, *, agency, today: dt.date) -> None:
        super().__init__(data, initial={"day": today, "copies": 1}, prefix="in")
        self.today = today
        cast(forms.ModelChoiceField, self.fields["desk"]).queryset = Desk.objects.filter(agency=agency, active=True)

    def clean_day(self) -> dt.date:
        day = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError("Ngày in chưa tới. Hãy ghi ngày đã in xong.")
        return day


class MaterialForm(forms.ModelForm):
    """A guide the agency made."""

    upload = forms.FileField(
        label="Tệp",
        widget=forms.FileInput(attrs={**_BOX, "accept": ".pdf,.doc,.docx,.jpg,.jpeg,.png,.mp4"}),
        help_text="PDF, Word, ảnh hoặc video MP4, tối đa 25 MB.",
    )

    class Meta:
        model = Material
        fields = ("title", "note", "shared")
        widgets = {"title": forms.TextInput(attrs=_BOX), "note": forms.TextInput(attrs=_BOX)}

    def clean_upload(self):
        file = self.cleaned_data["upload"]
        try:
            self.checked = types.check_upload(file.name, file, MOST_MATERIAL, allowed=MATERIALS)
        except UploadRefused as error:
            raise ValidationError(str(error)) from error
        return file
