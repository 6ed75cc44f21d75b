"""Who may sign the documents of an agency, in whose stead, between which dates (Nghị định 30/2020/NĐ-CP, điều 13)."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from dossiers.models.agency import Agency


class SigningAuthority(models.Model):
    """One person's right to sign for an agency: in their own place, or KT., TL., TUQ. of another, TM. of a body."""

    class Kind(models.TextChoices):
        HEAD = "", "Người đứng đầu ký"
        ON_BEHALF = "TM", "TM. (thay mặt tập thể)"
        DEPUTY = "KT", "KT. (ký thay cấp trưởng)"
        BY_ORDER = "TL", "TL. (thừa lệnh)"
        DELEGATED = "TUQ", "TUQ. (thừa ủy quyền)"
        ACTING = "Q", "Q. (quyền cấp trưởng)"

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="signing_authorities", verbose_name="cơ quan")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="signing_authorities", verbose_name="người ký"
    )
    kind = models.CharField("thẩm quyền ký", max_length=3, choices=Kind.choices, blank=True, default="")
    position = models.CharField("chức vụ người ký", max_length=120, help_text="Ví dụ: Phó Giám đốc")
    stands_for = models.CharField(
        "ký thay, thừa lệnh của", max_length=120, blank=True, help_text="Chức vụ người được ký thay, ví dụ: Giám đốc"
    )
    body = models.CharField(
        "thay mặt tập thể", max_length=160, blank=True, help_text="Ví dụ: Ủy ban nhân dân. In thành dòng TM."
    )
    decision = models.CharField("văn bản phân công, ủy quyền", max_length=160, blank=True)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "thẩm quyền ký"
        verbose_name_plural = "thẩm quyền ký"
        ordering = ["agency", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="signing_authority_dates_in_order",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.position}"

    def clean(self) -> None:
        if self.kind in {"KT", "TL", "TUQ"} and not self.stands_for.strip():
            raise ValidationError({"stands_for": f"Ký {self.kind}. cần ghi chức vụ của người được ký thay."})
        if self.kind == "TM" and not self.body.strip():
            raise ValidationError({"body": "Ký TM. cần ghi tên tập thể, ví dụ Ủy ban nhân dân."})
        if self.kind in {"TL", "TUQ"} and not self.decision.strip():
            raise ValidationError({"decision": "Ký thừa lệnh, thừa ủy quyền cần ghi văn bản giao quyền."})
