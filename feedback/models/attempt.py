"""Tries from the public pages, counted on the database so that every web process sees the same count."""

from __future__ import annotations

from django.db import models


class Attempt(models.Model):
    """One try of something that is rated: a wrong tracking code, a refused sending. Old rows are swept away."""

    class What(models.TextChoices):
        CODE = "code", "Tra mã theo dõi"
        SEND = "send", "Gửi ý kiến"
        RATE = "rate", "Tra phiếu đánh giá"

    what = models.CharField("việc", max_length=4, choices=What.choices)
    source_hash = models.CharField(max_length=64)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lượt thử"
        verbose_name_plural = "lượt thử"
        indexes = [models.Index(fields=["source_hash", "what", "at"], name="attempt_recent")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%H:%M %d/%m/%Y}"
