"""The forms about what a citizen still has to bring: asking for it, and ticking what came."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone

from dossiers.admin.act_forms.base import LONGEST_LIST, NoteForm, ReasonsForm, ReasonWords
from dossiers.models import SupplementReason
from dossiers.typed import DayField
from dossiers.workflow import asked


class SupplementForm(ReasonsForm):
    """Papers of the dossier itself to choose from, ready reasons with samples, a last day."""

    use = SupplementReason.Use.SUPPLEMENT
    words = ReasonWords("Từng mục cần người dân thực hiện", "Cần làm gì", "Vì sao (căn cứ)", "Lấy ở đâu")
    last_day = DayField(
        label="Hạn nộp bổ sung",
        required=False,
        help_text="In trên phiếu, báo cho người dân. Để trống khi quy định không đặt hạn.",
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if not data:
            missing = self._missing()
            self.rows = [*missing, *self.rows][: max(3, len(missing))]
        self.fields["last_day"].initial = asked.last_day(self.row, timezone.now())
        self.order_fields(["last_day", "note"])

    def _missing(self) -> list[dict]:
        """A row for every paper the dossier still waits for."""
        papers = self.row.papers.filter(received=False)[:LONGEST_LIST]
        why = "Giấy tờ bắt buộc theo thành phần hồ sơ của thủ tục"
        blank = dict.fromkeys(self.NAMES, "")
        return [blank | {"paper": paper.name, "what": "Nộp giấy tờ này", "why": why} for paper in papers]

    def clean_last_day(self) -> dt.date | None:
        day = self.cleaned_data["last_day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Hạn nộp bổ sung phải từ hôm nay trở đi.")
        return day

    def arguments(self) -> dict:
        return {**super().arguments(), "last_day": self.cleaned_data["last_day"]}


class CameForm(NoteForm):
    """Ticks what came back of what was asked for, and further papers of the dossier that were missing.

    What was asked for and is not ticked goes on being waited for.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        event = asked.still_asked(self.row)
        reasons = event.reasons if event else []
        others = asked.not_asked_for(self.row, reasons)
        if reasons:
            names = [": ".join(part for part in (item.get("paper"), item.get("what")) if part) for item in reasons]
            self.fields["came"] = forms.TypedMultipleChoiceField(
                label="Đã nhận được",
                choices=list(enumerate(names)),
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text="Mục không đánh dấu vẫn chờ người dân: đồng hồ chưa chạy, trang tra cứu chỉ còn các mục đó.",
            )
            self.fields["came"].initial = list(range(len(names))) if len(names) == 1 else []
        if others:
            self.fields["papers"] = forms.TypedMultipleChoiceField(
                label="Giấy tờ khác của hồ sơ cũng đã nhận",
                choices=[(paper.pk, paper.name) for paper in others],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.order_fields(["came", "papers", "note"])

    def clean(self):
        data = super().clean()
        if "came" in self.fields and not data.get("came") and not data.get("papers"):
            self.add_error("came", "Đánh dấu giấy tờ đã nhận được.")
        return data

    def arguments(self) -> dict:
        data = self.cleaned_data
        return {"note": data["note"], "came": data.get("came"), "papers": data.get("papers") or []}
