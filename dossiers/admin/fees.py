"""A dossier's fees collected later than at the counter or cancelled, and what every counter collected in a day."""

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
from dossiers.workflow.acts import ACTS
from dossiers.workflow.moving import ActError, run

LONGEST_REASON = 500
NEXT = {
    "collect_fees": "",
    "cancel_fees": "Sửa khoản thu nếu cần rồi thu lại: phiếu thu mới và giấy tiếp nhận thay thế ghi đúng số tiền.",
}


@require_POST
def collect(request, pk: int):
    """Mark what is still due as collected, in cash or by transfer."""
    return _moved(request, pk, "collect_fees", "Đã ghi thu", method=request.POST.get("method", ""))


@require_POST
def cancel(request, pk: int):
    """Take back a collection that was a mistake, or one line of it: that money is due again, its slip is void."""
    reason, only = request.POST.get("reason", "")[:LONGEST_REASON], typed.whole(request.POST.get("only", ""))
    line = only or typed.whole(request.POST.get("line", ""))
    return _moved(request, pk, "cancel_fees", "Đã hủy thu", line=line, reason=reason, alone=bool(only))


def _moved(request, pk: int, name: str, done: str, **asked):
    must_have(request, ACTS[name].permission)
    dossier = own_dossier(request, pk)
    seen = typed.whole(request.POST.get("version", ""))
    try:
        event = run(ACTS[name], dossier, by=request.user, now=timezone.now(), expected_version=seen, **asked)
    except ActError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"{done} {sentences.money(int(event.facts['amount']))}. {NEXT[name]}".rstrip())
    return HttpResponseRedirect(reverse("admin:dossiers_dossier_change", args=[pk]) + "#phi")


@require_GET
def day(request):
    """Show the sums of a day by counter, person and way of paying."""
    if not request.user.has_perm("dossiers.cancel_fee"):
        must_have(request, "receive_dossier")
    shown = typed.day(request.GET.get("ngay")) or timezone.localdate()
    rows = fee_lines.collected_on(shown, agency_ids_of(request.user))
    context = page_context(request, "Tiền thu trong ngày", day=shown, rows=rows, total=sum(row["sum"] for row in rows))
    return render(request, "dossiers/desk/fees_collected.html", context)
