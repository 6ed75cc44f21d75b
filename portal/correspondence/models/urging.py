"""That the leader of a unit was told of citizens its unit left untold (S5-03); kept, counts and names of units only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models import Agency
from dossiers.written_dates import written_day


class Urging(models.Model):
    """One reminder: to whom it went, about which unit, how many citizens had not been told."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="urgings", verbose_name="cơ quan")
    unit = models.CharField("phòng, bộ phận", max_length=255)
    day = models.DateField("ngày")
    untold = models.PositiveIntegerField("tin chưa tới người dân")
    mute = models.BooleanField("cơ quan chưa gắn Official Account", default=False)
    told = models.CharField("đã nhắc", max_length=300, blank=True)
    letters = models.PositiveSmallIntegerField("thư đã gửi", default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người nhắc"
    )
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lần đôn đốc"
        verbose_name_plural = "các lần đôn đốc"
        ordering = ["-at", "-id"]
        permissions = [("urge_unit", "Đôn đốc đơn vị chưa báo người dân")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "unit", "day"], condition=Q(by__isnull=True), name="correspondence_urged_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["agency", "-at"], name="correspondence_urgings")]

    def __str__(self) -> str:
        return f"{self.unit} – {written_day(self.day)}"
