"""Addresses of the Zalo channel; included at /zalo/ by portal.urls."""

from django.urls import path

from zalo import oauth

app_name = "zalo"
urlpatterns = [
    path("oauth/callback/", oauth.callback, name="oauth-callback"),
    path("oauth/<int:account_id>/", oauth.start, name="oauth-start"),
]
