"""Where another program wants to be told, and each event that is owed to it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField
from portal.api.models.client import ApiClient


class Subscription(models.Model):
    """An address of one program; every event of its agencies that it wants is sent there, in order per dossier."""

    class State(models.TextChoices):
        ACTIVE = "active", "Đang gửi"
        STOPPED = "stopped", "Tạm dừng"
        FAILED = "failed", "Dừng vì không gửi được"

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="subscriptions", verbose_name="phần mềm kết nối")
    address = models.CharField("địa chỉ nhận", max_length=500)
    kinds = models.JSONField("loại sự kiện", default=list, blank=True)  # [] is everything the key may know
    state = models.CharField("trạng thái", max_length=7, choices=State.choices, default=State.ACTIVE)
    secret = SealedTextField("khóa ký", editable=False)
    old_secret = SealedTextField("khóa ký cũ", blank=True, default="", editable=False)
    old_secret_until = models.DateTimeField("khóa ký cũ dùng đến", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("đăng ký lúc", auto_now_add=True)
    # How far the tables of events have been read, and the last event that was there at a moment: see feeding.
    dossier_cursor = models.BigIntegerField(default=0, editable=False)
    dossier_seen = models.BigIntegerField(default=0, editable=False)
    dossier_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    case_cursor = models.BigIntegerField(default=0, editable=False)
    case_seen = models.BigIntegerField(default=0, editable=False)
    case_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The address as a whole: when it fails, one event is tried now and then, the rest waits in order.
    failing_since = models.DateTimeField("không gửi được từ", null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), editable=False)
    last_delivered_at = models.DateTimeField("gửi được lần cuối", null=True, blank=True, editable=False)
    last_error = models.CharField("lỗi gần nhất", max_length=300, blank=True, editable=False)
    lease = models.CharField(max_length=32, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "nơi nhận sự kiện"
        verbose_name_plural = "nơi nhận sự kiện"
        ordering = ["client", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "address"],
                name="api_subscription_once",
                violation_error_message="Phần mềm này đã đăng ký địa chỉ đó.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.client.name} → {self.address}"


class Delivery(models.Model):
    """One event owed to one subscription: the log, and the queue. What is sent is written from the event itself."""

    class Stream(models.TextChoices):
        DOSSIER = "dossier", "Hồ sơ"
        CASE = "case", "Ý kiến"
        TEST = "test", "Gửi thử"

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        DONE = "done", "Đã gửi"
        PARKED = "parked", "Không gửi được"
        WITHHELD = "withheld", "Không gửi nữa"

    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", verbose_name="nơi nhận", db_index=False
    )
    stream = models.CharField("về", max_length=7, choices=Stream.choices)
    event_id = models.BigIntegerField("sự kiện")
    subject_id = models.BigIntegerField()  # the dossier or case: its events leave one after the other
    kind = models.CharField("việc", max_length=40)
    subject = models.CharField("mã", max_length=40)
    state = models.CharField("kết quả", max_length=8, choices=State.choices, default=State.WAITING)
    noted_at = models.DateTimeField("ghi lúc", auto_now_add=True)
    next_at = models.DateTimeField("gửi tiếp lúc")
    attempts = models.PositiveSmallIntegerField("số lần gửi", default=0)
    status = models.PositiveSmallIntegerField("mã trả lời", null=True, blank=True)
    error = models.CharField("lỗi", max_length=300, blank=True)
    took_ms = models.PositiveIntegerField("mất (ms)", null=True, blank=True)
    delivered_at = models.DateTimeField("gửi được lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lần gửi sự kiện"
        verbose_name_plural = "lần gửi sự kiện"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["subscription", "stream", "event_id"], name="api_delivery_once")]
        indexes = [
            # The log of one subscription, newest first.
            models.Index(fields=["subscription", "-id"], name="api_delivery_log"),
            # What is owed: small however long the log has grown.
            models.Index(
                fields=["subscription", "stream", "subject_id", "id"],
                condition=Q(state="waiting"),
                name="api_delivery_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.kind}"

    @property
    def message_id(self) -> str:
        """The id of what is sent, the same at every try (portal.api.callbacks.documents)."""
        return f"{self.stream}-{self.event_id}"
