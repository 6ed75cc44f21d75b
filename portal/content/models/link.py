"""The list of places elsewhere that the page "Thông tin" leads to (S1-04)."""

from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models

SAFE_ADDRESS = URLValidator(
    schemes=["https"], message="Ghi địa chỉ đầy đủ, bắt đầu bằng https://, ví dụ https://dichvucong.gov.vn/."
)


class Link(models.Model):
    """One place elsewhere: the province's own portal, the portal of a department, a form of the state."""

    class Group(models.TextChoices):
        PROVINCE = "province", "Cổng thông tin của tỉnh"
        SERVICE = "service", "Dịch vụ công"
        AGENCY = "agency", "Sở, ngành, xã, phường"
        OTHER = "other", "Nơi khác"

    agency = models.ForeignKey(
        "dossiers.Agency",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="links",
        verbose_name="cơ quan",
        help_text="Để trống là liên kết chung của cả tỉnh.",
    )
    group = models.CharField("nhóm", max_length=8, choices=Group.choices, default=Group.PROVINCE)
    title = models.CharField("tên", max_length=120)
    address = models.CharField("địa chỉ", max_length=500, validators=[SAFE_ADDRESS])
    description = models.CharField("mở ra thấy gì", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang hiện", default=True)

    class Meta:
        verbose_name = "liên kết"
        verbose_name_plural = "liên kết"
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title
