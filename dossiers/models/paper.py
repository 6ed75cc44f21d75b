"""Papers that left the printer, files that came in, and notes that stay inside."""

from __future__ import annotations

import datetime as dt
import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from dossiers.models.agency import Agency
from dossiers.models.dossier import Dossier, Receipt, public_token
from dossiers.models.event import DossierEvent
from dossiers.privacy.sealed_fields import SealedTextField


def paper_path(paper: IssuedPaper, _name: str) -> str:
    """Return where the PDF is kept: by date and token, never by name or id."""
    return f"papers/{paper.issued_at:%Y/%m}/{paper.token}.pdf"


def attachment_path(attachment: Attachment, _name: str) -> str:
    """Return where an uploaded file is kept: by its content, not by the name it came with."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}-{attachment.token}"


class IssuedPaper(models.Model):
    """A printed form as it was issued: the file is kept, so that a reprint is the same document."""

    form_code = models.CharField("mẫu", max_length=40)
    form_set = models.CharField("bộ mẫu", max_length=10)
    title = models.CharField("tên giấy", max_length=255)
    number = models.CharField("số", max_length=60, blank=True)
    dossier = models.ForeignKey(
        Dossier, models.PROTECT, null=True, blank=True, related_name="issued_papers", verbose_name="hồ sơ"
    )
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="issued_papers", verbose_name="giấy tiếp nhận"
    )
    event = models.ForeignKey(
        DossierEvent, models.PROTECT, null=True, blank=True, related_name="issued_papers", verbose_name="việc"
    )
    # Its line in the register of the agency that numbered it, a series a year; all three or none.
    register_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="issued_papers", verbose_name="sổ của cơ quan"
    )
    register_year = models.PositiveSmallIntegerField("sổ năm", null=True, blank=True)
    register_number = models.PositiveIntegerField("số thứ tự trong sổ", null=True, blank=True)
    context = SealedTextField("nội dung đã in (JSON)", editable=False)
    file = models.FileField("tệp PDF", upload_to=paper_path, max_length=200, blank=True)
    sha256 = models.CharField("mã băm", max_length=64, blank=True)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    issued_at = models.DateTimeField("phát hành lúc")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người phát hành",
    )
    signer_name = models.CharField("người ký", max_length=150, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="thay cho"
    )

    class Meta:
        verbose_name = "giấy tờ đã phát hành"
        verbose_name_plural = "giấy tờ đã phát hành"
        ordering = ["-issued_at", "-id"]
        permissions = [("export_register", "Xuất sổ theo dõi, sổ văn bản")]
        indexes = [models.Index(fields=["sha256"], name="issued_paper_sha256")]
        constraints = [
            models.UniqueConstraint(
                fields=["register_agency", "form_code", "register_year", "register_number"],
                condition=Q(register_number__isnull=False),
                name="issued_paper_number_once",
            ),
            models.UniqueConstraint(
                fields=["event", "form_code"], condition=Q(event__isnull=False), name="issued_paper_one_per_event"
            ),
            models.UniqueConstraint(
                fields=["receipt", "form_code"],
                condition=Q(receipt__isnull=False, replaces__isnull=True),
                name="issued_paper_one_per_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def dated(self) -> dt.date:
        """Return the day the paper bears: a receipt printed late bears that of the receiving."""
        said = (json.loads(self.context or "{}").get("head") or {}).get("dated")
        return dt.date.fromisoformat(said) if said else timezone.localdate(self.issued_at)


class Attachment(models.Model):
    """A file that belongs to a dossier; its type was decided by its content."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="attachments", verbose_name="hồ sơ")
    name = models.CharField("tên tệp", max_length=200)
    file = models.FileField("tệp", upload_to=attachment_path, max_length=200)
    content_type = models.CharField("loại", max_length=100)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm", max_length=64)
    token = models.CharField(max_length=32, default=public_token, editable=False)
    added_at = models.DateTimeField("thêm lúc", auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người thêm"
    )

    class Meta:
        verbose_name = "tệp đính kèm"
        verbose_name_plural = "tệp đính kèm"
        ordering = ["dossier", "id"]

    def __str__(self) -> str:
        return self.name


class InternalNote(models.Model):
    """A word between colleagues; citizens never see it."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="notes", verbose_name="hồ sơ")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người viết")
    text = models.TextField("nội dung", max_length=4000)
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "ghi chú nội bộ"
        verbose_name_plural = "ghi chú nội bộ"
        ordering = ["dossier", "-at"]

    def __str__(self) -> str:
        return self.text[:60]


class FormTemplate(models.Model):
    """Dated title and wording of a statutory form; the layout comes from dossiers.printed_forms."""

    form_code = models.CharField("mẫu", max_length=40)
    form_set = models.CharField("bộ mẫu", max_length=10)
    number = models.CharField("số hiệu mẫu", max_length=10, blank=True)
    title = models.CharField("tên giấy", max_length=255)
    legal_basis = models.CharField("ban hành kèm theo", max_length=200)
    symbol = models.CharField(
        "ký hiệu sau số", max_length=20, blank=True, help_text="Ví dụ PXL. Để trống: ký hiệu thường dùng của mẫu."
    )
    wording = models.JSONField("lời văn", default=dict, blank=True)
    valid_from = models.DateField("dùng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "mẫu giấy tờ"
        verbose_name_plural = "mẫu giấy tờ"
        ordering = ["form_code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["form_code", "form_set", "valid_from"], name="form_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.form_set})"
