"""System checks of the settings that only an operator can get wrong."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from portal.access import provider


@register(Tags.security, deploy=True)
def production_settings(app_configs, **kwargs) -> list:
    """Return what stands between these settings and a public installation."""
    found: list[CheckMessage] = []
    if settings.EMBEDDED:
        found.append(
            Error("Bản chính thức phải dùng PostgreSQL.", hint="Đặt DATABASE_URL=postgresql://…", id="portal.E001")
        )
    if settings.EMBEDDED_BROKER:
        found.append(Error("Bản chính thức cần Redis hoặc RabbitMQ.", hint="Đặt CELERY_BROKER_URL.", id="portal.E002"))
    if not settings.HTTPS:
        found.append(Error("PUBLIC_BASE_URL phải là https://…", id="portal.E003"))
    if settings.DEMO or settings.DEBUG:
        found.append(Error("PORTAL_DEMO và DEBUG phải tắt khi chạy chính thức.", id="portal.E004"))
    zalo = (settings.ZALO_OAUTH_BASE_URL, settings.ZALO_OPENAPI_BASE_URL, settings.ZALO_BUSINESS_BASE_URL)
    if any(urlsplit(address).hostname in settings.LOOPBACK for address in zalo):
        hint = "Bỏ ZALO_OAUTH_BASE_URL, ZALO_OPENAPI_BASE_URL và ZALO_BUSINESS_BASE_URL khỏi môi trường."
        found.append(Error("Kênh Zalo đang trỏ tới Zalo mô phỏng trên máy này.", hint=hint, id="portal.E005"))
    found += provider_settings()
    if settings.SECOND_FACTOR_FROM is None:
        hint = "Đặt SECOND_FACTOR_FROM=năm-tháng-ngày: lãnh đạo, quản trị phải bật xác thực hai bước từ ngày đó."
        found.append(Warning("Chưa bắt buộc xác thực hai bước với vai trò nào.", hint=hint, id="portal.W002"))
    if not settings.CACHE_URL:
        found.append(
            Warning("Chưa đặt CACHE_URL: giới hạn tra cứu sẽ dùng cơ sở dữ liệu, chậm hơn Redis.", id="portal.W001")
        )
    return found


def provider_settings() -> list[CheckMessage]:
    """Return what keeps the province's identity provider from being used, or from being safe."""
    found: list[CheckMessage] = []
    missing = provider.missing()
    if missing:
        hint = (
            "Đặt đủ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, hoặc bỏ cả ba. Thiếu thì nút đăng nhập không hiện."
        )
        found.append(Error(f"Đăng nhập qua nơi cấp thiếu {', '.join(missing)}.", hint=hint, id="portal.E006"))
    if settings.OIDC_ISSUER and not provider.is_safe(settings.OIDC_ISSUER):
        found.append(Error("OIDC_ISSUER phải là https://…", id="portal.E007"))
    if provider.is_on() and not settings.OIDC_SECOND_FACTOR and settings.SECOND_FACTOR_FROM is not None:
        hint = "Đặt OIDC_SECOND_FACTOR=amr=mfa (theo tài liệu của nơi cấp), hoặc giữ nguyên: ai cần thì nhập mã ở đây."
        found.append(Info("Đăng nhập qua nơi cấp chưa thay được bước xác thực thứ hai.", hint=hint, id="portal.I001"))
    return found
