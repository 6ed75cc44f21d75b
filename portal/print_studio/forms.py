"""What people type in the studio: how their agency looks, what they printed, guide material."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils.crypto import get_random_string

from dossiers import receipt_spellings, typed
from dossiers.attachments import taking, types
from dossiers.models import Desk, Dossier
from dossiers.scoping import scoped
from dossiers.workflow.moving import ActError
from portal.print_studio import emblem, labels
from portal.print_studio.media import MEDIA
from portal.print_studio.models import Identity, Material

_BOX = {"class": "mc-input"}
MOST_MATERIAL = 25 * 1024 * 1024
TOO_MANY_LABELS = f"Mỗi lần in tối đa {labels.MOST} nhãn. Hãy ghi mã hồ sơ, chia làm nhiều lần."
WRONG_START = f"Một tờ có {labels.ON_A_SHEET} nhãn. Hãy ghi số từ 1 đến {labels.ON_A_SHEET}."
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


class LabelsForm(forms.Form):
    """For which dossiers labels are wanted, a day's or those named, and where the sheet in hand begins."""

    day = typed.DayField(label="Hồ sơ nhận trong ngày", required=False, attrs=_BOX)
    numbers = forms.CharField(
        label="hoặc các mã hồ sơ, số biên nhận",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={**_BOX, "rows": 3}),
        help_text="Mỗi dòng một số. Có ghi ở đây thì không xét ngày.",
    )
    start = forms.IntegerField(
        label="Bắt đầu từ nhãn thứ",
        min_value=1,
        max_value=labels.ON_A_SHEET,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), WRONG_START),
        widget=forms.NumberInput(attrs={**_BOX, "inputmode": "numeric"}),
        help_text="Tờ đã dùng dở: đếm từ trái sang phải, từ trên xuống.",
    )

    def __init__(self, data=None, *, agency, user, today: dt.date) -> None:
        super().__init__(data, initial={"day": today, "start": 1}, prefix="nhan")
        mine = scoped(Dossier.objects.filter(agency=agency), user)
        self.rows = mine.select_related("procedure").order_by("received_at", "pk")
        self.found: list[Dossier] = []

    def clean(self) -> dict:
        """Find the dossiers; whoever is not found is named, so that no label is missed unseen."""
        asked = [line.strip() for line in self.cleaned_data.get("numbers", "").splitlines() if line.strip()]
        day = self.cleaned_data.get("day")
        if self.errors:
            return self.cleaned_data
        if asked:
            self.found = self._named(list(dict.fromkeys(asked)))
        elif day:
            self.found = list(self.rows.filter(received_at__date=day)[: labels.MOST + 1])
        if not self.found:
            words = "Không có hồ sơ nào nhận trong ngày này. Hãy chọn ngày khác hoặc ghi mã hồ sơ."
            raise ValidationError({"day": words})
        if len(self.found) > labels.MOST:
            raise ValidationError({"numbers": TOO_MANY_LABELS})
        return self.cleaned_data

    def _named(self, asked: list[str]) -> list[Dossier]:
        if len(asked) > labels.MOST:
            raise ValidationError({"numbers": TOO_MANY_LABELS})
        found: list[Dossier] = []
        missing: list[str] = []
        for line in asked:
            rows = list(self.rows.filter(Q(code=line.upper()) | receipt_spellings.written_as(line))[: labels.MOST])
            found += rows
            missing += [] if rows else [line[:40]]
        if missing:
            words = f"Không thấy hồ sơ: {', '.join(missing[:8])}. Hãy sửa số ghi sai rồi in lại."
            raise ValidationError({"numbers": words})
        return list(dict.fromkeys(found))


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
            self.taken = taking.take(file, most_bytes=MOST_MATERIAL, allowed=MATERIALS)
        except ActError as error:
            raise ValidationError(str(error)) from error
        return file
