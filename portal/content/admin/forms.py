"""The forms of a piece's acts; field names are the arguments of the acts."""

from __future__ import annotations

from typing import cast

from django import forms

from dossiers import typed
from dossiers.admin.choices import put_blanks_into_words
from dossiers.models import Agency
from dossiers.scoping import scoped
from portal.content.framing import FRAMES
from portal.content.kinds import RECORDS, Kind, Language
from portal.content.models import SAFE_ADDRESS, Picture, Piece

BOX = {"inputmode": "numeric"}


class PieceForm(forms.Form):
    """Base: knows its piece."""

    def __init__(self, *args, piece: Piece, **kwargs):
        super().__init__(*args, **kwargs)
        put_blanks_into_words(self)
        self.piece = piece
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "mc-input")

    def arguments(self) -> dict:
        """Return the keyword arguments for the act."""
        return self.cleaned_data


class EditForm(PieceForm):
    """What a piece of its kind says, and what is sent along with it."""

    title = forms.CharField(label="Tiêu đề", max_length=160, error_messages={"required": "Ghi tiêu đề bài viết."})
    summary = forms.CharField(
        label="Tóm tắt",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Một hai câu hiện trong danh sách, khi chia sẻ và trong bản tin RSS.",
    )
    body = forms.CharField(
        label="Nội dung",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 14, "data-rich": ""}),
        help_text="Dán từ Word được: chữ đậm, tiêu đề, danh sách, liên kết được giữ, màu và cỡ chữ được bỏ.",
    )
    language = forms.ChoiceField(
        label="Ngôn ngữ của bài",
        choices=Language.choices,
        required=False,
        help_text="Bài bằng tiếng Tày, Nùng, Mông, Khmer hoặc Anh: một bài riêng, duyệt riêng.",
    )
    original = forms.ModelChoiceField(
        label="Là bản dịch của bài",
        queryset=Piece.objects.none(),
        required=False,
        empty_label="Không phải bản dịch",
        help_text="Hai trang tự dẫn sang nhau khi đã đăng.",
        error_messages={"invalid_choice": "Chọn một bài tiếng Việt cùng loại của cơ quan này."},
    )
    doc_number = forms.CharField(label="Số, ký hiệu văn bản", required=False, max_length=60)
    doc_date = typed.DayField(label="Ngày ban hành", required=False)
    effective_on = typed.DayField(label="Có hiệu lực từ ngày", required=False)
    source_url = forms.CharField(
        label="Đường dẫn văn bản gốc", required=False, max_length=500, validators=[SAFE_ADDRESS]
    )
    shown_until = typed.MomentField(
        label="Thôi hiện lúc", required=False, help_text="Thông báo khẩn tự rút khỏi trang lúc này.", attrs=BOX
    )
    video = forms.FileField(
        label="Tệp video (MP4, tối đa 60 MB)",
        required=False,
        widget=forms.FileInput(attrs={"accept": "video/mp4"}),
    )
    video_url = forms.CharField(
        label="Hoặc địa chỉ video",
        required=False,
        max_length=500,
        validators=[SAFE_ADDRESS],
        help_text="Video ở trang khác chỉ mở khi người xem bấm, trang này không nhúng của bên thứ ba.",
    )
    captions = forms.FileField(
        label="Phụ đề (VTT hoặc SRT)", required=False, widget=forms.FileInput(attrs={"accept": ".vtt,.srt"})
    )
    document = forms.FileField(
        label="Tệp văn bản (PDF, Word, Excel, tối đa 20 MB)", required=False, widget=forms.FileInput()
    )
    picture = forms.FileField(label="Thêm ảnh", required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))
    picture_alt = forms.CharField(
        label="Mô tả ảnh vừa chọn",
        required=False,
        max_length=250,
        help_text="Một câu cho người không nhìn được: ai, đang làm gì, ở đâu.",
    )
    picture_credit = forms.CharField(label="Nguồn ảnh", required=False, max_length=120)
    picture_frame = forms.ChoiceField(
        label="Cắt ảnh theo khung",
        required=False,
        initial="16:9",
        choices=[(key, label) for key, (label, _) in FRAMES.items()],
    )

    def __init__(self, *args, piece: Piece, **kwargs):
        version = piece.written
        asks = RECORDS[piece.kind].asks
        stored = {name: getattr(version, name) for name in asks if name not in {"video", "captions", "document"}
                  and hasattr(version, name)}  # fmt: skip
        kwargs.setdefault("initial", stored)
        super().__init__(*args, piece=piece, **kwargs)
        self.fields = {name: self.fields[name] for name in asks}
        self.order = list(asks)
        same = Piece.objects.filter(agency=piece.agency_id, kind=piece.kind, working__language=Language.VIETNAMESE)
        original = cast(forms.ModelChoiceField, self.fields["original"])
        original.queryset = same.exclude(pk=piece.pk).select_related("working")
        rows = {row.pk: row for row in Picture.objects.filter(piece=piece)}
        self.kept = [item for item in version.pictures if item["id"] in rows]
        for item in self.kept:
            name = f"alt-{item['id']}"
            self.fields[name] = forms.CharField(
                label="Mô tả ảnh", max_length=250, initial=item["alt"], widget=forms.TextInput({"class": "mc-input"}),
                error_messages={"required": "Mô tả ảnh bằng một câu để người không nhìn được cũng hiểu."},
            )  # fmt: skip
            self.fields[f"drop-{item['id']}"] = forms.BooleanField(label="Bỏ ảnh này", required=False)

    @property
    def written(self) -> list:
        """The fields of the kind, without those of pictures that are there already."""
        return [self[name] for name in self.order]

    @property
    def shown_pictures(self) -> list[tuple]:
        return [(item, self[f"alt-{item['id']}"], self[f"drop-{item['id']}"]) for item in self.kept]

    def clean(self):
        found = super().clean()
        if found.get("picture") and not found.get("picture_alt", "").strip():
            self.add_error("picture_alt", "Mô tả ảnh bằng một câu để người không nhìn được cũng hiểu.")
        found["language"] = found.get("language") or Language.VIETNAMESE
        if found.get("original") and found["language"] == Language.VIETNAMESE:
            self.add_error("language", "Bản dịch thì chọn ngôn ngữ khác tiếng Việt.")
        return found

    def arguments(self) -> dict:
        found = {name: value for name, value in self.cleaned_data.items() if name in self.order}
        found["pictures"] = [
            {**item, "alt": self.cleaned_data[f"alt-{item['id']}"]}
            for item in self.kept
            if not self.cleaned_data.get(f"drop-{item['id']}")
        ]
        return found


class ApproveForm(PieceForm):
    publish_at = typed.MomentField(label="Hẹn giờ đăng", required=False, help_text="Để trống là đăng ngay.", attrs=BOX)


class NoteForm(PieceForm):
    note = forms.CharField(label="Lý do", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class NewForm(forms.Form):
    """A new piece: of which agency, of which kind, called what."""

    kind = forms.ChoiceField(label="Loại", choices=Kind.choices)
    agency = forms.ModelChoiceField(
        label="Cơ quan",
        queryset=Agency.objects.none(),
        error_messages={"required": "Chọn cơ quan.", "invalid_choice": "Chọn cơ quan của bạn."},
    )
    title = forms.CharField(label="Tiêu đề", max_length=160, error_messages={"required": "Ghi tiêu đề bài viết."})

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = scoped(Agency.objects.filter(active=True).order_by("name"), user, "pk")
        self.fields["agency"].queryset = own
        self.fields["agency"].initial = own.first()
        put_blanks_into_words(self)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "mc-input")


FORMS: dict[str, type[PieceForm]] = {"": PieceForm, "edit": EditForm, "approve": ApproveForm, "note": NoteForm}
