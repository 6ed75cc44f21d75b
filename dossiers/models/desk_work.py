"""What a member of staff keeps while working: unfinished intake, saved filters; and who read personal data."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.models.applicant import Applicant
from dossiers.models.dossier import Dossier
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.written_dates import written_moment


class IntakeDraft(models.Model):
    """The intake form as it stood when the browser last told: survives a dead browser, is gone once saved."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="intake_draft")
    data = SealedTextField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "hồ sơ đang nhập dở"
        verbose_name_plural = "hồ sơ đang nhập dở"

    def __str__(self) -> str:
        return f"{self.user} – {written_moment(self.updated_at)}"


class SavedFilter(models.Model):
    """A filter of the dossier list that its owner wants back with one click."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    name = models.CharField("tên bộ lọc", max_length=80)
    query = models.CharField("điều kiện", max_length=500)

    class Meta:
        verbose_name = "bộ lọc đã lưu"
        verbose_name_plural = "bộ lọc đã lưu"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name")]

    def __str__(self) -> str:
        return self.name


class PersonalDataRead(models.Model):
    """Who opened whose personal data, when and where (Luật 91/2025/QH15: the person may ask)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người xem"
    )
    dossier = models.ForeignKey(
        Dossier, models.CASCADE, null=True, related_name="personal_data_reads", verbose_name="hồ sơ"
    )
    applicant = models.ForeignKey(
        Applicant,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="người nộp được gọi lại tại quầy",
    )
    via = models.CharField("qua", max_length=60)
    at = models.DateTimeField("lúc", auto_now_add=True)

    class Meta:
        verbose_name = "lượt xem thông tin cá nhân"
        verbose_name_plural = "nhật ký xem thông tin cá nhân"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} – {self.dossier} – {written_moment(self.at)}"
