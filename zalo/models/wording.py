"""Staff-editable wording of messages, kept as versions: the newest active one of a kind is in force."""

from django.conf import settings
from django.db import models


class Wording(models.Model):
    """One version of the text of a message kind; rows are never edited, a new version replaces the old."""

    kind = models.CharField("loại tin", max_length=60)
    version = models.PositiveIntegerField("phiên bản")
    text = models.TextField("lời nhắn")
    phone_script = models.TextField("lời gọi điện", blank=True)
    note = models.CharField("ghi chú thay đổi", max_length=200, blank=True)
    created_at = models.DateTimeField("soạn lúc", auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "lời nhắn"
        verbose_name_plural = "lời nhắn"
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="zalo_wording_version_once")]

    def __str__(self) -> str:
        return f"{self.kind}, phiên bản {self.version}"
