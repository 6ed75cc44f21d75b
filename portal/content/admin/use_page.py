"""The desk's page of figures of use, by period."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dossiers import typed
from dossiers.admin.access import page_context
from portal.content import use
from portal.content.models import Piece, UseCount

USUAL_DAYS = 30


@require_GET
def view(request):
    """Show what the site was used for in the period asked for, the last thirty days by default."""
    if not request.user.has_perm("content.view_usecount"):
        raise PermissionDenied
    today = timezone.localdate()
    usual = (today - dt.timedelta(days=USUAL_DAYS - 1), today)
    since, until = (_day(request, name, day) for name, day in zip(("tu", "den"), usual, strict=True))
    error = ""
    if since is None or until is None or since > until:
        error = "Ngày chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 01/11/2026, ngày đầu không sau ngày cuối."
        since, until = usual
    rows = use.figures(since, until)
    most = max((total for _words, _by_door, total in rows), default=0)
    context = page_context(
        request,
        "Lượt sử dụng trang",
        opts=Piece._meta,
        since=since,
        until=until,
        error=error,
        doors=[str(door.label) for door in UseCount.Door],
        rows=[(*row, round(100 * row[2] / most) if most else 0) for row in rows],
    )
    return render(request, "content/desk/use.html", context)


def _day(request, name: str, usual: dt.date) -> dt.date | None:
    text = request.GET.get(name, "").strip()
    return typed.day(text) if text else usual
