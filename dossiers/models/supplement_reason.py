"""Reasons ready to be chosen, worded once and well: to ask a citizen for more, to refuse, to correct, to cancel."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from dossiers.models.agency import Agency


class SupplementReason(models.Model):
    """A ready reason of everybody's, or of one agency; choosing it fills a line that staff may still change."""

    class Use(models.TextChoices):
        SUPPLEMENT = "supplement", "Yêu cầu bổ sung (mẫu 02)"
        REFUSAL = "refusal", "Từ chối tiếp nhận (mẫu 03)"
        CORRECTION = "correction", "Sửa thông tin hồ sơ"
        CANCELLING = "cancelling", "Hủy khoản đã thu"

    TOLD = (Use.SUPPLEMENT, Use.REFUSAL)
    """Those a citizen reads, item by item: each needs its ground."""

    use = models.CharField("dùng khi", max_length=10, choices=Use.choices, default=Use.SUPPLEMENT)
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="riêng của cơ quan"
    )
    title = models.CharField("gọi tắt", max_length=80)
    what = models.CharField(
        "nội dung", max_length=500, help_text="Bổ sung: cần làm gì. Từ chối: vì sao hồ sơ không được nhận."
    )
    why = models.CharField(
        "căn cứ",
        max_length=500,
        blank=True,
        help_text="Bắt buộc khi bổ sung, từ chối. Từ chối: điều, khoản, văn bản, in trên mẫu 03.",
    )
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

    def clean(self) -> None:
        """Keep a ground with every reason a citizen reads."""
        if self.use in self.TOLD and not self.why.strip():
            raise ValidationError({"why": "Ghi căn cứ: người dân đọc đúng dòng này."})
