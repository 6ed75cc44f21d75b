"""The short addresses printed as QR codes at counters; included at the root by portal.urls."""

from django.urls import path, re_path

from zalo import views

urlpatterns = [
    path("q/", views.short_address, name="channel"),
    re_path(r"^q/(?P<code>[A-Za-z0-9][A-Za-z0-9._-]{0,40})/$", views.short_address, name="channel-from"),
]
