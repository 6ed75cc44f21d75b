"""Who asked to be told about a commune: power cuts, emergencies. Broadcasts take their recipients from here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zalo.models.contact import Contact


class AreaSubscription(models.Model):
    """One wish of one person for one commune: a consent of its own, with how and when, until it is taken back.

    `area` is the commune's name folded, without "xã", "phường"; rows stay after their end as the proof of consent.
    """

    class Topic(models.TextChoices):
        POWER_CUT = "power_cut", "Lịch cúp điện"
        URGENT = "urgent", "Thông báo khẩn cấp"

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="areas", verbose_name="người quan tâm")
    topic = models.CharField("nội dung", max_length=10, choices=Topic.choices)
    area = models.CharField(max_length=80)
    area_name = models.CharField("xã, phường", max_length=80)
    at = models.DateTimeField("đăng ký lúc")
    how = models.CharField("bằng cách", max_length=120)
    ended_at = models.DateTimeField("thôi nhận lúc", null=True, blank=True)

    class Meta:
        verbose_name = "đăng ký nhận tin theo xã"
        verbose_name_plural = "đăng ký nhận tin theo xã"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "topic", "area"], condition=Q(ended_at__isnull=True), name="zalo_area_once"
            )
        ]
        indexes = [
            models.Index(fields=["topic", "area"], condition=Q(ended_at__isnull=True), name="zalo_area_wanted"),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()} {self.area_name}"
