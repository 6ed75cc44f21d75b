"""Who gets a letter of apology beside the citizen, and what goes with it, where that is not the usual (S3-11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models import Letter


class LetterDistribution(models.Model):
    """The lists one letter prints in place of "Như trên; Lưu: VT"; one place a line."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="distribution", verbose_name="văn bản xin lỗi")
    recipients = models.TextField("nơi nhận")
    electronic = models.TextField("bản điện tử", blank=True)
    enclosure = models.CharField("gửi kèm", max_length=300, blank=True)
    changed_at = models.DateTimeField("sửa lúc")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người sửa"
    )

    class Meta:
        verbose_name = "nơi nhận của văn bản xin lỗi"
        verbose_name_plural = "nơi nhận của văn bản xin lỗi"

    def __str__(self) -> str:
        return f"Nơi nhận của {self.letter}"
