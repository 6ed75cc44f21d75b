"""What was printed and handed on, and which printed thing an opened address stood on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.written_dates import written_day
from portal.print_studio.media import MEDIA
from portal.print_studio.models.identity import open_storage

_CHOICES = list(MEDIA.items())


class Printing(models.Model):
    """Somebody printed so many copies of a piece: the first step of the funnel that no receipt counts."""

    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, related_name="printings", verbose_name="cơ quan")
    desk = models.ForeignKey(
        "dossiers.Desk", models.SET_NULL, null=True, blank=True, related_name="printings", verbose_name="quầy"
    )
    medium = models.CharField("ấn phẩm", max_length=1, choices=_CHOICES)
    copies = models.PositiveIntegerField("số bản")
    day = models.DateField("ngày in")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người ghi"
    )
    at = models.DateTimeField("ghi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "lần in"
        verbose_name_plural = "các lần in"
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["day", "agency"], name="printing_day")]
        constraints = [models.CheckConstraint(condition=Q(copies__gte=1), name="printing_at_least_one")]

    def __str__(self) -> str:
        return f"{self.copies} {self.get_medium_display()} {written_day(self.day)}"


class Scan(models.Model):
    """Which printed thing an opened short address stood on; the counter and the agency are the visit's own."""

    visit = models.OneToOneField("zalo.ReferralVisit", models.CASCADE, related_name="scan", verbose_name="lượt mở")
    medium = models.CharField("ấn phẩm", max_length=1, choices=_CHOICES)

    class Meta:
        verbose_name = "lượt quét ấn phẩm"
        verbose_name_plural = "lượt quét ấn phẩm"

    def __str__(self) -> str:
        return self.get_medium_display()


def material_path(material: Material, name: str) -> str:
    """Return where guide material is kept."""
    return f"tai-lieu-huong-dan/{material.agency_id}/{name}"


class Material(models.Model):
    """Guide material an agency made: its own, and shared with every agency below it when it says so (S4-09)."""

    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, related_name="materials", verbose_name="cơ quan")
    title = models.CharField("tên tài liệu", max_length=160)
    note = models.CharField("dùng khi nào, cho ai", max_length=300, blank=True)
    file = models.FileField("tệp", upload_to=material_path, storage=open_storage, max_length=260)
    file_name = models.CharField("tên tệp", max_length=200)
    content_type = models.CharField("loại tệp", max_length=100)
    size = models.PositiveIntegerField("dung lượng")
    shared = models.BooleanField("chia sẻ cho cơ quan cấp dưới", default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người đưa lên"
    )
    at = models.DateTimeField("đưa lên lúc", auto_now_add=True)

    class Meta:
        verbose_name = "tài liệu hướng dẫn"
        verbose_name_plural = "tài liệu hướng dẫn"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.title


def bundle_path(bundle: Bundle, name: str) -> str:
    """Return where a bundle waits for whoever asked for it."""
    return f"bo-an-pham/{name}"


class Bundle(models.Model):
    """The pieces of many counters as one ZIP, made by the worker, kept a week for whoever asked for it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người yêu cầu")
    title = models.CharField("bộ", max_length=200)
    file = models.FileField("tệp", upload_to=bundle_path, storage=open_storage, max_length=200)
    files = models.PositiveIntegerField("số tệp trong bộ")
    at = models.DateTimeField("xong lúc", db_index=True)

    class Meta:
        verbose_name = "bộ ấn phẩm đã gói"
        verbose_name_plural = "bộ ấn phẩm đã gói"
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.title
