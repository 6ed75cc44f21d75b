"""Counters of guesses (dossiers.privacy.guessing): one row a subject and window, nothing personal in it."""

from __future__ import annotations

from django.db import models


class GuessCount(models.Model):
    """How often one subject was tried within one window; swept away when the window is over."""

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "lượt thử"
        verbose_name_plural = "lượt thử"

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
