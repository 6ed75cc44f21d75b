"""What the sweep of due dates leaves behind: reminders, the usual pace of each procedure, its own diary."""

from __future__ import annotations

from django.db import models

from dossiers.models.agency import Agency
from dossiers.models.dossier import Dossier
from dossiers.models.procedure import Procedure
from dossiers.states import State
from dossiers.written_dates import written_day, written_moment


class Reminder(models.Model):
    """One reminder of one due date to one level; a dossier whose date moves is reminded of anew."""

    class Level(models.TextChoices):
        HANDLER = "handler", "Người thụ lý"
        SUPERVISOR = "supervisor", "Người giám sát"
        LEADER = "leader", "Lãnh đạo"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="reminders", verbose_name="hồ sơ")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name="cơ quan")
    level = models.CharField("nhắc ai", max_length=10, choices=Level.choices)
    due_at = models.DateTimeField("ngày hẹn lúc nhắc")
    made_at = models.DateTimeField("nhắc lúc")
    mailed_at = models.DateTimeField("gửi thư lúc", null=True, blank=True)

    class Meta:
        verbose_name = "nhắc việc"
        verbose_name_plural = "nhắc việc"
        ordering = ["-id"]
        permissions = [("supervise_lateness", "Đôn đốc hồ sơ sắp hạn, quá hạn")]
        constraints = [models.UniqueConstraint(fields=["dossier", "level", "due_at"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} – {written_day(self.due_at)}"


class ProcedurePace(models.Model):
    """How long dossiers of a procedure usually stay in a step: nine in ten have moved on after `usual_minutes`."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="paces", verbose_name="thủ tục")
    state = models.CharField("bước", max_length=21, choices=State.choices)
    sample = models.PositiveIntegerField("số lần đã đo")
    usual_minutes = models.PositiveIntegerField("phút làm việc thường thấy")
    measured_at = models.DateTimeField("đo lúc")
    unmoved_before = models.DateTimeField("nằm yên từ trước", null=True, blank=True)

    class Meta:
        verbose_name = "nhịp giải quyết"
        verbose_name_plural = "nhịp giải quyết"
        constraints = [models.UniqueConstraint(fields=["procedure", "state"], name="procedure_pace_once")]

    def __str__(self) -> str:
        return f"{self.procedure_id} – {self.get_state_display()}"


class SweepRun(models.Model):
    """One sweep: the moment it looked at, what it did, what it found broken."""

    at = models.DateTimeField("xét tại thời điểm", db_index=True)
    seconds = models.FloatField("thời gian chạy (giây)", default=0)
    reminders = models.PositiveIntegerField("nhắc việc mới", default=0)
    drafts = models.PositiveIntegerField("dự thảo mới", default=0)
    closed = models.PositiveIntegerField("dự thảo không còn cần", default=0)
    late_without_letter = models.PositiveIntegerField("quá hạn chưa có văn bản", default=0)
    passed_new_date = models.PositiveIntegerField("quá ngày hẹn lại chưa có quyết định", default=0)
    problems = models.JSONField("việc không làm được", default=list, blank=True)

    class Meta:
        verbose_name = "lượt rà soát hạn"
        verbose_name_plural = "nhật ký rà soát hạn"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return written_moment(self.at)

    @property
    def holds(self) -> bool:
        """Whether no late dossier lacked its letter and no new date had passed without a decision."""
        return not (self.late_without_letter or self.passed_new_date)


class LatenessBreach(models.Model):
    """An agency's breaches of the invariant on one day, the worst the day's sweeps saw."""

    day = models.DateField("ngày")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name="cơ quan")
    late_without_letter = models.PositiveIntegerField("quá hạn chưa có văn bản", default=0)
    passed_new_date = models.PositiveIntegerField("quá ngày hẹn lại chưa có quyết định", default=0)

    class Meta:
        verbose_name = "ngày chưa bảo đảm"
        verbose_name_plural = "ngày chưa bảo đảm"
        ordering = ["-day", "agency"]
        constraints = [models.UniqueConstraint(fields=["day", "agency"], name="lateness_breach_once")]

    def __str__(self) -> str:
        return f"{written_day(self.day)}: {self.late_without_letter} + {self.passed_new_date}"
