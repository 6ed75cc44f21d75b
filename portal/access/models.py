"""The sessions of staff, and whom a provider's sign-in stands for, with the log of those sign-ins.

Django keeps sessions by key alone; people want to see where and when they signed in.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from dossiers.written_dates import written_moment


class SignedIn(models.Model):
    """One sign-in; the row goes with its session, when it is ended or the person signs in after it ran out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="cán bộ")
    session_key = models.CharField("phiên", max_length=40, unique=True)
    began_at = models.DateTimeField("đăng nhập lúc")
    address = models.CharField("địa chỉ máy", max_length=64, blank=True)
    device = models.CharField("thiết bị", max_length=80)

    class Meta:
        verbose_name = "phiên đăng nhập"
        verbose_name_plural = "phiên đăng nhập"

    def __str__(self) -> str:
        return f"{self.device}, {written_moment(self.began_at)}"


class ProviderAccount(models.Model):
    """That an account is the one the provider knows by this subject; the person ties it, nobody else can."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="cán bộ")
    issuer = models.CharField("nơi cấp", max_length=255)
    subject = models.CharField("mã ở nơi cấp", max_length=255)
    tied_at = models.DateTimeField("nối lúc", auto_now_add=True)

    class Meta:
        verbose_name = "tài khoản nối với nơi cấp"
        verbose_name_plural = "tài khoản nối với nơi cấp"
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="access_provider_account_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.subject}"


class ProviderSignIn(models.Model):
    """A sign-in through the provider, or its refusal. The log only grows (portal.audit)."""

    class Outcome(models.TextChoices):
        ENTERED = "entered", "đã vào"
        TIED = "tied", "đã nối tài khoản"
        UNKNOWN = "unknown", "từ chối: chưa nối với tài khoản nào"
        CLOSED = "closed", "từ chối: tài khoản đã khóa"
        UNSOUND = "unsound", "từ chối: câu trả lời không kiểm tra được"

    at = models.DateTimeField("lúc")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="cán bộ"
    )
    outcome = models.CharField("kết quả", max_length=10, choices=Outcome.choices)
    subject = models.CharField("mã ở nơi cấp", max_length=255, blank=True)
    address = models.CharField("địa chỉ máy", max_length=64, blank=True)
    second_factor = models.BooleanField("nơi cấp đã xác thực hai bước", default=False)

    class Meta:
        verbose_name = "lượt đăng nhập qua nơi cấp"
        verbose_name_plural = "lượt đăng nhập qua nơi cấp"

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, {written_moment(self.at)}"
