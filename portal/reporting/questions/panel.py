"""On the page of a dossier: who answers the telephone or stands at the counter notes that it was asked after."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from dossiers.lookup import asked_after
from dossiers.models import Dossier
from dossiers.scoping import scoped


def panel(request: HttpRequest, dossier: Model) -> SafeString:
    """Return the panel: one button."""
    return mark_safe(render_to_string("reporting/_question.html", {"dossier": dossier}, request=request))


@require_POST
def noted(request, pk: int):
    """Count one question about the dossier, asked by telephone or at the counter."""
    if not request.user.has_perm("dossiers.view_dossier"):
        raise PermissionDenied
    dossier = scoped(Dossier.objects.filter(pk=pk).only("code", "agency"), request.user).first()
    if dossier is None:
        raise Http404
    asked_after.told(asked_after.DESK, [dossier.code])
    messages.success(request, "Đã ghi một lượt hỏi tiến độ: chỉ đếm, không ghi ai hỏi.")
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[pk]))
