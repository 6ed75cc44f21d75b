"""How an agency looks on paper: only what no other record knows. Names, hours, hotlines, the account live elsewhere."""

from __future__ import annotations

from django.core.files.storage import storages
from django.db import models
from simple_history.models import HistoricalRecords

from portal.print_studio.palettes import CHOICES


def open_storage():
    """Return the storage of what is printed for everybody: not sealed."""
    return storages["plain"]


def emblem_path(identity: Identity, name: str) -> str:
    """Return where an emblem is kept, never by the name it was sent under."""
    return f"nhan-dien/{identity.agency_id}/{name}"


class Identity(models.Model):
    """One form per agency; what is left blank is inherited from the nearest agency above that says it."""

    agency = models.OneToOneField(
        "dossiers.Agency", models.CASCADE, related_name="print_identity", verbose_name="cơ quan"
    )
    printed_name = models.CharField(
        "tên in trên ấn phẩm",
        max_length=120,
        blank=True,
        help_text="Để trống là tên hiện nay của cơ quan. Chỉ ghi khi tên quá dài cho nhãn dán, biển để bàn.",
    )
    palette = models.CharField(
        "bộ màu",
        max_length=8,
        choices=CHOICES,
        blank=True,
        help_text="Các bộ màu đã được thử để chữ đọc rõ từ xa. Để trống là theo cơ quan cấp trên.",
    )
    emblem = models.FileField("biểu trưng", upload_to=emblem_path, storage=open_storage, max_length=200, blank=True)
    invitation = models.CharField(
        "lời mời riêng",
        max_length=160,
        blank=True,
        help_text="Một câu thay cho lời mời có sẵn dưới tiêu đề, ví dụ về chỉ tiêu của địa phương.",
    )
    changed_at = models.DateTimeField("sửa lúc", auto_now=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "bộ nhận diện"
        verbose_name_plural = "bộ nhận diện"
        ordering = ["agency"]

    def __str__(self) -> str:
        return str(self.agency)
