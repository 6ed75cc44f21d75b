"""One notice to many people: drafted, approved by another person, scheduled, sent, stopped or resumed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dossiers.written_dates import written_moment


class Broadcast(models.Model):
    """A notice. Its text is frozen at approval; recipients become outbox rows in batches after `cursor`."""

    class Category(models.TextChoices):
        NEWS = "news", "Tin nổi bật"
        POLICY = "policy", "Chính sách mới"
        PROCEDURE = "procedure", "Thủ tục mới công bố hoặc bãi bỏ"
        POWER_CUT = "power_cut", "Lịch cúp điện"
        URGENT = "urgent", "Thông báo khẩn cấp"

    class State(models.TextChoices):
        DRAFT = "draft", "Đang soạn"
        SUBMITTED = "submitted", "Chờ duyệt"
        REJECTED = "rejected", "Không duyệt"
        APPROVED = "approved", "Đã duyệt"
        RUNNING = "running", "Đang gửi"
        STOPPED = "stopped", "Tạm dừng"
        DONE = "done", "Đã gửi xong"
        CANCELLED = "cancelled", "Đã huỷ"

    account = models.ForeignKey(
        "zalo.Account", models.PROTECT, related_name="broadcasts", verbose_name="Official Account"
    )
    agency = models.ForeignKey("dossiers.Agency", models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField("loại", max_length=10, choices=Category.choices)
    title = models.CharField("tiêu đề", max_length=150)
    text = models.TextField("nội dung", max_length=2000)
    link = models.URLField("liên kết", max_length=300, blank=True)
    template = models.ForeignKey("zalo.Template", models.PROTECT, null=True, blank=True, related_name="+")
    template_values = models.JSONField("tham số của mẫu", default=dict, blank=True)
    article_id = models.CharField("mã bài viết trên Zalo", max_length=64, blank=True)
    # {"agencies": [id…], "provinces": […], "topics": […], "areas": […]}: conditions joined by AND
    audience = models.JSONField("người nhận", default=dict, blank=True)
    state = models.CharField("trạng thái", max_length=9, choices=State.choices, default=State.DRAFT)
    scheduled_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người soạn")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    approved_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    cursor = models.BigIntegerField(default=0, editable=False)  # last contact id turned into an outbox row
    lease = models.CharField(max_length=32, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    recipients = models.PositiveIntegerField("số người nhận", default=0)
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

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
            )
        ]
        indexes = [
            models.Index(fields=["scheduled_at"], condition=Q(state="approved"), name="zalo_broadcast_due"),
        ]

    def __str__(self) -> str:
        return self.title


class BroadcastRecord(models.Model):
    """Append-only: who did what to a broadcast."""

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="records")
    act = models.CharField("việc", max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("lúc")
    note = models.CharField("ghi chú", max_length=300, blank=True)

    class Meta:
        verbose_name = "diễn biến tin gửi nhiều người"
        verbose_name_plural = "diễn biến tin gửi nhiều người"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.act} {written_moment(self.at)}"
