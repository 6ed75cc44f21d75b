"""The forms of documents; field names are the arguments of the acts."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from dossiers.admin.choices import put_blanks_into_words
from dossiers.admin.workplace import ActForm
from dossiers.models import Agency, SigningAuthority, valid_on
from dossiers.typed import DayField
from portal.correspondence.admin.access import agencies_of, usual_agency
from portal.correspondence.models import Document, Enclosure
from portal.correspondence.states import WRITTEN_HERE, Kind

ABSTRACT = forms.CharField(
    label="Trích yếu",
    max_length=300,
    error_messages={"required": "Ghi trích yếu: văn bản nói về việc gì."},
    help_text="Công văn in “V/v …” dưới số; các loại khác in dưới tên loại.",
)
WRITTEN_KINDS = [(kind, Kind(kind).label) for kind in WRITTEN_HERE]
NO_AGENCY = {"required": "Chọn cơ quan.", "invalid_choice": "Chọn cơ quan của bạn."}


def offer(form: forms.BaseForm, name: str, rows: QuerySet) -> None:
    """Let the list of that name offer these rows, and take no other."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


class NumberField(forms.CharField):
    """The number of a document in the agency's registers, typed as it stands on the paper."""

    def __init__(self, **kwargs):
        super().__init__(max_length=80, **kwargs)


def in_the_books(typed: str, agencies) -> Document | None:
    """Return the document of that number, the last one of several. Raises ValidationError for an unknown one."""
    number = " ".join(typed.split())
    if not number:
        return None
    rows = Document.objects.filter(agency__in=agencies, number_text__iexact=number).order_by("-dated", "-id")
    row = rows.first()
    if row is None:
        raise forms.ValidationError(
            f"Sổ của cơ quan chưa có văn bản số {number}. Hãy xem lại số, hoặc vào sổ văn bản đến trước."
        )
    return row


def lines(label: str, rows: int, help_text: str = "") -> forms.CharField:
    """Return a field of places, one a line."""
    return forms.CharField(
        label=label, required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


def told_of_signing(authority: SigningAuthority) -> str:
    """Return "Lê Thị Hương – KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC" for a choice."""
    name = authority.user.get_full_name() or authority.user.username
    front = f"TM. {authority.body}, " if authority.body else ""
    by = f"{authority.kind}. {authority.stands_for}, " if authority.kind in {"KT", "TL", "TUQ"} else ""
    return f"{name} – {front}{by}{authority.position}"


class SignerField(forms.ModelChoiceField):
    def label_from_instance(self, row: SigningAuthority) -> str:
        return told_of_signing(row)


class NewForm(forms.Form):
    """A form that stands by itself: which agency, and what is asked besides."""

    agency = forms.ModelChoiceField(label="Cơ quan", queryset=Agency.objects.none(), error_messages=NO_AGENCY)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "agency", agencies_of(user))
        self.fields["agency"].initial = usual_agency(user)
        put_blanks_into_words(self)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "mc-input")


class NewDocumentForm(NewForm):
    """A new document: what kind, about what."""

    kind = forms.ChoiceField(label="Loại văn bản", choices=WRITTEN_KINDS)
    abstract = ABSTRACT
    field_order = ("kind", "agency", "abstract")


class IncomingForm(NewForm):
    """A document that came in."""

    kind = forms.ChoiceField(label="Loại văn bản", choices=Kind.choices)
    number_text = forms.CharField(label="Số, ký hiệu", max_length=80, help_text="Ví dụ 3241/UBND-VX")
    dated = DayField(label="Ngày văn bản", error_messages={"required": "Ghi ngày của văn bản."})
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=255)
    abstract = forms.CharField(label="Trích yếu", max_length=300)
    file = forms.FileField(label="Tệp quét, bản điện tử", required=False, widget=forms.FileInput())
    field_order = ("kind", "number_text", "dated", "issuer", "abstract", "file", "agency")


class EditForm(ActForm):
    """What a document says, who gets it, who signs."""

    abstract = ABSTRACT
    drafting_unit = forms.CharField(
        label="Ký hiệu đơn vị soạn thảo",
        required=False,
        max_length=20,
        help_text="In sau tên viết tắt của cơ quan trong số công văn, ví dụ TTPVHCC trong 212/VP-TTPVHCC.",
    )
    addressees = lines("Kính gửi", 3, "Mỗi nơi một dòng.")
    body = forms.CharField(
        label="Nội dung",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 16, "data-rich": ""}),
        help_text="Dán từ Word được. Bảng: mỗi hàng một dòng, các ô cách nhau bằng “ | ”, hàng đầu là tiêu đề cột. "
        "Dấu “./.” cuối văn bản tự thêm.",
    )
    recipients = lines("Nơi nhận", 4, "Mỗi nơi một dòng, dòng cuối là nơi lưu.")
    electronic = lines("Bản điện tử", 3, "Nơi chỉ nhận bản điện tử, mỗi nơi một dòng.")
    authority = SignerField(
        label="Người ký",
        queryset=SigningAuthority.objects.none(),
        required=False,
        help_text="Theo mục Thẩm quyền ký. Để trống: người bấm ký đứng tên.",
    )
    STORED = ("abstract", "drafting_unit", "addressees", "body", "recipients", "electronic", "authority")

    def __init__(self, *args, row: Document, **kwargs):
        kwargs.setdefault("initial", {name: getattr(row, name) for name in self.STORED})
        super().__init__(*args, row=row, **kwargs)
        today = timezone.localdate()
        usable = SigningAuthority.objects.filter(Q(valid_on(today)) | Q(pk=row.authority_id), agency=row.agency_id)
        offer(self, "authority", usable.select_related("user"))
        if row.kind != Kind.DISPATCH:
            del self.fields["drafting_unit"]


class EncloseForm(ActForm):
    """A copy of another document, or a file."""

    refers_to = NumberField(
        label="Sao gửi kèm văn bản số",
        required=False,
        help_text="Số của văn bản đi hoặc đến đã có trong sổ, ví dụ 212/VP-TTPVHCC.",
    )
    words = forms.CharField(
        label="Tên tài liệu", required=False, max_length=300, help_text="In trong ngoặc cuối văn bản."
    )
    file = forms.FileField(label="Tệp kèm theo", required=False, widget=forms.FileInput())

    def clean_refers_to(self) -> Document | None:
        return in_the_books(self.cleaned_data["refers_to"], [self.row.agency_id])


class RemoveForm(ActForm):
    enclosure = forms.ModelChoiceField(
        label="Tài liệu", queryset=Enclosure.objects.none(), error_messages={"required": "Chọn tài liệu cần bỏ."}
    )

    def __init__(self, *args, row: Document, **kwargs):
        super().__init__(*args, row=row, **kwargs)
        offer(self, "enclosure", row.enclosures.all())


class NoteForm(ActForm):
    note = forms.CharField(label="Lý do", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class SignedForm(ActForm):
    how = forms.ChoiceField(label="Bản ký", choices=[("digital", "Ký số"), ("scan", "Ký tay, đóng dấu, quét lại")])
    file = forms.FileField(label="Tệp PDF", widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}))

    def arguments(self) -> dict:
        return {"how": self.cleaned_data["how"], "content": self.cleaned_data["file"].read()}


class CorrectForm(ActForm):
    kind = forms.ChoiceField(label="Loại văn bản", choices=Kind.choices)
    number_text = forms.CharField(label="Số, ký hiệu", max_length=80)
    dated = DayField(label="Ngày văn bản")
    issuer = forms.CharField(label="Cơ quan ban hành", max_length=255)
    abstract = forms.CharField(label="Trích yếu", max_length=300)

    def __init__(self, *args, row: Document, **kwargs):
        stored = {name: getattr(row, name) for name in ("kind", "number_text", "dated", "issuer", "abstract")}
        kwargs.setdefault("initial", stored)
        super().__init__(*args, row=row, **kwargs)


FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "edit": EditForm,
    "enclose": EncloseForm,
    "remove": RemoveForm,
    "note": NoteForm,
    "signed": SignedForm,
    "correct": CorrectForm,
}
