"""A new load of the catalogue: choose a file, see what would change, confirm. Large files are read by the worker."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dossiers import ownership, typed
from dossiers.admin.access import page_context
from dossiers.admin.catalogue import difference_view
from dossiers.catalogue import previews, report, uploads
from dossiers.catalogue.importing import Options, load_file
from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress
from dossiers.models import Agency, CatalogueImport, LongAct
from dossiers.table_files.text_stream import TableFileError

AT_ONCE = 200_000
"""Bytes of a file that is read while one waits for the answer."""
ADD = "admin:dossiers_catalogueimport_add"
GONE = "Tệp xem trước đã hết hạn; hãy chọn lại tệp."


class UploadForm(forms.Form):
    """The file, and whose catalogue it is."""

    file = forms.FileField(
        label="Tệp danh mục",
        widget=forms.ClearableFileInput(attrs={"class": "mc-input"}),
        help_text="Tệp tải từ Cổng (.jsonl, .gz), CSV hoặc XLSX có cột “Mã thủ tục” và “Tên thủ tục”.",
    )
    source = forms.CharField(
        label="Tên nguồn",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "mc-input"}),
        help_text="Để trống với tệp của Cổng Dịch vụ công quốc gia. Lần nạp sau chỉ so với các lần cùng nguồn.",
    )
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"),
        label="Danh mục riêng của đơn vị",
        required=False,
        empty_label="Danh mục chung",
    )


def may_load(request) -> bool:
    """Return whether the user loads catalogues: everybody's, so only those who see every agency."""
    return request.user.has_perm("dossiers.add_catalogueimport") and ownership.may_write_any(
        request.user, CatalogueImport
    )


def must_load(request) -> None:
    """Raise PermissionDenied unless the user loads catalogues."""
    if not may_load(request):
        raise PermissionDenied("Danh mục dùng chung do quản trị toàn tỉnh nạp.")


def upload(request):
    """Ask for a file; with one, show what loading it would change. Nothing is written but the kept file."""
    must_load(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = uploads.keep(form.cleaned_data["file"], request.user)
        agency = form.cleaned_data["agency"]
        asked = {
            "token": kept.token,
            "source": form.cleaned_data["source"],
            "agency": agency.pk if agency else None,
        }
        if kept.path.stat().st_size > AT_ONCE:
            return _later(request, "catalogue-preview", f"Xem trước khi nạp “{kept.name}”", asked)
        try:
            _preview(kept, asked, by=request.user)
        except TableFileError as error:
            uploads.forget(kept)
            form.add_error("file", str(error))
        else:
            return _page(request, kept, asked)
    context = page_context(request, "Nạp danh mục thủ tục", form=form, opts=CatalogueImport._meta)
    return render(request, "dossiers/desk/catalogue_upload.html", context)


def view(request):
    """Show what loading a kept file would change: `tep` names it, with its source and agency."""
    must_load(request)
    kept = uploads.find(request.GET.get("tep", ""), request.user)
    asked = {"source": request.GET.get("nguon", "")[:120], "agency": typed.whole(request.GET.get("don-vi", ""))}
    found = _page(request, kept, asked) if kept else None
    if found is None:
        messages.warning(request, GONE)
        return HttpResponseRedirect(reverse(ADD))
    return found


def _page(request, kept: uploads.Kept, asked: dict):
    """Return the page of a preview; None when it is gone."""
    preview = previews.find(kept)
    if preview is None:
        return None
    lines_asked = difference_view.Asked.from_query(request.GET, preview.counts)
    lines, count = difference_view.of_preview(preview, lines_asked)
    options = {"source": asked["source"], "agency": Agency.objects.filter(pk=asked["agency"]).first()}
    context = page_context(
        request,
        "Xem trước khi nạp danh mục",
        opts=CatalogueImport._meta,
        preview=preview,
        options=options,
        shares=shares_of(preview.shares),
        **difference_view.context(preview.counts, lines_asked, lines, count, token=kept.token),
    )
    return render(request, "dossiers/desk/catalogue_preview.html", context)


def confirm(request):
    """Load the file that was previewed."""
    must_load(request)
    kept = uploads.find(request.POST.get("token", ""), request.user) if request.method == "POST" else None
    if kept is None:
        messages.warning(request, GONE)
        return HttpResponseRedirect(reverse(ADD))
    asked = {
        "token": kept.token,
        "source": request.POST.get("source", "")[:120],
        "agency": typed.whole(request.POST.get("agency", "")),
        "abolish": request.POST.get("abolish") == "yes",
        "decision": request.POST.get("decision", "")[:120],
    }
    if kept.path.stat().st_size > AT_ONCE:
        return _later(request, "catalogue-load", f"Nạp danh mục “{kept.name}”", asked)
    try:
        outcome = _load(kept, asked, by=request.user)
    except TableFileError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse(ADD))
    messages.success(request, report.summary(outcome, dry_run=False).split("\n")[0])
    return HttpResponseRedirect(reverse("admin:dossiers_catalogueimport_change", args=[outcome.load.pk]))


def _later(request, kind: str, title: str, asked: dict):
    act = running.begin(kind, title, asked, by=request.user, now=timezone.now())
    return HttpResponseRedirect(reverse("admin:desk_long_act", args=[act.pk]))


def _preview(kept: uploads.Kept, asked: dict, *, by, told=lambda rows: None) -> None:
    previews.keep(kept, _run(kept, asked, by=by, told=told, dry_run=True))


def _load(kept: uploads.Kept, asked: dict, *, by, told=lambda rows: None):
    """Load the kept file and forget it, however it ends."""
    try:
        outcome = _run(
            kept,
            asked,
            by=by,
            told=told,
            abolish_missing=asked["abolish"],
            abolishing_decision=asked["decision"],
        )
    finally:
        uploads.forget(kept)
    LogEntry.objects.log_actions(by.pk, [outcome.load], ADDITION, "Nạp danh mục thủ tục", single_object=True)
    return outcome


def _run(kept: uploads.Kept, asked: dict, *, by, told, **more):
    agency = Agency.objects.filter(pk=asked["agency"]).first() if asked["agency"] else None
    options = Options(today=timezone.localdate(), source=asked["source"], agency=agency, **more)
    return load_file(kept.path, options, by=by, now=timezone.now(), file_name=kept.name, told=told)


def _kept(act: LongAct) -> uploads.Kept:
    if act.by is None or not act.by.has_perm("dossiers.add_catalogueimport"):
        raise NotDone("Người yêu cầu không còn quyền nạp danh mục.")
    kept = uploads.find(act.asked["token"], act.by)
    if kept is None:
        raise NotDone(GONE)
    return kept


@register("catalogue-preview")
def preview_later(act: LongAct, progress: Progress) -> dict:
    """Find out what the file would change; the result is the page that shows it."""
    kept = _kept(act)
    try:
        _preview(kept, act.asked, by=act.by, told=lambda rows: progress.told(rows, words="dòng đã đọc"))
    except TableFileError as error:
        uploads.forget(kept)
        raise NotDone(str(error)) from None
    query = {"tep": kept.token, "nguon": act.asked["source"], "don-vi": act.asked["agency"] or ""}
    address = f"{reverse('admin:dossiers_catalogueimport_preview')}?{urlencode(query)}"
    return {"words": "Đã đọc xong tệp. Chưa ghi gì vào danh mục.", "address": address, "action": "Xem thay đổi"}


@register("catalogue-load")
def load_later(act: LongAct, progress: Progress) -> dict:
    """Load the file; the result is the page of the load."""
    kept = _kept(act)
    try:
        outcome = _load(kept, act.asked, by=act.by, told=lambda rows: progress.told(rows, words="dòng đã nạp"))
    except TableFileError as error:
        raise NotDone(str(error)) from None
    address = reverse("admin:dossiers_catalogueimport_change", args=[outcome.load.pk])
    words = report.summary(outcome, dry_run=False).split("\n")[0]
    return {"words": words, "address": address, "action": "Xem lần nạp"}


def shares_of(shares: list) -> list[tuple]:
    """Return (name, stated, read, per cent) of each share kept as [name, stated, read]."""
    return [(name, stated, read, 100 * read / stated if stated else 100) for name, stated, read in shares]
