"""The sessions of staff: Django keeps them by key alone, people want to see where and when they signed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.written_dates import written_moment


class SignedIn(models.Model):
    """One sign-in; the row goes with its session, when it is ended or the person signs in after it ran out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="cán bộ")
    session_key = models.CharField("phiên", max_length=40, unique=True)
    began_at = models.DateTimeField("đăng nhập lúc")
    address = models.CharField("địa chỉ máy", max_length=64, blank=True)
    device = models.CharField("thiết bị", max_length=80)

    class Meta:
        verbose_name = "phiên đăng nhập"
        verbose_name_plural = "phiên đăng nhập"

    def __str__(self) -> str:
        return f"{self.device}, {written_moment(self.began_at)}"
