"""What cases are about, who answers for it, and how fast."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from dossiers.models import Agency, Unit, valid_on
from dossiers.search_text import fold


class Category(models.Model):
    """A theme such as "Giao thông, hạ tầng" or "Thái độ phục vụ"."""

    class NationalClass(models.TextChoices):
        RULES = "rules", "Quy định, chính sách, thủ tục"
        CONDUCT = "conduct", "Hành vi của cán bộ, công chức"
        FIELD = "field", "Phản ánh hiện trường"
        OTHER = "other", "Khác"

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên lĩnh vực", max_length=120)
    description = models.CharField(
        "những việc thuộc lĩnh vực", max_length=200, blank=True, help_text="Người chọn lĩnh vực đọc câu này"
    )
    national_class = models.CharField(
        "phân loại quốc gia",
        max_length=8,
        choices=NationalClass.choices,
        default=NationalClass.RULES,
        help_text="Hai loại theo Nghị định 20/2008/NĐ-CP; phản ánh hiện trường là quy định của địa phương",
    )
    keywords = models.TextField(
        "từ khóa", blank=True, help_text="Cách nhau bằng dấu phẩy; dùng để gợi ý lĩnh vực, không phân biệt dấu"
    )
    needs_place = models.BooleanField("cần địa điểm", default=False)
    needs_approval = models.BooleanField("câu trả lời phải được duyệt", default=True)
    active = models.BooleanField("đang dùng", default=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "lĩnh vực ý kiến"
        verbose_name_plural = "lĩnh vực ý kiến"
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def folded_keywords(self) -> list[str]:
        """The key words as they are searched for."""
        return [word for word in (fold(part) for part in self.keywords.split(",")) if word]

    def owner_on(self, day: dt.date) -> CategoryOwner | None:
        """Return who answers for the theme on that day: the newest record valid then; None when nobody is named."""
        return self.owners.filter(valid_on(day)).order_by("-valid_from").first()


class CategoryOwner(models.Model):
    """Who answers for a theme, by dates: another owner is a new record, a case keeps the one of the day it came."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="owners", verbose_name="lĩnh vực")
    name = models.CharField("nơi chủ trì", max_length=160, help_text="Cơ quan, phòng thường giải quyết")
    decision = models.CharField("căn cứ", max_length=200, blank=True, help_text="Quyết định, quy chế giao việc")
    valid_from = models.DateField("áp dụng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "nơi chủ trì lĩnh vực"
        verbose_name_plural = "nơi chủ trì lĩnh vực"
        ordering = ["category", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "valid_from"],
                name="category_owner_one_a_day",
                violation_error_message="Lĩnh vực này đã có nơi chủ trì từ ngày đó.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="category_owner_dates_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """Who gets a case: the most particular rule that fits wins; empty conditions fit everything."""

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="routes", verbose_name="lĩnh vực"
    )
    area = models.CharField("địa bàn", max_length=120, blank=True, help_text="Tên xã, phường, thôn có trong địa chỉ")
    area_folded = models.CharField(max_length=120, blank=True, editable=False)
    received_by = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="gửi đến cơ quan"
    )
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", verbose_name="chuyển cho cơ quan")
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="phòng, bộ phận"
    )
    urgent = models.BooleanField("coi là khẩn", default=False)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "quy tắc phân luồng"
        verbose_name_plural = "quy tắc phân luồng"
        ordering = ["category", "area", "id"]

    def __str__(self) -> str:
        return f"{self.category or 'Mọi lĩnh vực'} – {self.area or 'mọi nơi'} → {self.agency}"

    def save(self, *args, **kwargs):
        self.area_folded = fold(self.area)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.unit_id and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": "Phòng này không thuộc cơ quan đã chọn."})

    @property
    def weight(self) -> int:
        """How particular the rule is; more conditions weigh more."""
        return bool(self.category_id) * 4 + bool(self.area_folded) * 2 + bool(self.received_by_id)


class ServiceLevel(models.Model):
    """A local time limit for a theme, counted in working time; without one the national limit applies."""

    class Unit(models.TextChoices):
        HOUR = "hour", "giờ làm việc"
        WORKING_DAY = "working_day", "ngày làm việc"
        CALENDAR_DAY = "calendar_day", "ngày"

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="service_levels", verbose_name="lĩnh vực"
    )
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="service_levels", verbose_name="riêng cơ quan"
    )
    urgent = models.BooleanField("cho việc khẩn", default=False)
    amount = models.DecimalField("thời hạn trả lời", max_digits=6, decimal_places=2)
    unit = models.CharField("đơn vị", max_length=12, choices=Unit.choices, default=Unit.WORKING_DAY)
    decision = models.CharField("căn cứ", max_length=200, help_text="Quyết định của địa phương ban hành thời hạn")
    valid_from = models.DateField("áp dụng từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "thời hạn của địa phương"
        verbose_name_plural = "thời hạn của địa phương"
        ordering = ["category", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="service_level_positive",
                violation_error_message="Thời hạn phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_level_dates_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or 'Mọi lĩnh vực'}: {self.amount:g} {self.get_unit_display()}"
