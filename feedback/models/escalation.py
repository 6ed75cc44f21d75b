"""Who of an agency has to hear of what waits too long: one row a rung, sent by e-mail once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dossiers.models import Agency
from dossiers.written_dates import written_moment
from feedback.models.case import Case
from feedback.models.restricted import TransferRecord


class Escalation(models.Model):
    """One rung of the ladder for one limit of a case or of a restricted record; a limit that moves is climbed anew."""

    class Rung(models.TextChoices):
        DANGER = "danger", "Báo nguy hiểm tính mạng"
        PETITION = "petition", "Có đơn chờ chuyển"
        UNTAKEN = "untaken", "Quá hạn tiếp nhận"
        SOON = "soon", "Sắp hết hạn"
        LATE = "late", "Quá hạn"

    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="escalations", verbose_name="ý kiến"
    )
    record = models.ForeignKey(
        TransferRecord, models.CASCADE, null=True, blank=True, related_name="escalations", verbose_name="đơn"
    )
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name="cơ quan")
    rung = models.CharField("nấc", max_length=8, choices=Rung.choices)
    limit_at = models.DateTimeField("hạn lúc báo")
    made_at = models.DateTimeField("báo lúc")
    mailed_at = models.DateTimeField("gửi thư lúc", null=True, blank=True)

    class Meta:
        verbose_name = "báo việc sắp hạn, quá hạn"
        verbose_name_plural = "báo việc sắp hạn, quá hạn"
        ordering = ["-id"]
        indexes = [models.Index(fields=["made_at"], condition=Q(mailed_at__isnull=True), name="escalation_unmailed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, record__isnull=True) | Q(case__isnull=True, record__isnull=False),
                name="escalation_one_owner",
            ),
            models.UniqueConstraint(fields=["case", "rung", "limit_at"], name="escalation_once"),
            models.UniqueConstraint(fields=["record", "rung", "limit_at"], name="escalation_of_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_rung_display()} – {written_moment(self.limit_at)}"
