"""Look-up packs: what is asked for, the versions of its data, the rows, and the words they are found by."""

from __future__ import annotations

import datetime as dt
import json

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealing import keyed_hash
from portal.datasets.columns import Column, read_columns

HASH_PURPOSE = "dataset-row"
MOST_PROBLEMS = 20_000
"""Lines of one report: a load with more says that the columns are chosen wrong, and keeps nothing."""


class Dataset(models.Model):
    """One look-up: a page, a form and a chat command. It answers from its live version while that has not expired."""

    class Kind(models.TextChoices):
        PLANNING = "planning", "Quy hoạch"
        LAND_PRICE = "land_price", "Giá đất"
        EXAM = "exam", "Điểm thi"
        VACCINATION = "vaccination", "Điểm tiêm chủng"
        POWER_CUT = "power_cut", "Lịch cúp điện"
        EMERGENCY = "emergency", "Thông báo khẩn cấp"
        OTHER = "other", "Tra cứu khác"

    slug = models.CharField(
        "địa chỉ trang",
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", "Chỉ dùng chữ thường không dấu, số và gạch nối.")],
        help_text="Phần cuối của /thong-tin/…/, ví dụ gia-dat.",
    )
    title = models.CharField("tên tra cứu", max_length=120)
    kind = models.CharField("loại", max_length=12, choices=Kind.choices, default=Kind.OTHER)
    agency = models.ForeignKey(
        "dossiers.Agency", models.PROTECT, related_name="datasets", verbose_name="cơ quan phụ trách dữ liệu"
    )
    intro = models.TextField("lời giới thiệu", max_length=600, blank=True)
    chat_names = models.CharField(
        "cách gọi trong tin nhắn",
        max_length=200,
        blank=True,
        help_text="Cách nhau bằng dấu phẩy, ví dụ: giá đất, bảng giá đất. Người dân nhắn “thông tin” kèm một cách gọi.",
    )
    live = models.ForeignKey(
        "DatasetVersion", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="bản đang dùng"
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=50)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    class Meta:
        verbose_name = "gói tra cứu"
        verbose_name_plural = "gói tra cứu"
        ordering = ["order", "title"]
        permissions = [("approve_dataset", "Duyệt dữ liệu tra cứu trước khi đưa ra")]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        return f"/thong-tin/{self.slug}/"


class DatasetVersion(models.Model):
    """The data of a pack as one file gave it, with the decision it rests on and the people who answer for it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Chờ chọn cột"
        LOADING = "loading", "Đang nạp"
        FAILED = "failed", "Không nạp được"
        CHECKED = "checked", "Đã kiểm tra"
        WAITING = "waiting", "Chờ duyệt"
        LIVE = "live", "Đang dùng"
        RETIRED = "retired", "Đã thay, còn giữ"
        WITHDRAWN = "withdrawn", "Đã rút"

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="versions", verbose_name="gói tra cứu")
    number = models.PositiveIntegerField("bản số", editable=False)
    state = models.CharField("trạng thái", max_length=10, choices=State.choices, default=State.DRAFT)
    source = models.CharField("nguồn dữ liệu", max_length=200)
    decision = models.CharField("số văn bản, quyết định", max_length=120, blank=True)
    decided_on = models.DateField("ngày văn bản", null=True, blank=True)
    valid_to = models.DateField("dùng đến hết ngày", help_text="Sau ngày này dữ liệu tự rút khỏi trang và tin nhắn.")
    file = models.FileField("tệp", upload_to="goi-tra-cuu/", blank=True, max_length=200)
    file_name = models.CharField("tên tệp", max_length=255, blank=True)
    sheet = models.CharField("trang tính", max_length=120, blank=True)
    heading_row = models.PositiveIntegerField("hàng tiêu đề", default=1)
    columns_data = models.JSONField("cột", default=list)
    areas = models.JSONField("địa bàn có dữ liệu", default=list)  # [[folded, as written]], for the form and the chat
    row_count = models.PositiveIntegerField("số dòng", default=0)
    name_count = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField("số dòng có vấn đề", default=0)
    message = models.CharField("vì sao", max_length=400, blank=True)
    progress = models.PositiveIntegerField("đã đọc", default=0)
    progress_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người nạp"
    )
    uploaded_at = models.DateTimeField("nạp lúc")
    columns_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người chọn cột"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người gửi duyệt"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="người duyệt"
    )
    approved_at = models.DateTimeField("duyệt lúc", null=True, blank=True)

    class Meta:
        verbose_name = "bản dữ liệu"
        verbose_name_plural = "bản dữ liệu"
        ordering = ["dataset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="dataset_version_number"),
            models.UniqueConstraint(fields=["dataset"], condition=Q(state="live"), name="dataset_one_live_version"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} – bản {self.number}"

    @property
    def columns(self) -> tuple[Column, ...]:
        return read_columns(self.columns_data)

    @property
    def protected(self) -> bool:
        """Whether a row is given only to who also knows its second fact."""
        return any(column.role == "secret" for column in self.columns)

    def was_prepared_by(self, user) -> bool:
        """Whether the person loaded the file, chose its columns or sent it to be approved."""
        return user.pk in {self.uploaded_by_id, self.columns_by_id, self.sent_by_id}

    def expired(self, today: dt.date) -> bool:
        return self.valid_to < today


class DatasetRow(models.Model):
    """One row of an open pack. `key` and `area` are folded; `cells` is a JSON list in the order of the columns.

    The version is no constraint of the database: checking it for each of a million rows costs more than writing them.
    """

    version = models.ForeignKey(DatasetVersion, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    line = models.PositiveIntegerField("dòng")
    key = models.CharField(max_length=200)
    area = models.CharField(max_length=80, blank=True, default="")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    cells = models.TextField()

    class Meta:
        verbose_name = "dòng dữ liệu"
        verbose_name_plural = "dòng dữ liệu"
        indexes = [
            models.Index(fields=["version", "key"], name="dataset_row_key"),
            models.Index(fields=["version", "area", "id"], condition=~Q(area=""), name="dataset_row_area"),
        ]

    def __str__(self) -> str:
        return f"dòng {self.line}"


class ProtectedRow(models.Model):
    """One row of a protected pack, sealed; it is found by the keyed hash of its key and its second fact together.

    A wrong number and a wrong second fact are therefore the same to whoever asks, and to whoever reads the database.
    """

    version = models.ForeignKey(DatasetVersion, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    line = models.PositiveIntegerField("dòng")
    key_hash = models.CharField(max_length=64, editable=False)
    sealed = SealedTextField(purpose="dataset-row")  # JSON: [key, second fact, [cells]]

    class Meta:
        verbose_name = "dòng dữ liệu có bảo vệ"
        verbose_name_plural = "dòng dữ liệu có bảo vệ"
        indexes = [models.Index(fields=["version", "key_hash"], name="dataset_protected_key")]

    def __str__(self) -> str:
        return f"dòng {self.line}"

    def seal_hashes(self) -> None:
        """Recompute the keyed hash from the plain values (rotation of the keys)."""
        key, secret, _cells = json.loads(self.sealed)
        self.key_hash = keyed_hash(secret_key(key, secret), HASH_PURPOSE)


def secret_key(key: str, secret: str) -> str:
    """Return what a protected row is found by."""
    return f"{key}\n{secret}"


class DatasetName(models.Model):
    """One distinct key in words ("duong le loi"), numbered from 0 in its version; rows are found by it."""

    version = models.ForeignKey(DatasetVersion, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=200)

    class Meta:
        verbose_name = "tên trong dữ liệu"
        verbose_name_plural = "tên trong dữ liệu"
        indexes = [models.Index(fields=["version", "number"], name="dataset_name_number")]

    def __str__(self) -> str:
        return self.key


class DatasetWord(models.Model):
    """One word of a version's names, and the numbers of the names that hold it (32-bit integers, little-endian)."""

    version = models.ForeignKey(DatasetVersion, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    word = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    names = models.BinaryField()

    class Meta:
        verbose_name = "từ trong dữ liệu"
        verbose_name_plural = "từ trong dữ liệu"
        indexes = [models.Index(fields=["version", "word"], name="dataset_word")]

    def __str__(self) -> str:
        return self.word


class DatasetProblem(models.Model):
    """Why one row of the file was refused."""

    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="problems", verbose_name="bản dữ liệu")
    line = models.PositiveIntegerField("dòng")
    column = models.CharField("cột", max_length=120, blank=True)
    reason = models.CharField("lý do", max_length=300)
    text = models.CharField("nguyên văn", max_length=200, blank=True)  # empty for what only the owner may see
    refused = models.BooleanField("không nạp dòng này", default=True)

    class Meta:
        verbose_name = "vấn đề của dòng"
        verbose_name_plural = "vấn đề của dòng"
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"Dòng {self.line}: {self.reason}"
