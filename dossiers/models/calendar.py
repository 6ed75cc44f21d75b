"""Working hours and days off as dated records; arithmetic on them is in dossiers.deadlines.due."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from dossiers.models.agency import Agency
from dossiers.written_dates import written_day, written_time

WEEKDAYS = [
    (0, "Thứ Hai"),
    (1, "Thứ Ba"),
    (2, "Thứ Tư"),
    (3, "Thứ Năm"),
    (4, "Thứ Sáu"),
    (5, "Thứ Bảy"),
    (6, "Chủ nhật"),
]


class WeekPattern(models.Model):
    """One working period of one weekday; agency null means every agency without a pattern of its own."""

    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="week_patterns", verbose_name="cơ quan"
    )
    weekday = models.PositiveSmallIntegerField("thứ", choices=WEEKDAYS)
    opens_at = models.TimeField("từ giờ")
    closes_at = models.TimeField("đến giờ")
    valid_from = models.DateField("áp dụng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "giờ làm việc trong tuần"
        verbose_name_plural = "giờ làm việc trong tuần"
        ordering = ["agency", "valid_from", "weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="week_pattern_hours_in_order",
                violation_error_message="Giờ kết thúc phải sau giờ bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {written_time(self.opens_at)}–{written_time(self.closes_at)}"

    def clean(self) -> None:
        if None in (self.weekday, self.opens_at, self.closes_at, self.valid_from):
            return  # the fields have their own sentences
        same = WeekPattern.objects.filter(agency=self.agency, weekday=self.weekday).exclude(pk=self.pk)
        same = same.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from))
        if self.valid_to:
            same = same.filter(valid_from__lte=self.valid_to)
        if same.filter(opens_at__lt=self.closes_at, closes_at__gt=self.opens_at).exists():
            raise ValidationError("Khoảng giờ này chồng lên khoảng giờ đã có của cùng ngày trong tuần.")


class CalendarException(models.Model):
    """A decided day off or make-up working day; proposals count only once a person has confirmed them."""

    class Kind(models.TextChoices):
        OFF = "off", "Nghỉ"
        WORK = "work", "Làm việc"

    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="calendar_exceptions", verbose_name="cơ quan"
    )
    date = models.DateField("ngày")
    kind = models.CharField("loại", max_length=4, choices=Kind.choices)
    name = models.CharField("tên gọi", max_length=120, help_text="Ví dụ: nghỉ Tết Bính Ngọ")
    opens_at = models.TimeField("làm từ giờ", null=True, blank=True, help_text="Để trống: theo giờ ngày thường")
    closes_at = models.TimeField("đến giờ", null=True, blank=True)
    decision = models.CharField("văn bản quyết định", max_length=160, blank=True)
    source = models.CharField("nguồn đề xuất", max_length=160, blank=True)
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người xác nhận"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "date"],
                condition=Q(agency__isnull=False),
                name="calendar_exception_one_a_day",
                violation_error_message="Ngày này đã có trong lịch của cơ quan.",
            ),
            models.UniqueConstraint(
                fields=["date"],
                condition=Q(agency__isnull=True),
                name="calendar_exception_one_a_day_for_all",
                violation_error_message="Ngày này đã có trong lịch chung.",
            ),
        ]

    def __str__(self) -> str:
        return f"{written_day(self.date)} {self.name}"

    @property
    def confirmed(self) -> bool:
        """Whether the day counts in deadlines."""
        return self.confirmed_at is not None

    def clean(self) -> None:
        if bool(self.opens_at) != bool(self.closes_at):
            raise ValidationError("Ghi cả giờ bắt đầu và giờ kết thúc, hoặc để trống cả hai.")
        if self.opens_at and self.opens_at >= self.closes_at:
            raise ValidationError("Giờ kết thúc phải sau giờ bắt đầu.")
