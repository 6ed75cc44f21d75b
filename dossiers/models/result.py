"""The result of a dossier: its number, date and file, who signed it, and how it came into the citizen's hand."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models.dossier import Dossier
from dossiers.models.paper import Attachment
from dossiers.models.procedure_content import Channel
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.states import WITH_RESULT
from dossiers.written_dates import written_day


class DossierResult(models.Model):
    """One a dossier, begun by the handler's draft, which colleagues alone read until the dossier has its result.

    `collector` and `collector_number` name whoever was handed the result; by post `post_code` is the parcel's.
    """

    class Proof(models.TextChoices):
        CARD = "card", "Căn cước, CCCD"
        ELECTRONIC = "vneid", "Căn cước điện tử (VNeID)"
        PASSPORT = "passport", "Hộ chiếu"
        RECEIPT = "receipt", "Giấy tiếp nhận hồ sơ"
        OTHER = "other", "Giấy tờ khác"

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="result", verbose_name="hồ sơ")
    number = models.CharField("số kết quả", max_length=60, blank=True)
    dated = models.DateField("ngày của kết quả", null=True, blank=True)
    file = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="tệp kết quả"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ký"
    )
    signed_at = models.DateTimeField("ký lúc", null=True, blank=True)
    how = models.CharField("hình thức trả", max_length=7, choices=Channel.choices, blank=True)
    collector = SealedTextField("người nhận", blank=True)
    collector_proof = models.CharField("giấy tờ người nhận xuất trình", max_length=8, choices=Proof.choices, blank=True)
    collector_number = SealedTextField("số giấy tờ người nhận", blank=True)
    proxy = models.CharField("giấy ủy quyền nhận thay", max_length=200, blank=True)
    post_code = models.CharField("mã bưu gửi", max_length=40, blank=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người trao"
    )

    class Meta:
        verbose_name = "kết quả của hồ sơ"
        verbose_name_plural = "kết quả của hồ sơ"

    def __str__(self) -> str:
        return self.shown_number or "Kết quả chưa có số"

    @property
    def shown_number(self) -> str:
        """The number and date as printed: "Số 15/2026, ngày 20/11/2026"; "" when neither is known."""
        parts = (f"số {self.number}" if self.number else "", f"ngày {written_day(self.dated)}" if self.dated else "")
        words = ", ".join(part for part in parts if part)
        return words[:1].upper() + words[1:]

    @property
    def is_draft(self) -> bool:
        """Whether the dossier has no result yet, signed or, where the procedure says so, without a signature."""
        return self.dossier.state not in WITH_RESULT
