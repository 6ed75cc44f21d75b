"""How the words of one other program are read: its codes of states, units, procedures and agencies."""

from __future__ import annotations

import unicodedata

from django.db import models

from portal.api.models.client import ApiClient


class CodeTranslation(models.Model):
    """One code as the other program writes it, and ours for it."""

    class Kind(models.TextChoices):
        STATE = "state", "Trạng thái"
        UNIT = "unit", "Phòng, đơn vị"
        PROCEDURE = "procedure_code", "Thủ tục"
        AGENCY = "agency_code", "Cơ quan"
        CHANNEL = "channel", "Hình thức nộp"

    client = models.ForeignKey(
        ApiClient, models.CASCADE, related_name="translations", verbose_name="phần mềm kết nối", db_index=False
    )
    kind = models.CharField("loại mã", max_length=14, choices=Kind.choices)
    theirs = models.CharField("phần mềm ghi", max_length=120, help_text="Hoa thường và dấu cách thừa không kể.")
    theirs_folded = models.CharField(max_length=120, editable=False)
    ours = models.CharField(
        "nghĩa là mã", max_length=60, help_text="Trạng thái: accepted, appraising…; còn lại: mã đang có trong hệ thống."
    )

    class Meta:
        verbose_name = "mã của phần mềm khác"
        verbose_name_plural = "mã của phần mềm khác"
        ordering = ["client", "kind", "theirs"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind", "theirs_folded"],
                name="api_translation_once",
                violation_error_message="Mã này của phần mềm đã có dòng rồi: hãy sửa dòng đó.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.theirs} → {self.ours}"

    def save(self, *args, **kwargs):
        self.theirs_folded = folded(self.theirs)
        super().save(*args, **kwargs)

    def clean(self):
        self.theirs_folded = folded(self.theirs)


def folded(text: str) -> str:
    """Return the spelling a code is compared in; its signs stay, for "-1" and "1" may be two states."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())[:120]
