"""The forms about the result: its draft, its signature, and whose hand it comes into."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone

from dossiers.admin.act_forms.base import NoteForm
from dossiers.admin.choices import PersonChoice
from dossiers.admin.workplace import ActForm
from dossiers.attachments import taking
from dossiers.attachments import types as attachment_types
from dossiers.intake.identity_card import number_read
from dossiers.lookup import delivery
from dossiers.models import Applicant, Attachment, Channel, Dossier, DossierResult, Membership, valid_on
from dossiers.scoping import people_with
from dossiers.search_text import fold
from dossiers.typed import DayField
from dossiers.workflow.moving import ActError
from dossiers.workflow.results import Collected, Named

LARGEST = 20 * 1024 * 1024
CARD_DIGITS = 12
Proof = DossierResult.Proof
HOW = {
    delivery.Way.COUNTER: Channel.COUNTER,
    delivery.Way.POST: Channel.POST,
    delivery.Way.FILE: Channel.ONLINE,
}


def result_of(dossier: Dossier) -> DossierResult | None:
    """Return what is known of the dossier's result so far. One query."""
    related = "dossier", "file", "signed_by", "handed_by"
    return DossierResult.objects.select_related(*related).filter(dossier=dossier).first()


def upload_of(dossier: Dossier, sent, by) -> Attachment:
    """Return the unsaved attachment of a file somebody sent. Raises ActError with a sentence."""
    taken = taking.take(sent, most_bytes=LARGEST, allowed=attachment_types.PAPERS)
    return Attachment(
        dossier=dossier,
        name=taken.name[:200],
        file=ContentFile(taken.content, name=taken.name),
        content_type=taken.content_type,
        size=len(taken.content),
        sha256=taken.sha256,
        added_by=by,
    )


def signers_of(dossier: Dossier):
    """Return the people who may sign for the agencies of the dossier today."""
    agencies = {dossier.agency_id, dossier.competent_agency_id} - {None}
    here = Membership.objects.filter(valid_on(timezone.localdate()), agency__in=agencies).values("user_id")
    return people_with("dossiers.sign_dossier").filter(pk__in=here).order_by("last_name", "first_name")


def _is_a_person(applicant: Applicant) -> bool:
    return applicant.kind == Applicant.Kind.PERSON


class CardNumberField(forms.CharField):
    """A paper's number typed, or a citizen's card scanned, of which the number is kept: judged by its length after."""

    LONGEST_SCAN = 600

    def to_python(self, value):
        return super().to_python(number_read(str(value or "")))

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "maxlength": str(self.LONGEST_SCAN)}


class NamedForm(ActForm):
    """Number, date and file of the result, as far as they are known before."""

    number = forms.CharField(label="Số của kết quả", required=False, max_length=60)
    dated = DayField(label="Ngày của kết quả", required=False)
    file = forms.FileField(label="Tệp kết quả", required=False)

    one_by_one: tuple[str, ...] = ("number", "dated", "file")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = None if self.many else result_of(self.row)
        for name in ("number", "dated"):
            if known and name in self.fields:
                self.fields[name].initial = getattr(known, name)
        if known and known.file and "file" in self.fields:
            self.fields["file"].help_text = f"Đã có: {known.file.name}. Chọn tệp khác nếu cần thay."

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if not sent:
            return None
        try:
            return upload_of(self.row, sent, self.user)
        except ActError as refused:
            raise forms.ValidationError(str(refused)) from refused

    def named(self) -> Named:
        data = self.cleaned_data
        return Named(number=data.get("number") or "", dated=data.get("dated"), file=data.get("file"))


class ToSigningForm(NamedForm):
    signer = PersonChoice(
        label="Trình ai ký",
        queryset=get_user_model().objects.none(),
        required=False,
        empty_label="Lãnh đạo nào có mặt",
    )
    note = forms.CharField(
        label="Ý kiến gửi lãnh đạo (nội bộ)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        signers = signers_of(self.row)
        self.fields["signer"].queryset = signers
        alone = list(signers[:2])
        self.fields["signer"].initial = alone[0].pk if len(alone) == 1 else self.row.signer_id
        if "file" in self.fields:
            self.fields["file"].label = "Dự thảo kết quả (PDF, Word, ảnh)"
        self.order_fields(["file", "number", "dated", "signer", "note"])

    def arguments(self) -> dict:
        return {"draft": self.named(), "signer": self.cleaned_data["signer"], "note": self.cleaned_data["note"]}


class FinishForm(NamedForm, NoteForm):
    place = forms.CharField(label="Nơi nhận kết quả", required=False, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["number", "dated", "file", "place", "note"])
        self.fields["place"].widget.attrs["placeholder"] = self.row.result_place or self.row.agency_name

    def arguments(self) -> dict:
        data = self.cleaned_data
        return {"result": self.named(), "place": data["place"], "note": data["note"]}


class ReturnForm(NamedForm, NoteForm):
    how = forms.ChoiceField(label="Hình thức trả", choices=Channel.choices, initial=Channel.COUNTER)
    collector = forms.CharField(label="Người nhận", required=False, max_length=150)
    proof = forms.ChoiceField(label="Giấy tờ xuất trình", choices=Proof.choices, required=False, initial=Proof.CARD)
    collector_number = CardNumberField(
        label="Số giấy tờ",
        required=False,
        max_length=40,
        help_text="Để trống khi đã đối chiếu đúng số căn cước ghi trong hồ sơ.",
    )
    proxy = forms.CharField(
        label="Nhận thay: giấy ủy quyền", required=False, max_length=200, help_text="Số, ngày của giấy ủy quyền."
    )
    post_code = forms.CharField(label="Mã bưu gửi (khi gửi bưu điện)", required=False, max_length=40)

    one_by_one = ("number", "dated", "file", "post_code")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.many and self.user is not None and self.user.has_perm("dossiers.see_personal_data"):
            self.fields["collector"].initial = self.row.submitter.full_name if _is_a_person(self.row.submitter) else ""
        self.way = delivery.Way.COUNTER if self.many else delivery.way_of(self.row.result_place)
        self.fields["how"].initial = HOW[self.way]
        first = ["how", "collector", "proof", "collector_number", "proxy", "post_code"]
        self.order_fields([*first, "number", "dated", "file", "note"])

    def clean(self):
        data = super().clean()
        how = data.get("how")
        if how == Channel.COUNTER:
            self._check_collector(data)
        elif how == Channel.POST and self.many:
            self.add_error("how", "Mỗi bưu gửi có mã riêng: mở từng hồ sơ để ghi mã.")
        elif how == Channel.POST and not data.get("post_code", "").strip():
            self.add_error("post_code", "Ghi mã bưu gửi trên phiếu của bưu điện, để người dân theo dõi được.")
        elif how == Channel.ONLINE and self.many:
            self.add_error("how", "Trả qua mạng phải có tệp của từng kết quả: mở từng hồ sơ để kèm tệp.")
        elif how == Channel.ONLINE and self.way is delivery.Way.FILE and not self._has_pdf(data):
            self.add_error("file", "Người dân chọn nhận bản điện tử: gửi kèm tệp PDF để họ tải ở trang hồ sơ.")
        return data

    def _has_pdf(self, data: dict) -> bool:
        if data.get("file"):
            return data["file"].content_type == attachment_types.PDF.media_type
        known = result_of(self.row)
        return known is not None and delivery.is_given(known)

    def _check_collector(self, data: dict) -> None:
        name = (data.get("collector") or "").strip()
        if not name:
            self.add_error("collector", "Ghi họ tên người đến nhận kết quả.")
        if not data.get("proof"):
            self.add_error("proof", "Chọn giấy tờ người nhận đã xuất trình.")
        if not name or (data.get("collector_number") or "").strip() or data.get("proof") == Proof.RECEIPT:
            return
        data["collector_number"] = (
            self._card_on_file(name) if data.get("proof") in {Proof.CARD, Proof.ELECTRONIC} else ""
        )
        if not data["collector_number"]:
            self.add_error("collector_number", "Ghi số giấy tờ người nhận đã xuất trình.")

    def _card_on_file(self, name: str) -> str:
        """Return the number on the citizen's card of the dossier's own person of that name; "" for anybody else."""
        people = (self.row.submitter, self.row.owner)
        numbers = (
            person.id_number for person in people if _is_a_person(person) and fold(person.full_name) == fold(name)
        )
        return next((number for number in numbers if len(number) == CARD_DIGITS), "")

    def arguments(self) -> dict:
        data = self.cleaned_data
        at_counter = data["how"] == Channel.COUNTER
        collected = Collected(
            name=data["collector"].strip() if at_counter else "",
            proof=data["proof"] if at_counter else "",
            number=data["collector_number"].strip() if at_counter else "",
            proxy=data["proxy"].strip() if at_counter else "",
            post_code=(data.get("post_code") or "").strip() if data["how"] == Channel.POST else "",
        )
        return {"how": data["how"], "collected": collected, "result": self.named(), "note": data["note"]}
