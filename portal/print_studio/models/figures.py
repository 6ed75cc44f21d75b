"""The funnel's figures by day, and the targets an agency set itself."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords


class Figure(models.Model):
    """How many of one step on one day, of an agency as a whole or of one counter, officer or medium of it.

    Written by `portal.print_studio.funnel.counting` alone, which rewrites a whole day at once.
    """

    class Step(models.TextChoices):
        SUBMITTERS = "submitters", "Lượt người nộp hồ sơ"
        RECEIPTS = "receipts", "Giấy tiếp nhận có mã"
        SHEETS = "sheets", "Ấn phẩm đã in"
        SCANNED = "scanned", "Quét mã"
        FOLLOWED = "followed", "Quan tâm"
        LINKED = "linked", "Kết nối hồ sơ"
        TOLD = "told", "Nhận tin đầu tiên"

    class By(models.TextChoices):
        AGENCY = "agency", "Cơ quan"
        DESK = "desk", "Quầy"
        OFFICER = "officer", "Cán bộ"
        MEDIUM = "medium", "Ấn phẩm"

    day = models.DateField("ngày")
    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, related_name="+", verbose_name="cơ quan")
    by = models.CharField("theo", max_length=7, choices=By.choices)
    subject = models.CharField("của", max_length=20, blank=True)  # id of the desk or user, letter of the medium
    step = models.CharField("bước", max_length=10, choices=Step.choices)
    number = models.PositiveIntegerField("số lượng")

    class Meta:
        verbose_name = "số liệu phễu"
        verbose_name_plural = "số liệu phễu"
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["day", "agency", "by", "subject", "step"], name="funnel_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.number}"


class Target(models.Model):
    """How many of a hundred people who hand in are to follow the channel, between two days, by which decision."""

    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, related_name="+", verbose_name="cơ quan")
    percent = models.PositiveSmallIntegerField(
        "chỉ tiêu (%)",
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Cứ 100 lượt người nộp hồ sơ thì bao nhiêu người quan tâm kênh.",
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    decision = models.CharField("văn bản giao chỉ tiêu", max_length=160, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "chỉ tiêu quan tâm"
        verbose_name_plural = "chỉ tiêu quan tâm"
        ordering = ["agency", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "valid_from"],
                name="funnel_target_one_per_day",
                violation_error_message="Cơ quan này đã có chỉ tiêu từ ngày đó. Hãy sửa dòng có sẵn.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="funnel_target_dates",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100),
                name="funnel_target_percent",
                violation_error_message="Chỉ tiêu từ 1 đến 100 phần trăm.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.percent}%"
