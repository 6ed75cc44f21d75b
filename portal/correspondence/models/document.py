"""Documents of an agency: written here and numbered when they go out, or come in under somebody else's number."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models import Agency, SigningAuthority, public_token
from dossiers.search_text import fold
from dossiers.written_dates import written_day
from portal.correspondence.states import Kind, State


def paper_path(document: Document, _name: str) -> str:
    """Return where the issued file is kept: by year and token, never by name or number."""
    return f"correspondence/{document.year}/{document.token}.pdf"


def signed_path(document: Document, _name: str) -> str:
    """Return where the signed file is kept."""
    return f"correspondence/{document.year}/{document.token}-signed.pdf"


def enclosure_path(enclosure: Enclosure, _name: str) -> str:
    """Return where a file that goes with a document is kept: by its content."""
    return f"correspondence/enclosures/{enclosure.sha256[:2]}/{enclosure.sha256}-{enclosure.token}"


class Document(models.Model):
    """One document. `number_text`, `dated` and the file are given once, at issue, and never change afterwards."""

    class Direction(models.TextChoices):
        OUT = "out", "Văn bản đi"
        IN = "in", "Văn bản đến"

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="documents", verbose_name="cơ quan")
    direction = models.CharField("đi, đến", max_length=3, choices=Direction.choices, default=Direction.OUT)
    kind = models.CharField("loại văn bản", max_length=10, choices=Kind.choices)
    state = models.CharField("trạng thái", max_length=9, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField("đổi trạng thái lúc")
    abstract = models.CharField("trích yếu", max_length=300)
    # Of what is written here; one place a line in the lists.
    drafting_unit = models.CharField("ký hiệu đơn vị soạn thảo", max_length=20, blank=True)
    addressees = models.TextField("kính gửi", blank=True)
    recipients = models.TextField("nơi nhận", blank=True)
    electronic = models.TextField("bản điện tử", blank=True)
    body = models.TextField("nội dung", blank=True)
    authority = models.ForeignKey(
        SigningAuthority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ký theo phân công"
    )
    signer_name = models.CharField("người ký", max_length=150, blank=True)
    note = models.CharField("ý kiến gần nhất", max_length=500, blank=True)
    # Of what came in.
    issuer = models.CharField("cơ quan ban hành", max_length=255, blank=True)
    # Its line in the register: a series a year, of each kind for what goes out, of all for what comes in.
    year = models.PositiveSmallIntegerField("sổ năm", null=True, blank=True)
    number = models.PositiveIntegerField("số thứ tự trong sổ", null=True, blank=True)
    number_text = models.CharField("số, ký hiệu", max_length=80, blank=True)
    dated = models.DateField("ngày văn bản", null=True, blank=True)
    registered_at = models.DateTimeField("vào sổ lúc", null=True, blank=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người vào sổ"
    )
    file = models.FileField("tệp đã phát hành", upload_to=paper_path, max_length=200, blank=True)
    sha256 = models.CharField("mã băm", max_length=64, blank=True)
    signed_file = models.FileField("tệp đã ký", upload_to=signed_path, max_length=200, blank=True)
    signed_sha256 = models.CharField("mã băm tệp đã ký", max_length=64, blank=True)
    signed_how = models.CharField(
        "cách ký", max_length=7, choices=[("digital", "Ký số"), ("scan", "Ký tay, quét lại")], blank=True
    )
    signed_facts = models.JSONField("chữ ký số trong tệp", null=True, blank=True, editable=False)
    token = models.CharField(max_length=32, unique=True, default=public_token, editable=False)
    created_at = models.DateTimeField("lập lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người lập"
    )
    folded = models.TextField(editable=False, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản đi, văn bản đến"
        ordering = ["-id"]
        permissions = [
            ("draft_document", "Soạn, trình văn bản"),
            ("issue_document", "Ký, cấp số, thu hồi văn bản"),
            ("record_document", "Vào sổ văn bản đến, nạp bản đã ký"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "year", "number"],
                condition=Q(direction="out", number__isnull=False),
                name="correspondence_out_number_once",
            ),
            models.UniqueConstraint(
                fields=["agency", "year", "number"],
                condition=Q(direction="in", number__isnull=False),
                name="correspondence_in_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "signed", "received"])
                | Q(number__isnull=False, dated__isnull=False, registered_at__isnull=False),
                name="correspondence_registered_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "-id"], name="correspondence_desk"),
            models.Index(
                fields=["agency", "direction", "year", "-id"],
                condition=Q(number__isnull=False),
                name="correspondence_register",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.named}: {self.abstract}" if self.number_text else self.abstract

    @property
    def named(self) -> str:
        """The document as others refer to it: "Công văn số 212/VP-TTPVHCC ngày 02/08/2019"."""
        if not self.number_text:
            return f"{self.get_kind_display()} (dự thảo)"
        day = f" ngày {written_day(self.dated)}" if self.dated else ""
        return f"{self.get_kind_display()} số {self.number_text}{day}"

    @property
    def is_in(self) -> bool:
        return self.direction == self.Direction.IN

    @property
    def issued_by_name(self) -> str:
        """Whose document it is, by name."""
        return self.issuer if self.is_in else self.agency.name

    def found_by(self) -> str:
        """Return what a search looks in: number, abstract, who wrote it and who gets it, without accents."""
        said = (self.number_text, self.abstract, self.issuer, self.addressees, self.recipients, self.electronic)
        return fold(" ".join(said))


class DocumentStep(models.Model):
    """Who did what to a document, when; never edited."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="steps", verbose_name="văn bản")
    what = models.CharField("việc", max_length=120)
    state = models.CharField("trạng thái sau đó", max_length=9, choices=State.choices)
    at = models.DateTimeField("lúc")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    note = models.CharField("ý kiến", max_length=500, blank=True)

    class Meta:
        verbose_name = "diễn biến văn bản"
        verbose_name_plural = "diễn biến văn bản"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.what} – {written_day(self.at)}"


class Enclosure(models.Model):
    """What goes with a document: a copy of another one, by number and day, or a file."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="enclosures", verbose_name="văn bản")
    refers_to = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="enclosed_in", verbose_name="văn bản sao gửi kèm"
    )
    words = models.CharField("tên ghi trên văn bản", max_length=300)
    file = models.FileField("tệp", upload_to=enclosure_path, max_length=200, blank=True)
    file_name = models.CharField("tên tệp", max_length=200, blank=True)
    content_type = models.CharField("loại tệp", max_length=100, blank=True)
    size = models.PositiveIntegerField("dung lượng (byte)", default=0)
    sha256 = models.CharField("mã băm", max_length=64, blank=True)
    token = models.CharField(max_length=32, default=public_token, editable=False)
    added_at = models.DateTimeField("thêm lúc")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người thêm"
    )

    class Meta:
        verbose_name = "tài liệu kèm theo"
        verbose_name_plural = "tài liệu kèm theo"
        ordering = ["document", "id"]

    def __str__(self) -> str:
        return self.words
