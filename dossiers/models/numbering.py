"""Counters behind dossier codes and document numbers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dossiers.dossier_codes import PATTERNS
from dossiers.models.agency import Agency


class CodePattern(models.Model):
    """Shape of the dossier codes an agency issues from a date on; agency null is the rule for all."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="code_patterns", verbose_name="cơ quan"
    )
    pattern = models.CharField(
        "dạng mã",
        max_length=20,
        choices=[(pattern.name, pattern.title) for pattern in PATTERNS],
        default=PATTERNS[-1].name,
    )
    valid_from = models.DateField("dùng từ ngày")
    basis = models.CharField("căn cứ", max_length=160, blank=True)

    class Meta:
        verbose_name = "dạng mã hồ sơ"
        verbose_name_plural = "dạng mã hồ sơ"
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "valid_from"], condition=Q(agency__isnull=False), name="code_pattern_once"
            ),
            models.UniqueConstraint(
                fields=["valid_from"], condition=Q(agency__isnull=True), name="code_pattern_for_all_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_pattern_display()


class Counter(models.Model):
    """The last number given out under a key, e.g. "H80.05-261123" or "PXL/H80.05/2026"."""

    key = models.CharField(max_length=120, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "bộ đếm"
        verbose_name_plural = "bộ đếm"

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"
