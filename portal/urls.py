"""All addresses of the project; the stable ones are listed in README.md."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import health, metrics

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/", include("portal.api.urls")),
    path("zalo/", include("zalo.urls")),
    path("", include("zalo.short_urls")),
    path("", include("feedback.urls")),
    path("", include("portal.datasets.urls")),
    path("", include("portal.submission.urls")),
    path("", include("portal.pages.urls")),
]

if settings.DEMO:
    from portal.pages import phone_page

    urlpatterns.append(path("demo/dien-thoai/", phone_page.phone, name="demo-phone"))

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
