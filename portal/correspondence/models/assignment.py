"""Tasks with a day: who owes what until when, what closes it, what makes it anew each month, who was reminded."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from dossiers.models import Agency
from dossiers.written_dates import written_day
from portal.correspondence.models.document import Document
from portal.correspondence.states import Duty, Kind


class Recurrence(models.Model):
    """A report that is due again and again: its task makes itself ahead of each day."""

    class Every(models.TextChoices):
        MONTH = "month", "Hằng tháng"
        QUARTER = "quarter", "Hằng quý (tháng 3, 6, 9, 12)"
        YEAR = "year", "Hằng năm (tháng 12)"

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="recurrences", verbose_name="cơ quan")
    title = models.CharField("việc phải làm", max_length=255, help_text="Ví dụ: Báo cáo tháng gửi UBND tỉnh")
    every = models.CharField("chu kỳ", max_length=7, choices=Every.choices, default=Every.MONTH)
    day = models.PositiveSmallIntegerField(
        "hạn vào ngày", default=15, help_text="Tháng ngắn hơn thì lấy ngày cuối tháng."
    )
    made_before = models.PositiveSmallIntegerField("giao trước hạn (ngày)", default=10)
    kind = models.CharField("loại văn bản khép việc", max_length=10, choices=Kind.choices, default=Kind.REPORT)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    basis = models.CharField("căn cứ", max_length=255, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "báo cáo định kỳ"
        verbose_name_plural = "báo cáo định kỳ"
        ordering = ["agency", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__gte=1, day__lte=31),
                name="correspondence_day_of_month",
                violation_error_message="Hạn vào ngày: ghi một số từ 1 đến 31.",
            ),
            models.CheckConstraint(
                condition=Q(made_before__lte=60),
                name="correspondence_made_before_60",
                violation_error_message="Giao trước hạn nhiều nhất 60 ngày.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Assignment(models.Model):
    """One task of one agency, with the day it is due and the document that closes it."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="assignments", verbose_name="cơ quan làm")
    title = models.CharField("việc phải làm", max_length=255)
    detail = models.TextField("ghi rõ thêm", max_length=2000, blank=True)
    due_on = models.DateField("chậm nhất ngày")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="người làm",
    )
    source = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="theo văn bản"
    )
    linked = models.ManyToManyField(Document, blank=True, related_name="linked_to", verbose_name="văn bản liên quan")
    recurrence = models.ForeignKey(
        Recurrence, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="việc định kỳ"
    )
    state = models.CharField("tình trạng", max_length=7, choices=Duty.choices, default=Duty.OPEN)
    answer = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name="văn bản khép việc"
    )
    note = models.CharField("kết quả, lý do", max_length=500, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    created_at = models.DateTimeField("giao lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người giao"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "nhiệm vụ có hạn"
        verbose_name_plural = "nhiệm vụ có hạn"
        ordering = ["due_on", "id"]
        permissions = [("give_assignment", "Giao việc, đổi hạn, đổi người"), ("do_assignment", "Làm, báo xong việc")]
        constraints = [
            models.UniqueConstraint(
                fields=["recurrence", "due_on"],
                condition=Q(recurrence__isnull=False),
                name="correspondence_one_task_a_period",
            )
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], condition=Q(state="open"), name="correspondence_task_open"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (chậm nhất {written_day(self.due_on)})"


class AssignmentStep(models.Model):
    """Who did what to a task, when; never edited."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="steps", verbose_name="nhiệm vụ")
    what = models.CharField("việc", max_length=160)
    state = models.CharField("tình trạng sau đó", max_length=7, choices=Duty.choices)
    at = models.DateTimeField("lúc")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    note = models.CharField("ghi chú", max_length=500, blank=True)

    class Meta:
        verbose_name = "diễn biến nhiệm vụ"
        verbose_name_plural = "diễn biến nhiệm vụ"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.what} – {written_day(self.at)}"


class Nudge(models.Model):
    """That somebody was reminded of a task on a day; a second run of the same day reminds nobody."""

    class Level(models.TextChoices):
        PERSON = "person", "Người làm"
        LEADER = "leader", "Lãnh đạo"

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="nudges", verbose_name="nhiệm vụ")
    level = models.CharField("nhắc ai", max_length=6, choices=Level.choices)
    day = models.DateField("ngày nhắc")
    letters = models.PositiveSmallIntegerField("thư đã gửi", default=0)

    class Meta:
        verbose_name = "lần nhắc việc"
        verbose_name_plural = "lần nhắc việc"
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "level", "day"], name="correspondence_reminded_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} – {written_day(self.day)}"
