"""Keys of the programs that may call the API."""

from __future__ import annotations

from django.db import models

from dossiers.models import Agency


class ApiClient(models.Model):
    """One program of one agency; only the hash of its key is kept."""

    class Scope(models.TextChoices):
        READ = "read", "Chỉ đọc"
        TELL = "tell", "Đọc và nhận sự kiện"
        WRITE = "write", "Đọc và ghi"

    name = models.CharField("tên phần mềm", max_length=120)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="api_clients", verbose_name="cơ quan")
    scope = models.CharField("quyền", max_length=5, choices=Scope.choices, default=Scope.READ)
    prefix = models.CharField("đầu khóa", max_length=12, unique=True)
    key_hash = models.CharField(max_length=64, editable=False)
    # The key before the last rotation, good until then: the other side changes it when it can.
    old_key_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    old_key_until = models.DateTimeField("khóa cũ dùng đến", null=True, blank=True, editable=False)
    rate_per_minute = models.PositiveIntegerField(
        "số lần gọi tối đa mỗi phút", default=600, help_text="0 là không hạn chế. Một lần gọi gửi được 1000 hồ sơ."
    )
    reads_cases = models.BooleanField(
        "được biết diễn biến ý kiến người dân",
        default=False,
        help_text="Mã, lĩnh vực, trạng thái của ý kiến; không có nội dung và người gửi.",
    )
    active = models.BooleanField("đang dùng", default=True)
    created_at = models.DateTimeField("cấp lúc", auto_now_add=True)
    last_used_on = models.DateField("dùng gần nhất", null=True, blank=True)

    class Meta:
        verbose_name = "phần mềm kết nối"
        verbose_name_plural = "phần mềm kết nối"
        ordering = ["agency", "name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="api_client_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.agency})"
