"""Satisfaction: versioned questions, one invitation per finished dossier, the sheet, and the follow-up of a low one."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dossiers.models import Agency, Desk, Dossier, Unit, public_token, valid_on
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_day


class QuestionSet(models.Model):
    """The questions asked between two dates; a sheet keeps the set it was answered under."""

    code = models.SlugField("bộ câu hỏi", max_length=40)
    version = models.PositiveSmallIntegerField("phiên bản", default=1)
    title = models.CharField("tên", max_length=200)
    legal_basis = models.CharField("căn cứ", max_length=255)
    valid_from = models.DateField("dùng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "bộ câu hỏi đánh giá"
        verbose_name_plural = "bộ câu hỏi đánh giá"
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="question_set_version"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="question_set_dates_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (phiên bản {self.version})"

    @classmethod
    def on(cls, day: dt.date) -> QuestionSet | None:
        """Return the set in force on `day`, the newest first; None when nothing is configured."""
        return cls.objects.filter(valid_on(day)).order_by("-valid_from", "-version").first()


class Question(models.Model):
    """One question of a set. The keys "attitude" and "result" are always there and counted apart (S3-04)."""

    set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions", verbose_name="bộ câu hỏi")
    key = models.SlugField("khóa", max_length=30)
    text = models.CharField("câu hỏi", max_length=255)
    index_number = models.PositiveSmallIntegerField(
        "chỉ số trong phiếu 18 điểm", null=True, blank=True, help_text="1–9 theo Nghị định 61/2018/NĐ-CP, điều 31"
    )
    choices = models.JSONField(
        "các mức",
        help_text='Từ cao xuống thấp: [{"value": 4, "label": "Rất hài lòng", "points": 2, "satisfied": true}, …]',
    )
    required = models.BooleanField("bắt buộc", default=False)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "câu hỏi đánh giá"
        verbose_name_plural = "câu hỏi đánh giá"
        ordering = ["set", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["set", "key"], name="question_key_in_set")]

    def __str__(self) -> str:
        return self.text

    def choice(self, value: int) -> dict | None:
        """Return the choice with that value; None when the question has no such level."""
        return next((choice for choice in self.choices if choice["value"] == value), None)


class RatingInvitation(models.Model):
    """The one invitation of a finished dossier; its token is the address of the sheet."""

    class Phase(models.TextChoices):
        RESULT = "result", "Sau khi trả kết quả"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="rating_invitations", verbose_name="hồ sơ")
    phase = models.CharField("giai đoạn", max_length=8, choices=Phase.choices, default=Phase.RESULT)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan")
    invited_at = models.DateTimeField("mời lúc")
    expires_at = models.DateTimeField("hết hạn lúc")
    opened_at = models.DateTimeField("mở phiếu lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lời mời đánh giá"
        verbose_name_plural = "lời mời đánh giá"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["dossier", "phase"], name="one_invitation_per_phase")]

    def __str__(self) -> str:
        return f"Lời mời {written_day(self.invited_at)}"


class Rating(models.Model):
    """A filled sheet. Attitude and result are columns of their own; every answer is in RatingAnswer."""

    class Via(models.TextChoices):
        ZALO = "zalo", "Zalo"
        RECEIPT = "receipt", "Trang của giấy tiếp nhận"
        QR = "qr", "Mã QR tại quầy"
        TABLET = "tablet", "Máy tính bảng tại quầy"

    invitation = models.OneToOneField(RatingInvitation, models.CASCADE, related_name="rating", verbose_name="lời mời")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="+", verbose_name="bộ câu hỏi")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="ratings", verbose_name="cơ quan")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="phòng")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="cán bộ được đánh giá",
    )
    desk = models.ForeignKey(Desk, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="quầy")
    via = models.CharField("qua", max_length=7, choices=Via.choices, default=Via.ZALO)
    attitude = models.PositiveSmallIntegerField("thái độ phục vụ")
    result = models.PositiveSmallIntegerField("kết quả giải quyết")
    satisfied = models.BooleanField("hài lòng")
    comment = SealedTextField("ý kiến khác", blank=True, default="")
    given_at = models.DateTimeField("đánh giá lúc")
    changed_at = models.DateTimeField("sửa lúc", null=True, blank=True)
    changeable_until = models.DateTimeField("được sửa đến")
    times_changed = models.PositiveSmallIntegerField("số lần sửa", default=0)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)
    suspect = models.BooleanField("nghi không thật", default=False)
    suspect_reason = models.CharField("lý do nghi", max_length=200, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người xem xét"
    )
    counted = models.BooleanField("tính vào kết quả", default=True)

    class Meta:
        verbose_name = "phiếu đánh giá"
        verbose_name_plural = "phiếu đánh giá"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["agency", "given_at"], name="rating_agency_given"),
            models.Index(fields=["officer", "given_at"], condition=Q(officer__isnull=False), name="rating_officer"),
            models.Index(fields=["source_hash", "-id"], condition=~Q(source_hash=""), name="rating_source"),
        ]

    def __str__(self) -> str:
        return f"Phiếu đánh giá {written_day(self.given_at)}"


class RatingAnswer(models.Model):
    """The level chosen for one question."""

    rating = models.ForeignKey(Rating, models.CASCADE, related_name="answers", verbose_name="phiếu")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+", verbose_name="câu hỏi")
    value = models.PositiveSmallIntegerField("mức")

    class Meta:
        verbose_name = "câu trả lời của phiếu"
        verbose_name_plural = "câu trả lời của phiếu"
        constraints = [models.UniqueConstraint(fields=["rating", "question"], name="rating_answer_once")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"


class FollowUp(models.Model):
    """A low rating to be put right; staff report what was done, only the citizen's word closes it."""

    class Status(models.TextChoices):
        OPEN = "open", "Cần liên hệ"
        CONTACTED = "contacted", "Đã liên hệ, chờ người dân xác nhận"
        CLOSED = "closed", "Người dân xác nhận đã giải quyết"

    rating = models.OneToOneField(Rating, models.CASCADE, related_name="follow_up", verbose_name="phiếu đánh giá")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan")
    status = models.CharField("trạng thái", max_length=9, choices=Status.choices, default=Status.OPEN)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người giám sát",
    )
    opened_at = models.DateTimeField("mở lúc")
    due_at = models.DateTimeField("hạn liên hệ", null=True, blank=True)
    late_mailed_at = models.DateTimeField("báo trễ qua thư lúc", null=True, blank=True, editable=False)
    contacted_at = models.DateTimeField("liên hệ lúc", null=True, blank=True)
    done = SealedTextField("việc đã làm", blank=True, default="")
    closed_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    citizen_word = SealedTextField("lời người dân", blank=True, default="")

    class Meta:
        verbose_name = "liên hệ lại người đánh giá thấp"
        verbose_name_plural = "liên hệ lại người đánh giá thấp"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_status_display()} – {written_day(self.opened_at)}"
