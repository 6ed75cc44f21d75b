"""The bare view of the look-up measurement: BARE_BYTES sets the size of its page."""

from __future__ import annotations

import os

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import path

from dossiers.models import Dossier

BYTES = int(os.environ.get("BARE_BYTES", "12000"))
_HEAD = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ dossier.code }}</title></head><body>
<h1>{{ dossier.get_state_display }}</h1><p>{{ dossier.procedure_name }}</p>
<dl><dt>Số hồ sơ</dt><dd>{{ dossier.code }}</dd><dt>Chủ hồ sơ</dt><dd>{{ dossier.owner_name }}</dd>
<dt>Nơi tiếp nhận</dt><dd>{{ dossier.agency_name }}</dd><dt>Tiếp nhận lúc</dt><dd>{{ dossier.received_at }}</dd>
<dt>Hẹn trả</dt><dd>{{ dossier.due_at }}</dd><dt>Cập nhật</dt><dd>{{ dossier.state_changed_at }}</dd></dl>
<ol>{% for event in events %}<li><strong>{{ event.get_kind_display }}</strong> {{ event.at }}</li>{% endfor %}</ol>
"""
_FIXED = "Chữ cố định của trang. "
_page = engines["django"].from_string(_HEAD + "<p>" + _FIXED * ((BYTES - 1500) // len(_FIXED.encode())) + "</p></html>")


def by_token(request, token: str):
    return _answer(request, get_object_or_404(Dossier, token=token))


def by_code(request):
    return _answer(request, get_object_or_404(Dossier, code=request.POST["number"]))


def _answer(request, dossier: Dossier) -> HttpResponse:
    events = dossier.events.order_by("at", "id")
    return HttpResponse(_page.render({"dossier": dossier, "events": events}, request))


urlpatterns = [path("h/<str:token>/", by_token), path("tra-cuu/", by_code)]
