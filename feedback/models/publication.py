"""What of a case the public may read: the anonymised question with its answer, and the FAQ grown from good answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models import Agency, public_token
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.search_text import fold
from feedback.models.case import Case
from feedback.models.category import Category


class Publication(models.Model):
    """The public version of one case; the plain texts here are already masked."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Đang soạn"
        SUBMITTED = "submitted", "Chờ duyệt"
        PUBLISHED = "published", "Đã công khai"
        TAKEN_DOWN = "taken_down", "Đã gỡ"

    case = models.OneToOneField(Case, models.CASCADE, related_name="publication", verbose_name="ý kiến")
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lĩnh vực"
    )
    title = models.CharField("tiêu đề", max_length=200)
    question = models.TextField("nội dung đã ẩn thông tin", max_length=8000)
    answer = models.TextField("trả lời đã ẩn thông tin", max_length=8000)
    masked = SealedTextField("những gì đã ẩn (JSON)", editable=False, default="")
    search_text = models.TextField(editable=False, blank=True)
    status = models.CharField("trạng thái", max_length=10, choices=Status.choices, default=Status.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người soạn"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    published_at = models.DateTimeField("công khai lúc", null=True, blank=True)
    taken_down_reason = models.CharField("lý do gỡ", max_length=255, blank=True)

    class Meta:
        verbose_name = "ý kiến công khai"
        verbose_name_plural = "ý kiến công khai"
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=Q(status="published"), name="publication_newest")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = fold(f"{self.title} {self.question} {self.answer}")
        super().save(*args, **kwargs)


class FaqEntry(models.Model):
    """A question people keep asking, with the answer the agency stands by."""

    question = models.CharField("câu hỏi", max_length=300)
    answer = models.TextField("trả lời", max_length=4000)
    other_words = models.TextField("cách hỏi khác", blank=True, help_text="Mỗi dòng một cách hỏi, giúp tìm thấy hơn")
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="faq", verbose_name="lĩnh vực"
    )
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="faq", verbose_name="riêng cơ quan"
    )
    source = models.ForeignKey(
        Publication, models.SET_NULL, null=True, blank=True, related_name="faq", verbose_name="từ ý kiến"
    )
    question_folded = models.CharField(max_length=300, editable=False)
    search_text = models.TextField(editable=False)
    published = models.BooleanField("công khai", default=False)
    reviewed_on = models.DateField("rà soát ngày", null=True, blank=True)
    times_helpful = models.PositiveIntegerField("số lần giúp được", default=0, editable=False)

    class Meta:
        verbose_name = "câu hỏi thường gặp"
        verbose_name_plural = "câu hỏi thường gặp"
        ordering = ["-times_helpful", "question"]

    def __str__(self) -> str:
        return self.question

    def save(self, *args, **kwargs):
        self.question_folded = fold(self.question)[:300]
        self.search_text = fold(f"{self.question} {self.other_words} {self.answer}")
        super().save(*args, **kwargs)
