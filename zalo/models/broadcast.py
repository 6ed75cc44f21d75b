"""One notice to many people: what it says, to whom, where it stands, and a row for each who was to be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from dossiers.written_dates import written_moment

URGENT = "THÔNG BÁO KHẨN CẤP"
SEPARATOR = "\n\n"


class Broadcast(models.Model):
    """A notice, kept for good. It changes only through `zalo.broadcasts.acts`; its text is frozen at approval."""

    class Category(models.TextChoices):
        NEWS = "news", "Tin nổi bật"
        POLICY = "policy", "Chính sách mới"
        PROCEDURE = "procedure", "Thủ tục mới công bố hoặc bãi bỏ"
        POWER_CUT = "power_cut", "Lịch cúp điện"
        CLOSING = "closing", "Nghỉ làm việc, đổi giờ"
        COLLECT = "collect", "Nhắc nhận kết quả"
        URGENT = "urgent", "Thông báo khẩn cấp"

    class State(models.TextChoices):
        DRAFT = "draft", "Đang soạn"
        SUBMITTED = "submitted", "Chờ duyệt"
        REJECTED = "rejected", "Trả lại để sửa"
        APPROVED = "approved", "Đã duyệt, chờ giờ gửi"
        RUNNING = "running", "Đang gửi"
        STOPPED = "stopped", "Tạm dừng"
        DONE = "done", "Đã gửi xong"
        CANCELLED = "cancelled", "Đã huỷ, không gửi nữa"

    NOT_BEGUN = (State.DRAFT, State.REJECTED, State.SUBMITTED, State.APPROVED)
    """Nothing of it has left yet."""
    OVER = (State.DONE, State.CANCELLED)
    """Nobody has anything to do with it any more."""

    class Way(models.TextChoices):
        EACH = "each", "Tin riêng tới từng người"
        ARTICLE = "article", "Bài gửi chung tới mọi người quan tâm OA"
        POST = "post", "Chỉ đăng bài trên trang của OA"

    account = models.ForeignKey(
        "zalo.Account", models.PROTECT, related_name="broadcasts", verbose_name="Official Account"
    )
    agency = models.ForeignKey(
        "dossiers.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )
    category = models.CharField("loại", max_length=10, choices=Category.choices)
    way = models.CharField("cách gửi", max_length=7, choices=Way.choices, default=Way.EACH)
    title = models.CharField("tiêu đề", max_length=150)
    text = models.TextField("nội dung", max_length=2000)
    spoken = models.TextField("lời đọc loa", max_length=4000, blank=True)
    link = models.URLField("liên kết", max_length=300, blank=True)
    on_site = models.BooleanField("đăng cả trên trang thông tin", default=False)
    by_mail = models.BooleanField("gửi cả thư điện tử", default=False)
    article_token = models.CharField(max_length=200, blank=True, editable=False)
    article_id = models.CharField("mã bài viết trên Zalo", max_length=64, blank=True)
    # {"everyone": true} or conditions (zalo.broadcasts.audience)
    audience = models.JSONField("người nhận", default=dict, blank=True)
    origin = models.CharField("nguồn tự soạn", max_length=80, blank=True, editable=False)
    state = models.CharField("trạng thái", max_length=9, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField("đổi trạng thái lúc", default=timezone.now)
    scheduled_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    # None while nobody has taken what was written by itself.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người soạn"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    approved_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    cursor = models.BigIntegerField(default=0, editable=False)  # last contact looked at for the list of recipients
    chosen_at = models.DateTimeField("chốt danh sách lúc", null=True, blank=True, editable=False)
    recipients = models.PositiveIntegerField("số người nhận", default=0)
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "tin gửi nhiều người"
        verbose_name_plural = "tin gửi nhiều người"
        ordering = ["-id"]
        permissions = [("approve_broadcast", "Duyệt tin gửi nhiều người"), ("send_urgent", "Gửi thông báo khẩn cấp")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")) | Q(category="urgent"),
                name="zalo_broadcast_two_people",
                violation_error_message="Người duyệt phải khác người soạn.",
            ),
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="zalo_broadcast_origin_once"),
        ]
        indexes = [
            models.Index(fields=["scheduled_at"], condition=Q(state="approved"), name="zalo_broadcast_due"),
            models.Index(fields=["agency", "state", "-state_changed_at"], name="zalo_broadcast_desk"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_urgent(self) -> bool:
        return self.category == self.Category.URGENT

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER

    @property
    def said(self) -> str:
        """What everybody is told, the same for all: title, text, who says it; an emergency says that it is one."""
        marked = not self.is_urgent or "khẩn" in self.title.lower()
        parts = ("" if marked else URGENT, self.title, self.text, str(self.agency or self.account))
        return SEPARATOR.join(part for part in parts if part)

    @property
    def content(self) -> dict:
        """What its messages hold in common, in the shape of OutboxMessage.content."""
        return {"title": self.title, "text": self.said, "values": {"so_bien_nhan": self.number}}

    @property
    def number(self) -> str:
        """The number a template carries as the code of the notice."""
        return f"TB-{self.pk}"


class BroadcastRecord(models.Model):
    """Append-only: who did what to a broadcast."""

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, related_name="records")
    act = models.CharField("việc", max_length=40)
    state = models.CharField("trạng thái sau đó", max_length=9, choices=Broadcast.State.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("lúc")
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "diễn biến tin gửi nhiều người"
        verbose_name_plural = "diễn biến tin gửi nhiều người"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.act} {written_moment(self.at)}"


class BroadcastRecipient(models.Model):
    """One person a broadcast was to tell, once, whatever happens; a message that was made tells its own fate."""

    class Result(models.TextChoices):
        WAITING = "", "Chưa tới lượt"
        TOLD = "told", "Đã soạn tin"
        LEFT = "left", "Đã bỏ quan tâm"
        REFUSED = "refused", "Đã dừng loại tin này"
        CAPPED = "capped", "Đã nhận đủ tin trong tuần"
        UNREACHABLE = "no_way", "Ngoài 48 giờ và không có mẫu tin"

    broadcast = models.ForeignKey(
        Broadcast, models.PROTECT, related_name="people", db_index=False, verbose_name="tin gửi nhiều người"
    )
    contact = models.ForeignKey(
        "zalo.Contact", models.PROTECT, related_name="+", db_index=False, verbose_name="người quan tâm"
    )
    result = models.CharField("kết quả", max_length=8, choices=Result.choices, blank=True, default="")
    # No constraint and no index: a line of the ledger is deleted after two years (zalo.inbound.retention), this row
    # stays and says what is still known; a million rows would pay for an index nobody asks.
    message = models.ForeignKey(
        "zalo.OutboxMessage",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name="tin",
    )
    at = models.DateTimeField("lúc", null=True, blank=True)

    class Meta:
        verbose_name = "người nhận tin gửi nhiều người"
        verbose_name_plural = "người nhận tin gửi nhiều người"
        constraints = [models.UniqueConstraint(fields=["broadcast", "contact"], name="zalo_recipient_once")]
        indexes = [
            models.Index(fields=["broadcast", "id"], condition=Q(result=""), name="zalo_recipient_waiting"),
            models.Index(fields=["contact", "at"], condition=Q(result="told"), name="zalo_recipient_week"),
        ]

    def __str__(self) -> str:
        return f"{self.broadcast_id}: {self.get_result_display()}"
