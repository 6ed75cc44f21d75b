"""What is kept of everyday tables brought in: files waiting to be written, and what an agency calls its columns."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class SentTable(models.Model):
    """A file sent for a table: looked at, then written, by who sent it. The file itself lies sealed for a week."""

    table = models.CharField("bảng", max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người gửi")
    agency = models.ForeignKey(
        "dossiers.Agency", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    name = models.CharField("tên tệp", max_length=120)
    stored = models.CharField("nơi cất", max_length=200)
    sent_at = models.DateTimeField("gửi lúc")
    written_at = models.DateTimeField("ghi lúc", null=True, blank=True)
    counts = models.JSONField("kết quả", default=dict)

    class Meta:
        verbose_name = "tệp bảng đã gửi"
        verbose_name_plural = "tệp bảng đã gửi"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class RememberedColumn(models.Model):
    """A heading of an agency's files and the column of ours it means; of no agency: the province's own files."""

    table = models.CharField("bảng", max_length=30)
    agency = models.ForeignKey(
        "dossiers.Agency", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    heading = models.CharField("tên cột (không dấu)", max_length=120)
    shown = models.CharField("tên cột", max_length=120)
    column = models.CharField("cột của bảng", max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người chọn"
    )

    class Meta:
        verbose_name = "cột đã nhớ"
        verbose_name_plural = "cột đã nhớ"
        constraints = [
            models.UniqueConstraint(
                fields=["table", "agency", "heading"], condition=Q(agency__isnull=False), name="remembered_column_once"
            ),
            models.UniqueConstraint(
                fields=["table", "heading"], condition=Q(agency__isnull=True), name="remembered_column_common_once"
            ),
        ]

    def __str__(self) -> str:
        return self.shown
