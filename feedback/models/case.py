"""A citizen's case: a question, a report or a suggestion. Complaints and denunciations live in restricted.py."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.identity_numbers import mask_name
from dossiers.models import Agency, Dossier, Unit, public_token
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealing import keyed_hash, keyed_hashes
from dossiers.scoping import agency_ids_of
from dossiers.search_text import fold
from feedback.codes import new_code
from feedback.masking.masking import mask_text
from feedback.models.category import Category
from feedback.states import AWAITS_CITIZEN, FINAL, Publishing, Status, national_name

PHONE_PURPOSE = "case-phone"
EMAIL_PURPOSE = "case-email"
TEXT_PURPOSE = "case-text"


class Kind(models.TextChoices):
    QUESTION = "question", "Hỏi đáp"
    REPORT = "report", "Phản ánh"
    SUGGESTION = "suggestion", "Góp ý"


class Channel(models.TextChoices):
    WEB = "web", "Trang web"
    CHAT = "chat", "Trò chuyện Zalo"
    MENU = "menu", "Menu Zalo"
    COUNTER = "counter", "Tại quầy"
    HOTLINE = "hotline", "Đường dây nóng"
    RATING = "rating", "Từ phiếu đánh giá"


STAFF_CHANNELS = frozenset({Channel.COUNTER, Channel.HOTLINE})


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user) -> CaseQuerySet:
        """Return what the user may see: own agencies, never what was moved to the restricted record.

        A case about a unit's conduct is hidden from that unit's own members unless they supervise.
        """
        return self.counted_for(user, agency_ids_of(user))

    def counted_for(self, user, agencies: frozenset[int] | None) -> CaseQuerySet:
        """Return what the user's figures of these agencies (None: all) hold: no case is read, so it may be more."""
        rows = self.exclude(status=Status.RESTRICTED)
        if agencies is not None:
            rows = rows.filter(agency_id__in=agencies)
        if not user.has_perm("feedback.supervise_feedback"):
            own_units = list(user.memberships.filter(unit__isnull=False).values_list("unit_id", flat=True))
            if own_units:
                rows = rows.exclude(about_unit_id__in=own_units)
        return rows

    def with_phone(self, phone: str) -> CaseQuerySet:
        """Return the cases sent from this E.164 phone."""
        return self.filter(phone_hash__in=keyed_hashes(phone, PHONE_PURPOSE))


class Case(models.Model):
    """One case; its status changes only through the acts of feedback.cases.handling and its neighbours."""

    code = models.CharField("mã theo dõi", max_length=14, unique=True, default=new_code, editable=False)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    kind = models.CharField("loại", max_length=10, choices=Kind.choices)
    channel = models.CharField("kênh", max_length=8, choices=Channel.choices, default=Channel.WEB)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="lĩnh vực"
    )
    title = models.CharField("tiêu đề", max_length=200, help_text="Đã ẩn số điện thoại, số giấy tờ")
    text = SealedTextField("nội dung")
    text_hash = models.CharField(max_length=64, editable=False)
    search_text = models.TextField(editable=False, blank=True)

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="cases", verbose_name="cơ quan xử lý")
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name="phòng xử lý"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases_handled",
        verbose_name="người xử lý",
    )
    about_unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="phòng bị phản ánh"
    )
    urgent = models.BooleanField("khẩn", default=False)

    address = models.CharField("địa điểm", max_length=300, blank=True)
    latitude = models.DecimalField("vĩ độ", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("kinh độ", max_digits=8, decimal_places=5, null=True, blank=True)
    dossier = models.ForeignKey(
        Dossier, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name="hồ sơ liên quan"
    )
    dossier_proved = models.BooleanField(
        "người gửi có hồ sơ này", default=False, help_text="Người gửi mở từ đường dẫn trên giấy tiếp nhận"
    )

    sender_name = SealedTextField("người gửi", blank=True, default="")
    phone = SealedTextField("điện thoại", blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, editable=False)
    email = SealedTextField("thư điện tử", blank=True, default="")
    email_hash = models.CharField(max_length=64, blank=True, editable=False)
    sender_address = SealedTextField("địa chỉ người gửi", blank=True, default="")
    may_publish = models.BooleanField("đồng ý công khai sau khi ẩn thông tin", default=False)
    # What the channel that brought the case knows its sender by; opaque here, read back by that channel alone.
    origin_ref = models.CharField(max_length=80, blank=True, editable=False, db_index=True)
    # NULL, not "": many cases have no key and only real keys are unique.
    intake_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    source_hash = models.CharField(max_length=64, blank=True, editable=False)

    status = models.CharField("trạng thái", max_length=14, choices=Status.choices, default=Status.NEW)
    status_changed_at = models.DateTimeField("đổi trạng thái lúc")
    publishing = models.CharField("công khai", max_length=10, choices=Publishing.choices, default=Publishing.NONE)
    hold_reason = models.CharField("lý do giữ lại", max_length=200, blank=True)
    outcome_reason = models.TextField("lý do kết thúc", blank=True)

    sent_at = models.DateTimeField("gửi lúc")
    screen_due_at = models.DateTimeField("hạn tiếp nhận hoặc chuyển", null=True, blank=True)
    ask_due_at = models.DateTimeField("hạn yêu cầu bổ sung", null=True, blank=True)
    due_at = models.DateTimeField("hạn trả lời", null=True, blank=True)
    due_explanation = models.JSONField("vì sao là ngày này", default=dict, blank=True)
    paused_at = models.DateTimeField("tạm dừng lúc", null=True, blank=True)
    clock_open = models.BooleanField("đang tính thời hạn", default=True)
    apologised_at = models.DateTimeField("xin lỗi vì chậm lúc", null=True, blank=True)
    answered_at = models.DateTimeField("trả lời lúc", null=True, blank=True)
    answer_received_at = models.DateTimeField("người gửi nhận trả lời lúc", null=True, blank=True)
    publish_due_at = models.DateTimeField("hạn công khai", null=True, blank=True)
    reopen_until = models.DateTimeField("được mở lại đến", null=True, blank=True)
    closed_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    supplement_due_at = models.DateTimeField("hạn người gửi bổ sung", null=True, blank=True)
    times_reopened = models.PositiveSmallIntegerField("số lần mở lại", default=0)
    times_transferred = models.PositiveSmallIntegerField("số lần chuyển", default=0)
    satisfied = models.BooleanField("người gửi hài lòng", null=True, blank=True)

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="tách từ"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name="gộp vào"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người nhập"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "ý kiến người dân"
        verbose_name_plural = "ý kiến người dân"
        ordering = ["-id"]
        permissions = [
            ("handle_case", "Tiếp nhận, xử lý, soạn trả lời ý kiến"),
            ("assign_case", "Giao việc, chuyển, tách, gộp ý kiến"),
            ("approve_answer", "Duyệt câu trả lời"),
            ("publish_case", "Duyệt công khai ý kiến và hỏi đáp"),
            ("supervise_feedback", "Giám sát: đánh giá thấp, bảng số liệu, việc quá hạn"),
            ("see_sender", "Xem đủ thông tin người gửi ý kiến"),
        ]
        indexes = [
            models.Index(fields=["agency", "-id"], name="case_agency_newest"),
            models.Index(fields=["agency", "status", "-id"], name="case_agency_status"),
            models.Index(fields=["handler", "-id"], condition=Q(handler__isnull=False), name="case_handler"),
            # The sweep and the worklists read only what is open.
            models.Index(fields=["due_at"], condition=Q(clock_open=True), name="case_due"),
            models.Index(fields=["reopen_until"], condition=Q(status="answered"), name="case_reopen_until"),
            models.Index(fields=["agency", "sent_at"], name="case_agency_sent"),
            models.Index(fields=["phone_hash", "-id"], condition=~Q(phone_hash=""), name="case_phone_hash"),
            models.Index(fields=["source_hash", "-id"], condition=~Q(source_hash=""), name="case_source"),
            models.Index(fields=["text_hash", "-id"], name="case_text_hash"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="merged") | Q(merged_into__isnull=False), name="case_merged_somewhere"
            ),
            # Nothing is closed without an answer the citizen received or a recorded reason.
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(answer_received_at__isnull=False) | ~Q(outcome_reason=""),
                name="case_closed_with_answer_or_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["refused", "forwarded"]) | ~Q(outcome_reason=""),
                name="case_turned_away_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"

    def save(self, *args, **kwargs):
        self.seal_hashes()
        super().save(*args, **kwargs)

    def seal_hashes(self) -> None:
        """Recompute the masked title, the search text and the keyed hashes from the plain values."""
        # Staff have to recognise a street or hamlet in their list; a publication hides those too.
        self.title = mask_text(self.title, keep_places=True)[:200]
        self.text_hash = keyed_hash(fold(self.text), TEXT_PURPOSE)
        self.search_text = fold(f"{self.code} {self.title} {mask_text(self.text, keep_places=True)} {self.address}")
        self.phone_hash = keyed_hash(self.phone, PHONE_PURPOSE) if self.phone else ""
        self.email_hash = keyed_hash(self.email.lower(), EMAIL_PURPOSE) if self.email else ""

    @property
    def is_final(self) -> bool:
        return self.status in FINAL or self.status == Status.MERGED

    @property
    def awaits_citizen(self) -> bool:
        return self.status in AWAITS_CITIZEN

    @property
    def progress(self) -> int:
        """Place on the citizen's four-step line; 0 when the case left the line."""
        return Status(self.status).record.step

    @property
    def national_status(self) -> str:
        return national_name(self.status, self.publishing)

    @property
    def voice(self) -> Case:
        """The case whose sender is told: a part speaks through the case it was split from."""
        return self.parent if self.parent_id else self

    @property
    def masked_sender(self) -> str:
        return mask_name(self.sender_name) if self.sender_name else "Không nêu tên"

    def is_overdue(self, now: dt.datetime) -> bool:
        """Whether the answer is late: still owed after its time, or given after it."""
        if self.due_at is None:
            return False
        return (self.answered_at or now) > self.due_at if self.answered_at or self.clock_open else False

    def may_reopen(self, now: dt.datetime) -> bool:
        """Whether the citizen may still send the answer back."""
        return self.status == Status.ANSWERED and self.reopen_until is not None and now <= self.reopen_until
