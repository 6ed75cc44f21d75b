"""Webhook events as they came: stored before anything is done with them, each once."""

from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField


class InboxEvent(models.Model):
    """One event of Zalo's. `remote_key` makes the same event told twice one row."""

    class State(models.TextChoices):
        STORED = "stored", "Chờ xử lý"
        WORKING = "working", "Đang xử lý"
        DONE = "done", "Đã xử lý"
        IGNORED = "ignored", "Không cần xử lý"
        FAILED = "failed", "Lỗi"

    account = models.ForeignKey("zalo.Account", models.CASCADE, null=True, related_name="events")
    name = models.CharField("sự kiện", max_length=60)
    remote_key = models.CharField(max_length=64, unique=True)  # digest of name, ids and timestamp
    person = models.CharField("mã người dùng", max_length=64, blank=True)
    raw = SealedTextField("nội dung", editable=False, purpose="inbox-raw", blank=True, default="")
    happened_at = models.DateTimeField("xảy ra lúc")
    received_at = models.DateTimeField("nhận lúc")
    retry_number = models.PositiveSmallIntegerField("lần gửi lại của Zalo", default=0)
    secret = models.CharField("khoá đã ký", max_length=20, blank=True)

    state = models.CharField("trạng thái", max_length=8, choices=State.choices, default=State.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField("xử lý lúc", null=True, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "sự kiện Zalo"
        verbose_name_plural = "sự kiện Zalo"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="stored"), name="zalo_inbox_claim"),
            # Events of one person are handled one after another, in the order they happened.
            models.Index(
                fields=["account", "person", "happened_at", "id"],
                condition=Q(state__in=["stored", "working"]),
                name="zalo_inbox_order",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="working"), name="zalo_inbox_stuck"),
            models.Index(fields=["received_at"], name="zalo_inbox_received"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"
