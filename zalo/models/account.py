"""Official Accounts: who they serve, their sealed credentials and what Zalo last said about them."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from dossiers.privacy.sealed_fields import SealedTextField
from zalo.models.template import QUALITY_WORDS

_DIGITS = RegexValidator(r"^\d{5,25}$", "Chỉ gồm chữ số, đúng như trên trang quản trị Zalo.")


class AccountQuerySet(models.QuerySet):
    def serving(self, agency_ids: list[int], day: dt.date) -> AccountQuerySet:
        """Active accounts that speak for any of these agencies on `day`."""
        return self.filter(
            Q(services__valid_to__isnull=True) | Q(services__valid_to__gte=day),
            is_active=True,
            services__agency__in=agency_ids,
            services__valid_from__lte=day,
        )


class Account(models.Model):
    """One Official Account. Its token pair changes only through `zalo.account.tokens`."""

    class Grant(models.TextChoices):
        MISSING = "missing", "Chưa kết nối"
        GOOD = "good", "Đang kết nối"
        CONSENT_NEEDED = "consent_needed", "Cần quản trị viên OA đồng ý lại"

    class PhoneBasis(models.TextChoices):
        CONSENT = "consent", "Chỉ khi người dân đã đồng ý nhận tin qua Zalo"
        PUBLIC_TASK = "public_task", "Theo nhiệm vụ công, trừ người đã từ chối"

    keeper = models.ForeignKey(
        "dossiers.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="kept_accounts",
        verbose_name="cơ quan quản lý",
        help_text="Giữ khoá, menu, mẫu tin của kênh và lo cho những người chưa liên hệ cơ quan nào.",
    )
    name = models.CharField("tên Official Account", max_length=120)
    search_keyword = models.CharField("từ khoá tìm kiếm trên Zalo", max_length=120, blank=True)
    alias = models.SlugField("tên ngắn sau zalo.me/", max_length=60, blank=True)
    oa_id = models.CharField("mã OA", max_length=25, unique=True, validators=[_DIGITS])
    app_id = models.CharField("mã ứng dụng", max_length=25, validators=[_DIGITS])
    app_secret = SealedTextField("khoá bí mật của ứng dụng", blank=True, default="")
    oa_secret = SealedTextField("khoá bí mật của OA", blank=True, default="")
    previous_oa_secret = SealedTextField("khoá trước khi đổi", blank=True, default="")
    code_verifier = SealedTextField("mã xác minh PKCE", blank=True, default="", editable=False)
    is_active = models.BooleanField("đang dùng", default=True)

    access_token = SealedTextField(blank=True, default="", editable=False)
    refresh_token = SealedTextField(blank=True, default="", editable=False)
    access_expires_at = models.DateTimeField("mã truy cập hết hạn", null=True, blank=True, editable=False)
    refreshed_at = models.DateTimeField("lần đổi mã gần nhất", null=True, blank=True, editable=False)
    grant = models.CharField("kết nối", max_length=16, choices=Grant.choices, default=Grant.MISSING, editable=False)
    grant_error = models.CharField("lỗi kết nối", max_length=300, blank=True, editable=False)
    # One refresher across all processes: whoever sets these by a conditional update (zalo.account.tokens).
    refresh_owner = models.CharField(max_length=32, blank=True, default="", editable=False)
    refresh_until = models.DateTimeField(null=True, blank=True, editable=False)
    refresh_after = models.DateTimeField(null=True, blank=True, editable=False)

    is_verified = models.BooleanField("đã xác thực", default=False)
    verified_until = models.DateField("xác thực đến ngày", null=True, blank=True)
    package = models.CharField("gói dịch vụ", max_length=80, blank=True)
    package_until = models.DateField("gói đến ngày", null=True, blank=True)
    zbs_linked = models.BooleanField("đã liên kết tài khoản ZBS", default=False)
    follower_count = models.PositiveIntegerField("số người quan tâm (theo Zalo)", null=True, blank=True)
    template_quota = models.IntegerField("hạn mức tin theo mẫu trong ngày", null=True, blank=True)
    template_quota_left = models.IntegerField("còn lại trong ngày", null=True, blank=True)
    quality = models.CharField("chất lượng gửi tin", max_length=20, blank=True)
    checked_at = models.DateTimeField("kiểm tra lần cuối", null=True, blank=True, editable=False)
    last_webhook_at = models.DateTimeField("Zalo báo về lần cuối", null=True, blank=True, editable=False)
    last_webhook_secret = models.CharField("khoá của lần báo về cuối", max_length=20, blank=True, editable=False)

    phone_basis = models.CharField(
        "gửi theo số điện thoại", max_length=12, choices=PhoneBasis.choices, default=PhoneBasis.CONSENT
    )
    use_paid_replies = models.BooleanField(
        "trả lời trong 48 giờ – 7 ngày bằng hạn mức gói", default=True, help_text="Tắt để dùng tin theo mẫu thay thế."
    )
    agreement_partner = models.CharField("đơn vị ký thoả thuận", max_length=160, blank=True)
    agreement_on = models.DateField("ngày ký thoả thuận", null=True, blank=True)
    created_at = models.DateTimeField("tạo lúc", auto_now_add=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "Official Account"
        verbose_name_plural = "Official Account"
        ordering = ["name"]
        indexes = [models.Index(fields=["app_id"], name="zalo_account_app")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_address(self) -> str:
        """The link citizens open; a QR of it must always come with another way in (zalo-openapi, section 8)."""
        return f"https://zalo.me/{self.alias or self.oa_id}"

    @property
    def quality_words(self) -> str:
        """How Zalo judges what the account sends, "trung bình"; "" before it was asked."""
        return QUALITY_WORDS.get(self.quality, self.quality)

    @property
    def webhook_secrets(self) -> dict[str, str]:
        """Secrets a webhook of this account may be signed with; the app secret is tried only to explain a mix-up."""
        return {"oa_secret": self.oa_secret, "previous": self.previous_oa_secret}


class AccountAgency(models.Model):
    """Between two dates this account speaks for this agency, outside the agency's own quiet hours."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="services", verbose_name="Official Account")
    agency = models.ForeignKey("dossiers.Agency", models.PROTECT, related_name="zalo_services", verbose_name="cơ quan")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    quiet_from = models.TimeField("không nhắn từ", default=dt.time(21, 30))
    quiet_to = models.TimeField("đến", default=dt.time(6, 5))

    class Meta:
        verbose_name = "cơ quan dùng kênh"
        verbose_name_plural = "cơ quan dùng kênh"
        ordering = ["account", "agency"]
        constraints = [
            models.UniqueConstraint(fields=["account", "agency", "valid_from"], name="zalo_account_agency_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="zalo_account_agency_dates",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} – {self.account}"

    def save(self, *args, **kwargs):
        """The first agency attached keeps the account until another is named: no account is without somebody."""
        super().save(*args, **kwargs)
        Account.objects.filter(pk=self.account_id, keeper=None).update(keeper=self.agency_id)

    def clean(self) -> None:
        """Two accounts must not speak for one agency on the same day: the citizen would be told twice."""
        if not self.agency_id or not self.valid_from:
            return
        others = AccountAgency.objects.filter(agency=self.agency_id).exclude(pk=self.pk)
        others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=self.valid_from))
        if self.valid_to:
            others = others.filter(valid_from__lte=self.valid_to)
        clash = others.select_related("account").first()
        if clash:
            raise ValidationError(f"Cơ quan này đang dùng “{clash.account}” trong thời gian đã chọn.")
