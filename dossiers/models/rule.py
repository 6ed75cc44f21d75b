"""Dated legal rules: every number the law gives, with its article and its dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from dossiers.models.agency import Agency, valid_on
from dossiers.written_dates import written_day

MOST_NUMBER = 3650  # ten years of days
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _kind_of(value) -> tuple[str, Callable[[object], bool]]:
    """Return the words and the test of the kind of value that `value` is."""
    if isinstance(value, bool):
        return "có hoặc không", lambda given: isinstance(given, bool)
    if isinstance(value, int | float):
        most = MOST_NUMBER
        return f"con số từ 0 đến {most}", lambda given: type(given) in {int, float} and 0 <= given <= most
    if isinstance(value, str) and _CLOCK.fullmatch(value):
        return "giờ dạng 15:00", lambda given: isinstance(given, str) and bool(_CLOCK.fullmatch(given))
    if isinstance(value, str):
        return "chữ, không quá 255 ký tự", lambda given: isinstance(given, str) and len(given) <= 255
    return f"cùng dạng với giá trị đang có ({value})", lambda given: type(given) is type(value)


class LegalRule(models.Model):
    """One value of one rule between two dates; agency null is the national value, an agency's own goes before it."""

    key = models.SlugField("quy tắc", max_length=60)
    title = models.CharField("nội dung", max_length=255)
    value = models.JSONField("giá trị")
    unit = models.CharField("đơn vị tính", max_length=40, blank=True)
    article = models.CharField("căn cứ (điều, văn bản)", max_length=255)
    confidence = models.CharField(
        "mức chắc chắn",
        max_length=1,
        choices=[("H", "Đã đọc văn bản"), ("M", "Theo nguồn thứ cấp"), ("L", "Cần pháp chế xác nhận")],
        default="M",
    )
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="rules", verbose_name="riêng cơ quan"
    )
    valid_from = models.DateField("hiệu lực từ")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "quy tắc pháp lý"
        verbose_name_plural = "quy tắc pháp lý"
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "agency", "valid_from"], condition=Q(agency__isnull=False), name="legal_rule_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["key", "valid_from"], condition=Q(agency__isnull=True), name="legal_rule_national_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="legal_rule_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Keep the kind of value the key has always had: a word where a number belongs would stop the sweep."""
        before = LegalRule.first_of(self.key)
        if before is None:
            raise ValidationError({"key": "Không có quy tắc mang mã này. Hãy chép đúng mã của quy tắc đã có."})
        words, fits = _kind_of(before.value)
        if not fits(self.value):
            raise ValidationError({"value": f"Giá trị của quy tắc này phải là {words}."})

    @classmethod
    def first_of(cls, key: str) -> LegalRule | None:
        """Return the key's oldest record, whose kind of value all its records have; None for an unknown key."""
        return cls.objects.filter(key=key).order_by("valid_from", "id").first()

    @classmethod
    def on(cls, key: str, day: dt.date, agency: Agency | int | None = None) -> LegalRule:
        """Return the rule in force on `day`, the agency's own first; DoesNotExist when no record covers the day."""
        scope = Q(agency__isnull=True) | Q(agency=agency) if agency else Q(agency__isnull=True)
        found = cls.objects.filter(valid_on(day), scope, key=key).order_by(
            F("agency").desc(nulls_last=True), "-valid_from"
        )
        rule = found.first()
        if rule is None:
            raise cls.DoesNotExist(
                f"Chưa có quy tắc “{key}” cho ngày {written_day(day)}: hãy thêm trong mục Quy tắc pháp lý."
            )
        return rule
