"""Zalo's template register as we last saw it, and which template each kind of message uses."""

from __future__ import annotations

import datetime as dt

from django.db import models

QUALITY_WORDS = {"HIGH": "tốt", "MEDIUM": "trung bình", "LOW": "kém", "UNDEFINED": "chưa có đánh giá"}


class Template(models.Model):
    """A ZBS template of one account, kept in step by `zalo.account.template_register.sync` and by webhook."""

    class Status(models.TextChoices):
        ENABLE = "ENABLE", "Đã duyệt"
        PENDING_REVIEW = "PENDING_REVIEW", "Chờ Zalo duyệt"
        REJECT = "REJECT", "Bị từ chối"
        DISABLE = "DISABLE", "Đã tắt"

    account = models.ForeignKey(
        "zalo.Account", models.CASCADE, related_name="templates", verbose_name="Official Account"
    )
    template_id = models.CharField("mã mẫu", max_length=40)
    name = models.CharField("tên mẫu", max_length=200)
    status = models.CharField("trạng thái", max_length=20, choices=Status.choices)
    reason = models.CharField("lý do Zalo nêu", max_length=300, blank=True)
    quality = models.CharField("chất lượng", max_length=20, blank=True)
    tag = models.CharField("loại nội dung", max_length=40, blank=True)
    # [{name, required, kind, max_length, min_length, accept_null}]: Zalo's listParams
    params = models.JSONField("tham số", default=list)
    # [{kind, mapping, until}]: how steps filled it before somebody changed that, the oldest first
    earlier_mappings = models.JSONField(default=list, editable=False)
    price_phone = models.PositiveIntegerField("giá gửi theo số điện thoại (đồng)", null=True, blank=True)
    price_uid = models.PositiveIntegerField("giá gửi theo mã người dùng (đồng)", null=True, blank=True)
    preview_url = models.URLField("xem thử", max_length=500, blank=True)
    by_uid = models.BooleanField("gửi được theo mã người dùng", default=True)  # false after Zalo answers -249
    stopped_until = models.DateTimeField("tạm không dùng đến", null=True, blank=True)
    synced_at = models.DateTimeField("đồng bộ lúc", null=True, blank=True)
    gone_at = models.DateTimeField("không còn trên Zalo từ", null=True, blank=True)

    class Meta:
        verbose_name = "mẫu tin"
        verbose_name_plural = "mẫu tin"
        ordering = ["account", "name"]
        constraints = [models.UniqueConstraint(fields=["account", "template_id"], name="zalo_template_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.template_id})"

    def mapping_at(self, kind: str, moment: dt.datetime) -> dict | None:
        """Return how a step filled the parameters then; None for what it does now, or never did."""
        for earlier in self.earlier_mappings:
            if earlier["kind"] == kind and moment < dt.datetime.fromisoformat(earlier["until"]):
                return earlier["mapping"]
        return None

    @property
    def quality_words(self) -> str:
        return QUALITY_WORDS.get(self.quality, self.quality)

    def is_usable(self, now: dt.datetime) -> bool:
        """True when Zalo has approved it and no recent answer said otherwise."""
        held = self.stopped_until is not None and now < self.stopped_until
        return self.status == self.Status.ENABLE and self.gone_at is None and not held

    @property
    def is_promotional(self) -> bool:
        """Tag 3 may be sent only between 06:00 and 21:59 (zalo-openapi, section 3)."""
        return self.tag.upper() in {"PROMOTION", "3"}


class TemplateUse(models.Model):
    """For this account, messages of `kind` go out by this template; `mapping` fills its parameters."""

    account = models.ForeignKey("zalo.Account", models.CASCADE, related_name="template_uses")
    kind = models.CharField("bước", max_length=60)
    template = models.ForeignKey(Template, models.CASCADE, related_name="uses", verbose_name="mẫu tin")
    # {"Zalo parameter": "placeholder of the message kind"}
    mapping = models.JSONField("tham số", default=dict, blank=True)
    enabled = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "gắn mẫu cho bước"
        verbose_name_plural = "gắn mẫu cho bước"
        ordering = ["account", "kind"]
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="zalo_template_use_once")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.template}"
