"""The page of a long act: how far it is, a button to stop it, what came of it. Seen by whoever asked for it alone."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.admin.access import page_context
from dossiers.long_acts import files, progress, running
from dossiers.models import LongAct, PersonalDataRead

SHOWN = 30


def _own(request, pk: int) -> LongAct:
    act = LongAct.objects.filter(pk=pk, by=request.user).first()
    if act is None:
        raise Http404
    return act


@require_GET
def view(request, pk: int):
    """Show the act as it stands; the page asks again by itself until it is over."""
    act = _own(request, pk)
    context = page_context(request, act.title, act=act, told=_told(act), over=act.is_over)
    context.pop("opts")
    return render(request, "dossiers/desk/long_act.html", context)


@require_GET
def state(request, pk: int):
    """Answer how far the act is, for the page's script."""
    act = _own(request, pk)
    return JsonResponse({"over": act.is_over, "state": act.get_state_display(), **_told(act)})


@require_GET
def file(request, pk: int):
    """Hand out the table the worker wrote, within its week, to whoever still may; each time is in the reading log."""
    act = _own(request, pk)
    if not act.is_over:
        raise Http404
    name = files.standing(act, timezone.now())
    if name is None:
        messages.error(request, f"Tệp chỉ giữ {files.KEPT.days} ngày. Hãy xuất lại.")
        return HttpResponseRedirect(reverse("admin:desk_long_act", args=[pk]))
    if not files.may_fetch(act, request.user):
        raise PermissionDenied
    PersonalDataRead.objects.create(user=request.user, via=f"tải tệp: {act.title}"[:60])
    made = f"xuat-{timezone.localtime(act.created_at):%Y%m%d-%H%M}.csv"
    return FileResponse(default_storage.open(name), as_attachment=True, filename=made, content_type="text/csv")


@require_POST
def stop(request, pk: int):
    """Have the act stop; what it was doing in one go is undone, what was done row by row stays done."""
    act = _own(request, pk)
    if not act.is_over:
        running.stop(act)
        messages.info(request, "Đã yêu cầu dừng.")
    return HttpResponseRedirect(reverse("admin:desk_long_act", args=[pk]))


@require_GET
def latest(request):
    """Show the long acts the user asked for last."""
    acts = LongAct.objects.filter(by=request.user)[:SHOWN]
    context = page_context(request, "Việc chạy lâu của tôi", acts=acts, now=timezone.now())
    context.pop("opts")
    return render(request, "dossiers/desk/long_acts.html", context)


def _told(act: LongAct) -> dict:
    return {"done": 0, "total": 0, "words": ""} if act.is_over else progress.of(act.pk)
