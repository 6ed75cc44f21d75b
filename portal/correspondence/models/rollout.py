"""The work of a roll-out that leaves no trace in the program: codes put up, people taught, first message tried."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models import Agency
from dossiers.written_dates import written_day


class RolloutStep(models.Model):
    """One piece of that work at one agency: until when, and who says it is done."""

    class What(models.TextChoices):
        QR = "qr", "Dán mã QR tại quầy, bàn hướng dẫn"
        TAUGHT = "taught", "Tập huấn cán bộ cách hướng dẫn người dân"
        LEAFLETS = "leaflets", "Phát tờ hướng dẫn, đọc loa"
        TRIED = "tried", "Gửi thử tin đến điện thoại của cán bộ"

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="rollout_steps", verbose_name="cơ quan")
    what = models.CharField("việc", max_length=8, choices=What.choices)
    due_on = models.DateField("hạn", null=True, blank=True)
    done_on = models.DateField("xong ngày", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người xác nhận"
    )
    note = models.CharField("ghi chú", max_length=200, blank=True)

    class Meta:
        verbose_name = "việc triển khai"
        verbose_name_plural = "việc triển khai"
        ordering = ["agency", "what"]
        constraints = [models.UniqueConstraint(fields=["agency", "what"], name="correspondence_rollout_step_once")]

    def __str__(self) -> str:
        day = f"xong {written_day(self.done_on)}" if self.done_on else "chưa xong"
        return f"{self.get_what_display()}: {day}"
