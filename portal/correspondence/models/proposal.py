"""What centres propose for the channel, and what the province says to it (S1-52, S4-10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models import Agency
from dossiers.written_dates import written_day
from portal.correspondence.states import Standing


class Proposal(models.Model):
    """A function or service somebody at a centre asks for."""

    class Subject(models.TextChoices):
        FUNCTION = "function", "Chức năng mới"
        SERVICE = "service", "Dịch vụ, thủ tục đưa lên kênh"
        DATA = "data", "Dữ liệu tra cứu"
        MESSAGE = "message", "Tin nhắn, mẫu tin"
        OTHER = "other", "Khác"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="proposals", verbose_name="cơ quan đề xuất")
    subject = models.CharField("về", max_length=8, choices=Subject.choices, default=Subject.FUNCTION)
    title = models.CharField("đề xuất", max_length=200)
    text = models.TextField("nội dung, lý do", max_length=4000)
    state = models.CharField("tình trạng", max_length=10, choices=Standing.choices, default=Standing.SENT)
    answer = models.TextField("trả lời của tỉnh", max_length=2000, blank=True)
    planned_on = models.DateField("dự kiến có", null=True, blank=True)
    created_at = models.DateTimeField("gửi lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người đề xuất"
    )
    changed_at = models.DateTimeField("đổi tình trạng lúc")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "đề xuất của cơ sở"
        verbose_name_plural = "đề xuất của cơ sở"
        ordering = ["-id"]
        permissions = [
            ("make_proposal", "Gửi đề xuất mở rộng dịch vụ, chức năng"),
            ("answer_proposal", "Trả lời đề xuất của cơ quan cấp dưới"),
        ]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="correspondence_proposals")]

    def __str__(self) -> str:
        return self.title


class ProposalStep(models.Model):
    """Who did what to a proposal, when; never edited."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="steps", verbose_name="đề xuất")
    what = models.CharField("việc", max_length=120)
    state = models.CharField("tình trạng sau đó", max_length=10, choices=Standing.choices)
    at = models.DateTimeField("lúc")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    note = models.CharField("ý kiến", max_length=500, blank=True)

    class Meta:
        verbose_name = "diễn biến đề xuất"
        verbose_name_plural = "diễn biến đề xuất"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.what} – {written_day(self.at)}"
