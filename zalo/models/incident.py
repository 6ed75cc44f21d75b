"""What went wrong on the channel, in words, until somebody or the next success closes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Incident(models.Model):
    """One open line per (account or agency, subject): repeated errors raise its count instead of adding lines."""

    account = models.ForeignKey(
        "zalo.Account",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name="Official Account",
    )
    agency = models.ForeignKey(
        "dossiers.Agency",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="cơ quan",
        help_text="Khi sự cố là của một cơ quan chưa có Official Account.",
    )
    subject = models.CharField("về việc", max_length=80)  # grant, route:phone, template:123, webhook, sender…
    code = models.IntegerField("mã lỗi của Zalo", null=True, blank=True)
    words = models.CharField("nội dung", max_length=300)
    advice = models.CharField("cần làm", max_length=300, blank=True)
    count = models.PositiveIntegerField("số lần", default=1)
    first_at = models.DateTimeField("lần đầu")
    last_at = models.DateTimeField("lần cuối")
    closed_at = models.DateTimeField("đã hết lúc", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="người xử lý"
    )

    class Meta:
        verbose_name = "sự cố kênh"
        verbose_name_plural = "sự cố kênh"
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "subject"], condition=Q(closed_at__isnull=True), name="zalo_incident_one_open"
            ),
            models.UniqueConstraint(
                fields=["agency", "subject"], condition=Q(closed_at__isnull=True), name="zalo_incident_one_of_agency"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(agency__isnull=False), name="zalo_incident_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return self.words


class RouteStop(models.Model):
    """Until `until` nothing is sent for the account by `route` ("*" = by any); messages wait or take the next route."""

    ANY = "*"

    account = models.ForeignKey("zalo.Account", models.CASCADE, related_name="stops", verbose_name="Official Account")
    route = models.CharField("cách gửi", max_length=12)
    until = models.DateTimeField("tạm dừng đến")
    code = models.IntegerField("mã lỗi", null=True, blank=True)
    words = models.CharField("lý do", max_length=300)

    class Meta:
        verbose_name = "tạm dừng gửi"
        verbose_name_plural = "tạm dừng gửi"
        constraints = [models.UniqueConstraint(fields=["account", "route"], name="zalo_route_stop_once")]

    def __str__(self) -> str:
        return self.words
