"""Agencies and what changes about them: names by date, successions, units, desks, hotlines, staff, roll-out."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from dossiers.search_text import fold


def valid_on(day: dt.date) -> Q:
    """Return the filter of rows valid on `day` (valid_from inclusive, valid_to inclusive or open)."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Agency(models.Model):
    """A body that receives or settles dossiers; its names live in AgencyVersion."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "UBND cấp tỉnh"
        DEPARTMENT = "department", "Sở, ban, ngành"
        CENTRE = "centre", "Trung tâm Phục vụ hành chính công"
        DISTRICT = "district", "UBND cấp huyện (trước 01/7/2025)"
        COMMUNE = "commune", "UBND cấp xã"
        POLICE = "police", "Công an"
        INSURANCE = "insurance", "Bảo hiểm xã hội"
        TAX = "tax", "Thuế"
        POWER = "power", "Điện lực"
        POST = "post", "Bưu điện"
        PRESS = "press", "Báo, Đài"
        OTHER = "other", "Cơ quan khác"

    class Rollout(models.TextChoices):
        PLANNED = "planned", "Dự kiến"
        PILOT = "pilot", "Thí điểm"
        LIVE = "live", "Chính thức"
        PAUSED = "paused", "Tạm dừng"
        ENDED = "ended", "Đã kết thúc"

    code = models.CharField("mã cơ quan", max_length=35, unique=True, help_text="Mã định danh, ví dụ H80.05")
    kind = models.CharField("loại", max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="cơ quan cấp trên"
    )
    name = models.CharField("tên hiện nay", max_length=255)
    name_folded = models.CharField(max_length=255, editable=False, db_index=True)
    rollout = models.CharField("triển khai", max_length=8, choices=Rollout.choices, default=Rollout.PLANNED)
    rollout_from = models.DateField("triển khai từ ngày", null=True, blank=True)
    rollout_to = models.DateField("triển khai đến ngày", null=True, blank=True)
    regulation_number = models.CharField("số quy chế sử dụng kênh", max_length=60, blank=True)
    regulation_published_on = models.DateField("ngày ban hành quy chế", null=True, blank=True)
    active = models.BooleanField("đang hoạt động", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "cơ quan"
        verbose_name_plural = "cơ quan"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(rollout__in=["live"])
                | Q(regulation_published_on__isnull=False, rollout_from__isnull=False),
                name="agency_live_needs_regulation",
                violation_error_message="Phải ban hành quy chế sử dụng kênh trước khi chính thức triển khai.",
            ),
            models.CheckConstraint(
                condition=Q(rollout_to__isnull=True) | Q(rollout_to__gte=F("rollout_from")),
                name="agency_rollout_dates_in_order",
                violation_error_message="Ngày kết thúc triển khai phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.name_folded = fold(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse go-live before the published usage regulation (requirement S4-08)."""
        if self.rollout != self.Rollout.LIVE:
            return
        if not self.regulation_published_on:
            raise ValidationError(
                {"regulation_published_on": "Ghi ngày ban hành quy chế sử dụng kênh trước khi chính thức triển khai."}
            )
        if not self.rollout_from or self.rollout_from < self.regulation_published_on:
            raise ValidationError({"rollout_from": "Ngày triển khai phải bằng hoặc sau ngày ban hành quy chế."})

    def version_on(self, day: dt.date) -> AgencyVersion | None:
        """Return the name, address and code in force on `day`; None when nothing is recorded. One query."""
        return self.versions.filter(valid_on(day)).order_by("-valid_from").first()

    def is_on_channel(self, day: dt.date) -> bool:
        """Return whether the agency is switched on for the channel on `day` (pilot or live, inside its dates)."""
        if self.rollout not in {self.Rollout.PILOT, self.Rollout.LIVE} or not self.rollout_from:
            return False
        return self.rollout_from <= day and (self.rollout_to is None or day <= self.rollout_to)


class AgencyVersion(models.Model):
    """What an agency was called, and where it sat, between two dates."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="versions", verbose_name="cơ quan")
    name = models.CharField("tên", max_length=255)
    short_name = models.CharField("tên viết tắt trong số văn bản", max_length=40, blank=True)
    parent_name = models.CharField("cơ quan chủ quản (dòng trên)", max_length=255, blank=True)
    code = models.CharField("mã định danh trong mã hồ sơ", max_length=35)
    address = models.CharField("địa chỉ", max_length=300, blank=True)
    place = models.CharField("địa danh ghi trên văn bản", max_length=80, blank=True)
    phone = models.CharField("điện thoại", max_length=30, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    hours = models.CharField("giờ làm việc", max_length=200, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    decision = models.CharField("quyết định", max_length=120, blank=True)

    class Meta:
        verbose_name = "tên gọi theo thời gian"
        verbose_name_plural = "tên gọi theo thời gian"
        ordering = ["agency", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="agency_version_one_per_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="agency_version_dates_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgencySuccession(models.Model):
    """A rename, merger, split or dissolution: who answers for whom from a date on."""

    class Kind(models.TextChoices):
        RENAME = "rename", "Đổi tên"
        MERGE = "merge", "Sáp nhập"
        SPLIT = "split", "Chia tách"
        DISSOLVE = "dissolve", "Giải thể"

    predecessor = models.ForeignKey(Agency, models.PROTECT, related_name="successions", verbose_name="cơ quan cũ")
    successor = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="predecessions", verbose_name="cơ quan kế thừa"
    )
    kind = models.CharField("hình thức", max_length=8, choices=Kind.choices)
    effective_on = models.DateField("có hiệu lực từ")
    decision = models.CharField("văn bản", max_length=120, blank=True)

    class Meta:
        verbose_name = "kế thừa giữa cơ quan"
        verbose_name_plural = "kế thừa giữa các cơ quan"
        ordering = ["-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="agency_succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="agency_succession_two_agencies",
                violation_error_message="Cơ quan cũ và cơ quan kế thừa phải khác nhau.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor or 'giải thể'}"


class Unit(models.Model):
    """A room or section inside an agency that holds dossiers in turn."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="units", verbose_name="cơ quan")
    code = models.SlugField("mã", max_length=30)
    name = models.CharField("tên phòng, bộ phận", max_length=200)
    is_front_office = models.BooleanField("là bộ phận tiếp nhận và trả kết quả", default=False)
    active = models.BooleanField("đang hoạt động", default=True)

    class Meta:
        verbose_name = "phòng, bộ phận"
        verbose_name_plural = "phòng, bộ phận"
        ordering = ["agency", "code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="unit_code_in_agency")]

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """A counter with its own QR, so that follows and intakes can be counted where they happen (S1-19)."""

    class Kind(models.TextChoices):
        INTAKE = "intake", "Tiếp nhận"
        RETURN = "return", "Trả kết quả"
        GUIDANCE = "guidance", "Hướng dẫn"

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="desks", verbose_name="cơ quan")
    code = models.SlugField("mã quầy", max_length=20, unique=True)
    name = models.CharField("tên quầy", max_length=120)
    kind = models.CharField("loại quầy", max_length=8, choices=Kind.choices, default=Kind.INTAKE)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "quầy"
        verbose_name_plural = "quầy"
        ordering = ["agency", "code"]

    def __str__(self) -> str:
        return self.name


class Hotline(models.Model):
    """A number citizens may call, shown with its hours (S1-10)."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="hotlines", verbose_name="cơ quan")
    label = models.CharField("nội dung hỗ trợ", max_length=120)
    phone = models.CharField("số điện thoại", max_length=30)
    hours = models.CharField("giờ trực", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "đường dây hỗ trợ"
        verbose_name_plural = "đường dây hỗ trợ"
        ordering = ["agency", "order", "id"]

    def __str__(self) -> str:
        return f"{self.label}: {self.phone}"


class Membership(models.Model):
    """A person's place in an agency between two dates; all scoping of staff pages derives from it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="cán bộ"
    )
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="memberships", verbose_name="cơ quan")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name="phòng")
    desk = models.ForeignKey(Desk, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name="quầy")
    title = models.CharField("chức vụ", max_length=120, blank=True)
    sees_subordinates = models.BooleanField("xem cả cơ quan cấp dưới", default=False)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "cán bộ của cơ quan"
        verbose_name_plural = "cán bộ của cơ quan"
        ordering = ["agency", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "agency", "valid_from"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_dates_in_order",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.agency}"

    def clean(self) -> None:
        if self.unit_id and self.unit.agency_id != self.agency_id:
            raise ValidationError({"unit": "Phòng này không thuộc cơ quan đã chọn."})
        if self.desk_id and self.desk.agency_id != self.agency_id:
            raise ValidationError({"desk": "Quầy này không thuộc cơ quan đã chọn."})
