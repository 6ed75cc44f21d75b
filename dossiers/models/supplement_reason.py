"""Reasons for asking a citizen to bring more, or for refusing, ready to be chosen: worded once, well, with a sample."""

from __future__ import annotations

from django.db import models

from dossiers.models.agency import Agency


class SupplementReason(models.Model):
    """A ready reason of everybody's, or of one agency; choosing it fills a line that staff may still change."""

    class Use(models.TextChoices):
        SUPPLEMENT = "supplement", "Yêu cầu bổ sung (mẫu 02)"
        REFUSAL = "refusal", "Từ chối tiếp nhận (mẫu 03)"

    use = models.CharField("dùng khi", max_length=10, choices=Use.choices, default=Use.SUPPLEMENT)
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="riêng của cơ quan"
    )
    title = models.CharField("gọi tắt", max_length=80)
    what = models.CharField(
        "nội dung", max_length=500, help_text="Bổ sung: cần làm gì. Từ chối: vì sao hồ sơ không được nhận."
    )
    why = models.CharField("căn cứ", max_length=500, help_text="Từ chối: điều, khoản, văn bản, in trên mẫu 03.")
    sample = models.CharField("mẫu tham khảo", max_length=500, blank=True)
    where = models.CharField("lấy ở đâu, nộp ở đâu", max_length=500, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "lý do có sẵn"
        verbose_name_plural = "lý do có sẵn"
        ordering = ["use", "order", "id"]

    def __str__(self) -> str:
        return self.title
