"""The money of a dossier line by line: what is due, what was collected, and what was collected by mistake."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models.dossier import Dossier
from dossiers.models.event import DossierEvent


class FeeLine(models.Model):
    """What a line says, due or collected; prices in đồng for each of `quantity`."""

    class Method(models.TextChoices):
        CASH = "cash", "Tiền mặt"
        TRANSFER = "transfer", "Chuyển khoản"

    name = models.CharField("khoản thu", max_length=300)
    unit = models.CharField("đơn vị", max_length=60, blank=True)
    quantity = models.PositiveIntegerField("số lượng", default=1)
    price = models.DecimalField("đơn giá (đồng)", max_digits=14, decimal_places=0, default=0)
    method = models.CharField("hình thức thu", max_length=8, choices=Method.choices, blank=True)
    collected_at = models.DateTimeField("thu lúc", null=True, blank=True)
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người thu"
    )

    class Meta:
        abstract = True
        ordering = ["dossier", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def total(self):
        """The sum in đồng."""
        return self.price * self.quantity


class DossierFee(FeeLine):
    """One sum of a dossier: what for, how many, how much each, and who collected it, when and how."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="fees", verbose_name="hồ sơ")
    basis = models.CharField("căn cứ", max_length=300, blank=True)

    class Meta(FeeLine.Meta):
        verbose_name = "khoản thu của hồ sơ"
        verbose_name_plural = "khoản thu của hồ sơ"


class CancelledFee(FeeLine):
    """A collection that was a mistake, as it had been written; when, by whom and why it was cancelled says `event`."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="cancelled_fees", verbose_name="hồ sơ")
    event = models.ForeignKey(DossierEvent, models.CASCADE, related_name="cancelled_fees", verbose_name="lần hủy thu")

    class Meta(FeeLine.Meta):
        verbose_name = "khoản đã hủy thu"
        verbose_name_plural = "khoản đã hủy thu"
