"""Collecting a dossier's fees later than at the counter, and what every counter collected in a day."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import typed
from dossiers.admin.access import must_have, own_dossier, page_context
from dossiers.intake import fee_lines
from dossiers.printed_forms import sentences
from dossiers.scoping import agency_ids_of


@require_POST
def collect(request, pk: int):
    """Mark what is still due as collected, in cash or by transfer."""
    must_have(request, "receive_dossier")
    dossier = own_dossier(request, pk)
    method = request.POST.get("method", "")
    if method not in fee_lines.METHODS:
        messages.warning(request, "Chọn thu tiền mặt hay chuyển khoản.")
    elif collected := fee_lines.collect(dossier, method, by=request.user, now=timezone.now()):
        messages.success(request, f"Đã ghi thu {sentences.money(int(collected))}.")
    else:
        messages.info(request, "Không còn khoản nào phải thu.")
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[pk]) + "#phi")


@require_GET
def day(request):
    """Show the sums of a day by counter, person and way of paying."""
    must_have(request, "receive_dossier")
    shown = typed.day(request.GET.get("ngay")) or timezone.localdate()
    rows = fee_lines.collected_on(shown, agency_ids_of(request.user))
    context = page_context(request, "Tiền thu trong ngày", day=shown, rows=rows, total=sum(row["sum"] for row in rows))
    return render(request, "dossiers/desk/fees_collected.html", context)
