"""Addresses of the look-ups."""

from django.urls import path

from portal.datasets import pages

urlpatterns = [
    path("thong-tin/<slug:slug>/", pages.pack, name="pack"),
]
