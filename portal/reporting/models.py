"""Daily figures, and the reports made from them. A figure is a number of a day: nobody stands behind it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum

from dossiers.models import Agency, Procedure, Unit
from dossiers.written_dates import written_day
from zalo.models import Account


class FigureDay(models.Model):
    """That a day was counted, and when. A closed day is counted again only when somebody asks for it."""

    day = models.DateField("ngày", unique=True)
    counted_at = models.DateTimeField("đếm lúc")
    closed_at = models.DateTimeField("chốt lúc", null=True, blank=True)
    # Whether its rows of ResultDay are there: days closed before these were kept have none.
    results_kept = models.BooleanField("đã đếm kết quả", default=False, db_default=False)
    # Dossiers received and settled as the register says today, where the closed figures say otherwise; else null.
    register_says = models.JSONField("sổ hiện nay ghi", null=True, blank=True)
    recounted_at = models.DateTimeField("đếm lại lúc", null=True, blank=True)
    recounted_by = models.CharField("người cho đếm lại", max_length=150, blank=True)

    class Meta:
        verbose_name = "ngày đã đếm"
        verbose_name_plural = "ngày đã đếm"
        ordering = ["-day"]
        indexes = [
            models.Index(fields=["day"], condition=Q(register_says__isnull=False), name="figures_differing"),
        ]

    def __str__(self) -> str:
        return written_day(self.day)


class Counts(models.Model):
    """Numbers of dossiers of some days."""

    received = models.PositiveIntegerField("tiếp nhận", default=0)
    online = models.PositiveIntegerField("trong đó trực tuyến", default=0)
    settled = models.PositiveIntegerField("giải quyết xong", default=0)
    stopped = models.PositiveIntegerField("trong đó dừng, trả lại", default=0)
    unreceived = models.PositiveIntegerField("trong đó chưa từng tiếp nhận", default=0)
    promised = models.PositiveIntegerField("xong, có ngày hẹn đầu", default=0)
    kept = models.PositiveIntegerField("xong, đúng ngày hẹn đầu", default=0)
    early = models.PositiveIntegerField("xong trước hạn", default=0)
    on_day = models.PositiveIntegerField("xong đúng hạn", default=0)
    late = models.PositiveIntegerField("xong quá hạn", default=0)
    waited = models.PositiveIntegerField("xong, biết ngày nhận", default=0)
    wait_seconds = models.PositiveBigIntegerField("tổng thời gian chờ (giây)", default=0)

    class Meta:
        abstract = True


def sums_of_counts() -> dict[str, Sum]:
    """Return n_<name> → its sum, of every number of Counts."""
    return {f"n_{each.name}": Sum(each.name) for each in Counts._meta.get_fields()}


class DossierCounts(Counts):
    """Numbers of dossiers of one day. Days are those of Vietnam."""

    day = models.DateField("ngày")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{written_day(self.day)}: {self.received}, {self.settled}"


class AgencyDay(DossierCounts):
    """Dossiers of one day and agency: the sum of its rows of DossierDay, read where no room or procedure is asked."""

    class Meta:
        verbose_name = "số hồ sơ theo ngày, cơ quan"
        verbose_name_plural = "số hồ sơ theo ngày, cơ quan"
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="agency_day_once")]
        indexes = [models.Index(fields=["day"], name="agency_day_day")]


class DossierDay(DossierCounts):
    """Dossiers of one day, agency, unit and procedure."""

    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        verbose_name = "số hồ sơ theo ngày"
        verbose_name_plural = "số hồ sơ theo ngày"
        indexes = [
            models.Index(fields=["agency", "day"], name="dossier_day_agency"),
            models.Index(fields=["day"], name="dossier_day_day"),
        ]


class DossierHalf(Counts):
    """Dossiers of half a month that is over, days 1–14 or 15 to the end, by agency and procedure.

    `open_after` and `late_after` are how many of them are open and late at its end. A row without an agency is the sum
    of all of them: a year of a province has ten times as many rows by agency as anybody who sees them all can read.
    """

    first = models.DateField("từ ngày")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+", db_index=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, null=True, related_name="+", db_index=False)
    open_after = models.IntegerField("đang giải quyết cuối kỳ", default=0)
    late_after = models.IntegerField("quá hạn cuối kỳ", default=0)

    class Meta:
        verbose_name = "số hồ sơ theo nửa tháng"
        verbose_name_plural = "số hồ sơ theo nửa tháng"
        constraints = [models.UniqueConstraint(fields=["first", "agency", "procedure"], name="dossier_half_once")]

    def __str__(self) -> str:
        return f"{written_day(self.first)}: {self.received}, {self.settled}"


class ResultDay(models.Model):
    """What became of the dossiers of one agency that got their result on one day: feedback.ratings.results.Done."""

    day = models.DateField("ngày")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", db_index=False)
    whole = models.PositiveIntegerField("có kết quả", default=0)
    due = models.PositiveIntegerField("có hạn", default=0)
    early = models.PositiveIntegerField("trước hạn", default=0)
    on_day = models.PositiveIntegerField("đúng hạn", default=0)
    late = models.PositiveIntegerField("quá hạn", default=0)
    given_again = models.PositiveIntegerField("giữ ngày hẹn lại", default=0)
    overdue = models.PositiveIntegerField("quá hạn hoặc bổ sung quá một lần", default=0)
    kept_by_letter = models.PositiveIntegerField("không quá hạn nhờ văn bản xin lỗi", default=0)
    never_supplemented = models.PositiveIntegerField("không phải bổ sung", default=0)
    supplemented_once = models.PositiveIntegerField("bổ sung một lần", default=0)
    digitised = models.PositiveIntegerField("kết quả điện tử", default=0)
    with_fee = models.PositiveIntegerField("có phí, lệ phí", default=0)
    fee_paid = models.PositiveIntegerField("đã thu phí, lệ phí", default=0)

    class Meta:
        verbose_name = "kết quả theo ngày"
        verbose_name_plural = "kết quả theo ngày"
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="result_day_once")]
        indexes = [models.Index(fields=["day"], name="result_day_day")]

    def __str__(self) -> str:
        return f"{written_day(self.day)}: {self.whole}"


class MessageDay(models.Model):
    """Messages that left, or were given up, on one day, by agency, kind, way and outcome."""

    day = models.DateField("ngày")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField("loại tin", max_length=60)
    route = models.CharField("cách gửi", max_length=8, blank=True)
    outcome = models.CharField("kết quả", max_length=12, blank=True)
    times = models.PositiveIntegerField("số tin", default=0)
    price = models.PositiveBigIntegerField("tiền trả Zalo (đồng)", default=0)
    # From the event to Zalo's yes, of those Zalo took.
    in_ten_seconds = models.PositiveIntegerField(default=0)
    in_a_minute = models.PositiveIntegerField(default=0)
    in_ten_minutes = models.PositiveIntegerField(default=0)
    in_an_hour = models.PositiveIntegerField(default=0)
    slower = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "số tin theo ngày"
        verbose_name_plural = "số tin theo ngày"
        indexes = [models.Index(fields=["day", "agency"], name="message_day_day")]

    def __str__(self) -> str:
        return f"{written_day(self.day)}: {self.kind} {self.times}"


class FollowDay(models.Model):
    """People who began and ceased to follow on one day, by account, agency of the QR they came by, and province."""

    day = models.DateField("ngày")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    province = models.CharField("tỉnh, thành phố", max_length=80, blank=True)  # "": nobody knows
    gained = models.PositiveIntegerField("quan tâm", default=0)
    lost = models.PositiveIntegerField("bỏ quan tâm", default=0)

    class Meta:
        verbose_name = "số người quan tâm theo ngày"
        verbose_name_plural = "số người quan tâm theo ngày"
        indexes = [models.Index(fields=["day", "account"], name="follow_day_day")]

    def __str__(self) -> str:
        return f"{written_day(self.day)}: +{self.gained} −{self.lost}"


class QuestionDay(models.Model):
    """How often dossiers of a procedure were asked after on one day, in which step, and how long they stood in it."""

    class Where(models.TextChoices):
        WEB = "web", "Trang tra cứu"
        CHAT = "chat", "Trò chuyện Zalo"
        DESK = "desk", "Điện thoại, tại quầy"

    day = models.DateField("ngày")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+", db_index=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+", db_index=False)
    state = models.CharField("trạng thái", max_length=21)
    where = models.CharField("hỏi ở đâu", max_length=4, choices=Where.choices)
    since = models.PositiveSmallIntegerField("đã ở bước này từ (ngày)")
    late = models.BooleanField("đã quá hẹn", default=False)
    times = models.PositiveIntegerField("số lượt", default=0)

    class Meta:
        verbose_name = "lượt hỏi tiến độ theo ngày"
        verbose_name_plural = "lượt hỏi tiến độ theo ngày"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "agency", "procedure", "state", "where", "since", "late"], name="question_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{written_day(self.day)}: {self.times}"


class Report(models.Model):
    """A report about some agencies and days: figures frozen when it was made, words people write, a number when issued.

    Once it has a number nothing of it changes: the files people read then are the ones kept here.
    """

    class Kind(models.TextChoices):
        PILOT = "pilot", "Kết quả triển khai kênh Zalo"
        SUMMARY = "summary", "Tổng hợp tháng gửi thủ trưởng"

    kind = models.CharField("loại báo cáo", max_length=8, choices=Kind.choices, default=Kind.PILOT)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="cơ quan báo cáo")
    agencies = models.ManyToManyField(Agency, related_name="+", verbose_name="đơn vị được tính")
    first = models.DateField("từ ngày")
    last = models.DateField("đến hết ngày")
    abstract = models.CharField("trích yếu", max_length=300)
    figures = models.JSONField("số liệu", default=dict)
    figures_at = models.DateTimeField("tính số liệu lúc")
    texts = models.JSONField("lời văn", default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("tạo lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người tạo"
    )
    number = models.PositiveIntegerField("số", null=True, blank=True)
    symbol = models.CharField("ký hiệu", max_length=40, blank=True)
    dated = models.DateField("ngày ban hành", null=True, blank=True)
    year = models.PositiveSmallIntegerField("năm", null=True, blank=True, editable=False)
    numbered_at = models.DateTimeField("ghi số lúc", null=True, blank=True)
    numbered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi số"
    )
    pdf = models.FileField("bản PDF", upload_to="bao-cao/", blank=True)
    docx = models.FileField("bản Word", upload_to="bao-cao/", blank=True)

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["-id"]
        permissions = [
            ("see_boards", "Xem bảng số liệu, báo cáo"),
            ("write_report", "Lập, sửa, ghi số báo cáo"),
            ("recount_figures", "Cho đếm lại số liệu đã chốt của mọi cơ quan"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "symbol", "year", "number"],
                condition=Q(number__isnull=False),
                name="report_number_once",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="report_days_in_order"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | (Q(dated__isnull=False) & ~Q(symbol="")), name="report_number_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} – {self.abstract}" if self.is_numbered else self.abstract

    @property
    def is_numbered(self) -> bool:
        return self.number is not None

    @property
    def reference(self) -> str:
        """Its number as other papers cite it, "1149/BC-STTTT"; "" while a draft."""
        return f"{self.number:02d}/{self.symbol}" if self.number is not None else ""

    @property
    def file_name(self) -> str:
        """Its name without an ending, plain letters only."""
        named = f"{self.number:02d}-{self.symbol}" if self.number is not None else f"du-thao-{self.pk}"
        return f"bao-cao-{named}".replace("/", "-").replace("Đ", "D")


class ReportDraft(models.Model):
    """The words of a report as they stood before a change: nothing anybody wrote is lost."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="drafts", verbose_name="báo cáo")
    texts = models.JSONField("lời văn")
    at = models.DateTimeField("lúc")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người sửa"
    )
    why = models.CharField("vì sao có bản này", max_length=120)

    class Meta:
        verbose_name = "bản nháp báo cáo"
        verbose_name_plural = "bản nháp báo cáo"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.why}"
