"""Statutory letters about a late dossier: the draft, who decided what, and the paper it became."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.agency import Agency, Unit
from dossiers.models.dossier import Dossier
from dossiers.models.event import DossierEvent
from dossiers.models.paper import IssuedPaper
from dossiers.models.signing import SigningAuthority
from dossiers.states import State as DossierState
from dossiers.written_dates import written_moment


def signed_path(letter: Letter, _name: str) -> str:
    """Return where the signed file is kept: by date and token, never by name."""
    return f"papers/signed/{letter.paper.issued_at:%Y/%m}/{letter.paper.token}.pdf"


class DelayCause(models.Model):
    """One line of the closed list of causes; `words` is what the letter says."""

    class Blame(models.TextChoices):
        UNIT = "unit", "Đơn vị giữ hồ sơ"
        PARTNER = "partner", "Cơ quan phối hợp"
        SYSTEM = "system", "Sự cố hệ thống"
        CITIZEN = "citizen", "Thông tin phía người nộp"
        FORCE = "force", "Bất khả kháng"

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("nguyên nhân", max_length=120)
    words = models.CharField("câu ghi trong văn bản", max_length=300)
    blame = models.CharField("thuộc về", max_length=8, choices=Blame.choices, default=Blame.UNIT)
    proposed_for = models.CharField(
        "tự đề xuất khi hồ sơ ở bước",
        max_length=21,
        choices=[("", "Không tự đề xuất"), *DossierState.choices],
        blank=True,
        default="",
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "nguyên nhân chậm"
        verbose_name_plural = "nguyên nhân chậm"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class Letter(models.Model):
    """An apology with a new date (form 04); the columns up to `words` are a draft until it is issued, then frozen."""

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        RETURNED = "returned", "Trả lại để sửa"
        SUBMITTED = "submitted", "Chờ duyệt"
        ISSUED = "issued", "Đã phát hành"
        SIGNED = "signed", "Đã ký, đóng dấu"
        DELIVERED = "delivered", "Đã giao người dân"
        CANCELLED = "cancelled", "Không phát hành"
        WITHDRAWN = "withdrawn", "Đã thu hồi"

    OPEN = (State.DRAFT, State.RETURNED, State.SUBMITTED)
    SENT = (State.ISSUED, State.SIGNED, State.DELIVERED)

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="letters", verbose_name="hồ sơ")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="letters", verbose_name="cơ quan ban hành")
    centre = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="nơi tiếp nhận hồ sơ")
    form_code = models.CharField("mẫu", max_length=40, default="apology")
    state = models.CharField("trạng thái", max_length=9, choices=State.choices, default=State.DRAFT)
    round = models.PositiveSmallIntegerField("lần hẹn lại", default=1)
    cause = models.ForeignKey(
        DelayCause, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="nguyên nhân chậm"
    )
    words = models.CharField("ghi rõ thêm", max_length=600, blank=True, default="")
    unit_at_fault = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị để chậm"
    )
    attribution = models.JSONField("thời gian từng đơn vị giữ", default=list, blank=True)
    old_due_at = models.DateTimeField("ngày đã hẹn")
    new_due_at = models.DateTimeField("ngày hẹn mới", null=True, blank=True)
    edited = models.BooleanField("đã có người sửa", default=False)
    drafted_at = models.DateTimeField("lập lúc")
    submitted_at = models.DateTimeField("trình lúc", null=True, blank=True)
    note = models.CharField("ý kiến gần nhất", max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    authority = models.ForeignKey(
        SigningAuthority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ký theo phân công"
    )
    override_note = models.CharField("căn cứ hẹn lại quá số lần", max_length=500, blank=True, default="")
    issued_at = models.DateTimeField("phát hành lúc", null=True, blank=True)
    paper = models.OneToOneField(
        IssuedPaper, models.PROTECT, null=True, blank=True, related_name="letter", verbose_name="văn bản"
    )
    event = models.OneToOneField(DossierEvent, models.PROTECT, null=True, blank=True, related_name="letter")

    signed_file = models.FileField("tệp đã ký", upload_to=signed_path, max_length=200, blank=True)
    signed_sha256 = models.CharField("mã băm tệp đã ký", max_length=64, blank=True, default="")
    signed_how = models.CharField(
        "cách ký",
        max_length=7,
        choices=[("digital", "Ký số"), ("scan", "Ký tay, quét lại")],
        blank=True,
        default="",
    )
    signed_facts = models.JSONField("chữ ký số trong tệp", null=True, blank=True, editable=False)
    signed_at = models.DateTimeField("nhận bản ký lúc", null=True, blank=True)
    delivered_at = models.DateTimeField("giao lúc", null=True, blank=True)
    delivered_how = models.CharField("giao bằng", max_length=120, blank=True, default="")

    class Meta:
        verbose_name = "văn bản xin lỗi"
        verbose_name_plural = "văn bản xin lỗi"
        ordering = ["-id"]
        permissions = [
            ("draft_letter", "Soạn, trình văn bản xin lỗi"),
            ("approve_letter", "Duyệt, phát hành, thu hồi văn bản"),
            ("deliver_letter", "Nạp bản ký, giao văn bản"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(state__in=["draft", "returned", "submitted"]), name="letter_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "signed", "delivered", "withdrawn"])
                | Q(paper__isnull=False, issued_at__isnull=False, new_due_at__isnull=False),
                name="letter_issued_has_paper",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "state", "old_due_at"],
                condition=Q(state__in=["draft", "returned", "submitted"]),
                name="letter_open",
            ),
            models.Index(fields=["agency", "issued_at"], condition=Q(issued_at__isnull=False), name="letter_issued"),
            models.Index(fields=["signed_sha256"], condition=~Q(signed_sha256=""), name="letter_signed_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.paper.number if self.paper_id else 'Dự thảo'} – {self.dossier.code}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_sent(self) -> bool:
        return self.state in self.SENT

    @property
    def signatures(self) -> list[dict]:
        """The people and agencies whose certificates signed the file, without time stamps."""
        return [each for each in self.signed_facts or [] if not each["stamp"]]

    @property
    def reason(self) -> str:
        """What the letter gives as its reason: the cause's sentence, then the words added to it."""
        return "; ".join(
            part.strip().rstrip(".;") for part in (self.cause.words if self.cause else "", self.words) if part
        )


class LetterStep(models.Model):
    """Who did what to a letter, when; never edited."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="steps", verbose_name="văn bản")
    what = models.CharField("việc", max_length=80)
    state = models.CharField("trạng thái sau đó", max_length=9, choices=Letter.State.choices)
    at = models.DateTimeField("lúc")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    note = models.CharField("ghi chú", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "diễn biến văn bản"
        verbose_name_plural = "diễn biến văn bản"
        ordering = ["letter", "at", "id"]

    def __str__(self) -> str:
        return f"{self.what} – {written_moment(self.at)}"
