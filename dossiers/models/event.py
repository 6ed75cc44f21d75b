"""Append-only history of a dossier: every change of state, date, holder or paper is one row that is never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.agency import Unit
from dossiers.models.dossier import Dossier
from dossiers.states import State
from dossiers.written_dates import written_moment


class DossierEvent(models.Model):
    """What happened, when, by whom, and the facts of that moment (frozen; no personal data beyond names of staff)."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "Đã nộp hồ sơ"
        ACCEPTED = "accepted", "Đã tiếp nhận"
        REFUSED = "refused", "Từ chối tiếp nhận"
        ASSIGNED = "assigned", "Phân công thụ lý"
        APPRAISING = "appraising", "Thẩm định"
        SIGNING = "signing", "Trình ký duyệt"
        SIGNING_RETURNED = "signing_returned", "Trả về thẩm định lại"
        SUPPLEMENT_REQUESTED = "supplement_requested", "Yêu cầu bổ sung"
        SUPPLEMENT_PART = "supplement_part", "Đã nhận một phần bổ sung"
        SUPPLEMENT_RECEIVED = "supplement_received", "Đã nhận bổ sung"
        PAYMENT_REQUESTED = "payment_requested", "Yêu cầu nộp tiền"
        PAYMENT_CONFIRMED = "payment_confirmed", "Đã nộp tiền"
        WITHDRAWAL_REQUESTED = "withdrawal_requested", "Người dân xin rút"
        WITHDRAWAL_DECLINED = "withdrawal_declined", "Tiếp tục giải quyết"
        STOPPED = "stopped", "Dừng xử lý / trả lại hồ sơ"
        RESULT_READY = "result_ready", "Đã có kết quả"
        RESULT_REMINDED = "result_reminded", "Nhắc đến nhận kết quả"
        RESULT_RETURNED = "result_returned", "Đã trả kết quả"
        HANDED_OVER = "handed_over", "Chuyển phòng"
        DUE_MOVED = "due_moved", "Đổi ngày hẹn trả"
        PAPER_ISSUED = "paper_issued", "Phát hành giấy tờ"
        LETTER_ISSUED = "letter_issued", "Phát hành văn bản"
        DETAILS_CORRECTED = "details_corrected", "Sửa thông tin"
        FEES_COLLECTED = "fees_collected", "Thu phí, lệ phí"
        FEES_CANCELLED = "fees_cancelled", "Hủy thu phí, lệ phí"
        LATE_REPORT = "late_report", "Báo muộn từ phần mềm khác"

    class Source(models.TextChoices):
        COUNTER = "counter", "Tại quầy"
        STAFF = "staff", "Cán bộ"
        API = "api", "Phần mềm một cửa"
        CITIZEN = "citizen", "Người dân"
        SYSTEM = "system", "Tự động"

    # The first columns of the indexes below find by dossier and by actor: no index of their own for them.
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="events", verbose_name="hồ sơ", db_index=False)
    kind = models.CharField("việc", max_length=24, choices=Kind.choices)
    from_state = models.CharField("từ trạng thái", max_length=21, choices=State.choices, blank=True)
    to_state = models.CharField("sang trạng thái", max_length=21, choices=State.choices, blank=True)
    at = models.DateTimeField("xảy ra lúc")
    recorded_at = models.DateTimeField("ghi lúc", auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người làm",
        db_index=False,
    )
    actor_name = models.CharField("tên người làm", max_length=150, blank=True)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="phòng")
    source = models.CharField("nguồn", max_length=8, choices=Source.choices, default=Source.STAFF)
    external_id = models.CharField("mã sự kiện bên ngoài", max_length=120, blank=True)
    public_note = models.TextField("lời nhắn cho người dân", blank=True)
    reasons = models.JSONField("từng lý do", default=list, blank=True)
    facts = models.JSONField("số liệu lúc đó", default=dict, blank=True)

    class Meta:
        verbose_name = "diễn biến hồ sơ"
        verbose_name_plural = "diễn biến hồ sơ"
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["dossier", "at", "id"], name="event_of_dossier"),
            # What a person did last: without the order in it, those who did little are looked for in the whole table.
            models.Index(fields=["actor", "-id"], condition=Q(actor__isnull=False), name="event_of_actor"),
        ]
        constraints = [
            # The same event told twice by an outside system is one event.
            models.UniqueConstraint(
                fields=["dossier", "external_id"], condition=~Q(external_id=""), name="event_external_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {written_moment(self.at)}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("Diễn biến hồ sơ không được sửa.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("Diễn biến hồ sơ không được xóa.")


class Holding(models.Model):
    """Who held the dossier between two moments; working minutes are filled in when it is handed on."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="holdings", verbose_name="hồ sơ")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="phòng")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người giữ"
    )
    state = models.CharField("trạng thái", max_length=21, choices=State.choices)
    from_at = models.DateTimeField("từ lúc")
    to_at = models.DateTimeField("đến lúc", null=True, blank=True)
    working_minutes = models.PositiveIntegerField("số phút làm việc", null=True, blank=True)
    on_clock = models.BooleanField("tính vào thời hạn", default=True)

    class Meta:
        verbose_name = "thời gian giữ hồ sơ"
        verbose_name_plural = "thời gian giữ hồ sơ"
        ordering = ["dossier", "from_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(to_at__isnull=True), name="holding_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.unit or 'Chưa phân công'} từ {written_moment(self.from_at)}"
