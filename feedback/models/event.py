"""Append-only history of cases, restricted records and ratings: one row per step, never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models import Dossier
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_moment
from feedback.models.case import Case
from feedback.states import Status


class FeedbackEvent(models.Model):
    """What happened, when, by whom, and the facts of that moment (frozen; no personal data in `facts`)."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Đã nhận ý kiến"
        RESUMED = "resumed", "Tiếp tục xử lý"
        RELEASED = "released", "Đã kiểm tra, cho xử lý"
        ACCEPTED = "accepted", "Đã tiếp nhận xử lý"
        ASSIGNED = "assigned", "Giao người xử lý"
        RECLASSIFIED = "reclassified", "Đổi lĩnh vực"
        TRANSFERRED = "transferred", "Chuyển cơ quan xử lý"
        FORWARDED = "forwarded", "Chuyển cơ quan ngoài hệ thống"
        REFUSED = "refused", "Không tiếp nhận"
        MORE_REQUESTED = "more_requested", "Yêu cầu bổ sung"
        MORE_RECEIVED = "more_received", "Người gửi đã bổ sung"
        ANSWER_SUBMITTED = "answer_submitted", "Trình duyệt trả lời"
        ANSWER_RETURNED = "answer_returned", "Trả lại câu trả lời để sửa"
        ANSWERED = "answered", "Đã trả lời"
        PART_ANSWERED = "part_answered", "Đã trả lời một phần"
        ANSWER_RECEIVED = "answer_received", "Người gửi đã nhận trả lời"
        REOPENED = "reopened", "Người gửi yêu cầu xem lại"
        CLOSED = "closed", "Kết thúc"
        WITHDRAWN = "withdrawn", "Người gửi rút ý kiến"
        SPLIT = "split", "Tách ý kiến"
        MERGED = "merged", "Gộp ý kiến trùng"
        SEPARATED = "separated", "Bỏ gộp"
        RESTRICTED = "restricted", "Chuyển đơn theo quy định riêng"
        DUE_MOVED = "due_moved", "Gia hạn trả lời"
        ESCALATED = "escalated", "Báo người giám sát, lãnh đạo"
        LATE_APOLOGY = "late_apology", "Xin lỗi vì trả lời chậm"
        UNHIDDEN = "unhidden", "Bỏ ẩn chỗ ẩn nhầm"
        PUBLISHED = "published", "Đã công khai"
        TAKEN_DOWN = "taken_down", "Gỡ công khai"
        TRANSFER_RECEIVED = "transfer_received", "Đã nhận đơn, chuyển người có thẩm quyền"
        TRANSFER_SENT = "transfer_sent", "Đã chuyển đơn đến cơ quan có thẩm quyền"
        RATING_INVITED = "rating_invited", "Mời đánh giá"
        RATED = "rated", "Đã đánh giá"
        RATING_CHANGED = "rating_changed", "Sửa đánh giá"
        FOLLOW_UP_OPENED = "follow_up_opened", "Mở việc liên hệ lại người đánh giá thấp"
        FOLLOW_UP_CONTACTED = "follow_up_contacted", "Đã liên hệ người đánh giá thấp"
        FOLLOW_UP_CLOSED = "follow_up_closed", "Người dân xác nhận đã được giải quyết"
        FOLLOW_UP_REOPENED = "follow_up_reopened", "Người dân báo chưa được giải quyết"

    class Source(models.TextChoices):
        STAFF = "staff", "Cán bộ"
        CITIZEN = "citizen", "Người dân"
        SYSTEM = "system", "Tự động"

    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="events", verbose_name="ý kiến")
    record = models.ForeignKey(
        "feedback.TransferRecord", models.CASCADE, null=True, blank=True, related_name="events", verbose_name="đơn"
    )
    invitation = models.ForeignKey(
        "feedback.RatingInvitation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        verbose_name="lời mời đánh giá",
    )
    dossier = models.ForeignKey(Dossier, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="hồ sơ")
    kind = models.CharField("việc", max_length=20, choices=Kind.choices)
    from_status = models.CharField("từ trạng thái", max_length=14, choices=Status.choices, blank=True)
    to_status = models.CharField("sang trạng thái", max_length=14, choices=Status.choices, blank=True)
    at = models.DateTimeField("xảy ra lúc")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    actor_name = models.CharField("tên người làm", max_length=150, blank=True)
    source = models.CharField("nguồn", max_length=8, choices=Source.choices, default=Source.STAFF)
    public_note = SealedTextField("lời nhắn cho người gửi", blank=True, default="")
    internal_note = SealedTextField("ghi chú nội bộ", blank=True, default="")
    facts = models.JSONField("số liệu lúc đó", default=dict, blank=True)

    class Meta:
        verbose_name = "diễn biến ý kiến"
        verbose_name_plural = "diễn biến ý kiến"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at", "id"], name="feedback_event_of_case")]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(record__isnull=False) | Q(invitation__isnull=False),
                name="feedback_event_of_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {written_moment(self.at)}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("Diễn biến ý kiến không được sửa.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Diễn biến ý kiến không được xóa.")
