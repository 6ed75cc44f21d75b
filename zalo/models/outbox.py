"""Messages that must go out: frozen text, state, route, proof of what became of them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField


class State(models.TextChoices):
    QUEUED = "queued", "Chờ gửi"
    WAITING = "waiting", "Hẹn gửi lại"
    SENDING = "sending", "Đang gửi"
    UNCERTAIN = "uncertain", "Chưa rõ đã tới hay chưa, đang đối chiếu với Zalo"
    SENT = "sent", "Zalo đã nhận"
    DELIVERED = "delivered", "Đã tới"
    SEEN = "seen", "Đã xem"
    FAILED = "failed", "Lỗi, cần người xử lý"
    UNREACHABLE = "unreachable", "Không gửi được, cần gọi điện"
    CANCELLED = "cancelled", "Đã huỷ"


CLAIMABLE = (State.QUEUED, State.WAITING)
OPEN = (State.QUEUED, State.WAITING, State.SENDING, State.UNCERTAIN)
"""While a message of an order key is open, later ones of that key wait."""
ACCEPTED = (State.SENT, State.DELIVERED, State.SEEN)
"""Zalo (or the mail server) has it: never sent again."""
FINAL = (State.DELIVERED, State.SEEN, State.FAILED, State.UNREACHABLE, State.CANCELLED)
RETRYABLE = (State.FAILED, State.UNREACHABLE, State.CANCELLED)
"""Staff may send these once more by hand."""
NO_LONGER = "Hồ sơ được sửa khi tin chưa gửi: người này không còn là người được báo"
"""Why a message was withdrawn that is never sent again: what it tells is somebody else's."""


class Outcome(models.TextChoices):
    """What the ledger shows; empty while the message is under way. Exactly one per message."""

    DELIVERED = "delivered", "Đã tới điện thoại"
    SEEN = "seen", "Đã xem"
    ACCEPTED = "accepted", "Đã giao cho Zalo hoặc thư điện tử, không có báo phát"
    REFUSED = "refused", "Người dân từ chối nhận"
    NOT_LINKED = "not_linked", "Chưa kết nối kênh nào"
    EXPIRED = "expired", "Quá hạn thông báo"
    FAILED = "failed", "Không gửi được"
    WITHDRAWN = "withdrawn", "Cán bộ huỷ"
    ANONYMOUS = "anonymous", "Người gửi không để lại địa chỉ"
    FOLDED = "folded", "Gộp vào tin sau"
    NO_CHANNEL = "no_channel", "Cơ quan chưa gắn Official Account"


class Lane(models.IntegerChoices):
    """Order of service; a lower lane never waits behind a higher one."""

    REPLY = 0, "Trả lời"
    URGENT = 1, "Khẩn"
    TRANSACTIONAL = 2, "Hồ sơ"
    BULK = 3, "Tin chung"


class Route(models.TextChoices):
    REPLY = "reply", "Tin tư vấn Zalo"
    UID = "uid", "Tin theo mẫu tới người quan tâm"
    PHONE = "phone", "Tin theo mẫu tới số điện thoại"
    EMAIL = "email", "Thư điện tử"
    CALL = "call", "Gọi điện từ quầy"


class OutboxMessage(models.Model):
    """One message to one person. `payload` is frozen when it is queued; everything else says how it fares."""

    # None: the agency is live and nobody has attached it to an account; the line waits, visible, for one.
    account = models.ForeignKey(
        "zalo.Account", models.PROTECT, null=True, blank=True, db_index=False, verbose_name="Official Account"
    )
    agency = models.ForeignKey(
        "dossiers.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name="cơ quan",
    )
    dossier = models.ForeignKey(
        "dossiers.Dossier", models.CASCADE, null=True, blank=True, related_name="zalo_messages", verbose_name="hồ sơ"
    )
    event = models.ForeignKey(
        "dossiers.DossierEvent", models.CASCADE, null=True, blank=True, related_name="zalo_messages"
    )
    feedback_event = models.ForeignKey(
        "feedback.FeedbackEvent",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="zalo_messages",
        verbose_name="diễn biến ý kiến",
    )
    subject = models.CharField(max_length=60, blank=True)  # what else it is about: "case:12", "chat:77"
    contact = models.ForeignKey(
        "zalo.Contact", models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name="người quan tâm"
    )
    # Phone and e-mail are read from here when the message goes out: never copied, never in a task argument.
    applicant = models.ForeignKey(
        "dossiers.Applicant", models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    broadcast = models.ForeignKey(
        "zalo.Broadcast", models.PROTECT, null=True, blank=True, db_index=False, related_name="messages"
    )

    kind = models.CharField("loại tin", max_length=60)
    purpose = models.CharField("mục đích", max_length=8)
    lane = models.PositiveSmallIntegerField("làn", choices=Lane.choices, default=Lane.TRANSACTIONAL)
    required = models.BooleanField("bắt buộc có kết quả", default=True)
    order_key = models.CharField(max_length=60, blank=True, default="")
    dedupe_key = models.CharField(max_length=100, unique=True)
    payload = SealedTextField("nội dung (JSON)", blank=True, default="", purpose="outbox-payload", editable=False)

    state = models.CharField("trạng thái", max_length=12, choices=State.choices, default=State.QUEUED)
    outcome = models.CharField("kết quả", max_length=12, choices=Outcome.choices, blank=True, default="")
    route = models.CharField("cách gửi", max_length=8, choices=Route.choices, blank=True, default="")
    route_reason = models.CharField("vì sao chọn cách này", max_length=200, blank=True, default="")
    tried = models.JSONField("các cách đã thử", default=list)  # [{route, code, words, at}]
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    checks = models.PositiveSmallIntegerField("số lần đối chiếu", default=0)
    next_at = models.DateTimeField("gửi từ lúc")
    expires_at = models.DateTimeField("hết ý nghĩa lúc", null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    # What the phone showed, when a template went.
    template = models.ForeignKey(
        "zalo.Template", models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    remote_id = models.CharField("mã tin trên Zalo", max_length=64, blank=True, default="")
    error_code = models.IntegerField("mã lỗi", null=True, blank=True)
    error = models.CharField("lỗi", max_length=300, blank=True, default="")
    price = models.PositiveIntegerField("giá (đồng)", default=0)

    happened_at = models.DateTimeField("việc xảy ra lúc")
    created_at = models.DateTimeField("xếp hàng lúc")
    requested_at = models.DateTimeField("gọi Zalo lúc", null=True, blank=True)
    sent_at = models.DateTimeField("Zalo nhận lúc", null=True, blank=True)
    delivered_at = models.DateTimeField("tới lúc", null=True, blank=True)
    seen_at = models.DateTimeField("xem lúc", null=True, blank=True)
    finished_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    handled_at = models.DateTimeField("xử lý lúc", null=True, blank=True)
    handled_note = models.CharField("ghi chú xử lý", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "tin gửi đi"
        verbose_name_plural = "tin gửi đi"
        ordering = ["-id"]
        permissions = [
            ("send_message", "Gửi tin Zalo bằng tay, gửi lại"),
            ("handle_call_list", "Gọi điện thay tin không gửi được"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[*FINAL]) | ~Q(outcome=""), name="zalo_outbox_final_has_outcome"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "next_at", "id"], condition=Q(state__in=[*CLAIMABLE]), name="zalo_outbox_claim"
            ),
            models.Index(
                fields=["order_key", "id"], condition=Q(state__in=[*OPEN]) & ~Q(order_key=""), name="zalo_outbox_order"
            ),
            models.Index(
                fields=["state", "next_at"],
                condition=Q(state__in=[State.SENDING, State.UNCERTAIN, State.SENT]),
                name="zalo_outbox_watch",
            ),
            models.Index(fields=["remote_id"], condition=~Q(remote_id=""), name="zalo_outbox_remote"),
            models.Index(
                fields=["agency", "state", "-id"],
                condition=Q(state__in=[State.FAILED, State.UNREACHABLE]),
                name="zalo_outbox_call_list",
            ),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="zalo_outbox_finished"),
            models.Index(
                fields=["feedback_event"], condition=Q(feedback_event__isnull=False), name="zalo_outbox_feedback"
            ),
            models.Index(
                fields=["broadcast", "state"], condition=Q(broadcast__isnull=False), name="zalo_outbox_broadcast"
            ),
            models.Index(fields=["-id"], condition=Q(broadcast__isnull=True), name="zalo_outbox_ledger"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def addressee(self):
        """Whose phone and e-mail the message falls back to: an applicant, else who sent the case or petition."""
        if self.applicant_id is not None:
            return self.applicant
        event = self.feedback_event if self.feedback_event_id is not None else None
        return (event.record or event.case) if event else None

    @property
    def phone(self) -> str:
        """The addressee's phone in E.164; "" when there is none."""
        return self.addressee.phone if self.addressee else ""

    @property
    def email(self) -> str:
        return self.addressee.email if self.addressee else ""

    @property
    def content(self) -> dict[str, Any]:
        """The frozen content: {text, values, buttons, attachment, script}; empty after retention or erasure.

        What a broadcast says to everybody alike stands there once, not in each row.
        """
        if self.payload:
            return json.loads(self.payload)
        return self.broadcast.content if self.broadcast else {}

    @property
    def tracking_id(self) -> str:
        """What Zalo gives back about a message by phone: at most 48 letters and digits."""
        return f"tin{self.pk}"

    @property
    def latency(self) -> dt.timedelta | None:
        """From queueing to the request at Zalo (figure P4)."""
        return self.requested_at - self.created_at if self.requested_at else None
