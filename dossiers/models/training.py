"""Who of the staff has finished which handbook (S1-18: training is given to everybody, and can be shown)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class TrainingDone(models.Model):
    """One person's word that a handbook, or the walk of the first day, was gone through."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="training", verbose_name="cán bộ", db_index=False
    )
    handbook = models.CharField("tài liệu", max_length=40)
    done_at = models.DateTimeField("học xong lúc")

    class Meta:
        verbose_name = "lượt học xong"
        verbose_name_plural = "các lượt học xong"
        ordering = ["-done_at"]
        constraints = [models.UniqueConstraint(fields=["user", "handbook"], name="training_done_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.handbook}"
