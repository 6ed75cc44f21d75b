"""Complaints and denunciations handed in all the same: who may open them, what was done, who looked.

Luật Khiếu nại 2011, Luật Tố cáo 2018: neither is handled as feedback, and a denouncer's identity is kept secret.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dossiers.models import Agency, Unit, public_token
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_moment
from feedback.codes import new_code
from feedback.models.case import Case, Channel


class RestrictedOfficer(models.Model):
    """A person named by a decision to open transfer records, between two dates; agency null means every agency.

    In force once somebody from outside the agency has confirmed it (feedback.petitions.officers).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="restricted_duties", verbose_name="người được giao"
    )
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="đơn của cơ quan"
    )
    decision = models.CharField("văn bản giao nhiệm vụ", max_length=160)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="người đề nghị",
    )
    named_at = models.DateTimeField("đề nghị lúc", null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="người xác nhận",
    )
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "người được mở đơn khiếu nại, tố cáo"
        verbose_name_plural = "người được mở đơn khiếu nại, tố cáo"
        ordering = ["-valid_from", "id"]
        permissions = [("confirm_restrictedofficer", "Xác nhận người được mở đơn của cơ quan khác")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="restricted_officer_dates_in_order",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("named_by")),
                name="restricted_officer_two_people",
                violation_error_message="Người xác nhận phải khác người đề nghị.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.decision})"


class TransferRecord(models.Model):
    """A complaint or denunciation that came in through the feedback channel, on its way to the body that settles it."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", "Khiếu nại"
        DENUNCIATION = "denunciation", "Tố cáo"
        UNCLEAR = "unclear", "Chưa rõ, cần xem"

    class Status(models.TextChoices):
        RECEIVED = "received", "Chờ chuyển"
        SENT = "sent", "Đã chuyển"
        RETURNED = "returned", "Đã hướng dẫn người gửi"
        RELEASED = "released", "Là phản ánh, đã đưa về xử lý"

    code = models.CharField("mã theo dõi", max_length=14, unique=True, default=new_code, editable=False)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    kind = models.CharField("loại", max_length=12, choices=Kind.choices)
    channel = models.CharField("kênh", max_length=8, choices=Channel.choices, default=Channel.WEB)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="gửi đến cơ quan")
    about = SealedTextField("người, đơn vị bị khiếu nại, tố cáo", blank=True, default="")
    about_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan bị khiếu nại, tố cáo"
    )
    about_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="phòng bị khiếu nại, tố cáo"
    )
    against = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="cán bộ bị nêu tên"
    )
    text = SealedTextField("nội dung")
    sender_name = SealedTextField("người gửi", blank=True, default="")
    phone = SealedTextField("điện thoại", blank=True, default="")
    email = SealedTextField("thư điện tử", blank=True, default="")
    sender_address = SealedTextField("địa chỉ người gửi", blank=True, default="")
    origin_ref = models.CharField(max_length=80, blank=True, editable=False)
    status = models.CharField("trạng thái", max_length=8, choices=Status.choices, default=Status.RECEIVED)
    received_at = models.DateTimeField("nhận lúc")
    due_at = models.DateTimeField("hạn chuyển", null=True, blank=True)
    sent_to = models.CharField("chuyển đến", max_length=255, blank=True)
    sent_number = models.CharField("số văn bản chuyển", max_length=60, blank=True)
    sent_at = models.DateTimeField("chuyển lúc", null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người chuyển"
    )
    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="record", verbose_name="ý kiến ban đầu"
    )
    released_to = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đưa về xử lý thành"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "đơn khiếu nại, tố cáo chuyển đến"
        verbose_name_plural = "đơn khiếu nại, tố cáo chuyển đến"
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(status="received"), name="transfer_record_due")]

    def __str__(self) -> str:
        return self.code


class ReadRecord(models.Model):
    """Who opened, or tried to open, a restricted record or a sender's full contact; never edited, never deleted."""

    class What(models.TextChoices):
        LIST = "list", "Xem danh sách đơn"
        OPEN = "open", "Mở đơn"
        FILE = "file", "Mở tệp"
        SENDER = "sender", "Xem đủ thông tin người gửi"
        AGAINST = "against", "Ghi nơi bị nêu tên"
        REFUSED = "refused", "Bị từ chối"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người xem")
    record = models.ForeignKey(
        TransferRecord, models.PROTECT, null=True, blank=True, related_name="reads", verbose_name="đơn"
    )
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="reads", verbose_name="ý kiến")
    what = models.CharField("việc", max_length=8, choices=What.choices)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lượt mở đơn, xem người gửi"
        verbose_name_plural = "nhật ký mở đơn, xem người gửi"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_what_display()} – {written_moment(self.at)}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("Nhật ký không được sửa.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Nhật ký không được xóa.")
