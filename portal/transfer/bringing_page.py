"""The desk's page for old dossiers: send a file, see what would come of each row, take it, fetch the report."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dossiers.admin.access import page_context
from dossiers.models import Agency, LongAct
from dossiers.scoping import membership_of, scoped
from portal.transfer import bringing
from portal.transfer.columns import NAMES

SHOWN = 100
GONE = f"Tệp, báo cáo chỉ giữ {bringing.KEPT.days} ngày. Hãy gửi lại tệp."


class FileForm(forms.Form):
    """The file and the agency that received its dossiers."""

    agency = forms.ModelChoiceField(label="Cơ quan đã tiếp nhận các hồ sơ", queryset=Agency.objects.none())
    file = forms.FileField(
        label="Tệp hồ sơ",
        help_text="CSV (mọi dấu cách cột, mọi bảng mã thường gặp) hoặc XLSX, nhiều trang tính cũng được.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = scoped(Agency.objects.order_by("name"), user, "pk")
        for box in self.fields.values():
            box.widget.attrs.setdefault("class", "mc-input")


def _must_bring(request) -> None:
    if not request.user.has_perm(bringing.RIGHT):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def send(request):
    """Ask for a file, and have it tried."""
    _must_bring(request)
    place = membership_of(request.user)
    form = FileForm(
        request.POST or None, request.FILES or None, user=request.user, initial={"agency": place and place.agency_id}
    )
    if request.method == "POST" and form.is_valid():
        file, agency = form.cleaned_data["file"], form.cleaned_data["agency"]
        name = " ".join(file.name.split())[:120]
        act = bringing.begin(bringing.TRY, bringing.keep(file), name, agency, by=request.user, now=timezone.now())
        return HttpResponseRedirect(reverse("admin:desk_long_act", args=[act.pk]))
    mine = LongAct.objects.filter(by=request.user, kind__in=[bringing.TRY, bringing.TAKE])[:10]
    columns = [name[:1].upper() + name[1:] for name in NAMES.values()]
    return _page(request, "Chuyển hồ sơ cũ", "send.html", form=form, mine=mine, columns=columns)


@require_GET
def brought(request, pk: int):
    """Show what came, or would come, of a file: counts, remarks, the first rows that are not taken."""
    act = _own(request, pk)
    new, known, refused = act.result.get("counts", (0, 0, 0))
    return _page(
        request,
        act.title,
        "brought.html",
        act=act,
        result=act.result,
        new=new,
        known=known,
        refused=refused,
        rows=bringing.refused_rows(act, SHOWN),
        agency=Agency.objects.filter(pk=act.result.get("agency")).first(),
        is_trial=act.kind == bringing.TRY,
        may_take=_may_take(act.result.get("stored", "")) and new + known > 0,
        has_report=default_storage.exists(bringing.report_name(act)),
        shown=SHOWN,
    )


def _may_take(stored: str) -> bool:
    return bool(stored) and default_storage.exists(stored) and not bringing.is_taken(stored)


@require_POST
def take(request, pk: int):
    """Take the file that was tried."""
    tried = _own(request, pk)
    stored = tried.result.get("stored", "")
    agency = scoped(Agency.objects.filter(pk=tried.result.get("agency")), request.user, "pk").first()
    if agency is None or tried.kind != bringing.TRY or not stored or not default_storage.exists(stored):
        messages.error(request, GONE)
        return HttpResponseRedirect(reverse("admin:dossiers_bring"))
    if bringing.is_taken(stored):
        messages.warning(request, "Tệp này đã được chuyển hoặc đang chuyển; xem ở Các tệp tôi đã gửi.")
        return HttpResponseRedirect(reverse("admin:dossiers_bring"))
    act = bringing.begin(bringing.TAKE, stored, tried.result["name"], agency, by=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("admin:desk_long_act", args=[act.pk]))


@require_GET
def report(request, pk: int):
    """Hand out the report of every row to whoever sent the file."""
    act = _own(request, pk)
    if not default_storage.exists(bringing.report_name(act)):
        messages.error(request, GONE)
        return HttpResponseRedirect(reverse("admin:dossiers_bring"))
    file = default_storage.open(bringing.report_name(act))
    return FileResponse(file, as_attachment=True, filename=f"bao-cao-{act.pk}.csv", content_type="text/csv")


def _own(request, pk: int) -> LongAct:
    _must_bring(request)
    act = bringing.own(pk, request.user)
    if act is None:
        raise Http404
    return act


def _page(request, title: str, template: str, **more):
    context = page_context(request, title, **more)
    context.pop("opts")
    return render(request, f"transfer/{template}", context)
