"""What a version of a procedure asks for: cases, papers, time limits, fees."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dossiers.models.procedure import ProcedureVersion
from dossiers.written_limits import written_limit


class Channel(models.TextChoices):
    """How a dossier comes in; the number is the national code (1 trực tiếp, 2 trực tuyến, 3 bưu chính)."""

    COUNTER = "counter", "Trực tiếp"
    ONLINE = "online", "Trực tuyến"
    POST = "post", "Bưu chính công ích"


class ProcedureCase(models.Model):
    """Trường hợp: a variant of the procedure with papers, time or fee of its own."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="cases", verbose_name="phiên bản")
    name = models.CharField("tên trường hợp", max_length=1000)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "trường hợp"
        verbose_name_plural = "trường hợp"
        ordering = ["version", "order"]

    def __str__(self) -> str:
        return self.name


class RequiredPaper(models.Model):
    """A row of the table of papers; `case` null means in every case.

    Only some rows are papers: the portal prints notes and headings among them (`kind`). `required` says that everybody
    (of the case) brings it; `channel` that only those who submit so do.
    """

    class Kind(models.TextChoices):
        HAND_IN = "hand_in", "Giấy tờ phải nộp"
        SHOW = "show", "Chỉ xuất trình"
        NOTE = "note", "Lưu ý, chỉ dẫn"
        CASE = "case", "Tên trường hợp"
        ISSUED = "issued", "Do cơ quan lập"

    class Form(models.TextChoices):
        ORIGINAL = "original", "bản chính"
        CERTIFIED = "certified", "bản sao có chứng thực"
        COPY = "copy", "bản sao"
        ANY = "any", "bản chính hoặc bản sao"
        UNKNOWN = "unknown", "không ghi"

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="papers", verbose_name="phiên bản")
    case = models.ForeignKey(
        ProcedureCase, models.CASCADE, null=True, blank=True, related_name="papers", verbose_name="trường hợp"
    )
    name = models.TextField("tên giấy tờ")
    group = models.CharField("nhóm giấy tờ", max_length=1000, blank=True)
    kind = models.CharField("là", max_length=8, choices=Kind.choices, default=Kind.HAND_IN)
    form = models.CharField("hình thức bản", max_length=9, choices=Form.choices, default=Form.UNKNOWN)
    channel = models.CharField("chỉ khi nộp", max_length=7, choices=Channel.choices, blank=True)
    form_file = models.CharField("mẫu đơn, tờ khai", max_length=500, blank=True)
    originals = models.PositiveSmallIntegerField("số bản chính", default=0)
    copies = models.PositiveSmallIntegerField("số bản sao", default=0)
    required = models.BooleanField("bắt buộc", default=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "giấy tờ phải nộp"
        verbose_name_plural = "thành phần hồ sơ"
        ordering = ["version", "order"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_brought(self) -> bool:
        """Return whether the applicant brings it: handed in or shown."""
        return self.kind in (self.Kind.HAND_IN, self.Kind.SHOW)

    @property
    def is_shown(self) -> bool:
        """Return whether it is only looked at and given back."""
        return self.kind == self.Kind.SHOW


class TimeLimit(models.Model):
    """How long the agency has; amount in `unit`, by channel and by level where the portal says so."""

    class Unit(models.TextChoices):
        WORKING_DAY = "working_day", "ngày làm việc"
        CALENDAR_DAY = "calendar_day", "ngày"
        HOUR = "hour", "giờ làm việc"
        MONTH = "month", "tháng"
        SAME_DAY = "same_day", "trong ngày"
        UNSTATED = "unstated", "không ghi đơn vị"

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="time_limits", verbose_name="phiên bản")
    case = models.ForeignKey(
        ProcedureCase, models.CASCADE, null=True, blank=True, related_name="time_limits", verbose_name="trường hợp"
    )
    channel = models.CharField("hình thức nộp", max_length=7, choices=Channel.choices, blank=True)
    level = models.CharField("cấp thực hiện", max_length=20, blank=True)
    amount = models.DecimalField("số lượng", max_digits=7, decimal_places=2, null=True, blank=True)
    unit = models.CharField("đơn vị", max_length=12, choices=Unit.choices, blank=True)
    text = models.TextField("nguyên văn", blank=True)

    class Meta:
        verbose_name = "thời hạn giải quyết"
        verbose_name_plural = "thời hạn giải quyết"
        ordering = ["version", "id"]

    def __str__(self) -> str:
        return written_limit(self.amount, self.unit, self.text)


class Fee(models.Model):
    """Phí, lệ phí in đồng, with dates because many are halved or waived for a time.

    `amount` is null when no single sum in đồng holds: another rule sets it, it is in a foreign currency, or the
    source contradicts itself (`kind` says which); then `text` is what to show.
    """

    class Kind(models.TextChoices):
        FREE = "free", "Miễn phí"
        FIXED = "fixed", "Mức cố định"
        RANGE = "range", "Khoảng mức thu"
        BY_RULE = "by_rule", "Theo văn bản khác"
        NOT_STATED = "not_stated", "Không công bố"
        UNCLEAR = "unclear", "Chưa rõ, cần xác nhận"

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="fees", verbose_name="phiên bản")
    case = models.ForeignKey(
        ProcedureCase, models.CASCADE, null=True, blank=True, related_name="fees", verbose_name="trường hợp"
    )
    channel = models.CharField("hình thức nộp", max_length=7, choices=Channel.choices, blank=True)
    kind = models.CharField("cách thu", max_length=10, choices=Kind.choices, default=Kind.FIXED)
    label = models.CharField("tên khoản thu", max_length=500, blank=True)
    amount = models.DecimalField("số tiền (đồng)", max_digits=14, decimal_places=0, null=True, blank=True)
    per = models.CharField("tính trên", max_length=120, blank=True, help_text="hồ sơ, tờ khai, lần…")
    text = models.TextField("nguyên văn", blank=True)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    valid_from = models.DateField("áp dụng từ", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "phí, lệ phí"
        verbose_name_plural = "phí, lệ phí"
        ordering = ["version", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="fee_dates_in_order",
                violation_error_message="Ngày hết áp dụng phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        if self.amount is None:
            return self.text or "Chưa rõ"
        if not self.amount:
            return "Miễn phí"
        return f"{self.amount:,.0f} đồng".replace(",", ".") + (f"/{self.per}" if self.per else "")
