"""Acts that take longer than one waits for an answer: asked for at the desk, done by the worker, watched on a page."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class LongAct(models.Model):
    """One such act: what was asked, how far it is (dossiers.long_acts.progress) and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ chạy"
        RUNNING = "running", "Đang chạy"
        DONE = "done", "Xong"
        FAILED = "failed", "Không làm được"
        STOPPED = "stopped", "Đã dừng theo yêu cầu"

    kind = models.CharField("loại việc", max_length=40)
    title = models.CharField("việc", max_length=255)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="long_acts", verbose_name="người yêu cầu"
    )
    asked = models.JSONField("yêu cầu", default=dict)
    state = models.CharField("tình trạng", max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField("yêu cầu lúc")
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    result = models.JSONField("kết quả", default=dict)

    class Meta:
        verbose_name = "việc chạy lâu"
        verbose_name_plural = "các việc chạy lâu"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["created_at"], name="long_act_waiting", condition=models.Q(state__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state not in {self.State.WAITING, self.State.RUNNING}
