"""Pieces: what is written, every version of it, who did what, and the pictures that belong to it."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q

from dossiers.written_dates import written_day
from portal.content.kinds import OWN_NAMES, RECORDS, Kind, Language
from portal.content.models.link import SAFE_ADDRESS
from portal.content.states import State


def open_storage():
    """Return the storage of what is written for everybody: not sealed, handed out by the pages that may show it."""
    return storages["plain"]


def picture_path(picture: Picture, name: str) -> str:
    """Return where a picture is kept: below its piece, never by the name it was sent under."""
    return f"content/{picture.piece_id}/{name}"


def file_path(version: Version, name: str) -> str:
    """Return where a document, film or caption is kept."""
    return f"content/{version.piece_id}/{version.number}-{name}"


class Piece(models.Model):
    """One thing the centre tells. `working` is the text people write on, `live` the version that is public now."""

    agency = models.ForeignKey("dossiers.Agency", models.PROTECT, related_name="pieces", verbose_name="cơ quan")
    kind = models.CharField("loại", max_length=10, choices=Kind.choices)
    slug = models.SlugField("địa chỉ", max_length=120, unique=True)
    state = models.CharField("trạng thái", max_length=9, choices=State.choices, default=State.DRAFT)
    state_changed_at = models.DateTimeField("đổi trạng thái lúc")
    working = models.OneToOneField("Version", models.PROTECT, null=True, related_name="+", verbose_name="bản đang soạn")
    live = models.OneToOneField(
        "Version", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bản đang đăng"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người trình"
    )
    publish_at = models.DateTimeField("đăng lúc", null=True, blank=True)
    published_at = models.DateTimeField("đăng lần đầu lúc", null=True, blank=True)
    edition = models.PositiveSmallIntegerField("lần đăng", default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "bài viết"
        verbose_name_plural = "bài viết"
        ordering = ["-state_changed_at"]
        permissions = [
            ("write_piece", "Soạn, trình bài viết"),
            ("approve_piece", "Duyệt, đăng, gỡ bài viết"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(live__isnull=False, published_at__isnull=False),
                name="content_published_is_live",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-published_at", "-id"], condition=Q(live__isnull=False), name="content_public"
            ),
            models.Index(fields=["agency", "state", "-state_changed_at"], name="content_desk"),
        ]

    def __str__(self) -> str:
        return self.working.title if self.working else self.slug

    @property
    def written(self) -> Version:
        """The version written last. Raises ValueError for a piece that has none yet."""
        return _there(self.working)

    @property
    def public(self) -> Version:
        """The version the public reads. Raises ValueError for a piece that was never published."""
        return _there(self.live)

    @property
    def address(self) -> str:
        """The path of its public page."""
        return f"{RECORDS[self.kind].prefix}{self.slug}/"


def _there(version: Version | None) -> Version:
    if version is None:
        raise ValueError("the piece has no such version")
    return version


class Version(models.Model):
    """What a piece said at one moment; never changed afterwards."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="versions", verbose_name="bài viết")
    number = models.PositiveIntegerField("bản")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người viết"
    )
    at = models.DateTimeField("lúc")
    title = models.CharField("tiêu đề", max_length=160)
    summary = models.CharField("tóm tắt", max_length=400, blank=True)
    body = models.TextField("nội dung", blank=True)
    language = models.CharField("ngôn ngữ", max_length=3, choices=Language.choices, default=Language.VIETNAMESE)
    # The piece it says in another language.
    original = models.ForeignKey(
        Piece, models.SET_NULL, null=True, blank=True, related_name="translations", verbose_name="bài gốc"
    )
    doc_number = models.CharField("số văn bản", max_length=60, blank=True)
    doc_date = models.DateField("ngày ban hành", null=True, blank=True)
    effective_on = models.DateField("có hiệu lực từ ngày", null=True, blank=True)
    source_url = models.CharField("đường dẫn văn bản gốc", max_length=500, blank=True, validators=[SAFE_ADDRESS])
    shown_until = models.DateTimeField("hiện đến hết", null=True, blank=True)
    document = models.FileField("tệp văn bản", upload_to=file_path, storage=open_storage, max_length=300, blank=True)
    document_name = models.CharField("tên tệp", max_length=200, blank=True)
    document_type = models.CharField("loại tệp", max_length=100, blank=True)
    video = models.FileField("tệp video", upload_to=file_path, storage=open_storage, max_length=300, blank=True)
    video_url = models.CharField("địa chỉ video", max_length=500, blank=True, validators=[SAFE_ADDRESS])
    captions = models.FileField("phụ đề", upload_to=file_path, storage=open_storage, max_length=300, blank=True)
    # [{"id": picture, "alt": words, "credit": words}], the first is the one lists show
    pictures = models.JSONField("ảnh", default=list, blank=True)

    class Meta:
        verbose_name = "bản của bài viết"
        verbose_name_plural = "các bản của bài viết"
        ordering = ["piece", "-number"]
        constraints = [models.UniqueConstraint(fields=["piece", "number"], name="content_version_number")]

    def __str__(self) -> str:
        return f"{self.title} (bản {self.number})"

    @property
    def language_name(self) -> str:
        """What its readers call the language."""
        return OWN_NAMES.get(Language(self.language), Language(self.language).label)


class Step(models.Model):
    """One act on a piece."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="steps", verbose_name="bài viết")
    what = models.CharField("việc", max_length=60)
    state = models.CharField("trạng thái sau đó", max_length=9, choices=State.choices)
    number = models.PositiveIntegerField("bản")
    at = models.DateTimeField("lúc")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người làm"
    )
    note = models.CharField("ý kiến", max_length=500, blank=True)

    class Meta:
        verbose_name = "bước của bài viết"
        verbose_name_plural = "các bước của bài viết"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.what} – {written_day(self.at)}"


class Picture(models.Model):
    """A picture drawn anew by the bounded decoder, cropped as asked, with a small one for lists."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="pictures", verbose_name="bài viết")
    file = models.FileField("ảnh", upload_to=picture_path, storage=open_storage, max_length=300)
    small = models.FileField("ảnh nhỏ", upload_to=picture_path, storage=open_storage, max_length=300)
    width = models.PositiveIntegerField("rộng")
    height = models.PositiveIntegerField("cao")
    content_type = models.CharField("loại tệp", max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người gửi"
    )
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "ảnh của bài viết"
        verbose_name_plural = "ảnh của bài viết"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"
