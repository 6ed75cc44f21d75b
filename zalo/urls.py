"""Addresses of the Zalo channel; included at /zalo/ by portal.urls."""

from django.urls import path, register_converter

from zalo import views
from zalo.account import oauth
from zalo.inbound import webhook


class DossierToken:
    """An unguessable address of a dossier or receipt: nothing else reaches the database."""

    regex = "[A-Za-z0-9_-]{8,32}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DossierToken, "zalo_token")
app_name = "zalo"
urlpatterns = [
    path("webhook/", webhook.receive, name="webhook"),
    path("oauth/callback/", oauth.callback, name="oauth-callback"),
    path("oauth/<int:account_id>/", oauth.start, name="oauth-start"),
    path("ket-noi/<zalo_token:token>/", views.connect, name="connect"),
    path("thoi-nhan/<str:token>/", views.way_out, name="way-out"),
    path("ket-noi/<zalo_token:token>/trang-thai/", views.connect_state, name="connect-state"),
]
