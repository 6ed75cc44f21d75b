"""Reasons for asking a citizen to bring more, ready to be chosen: worded once, well, with a sample."""

from __future__ import annotations

from django.db import models

from dossiers.models.agency import Agency


class SupplementReason(models.Model):
    """A ready reason of everybody's, or of one agency; choosing it fills a line that staff may still change."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="riêng của cơ quan"
    )
    title = models.CharField("gọi tắt", max_length=80)
    what = models.CharField("cần làm gì", max_length=500)
    why = models.CharField("vì sao (căn cứ)", max_length=500)
    sample = models.CharField("mẫu", max_length=500, blank=True)
    where = models.CharField("lấy ở đâu", max_length=500, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "lý do bổ sung có sẵn"
        verbose_name_plural = "lý do bổ sung có sẵn"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title
