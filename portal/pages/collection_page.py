"""The calendar file of a result that waits: what "Thêm vào lịch" on the page of a dossier opens."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from dossiers.lookup import collection
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.errors import error_page
from portal.pages import answers


@require_safe
def calendar_file(request, token: str):
    """Answer the entry; a token without a waiting result counts as a miss."""
    link = f"{settings.PUBLIC_BASE_URL}/h/{token}/"
    entry = collection.calendar_entry(token, link=link, now=answers.now())
    if entry is None:
        try:
            guessing.missed(client_address(request))
        except guessing.TooMany as over:
            return answers.wait_for_dossier(request, over)
        return answers.private(error_page(request, 404))
    answer = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="nhan-ket-qua.ics"'
    return answers.private(answer)
