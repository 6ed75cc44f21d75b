"""Asking that all the channel holds about a person be erased: one person writes it down, another one does it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ErasureRequest(models.Model):
    """What a citizen asked for at a counter; kept after the person's data is gone, without a word about them."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ người khác xác nhận"
        DONE = "done", "Đã xoá"
        REFUSED = "refused", "Không xoá"

    contact = models.ForeignKey(
        "zalo.Contact", models.CASCADE, related_name="erasure_requests", verbose_name="người quan tâm"
    )
    reason = models.CharField("căn cứ", max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi")
    asked_at = models.DateTimeField("ghi lúc")
    state = models.CharField("tình trạng", max_length=8, choices=State.choices, default=State.WAITING)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người xác nhận"
    )
    settled_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)

    class Meta:
        verbose_name = "yêu cầu xoá dữ liệu"
        verbose_name_plural = "yêu cầu xoá dữ liệu"
        ordering = ["-id"]
        permissions = [("erase_contact", "Xác nhận xoá dữ liệu của người quan tâm")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(settled_by__isnull=False) & ~Q(settled_by=F("asked_by"))),
                name="zalo_erasure_two_people",
            ),
            models.UniqueConstraint(fields=["contact"], condition=Q(state="waiting"), name="zalo_erasure_one_waiting"),
        ]

    def __str__(self) -> str:
        return f"Yêu cầu xoá {self.pk}"
