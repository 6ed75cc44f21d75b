"""The procedure catalogue: a procedure, its dated versions, its other codes."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from dossiers.models.agency import valid_on
from dossiers.search_text import fold
from dossiers.written_dates import written_day


class Field(models.Model):
    """Lĩnh vực: the subject a procedure belongs to."""

    name = models.CharField("tên lĩnh vực", max_length=200, unique=True)
    name_folded = models.CharField(max_length=200, editable=False, db_index=True)
    code = models.CharField("mã lĩnh vực", max_length=20, blank=True)

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.name_folded = fold(self.name)
        super().save(*args, **kwargs)


class Procedure(models.Model):
    """A procedure by its national code; what it asks for is in the version in force."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Đang áp dụng"
        ABOLISHED = "abolished", "Đã bãi bỏ"

    code = models.CharField("mã thủ tục", max_length=30, unique=True)
    name = models.CharField("tên hiện hành", max_length=1000)
    search_text = models.TextField(editable=False, help_text="Mã và tên không dấu để tìm")
    field = models.ForeignKey(
        Field, models.PROTECT, null=True, blank=True, related_name="procedures", verbose_name="lĩnh vực"
    )
    status = models.CharField("tình trạng", max_length=9, choices=Status.choices, default=Status.ACTIVE)
    ministry = models.CharField("bộ, ngành quản lý", max_length=120, blank=True)
    abolished_on = models.DateField("bãi bỏ từ ngày", null=True, blank=True)
    abolishing_decision = models.CharField("quyết định bãi bỏ", max_length=120, blank=True)
    unsigned_result = models.BooleanField(
        "trả kết quả không cần lãnh đạo ký",
        default=False,
        help_text="Chỉ bật cho thủ tục mà kết quả không do lãnh đạo ký; các thủ tục khác phải trình ký mới có kết quả.",
    )
    times_received = models.PositiveIntegerField("số lần tiếp nhận", default=0, help_text="Để xếp kết quả tìm ở quầy")

    class Meta:
        verbose_name = "thủ tục hành chính"
        verbose_name_plural = "thủ tục hành chính"
        ordering = ["code"]
        indexes = [models.Index(fields=["status", "-times_received", "code"], name="procedure_by_use")]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"

    def save(self, *args, **kwargs):
        self.search_text = fold(f"{self.code} {self.name}")
        super().save(*args, **kwargs)

    def version_on(self, day: dt.date) -> ProcedureVersion | None:
        """Return the published version in force on `day`; None when there is none. One query."""
        published = self.versions.filter(valid_on(day), status=ProcedureVersion.Status.PUBLISHED)
        return published.order_by("-valid_from", "-id").first()


class ProcedureAlias(models.Model):
    """Another code of the same procedure (an old, local or page-internal one)."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="aliases", verbose_name="thủ tục")
    code = models.CharField("mã khác", max_length=40, unique=True)
    note = models.CharField("ghi chú", max_length=200, blank=True)

    class Meta:
        verbose_name = "mã khác của thủ tục"
        verbose_name_plural = "mã khác của thủ tục"

    def __str__(self) -> str:
        return self.code


class ProcedureVersion(models.Model):
    """What the procedure asked for between two dates. A dossier keeps the version it was received under.

    `papers_edition` names the rules that read its papers ("" before they were named), `papers_by_hand` says that a
    person changed them since.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Bản thảo"
        PUBLISHED = "published", "Đã công bố"

    class Online(models.TextChoices):
        INFORMATION = "information", "Cung cấp thông tin"
        PARTIAL = "partial", "Một phần"
        FULL = "full", "Toàn trình"
        UNKNOWN = "", "Chưa rõ"

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="versions", verbose_name="thủ tục")
    number = models.PositiveIntegerField("phiên bản", default=1)
    status = models.CharField("trạng thái", max_length=9, choices=Status.choices, default=Status.PUBLISHED)
    valid_from = models.DateField("hiệu lực từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    name = models.CharField("tên thủ tục", max_length=1000)
    field = models.ForeignKey(Field, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lĩnh vực")
    levels = models.JSONField("cấp thực hiện", default=list, blank=True, help_text="bộ, tỉnh, xã, khác")
    online_level = models.CharField("mức trực tuyến", max_length=11, choices=Online.choices, blank=True)
    online_url = models.URLField("địa chỉ nộp trực tuyến", max_length=500, blank=True)
    announcing_decision = models.CharField("quyết định công bố", max_length=200, blank=True)
    authority = models.TextField("cơ quan có thẩm quyền", blank=True)
    executing_agency = models.TextField("cơ quan thực hiện", blank=True)
    reception_address = models.TextField("địa chỉ tiếp nhận", blank=True)
    audience = models.JSONField("đối tượng thực hiện", default=list, blank=True)
    steps = models.JSONField("trình tự thực hiện", default=list, blank=True)
    conditions = models.TextField("yêu cầu, điều kiện", blank=True)
    results = models.JSONField("kết quả", default=list, blank=True)
    legal_bases = models.JSONField("căn cứ pháp lý", default=list, blank=True)
    source_text = models.JSONField("nguyên văn trên Cổng Dịch vụ công", default=dict, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    papers_edition = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)
    papers_by_hand = models.BooleanField("giấy tờ đã sửa tay", default=False, db_default=False, editable=False)
    load = models.ForeignKey(
        "dossiers.CatalogueImport",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="versions",
        verbose_name="lần nạp",
    )

    class Meta:
        verbose_name = "phiên bản thủ tục"
        verbose_name_plural = "phiên bản thủ tục"
        ordering = ["procedure", "-valid_from", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_number"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="procedure_version_dates_in_order",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (từ {written_day(self.valid_from)})"
