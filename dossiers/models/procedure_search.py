"""What editors teach the search for procedures, and what people searched in vain."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import models

from dossiers.search_text import fold, fold_words

MOST_SAID = 5


class SearchState(models.Model):
    """One row whose token changes with everything the search reads, so that every process notices."""

    token = models.CharField(max_length=16)

    def __str__(self) -> str:
        return self.token

    @classmethod
    def touch(cls) -> None:
        """Say that the catalogue, a phrasing or a synonym changed."""
        cls.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})


class ProcedurePhrasing(models.Model):
    """One more way people ask for a procedure, added by an editor to the bank that comes with the program."""

    procedure = models.ForeignKey(
        "dossiers.Procedure", models.CASCADE, related_name="phrasings", verbose_name="thủ tục"
    )
    text = models.CharField("cách nói", max_length=200, help_text="Như người dân gõ, ví dụ: xin giấy độc thân")
    folded = models.CharField(max_length=200, editable=False)

    class Meta:
        verbose_name = "cách nói của người dân"
        verbose_name_plural = "cách nói của người dân"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "folded"],
                name="phrasing_once_a_procedure",
                violation_error_message="Cách nói này đã có ở thủ tục này.",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args, **kwargs):
        self.folded = fold(self.text)
        super().save(*args, **kwargs)

    def clean(self):
        self.folded = fold(self.text)
        if not self.folded:
            raise ValidationError({"text": "Hãy ghi cách nói bằng chữ, ví dụ: xin giấy độc thân."})


class SearchSynonym(models.Model):
    """Everyday words and the official words the search adds to them."""

    said = models.CharField("người dân nói", max_length=60, unique=True, help_text="Tối đa 5 chữ, ví dụ: sổ đỏ")
    meant = models.CharField("từ trong thủ tục", max_length=200, help_text="Ví dụ: giấy chứng nhận quyền sử dụng đất")

    class Meta:
        verbose_name = "từ đồng nghĩa khi tìm"
        verbose_name_plural = "từ đồng nghĩa khi tìm"
        ordering = ["said"]

    def __str__(self) -> str:
        return f"{self.said} = {self.meant}"

    def clean(self):
        if not 0 < len(fold_words(self.said)) <= MOST_SAID:
            raise ValidationError(
                {"said": f"Hãy ghi từ 1 đến {MOST_SAID} chữ; câu dài thì thêm vào cách nói của thủ tục."}
            )


class SearchChoice(models.Model):
    """How often people who searched with these words went on to this procedure; words with numbers masked."""

    folded = models.CharField("đã gõ", max_length=120)
    procedure = models.ForeignKey("dossiers.Procedure", models.CASCADE, related_name="+", verbose_name="đã chọn")
    times = models.PositiveIntegerField("số lần", default=1)
    last_on = models.DateField("lần cuối")

    class Meta:
        verbose_name = "thủ tục được chọn sau khi tìm"
        verbose_name_plural = "thủ tục được chọn sau khi tìm"
        constraints = [models.UniqueConstraint(fields=["folded", "procedure"], name="search_choice_once")]
        indexes = [models.Index(fields=["last_on"], name="search_choice_age")]

    def __str__(self) -> str:
        return f"{self.folded} → {self.procedure_id}"


class MissedSearch(models.Model):
    """Words of one day that led to nothing, or to nothing sure, with numbers masked; no personal data."""

    class Place(models.TextChoices):
        PAGE = "page", "Trang công khai"
        COUNTER = "counter", "Quầy tiếp nhận"
        CHAT = "chat", "Zalo"

    day = models.DateField("ngày")
    place = models.CharField("nơi tìm", max_length=7, choices=Place.choices)
    agency = models.ForeignKey("dossiers.Agency", models.CASCADE, null=True, blank=True, verbose_name="cơ quan")
    folded = models.CharField(max_length=120, editable=False)
    text = models.CharField("đã gõ", max_length=120)
    times = models.PositiveIntegerField("số lần", default=1)
    offered = models.ForeignKey(
        "dossiers.Procedure",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="máy đưa ra",
    )
    chosen = models.ForeignKey(
        "dossiers.Procedure", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="sau đó chọn"
    )
    done = models.BooleanField("đã xử lý", default=False)

    class Meta:
        verbose_name = "lượt tìm chưa thấy"
        verbose_name_plural = "lượt tìm chưa thấy"
        constraints = [
            models.UniqueConstraint(fields=["day", "place", "agency", "folded"], name="missed_search_once_an_agency"),
            models.UniqueConstraint(
                fields=["day", "place", "folded"], condition=models.Q(agency=None), name="missed_search_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["done", "-day", "-times"], name="missed_search_to_do")]

    def __str__(self) -> str:
        return self.text
