"""What staff and citizens put on a case: files, answers, notes, ready-made answers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models import Agency, public_token
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_moment
from feedback.models.case import Case
from feedback.models.category import Category


def case_file_path(case_file: CaseFile, _name: str) -> str:
    """Return where the file is kept: by its content and a token, never by the name it came with."""
    return f"feedback/{case_file.sha256[:2]}/{case_file.sha256}-{case_file.token}"


class CaseFile(models.Model):
    """A photo or paper sent with a case or with a restricted record; its type was decided by its content."""

    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="files", verbose_name="ý kiến")
    record = models.ForeignKey(
        "feedback.TransferRecord", models.CASCADE, null=True, blank=True, related_name="files", verbose_name="đơn"
    )
    name = models.CharField("tên tệp", max_length=200)
    file = models.FileField("tệp", upload_to=case_file_path, max_length=200)
    content_type = models.CharField("loại", max_length=100)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm", max_length=64)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    by_staff = models.BooleanField("do cán bộ gửi kèm trả lời", default=False)
    added_at = models.DateTimeField("thêm lúc")

    class Meta:
        verbose_name = "tệp của ý kiến"
        verbose_name_plural = "tệp của ý kiến"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, record__isnull=True) | Q(case__isnull=True, record__isnull=False),
                name="case_file_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class Answer(models.Model):
    """One answer to a case: drafted, approved where required, sent. A reopened case gets another row."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Đang soạn"
        SUBMITTED = "submitted", "Chờ duyệt"
        SENT = "sent", "Đã gửi"

    case = models.ForeignKey(Case, models.CASCADE, related_name="answers", verbose_name="ý kiến")
    text = SealedTextField("nội dung trả lời")
    status = models.CharField("trạng thái", max_length=9, choices=Status.choices, default=Status.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người soạn"
    )
    drafted_at = models.DateTimeField("soạn lúc")
    submitted_at = models.DateTimeField("trình lúc", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    returned_note = models.TextField("ý kiến của người duyệt", blank=True)

    class Meta:
        verbose_name = "câu trả lời"
        verbose_name_plural = "câu trả lời"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case"], condition=~Q(status="sent"), name="answer_one_unsent")]

    def __str__(self) -> str:
        return f"{self.case.code} – {self.get_status_display()}"


class CaseNote(models.Model):
    """A word between colleagues; citizens never see it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes", verbose_name="ý kiến")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người viết")
    text = SealedTextField("nội dung")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "ghi chú nội bộ"
        verbose_name_plural = "ghi chú nội bộ"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.author} – {written_moment(self.at)}"


class CannedAnswer(models.Model):
    """A ready-made text for frequent questions; {ma}, {tieu_de}, {co_quan} are filled in."""

    title = models.CharField("tên mẫu", max_length=120)
    text = models.TextField("nội dung", max_length=4000)
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="canned_answers", verbose_name="lĩnh vực"
    )
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="canned_answers", verbose_name="riêng cơ quan"
    )
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "câu trả lời mẫu"
        verbose_name_plural = "câu trả lời mẫu"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def filled(self, case: Case) -> str:
        """Return the text with the case's code, title and agency in it; unknown braces stay as they are."""
        text = self.text
        for name, value in {"ma": case.code, "tieu_de": case.title, "co_quan": case.agency.name}.items():
            text = text.replace("{" + name + "}", value)
        return text
