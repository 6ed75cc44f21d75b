"""What each load of the catalogue found: the difference to what was there, and what could not be parsed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models.procedure import Procedure
from dossiers.written_dates import written_day


class CatalogueImport(models.Model):
    """One load of one file. What is missing from a file is judged against earlier loads of its source and agency."""

    file_name = models.CharField("tệp", max_length=255)
    sha256 = models.CharField("mã băm", max_length=64)
    source = models.CharField("nguồn", max_length=120, blank=True)
    agency = models.ForeignKey(
        "dossiers.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="danh mục của đơn vị"
    )
    started_at = models.DateTimeField("bắt đầu")
    finished_at = models.DateTimeField("kết thúc", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="người nạp"
    )
    counts = models.JSONField("số liệu", default=dict, blank=True)

    class Meta:
        verbose_name = "lần nạp danh mục"
        verbose_name_plural = "các lần nạp danh mục"
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.file_name} – {written_day(self.started_at)}"


class CatalogueImportRow(models.Model):
    """One record of one load: new, changed (with the fields), unchanged, abolished or failed, and its problems."""

    class Outcome(models.TextChoices):
        NEW = "new", "Mới"
        CHANGED = "changed", "Thay đổi"
        UNCHANGED = "unchanged", "Không đổi"
        ABOLISHED = "abolished", "Không còn trong danh mục"
        FAILED = "failed", "Không nạp được"

    load = models.ForeignKey(CatalogueImport, models.CASCADE, related_name="rows", verbose_name="lần nạp")
    line = models.PositiveIntegerField("dòng", null=True, blank=True)
    code = models.CharField("mã thủ tục", max_length=40, blank=True)
    procedure = models.ForeignKey(
        Procedure, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="thủ tục"
    )
    outcome = models.CharField("kết quả", max_length=9, choices=Outcome.choices)
    difference = models.JSONField("khác biệt", default=dict, blank=True)
    problems = models.JSONField("chỗ chưa đọc được", default=list, blank=True)

    class Meta:
        verbose_name = "dòng của lần nạp"
        verbose_name_plural = "dòng của lần nạp"
        ordering = ["load", "line", "id"]
        indexes = [models.Index(fields=["load", "outcome"], name="catalogue_row_outcome")]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_outcome_display()}"
