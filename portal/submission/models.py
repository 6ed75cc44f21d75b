"""What is kept of filing online: what an agency offers, drafts until they are sent, what was said at the sending."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from dossiers.models import Agency, Attachment, Dossier, Procedure, ProcedureCase, Receipt, public_token, valid_on
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_moment


class OnlineProcedureQuerySet(models.QuerySet):
    def in_force(self, day: dt.date) -> OnlineProcedureQuerySet:
        """Return what is offered on `day`, by agencies that work and for procedures that stand."""
        return self.filter(
            valid_on(day), agency__active=True, procedure__status=Procedure.Status.ACTIVE
        ).select_related("agency")


class OnlineProcedure(models.Model):
    """A procedure that an agency takes in online here, from a day to a day, by a decision."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="online_procedures", verbose_name="cơ quan")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="online_offers", verbose_name="thủ tục")
    valid_from = models.DateField("nhận từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    basis = models.CharField(
        "văn bản cho phép",
        max_length=200,
        help_text="Ví dụ: Quyết định 12/QĐ-UBND ngày 05/01/2026. Thủ tục đã nhận tại Cổng Dịch vụ công quốc gia thì "
        "nộp ở đó, không mở ở đây.",
    )

    objects = OnlineProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = "thủ tục nộp tại đây"
        verbose_name_plural = "thủ tục nộp tại đây"
        ordering = ["agency", "procedure", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "procedure", "valid_from"], name="online_procedure_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="online_procedure_dates_in_order",
                violation_error_message="Ngày hết nhận phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure.code} – {self.agency}"


class FilingDraft(models.Model):
    """A filing being prepared behind a link that only its writer holds: the link is kept as a keyed hash.

    Once sent, `receipt` is set, what was typed is gone from `data` (drafts.kept_when_sent), and the link shows the
    dossier.
    """

    lone_hashes = ("key",)  # dossiers.privacy.key_rotation: nobody here knows the link, its key stays needed.

    key = models.CharField(max_length=64, unique=True, editable=False)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name="cơ quan")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+", verbose_name="thủ tục")
    case = models.ForeignKey(
        ProcedureCase, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="trường hợp"
    )
    data = SealedTextField("nội dung đã ghi (JSON)", blank=True, default="", purpose="filing-draft")
    begun_at = models.DateTimeField("bắt đầu lúc")
    expires_at = models.DateTimeField("giữ đến")
    receipt = models.OneToOneField(
        Receipt, models.CASCADE, null=True, blank=True, related_name="filing_draft", verbose_name="giấy tiếp nhận"
    )

    class Meta:
        verbose_name = "hồ sơ đang soạn"
        verbose_name_plural = "hồ sơ đang soạn"
        indexes = [models.Index(fields=["expires_at"], name="filing_draft_expires")]

    def __str__(self) -> str:
        return f"{self.procedure.code} – {written_moment(self.begun_at)}"


def draft_path(file: DraftFile, _name: str) -> str:
    """Return where a file of a draft is kept: by its content and a token, not by the name it came with."""
    return f"attachments/{file.sha256[:2]}/{file.sha256}-{file.token}"


class DraftFile(models.Model):
    """One photo or document of a draft, under the paper it shows."""

    draft = models.ForeignKey(FilingDraft, models.CASCADE, related_name="files", verbose_name="hồ sơ đang soạn")
    paper = models.CharField("giấy tờ", max_length=12)
    name = models.CharField("tên tệp", max_length=200)
    file = models.FileField("tệp", upload_to=draft_path, max_length=200)
    content_type = models.CharField("loại", max_length=100)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm", max_length=64)
    token = models.CharField(max_length=32, default=public_token, editable=False)
    added_at = models.DateTimeField("thêm lúc")

    class Meta:
        verbose_name = "tệp của hồ sơ đang soạn"
        verbose_name_plural = "tệp của hồ sơ đang soạn"
        ordering = ["draft", "id"]

    def __str__(self) -> str:
        return self.name


class Filing(models.Model):
    """What was said when a dossier was sent online: for whom, by what right, until when, what the sender agreed to."""

    class Result(models.TextChoices):
        COUNTER = "counter", "Nhận tại quầy"
        POST = "post", "Nhận qua bưu điện"
        FILE = "file", "Nhận bản điện tử"

    class Relation(models.TextChoices):
        SELF = "", "Tự nộp"
        FAMILY = "family", "Vợ, chồng, cha, mẹ, con"
        GUARDIAN = "guardian", "Người giám hộ"
        MANDATE = "mandate", "Người được ủy quyền"
        STAFF = "staff", "Người làm của tổ chức"

    dossier = models.OneToOneField(Dossier, models.CASCADE, related_name="filing", verbose_name="hồ sơ")
    relation = models.CharField("nộp thay với tư cách", max_length=8, choices=Relation.choices, blank=True)
    mandate = SealedTextField("giấy tờ cho phép nộp thay", blank=True, default="", purpose="filing-mandate")
    consent_until = models.DateField("nộp thay đến hết ngày", null=True, blank=True)
    agreed = models.TextField("điều đã đồng ý khi gửi")
    agreed_at = models.DateTimeField("đồng ý lúc")
    result = models.CharField("cách nhận kết quả", max_length=7, choices=Result.choices, default=Result.COUNTER)

    class Meta:
        verbose_name = "lần nộp trực tuyến"
        verbose_name_plural = "lần nộp trực tuyến"

    def __str__(self) -> str:
        return str(self.dossier)


class FiledFile(models.Model):
    """Which paper an attachment shows; `supplement` when it came after the sending."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="filed", verbose_name="tệp")
    paper = models.TextField("giấy tờ")
    supplement = models.BooleanField("nộp bổ sung", default=False)

    class Meta:
        verbose_name = "tệp nộp trực tuyến"
        verbose_name_plural = "tệp nộp trực tuyến"

    def __str__(self) -> str:
        return self.paper
