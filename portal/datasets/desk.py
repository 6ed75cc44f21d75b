"""The wizard of a pack at the desk: choose a file, say what its columns are, look, send, approve, undo, withdraw."""

from __future__ import annotations

import datetime as dt
import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dossiers import ownership, typed
from dossiers.admin.access import page_context
from dossiers.catalogue.portal_text import one_line
from dossiers.scoping import scoped
from dossiers.table_files.text_stream import TableFileError
from dossiers.table_files.written import csv_lines
from dossiers.workflow.moving import ActError, Forbidden
from portal.datasets import acts, area_notices, live, loading, pages
from portal.datasets.columns import ROLES, TYPES, Column
from portal.datasets.models import Dataset, DatasetVersion
from portal.datasets.proposing import columns_of, propose
from portal.datasets.reading import MAX_FILE
from portal.datasets.tasks import load_waiting
from portal.datasets.values import text_of

State = DatasetVersion.State
SHOWN_ROWS = 6
SHOWN_PROBLEMS = 100
BUTTONS = frozenset(acts.ACTS) - {"choose_columns"}
READ_AT_ONCE = 2 * 1024 * 1024
"""A file up to this size is read while its owner waits; a larger one in the background, with its progress shown."""
TYPE_WORDS = {"text": "Chữ", "code": "Số hiệu, mã", "number": "Số lượng, tiền", "date": "Ngày"}


class VersionForm(forms.Form):
    """A file and what it rests on."""

    file = forms.FileField(
        label="Tệp dữ liệu",
        widget=forms.ClearableFileInput(attrs={"class": "mc-input", "accept": ".csv,.txt,.xlsx,.gz"}),
        help_text="CSV hoặc XLSX; bảng trên 100.000 dòng nên lưu CSV UTF-8. Bước sau chọn cột, chưa ai thấy gì.",
    )
    source = forms.CharField(
        label="Nguồn dữ liệu",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "mc-input"}),
        help_text="Ví dụ: Sở Nông nghiệp và Môi trường. Người dân thấy dòng này.",
    )
    decision = forms.CharField(
        label="Số văn bản, quyết định",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "mc-input"}),
    )
    decided_on = typed.DayField(label="Ngày văn bản", required=False, attrs={"class": "mc-input"})
    valid_to = typed.DayField(
        label="Dùng đến hết ngày",
        attrs={"class": "mc-input"},
        help_text="Sau ngày này dữ liệu tự rút khỏi trang và tin nhắn.",
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(f"Tệp lớn hơn {MAX_FILE // 1024**2} MB; hãy chia thành nhiều gói.")
        file.name = one_line(file.name)[:200] or "tệp"
        return file

    def clean_valid_to(self) -> dt.date | None:
        day = self.cleaned_data["valid_to"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Ngày này đã qua; dữ liệu sẽ rút ngay khi đưa ra.")
        return day

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        if data.get("decided_on") and data.get("valid_to") and data["valid_to"] < data["decided_on"]:
            self.add_error("valid_to", "Ngày hết dùng phải sau ngày văn bản.")
        return data


def data(request, pk: int):
    """Show a pack's versions and take the next file."""
    pack = _pack(request, pk)
    may_add = request.user.has_perm("datasets.add_datasetversion") and ownership.may_write(request.user, pack)
    form = VersionForm(request.POST or None, request.FILES or None, initial=_as_last_time(pack))
    if request.method == "POST":
        if not may_add:
            raise PermissionDenied(ownership.REFUSED)
        if form.is_valid():
            facts = dict(form.cleaned_data)
            try:
                added = acts.add_version(pack, facts.pop("file"), by=request.user, now=timezone.now(), **facts)
            except ActError as error:
                form.add_error("file", str(error))
            else:
                return HttpResponseRedirect(reverse("admin:datasets_version", args=[added.pk]))
    context = _context(
        request,
        pack.title,
        pack=pack,
        form=form,
        may_add=may_add,
        may_undo=_may_approve(request, pack),
        versions=pack.versions.select_related("uploaded_by", "approved_by")[:30],
        before=pack.versions.filter(state=State.RETIRED, row_count__gt=0).exists() and pack.live_id is not None,
    )
    return render(request, "portal/desk/pack_data.html", context)


def version(request, pk: int):
    """Show one version at whatever step it stands."""
    found = _version(request, pk)
    context = _version_context(request, found)
    if found.state == State.DRAFT:
        return _show_columns(request, found, context)
    context["problems"] = found.problems.all()[:SHOWN_PROBLEMS]
    context["shown"] = SHOWN_PROBLEMS
    return render(request, "portal/desk/pack_version.html", context)


def columns(request, pk: int):
    """Take what the columns are for, and let the file be read; or show them again for another sheet or heading."""
    found = _version(request, pk, write=True)
    if found.state not in (State.DRAFT, State.CHECKED, State.FAILED) or not found.file:
        messages.warning(request, "Bản này không còn ở bước chọn cột.")
        return _back(found)
    context = _version_context(request, found)
    if request.method != "POST" or "look" in request.POST:
        return _show_columns(request, found, context, request.POST)
    sheet, heading = request.POST.get("sheet", ""), typed.whole(request.POST.get("heading", "")) or 1
    chosen = _chosen(request.POST)
    try:
        acts.do(
            "choose_columns",
            found,
            by=request.user,
            now=timezone.now(),
            sheet=sheet,
            heading_row=min(heading, 100_000),
            columns=chosen,
        )
    except ActError as error:
        return _show_columns(request, found, {**context, "error": str(error)}, request.POST, chosen)
    if found.file.size <= READ_AT_ONCE:
        loading.load(found.pk, now=timezone.now())
    else:
        transaction.on_commit(load_waiting.delay, robust=True)
    return _back(found)


def act(request, pk: int):
    """Do what a button says."""
    found = _version(request, pk)
    if request.method == "POST":
        name = request.POST.get("viec", "")
        try:
            said = _do(request, found, name)
        except Forbidden as error:
            raise PermissionDenied(str(error)) from None
        except ActError as error:
            messages.error(request, str(error))
        else:
            live.forget()
            messages.success(request, said)
    return _back(found)


def preview(request, pk: int):
    """Show the page as citizens will see it, asked of this version."""
    found = _version(request, pk)
    if found.state not in (State.CHECKED, State.WAITING, State.LIVE, State.RETIRED) or not found.row_count:
        messages.warning(request, "Bản này chưa có dữ liệu để xem thử.")
        return _back(found)
    try:
        return pages.answer(
            request,
            found,
            preview=True,
            action=request.path,
            back=reverse("admin:datasets_version", args=[found.pk]),
        )
    except pages.guessing.TooMany as over:
        messages.error(request, f"Đã thử nhiều lần; hãy chờ {over.minutes} phút.")
        return _back(found)


def report(request, pk: int):
    """Hand out everything that was found about the rows as a CSV file."""
    found = _version(request, pk)

    def rows():
        yield ["Dòng không nạp", "Cột", "Lý do", "Nguyên văn"]
        for each in found.problems.order_by("line", "id").iterator(chunk_size=1000):
            yield [each.line, each.column, each.reason, each.text]

    response = StreamingHttpResponse(csv_lines(rows()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bao-cao-{found.dataset.slug}-{found.number}.csv"'
    return response


def _do(request, found: DatasetVersion, name: str) -> str:
    act = acts.ACTS.get(name) if name in BUTTONS else None
    if act is None:
        raise ActError("Không rõ việc cần làm; hãy mở lại trang.")
    act.allow(request.user, found)
    row = acts.before(found.dataset) if name == "undo" else found
    asked: dict = {"note": request.POST.get("note", "")} if act.asks == "note" else {}
    if act.targets == {State.LIVE}:
        asked["today"] = timezone.localdate()
    acts.do(name, row, by=request.user, now=timezone.now(), **asked)
    return act.done.format(number=row.number)


def _show_columns(request, found: DatasetVersion, context: dict, asked=None, chosen: tuple[Column, ...] = ()):
    """Render the step of the columns with the file's first rows."""
    asked = asked or {}
    try:
        with loading.table_of(found) as table:
            sheets = table.sheets()
            notes = table.notes
    except TableFileError as error:
        return render(request, "portal/desk/pack_version.html", {**context, "failed_now": str(error)})
    proposal = propose(sheets, found.dataset.kind)
    if proposal is None:
        return render(
            request,
            "portal/desk/pack_version.html",
            {**context, "failed_now": "Tệp không có dòng nào; hãy chọn tệp khác."},
        )
    name, heading = _asked_place(asked, sheets, proposal, found)
    sheet = next(each for each in sheets if each.name == name)
    proposed = chosen or (
        found.columns
        if found.columns and (name, heading) == (found.sheet, found.heading_row) and not asked
        else columns_of(sheet, heading, found.dataset.kind)
    )
    hide = found.dataset.kind == Dataset.Kind.EXAM
    below = [cells for line, cells in sheet.head if line > heading][:SHOWN_ROWS]
    context |= {
        "sheets": [(each.name, each.name or "Tệp văn bản", each.hidden) for each in sheets],
        "sheet": name,
        "heading": heading,
        "notes": notes,
        "roles": ROLES,
        "types": [(each, TYPE_WORDS[each]) for each in TYPES],
        "lines": [
            (column, [_sample(cells[column.place] if column.place < len(cells) else "", hide) for cells in below])
            for column in proposed
        ],
        "head": [
            (line, [_sample(cell, hide and line > heading)[:40] for cell in cells[:12]])
            for line, cells in sheet.head[:8]
        ],
    }
    return render(request, "portal/desk/pack_columns.html", context)


def _asked_place(asked, sheets, proposal, found: DatasetVersion) -> tuple[str, int]:
    names = [each.name for each in sheets]
    if asked.get("sheet", None) in names:
        name = asked["sheet"]
        known = typed.whole(asked.get("heading", ""))
        if "another" in asked or not known:
            own = propose([each for each in sheets if each.name == name], found.dataset.kind)
            return name, own.heading_row if own else 1
        return name, known
    if found.columns and found.sheet in names:
        return found.sheet, found.heading_row
    return proposal.sheet, proposal.heading_row


def _chosen(posted) -> tuple[Column, ...]:
    """Return the columns as the form says; what it does not know becomes "hidden"."""
    found = []
    for place in range(200):
        title = posted.get(f"title-{place}")
        if title is None:
            continue
        role, kind = posted.get(f"role-{place}", ""), posted.get(f"type-{place}", "")
        found.append(
            Column(
                place,
                one_line(title)[:120] or f"Cột {place + 1}",
                role if role in dict(ROLES) else "hidden",
                kind if kind in TYPES else "text",
                posted.get(f"month-{place}") == "1",
            )
        )
    return tuple(found)


def _sample(cell: object, hide: bool) -> str:
    """Return a cell as the wizard shows it; of personal data only its shape: headings tell what a column is."""
    text = text_of(cell)[:60]
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", text)) if hide else text


def _as_last_time(pack: Dataset) -> dict:
    last = pack.versions.order_by("-number").first()
    return {"source": last.source if last else str(pack.agency)}


def _version_context(request, found: DatasetVersion) -> dict:
    write = request.user.has_perm("datasets.add_datasetversion") and ownership.may_write(request.user, found.dataset)
    return _context(
        request,
        f"{found.dataset.title} – bản {found.number}",
        version=found,
        pack=found.dataset,
        may_write=write,
        may_approve=_may_approve(request, found.dataset) and not found.was_prepared_by(request.user),
        own=found.was_prepared_by(request.user),
        area_notices=area_notices.of(found.dataset) if found.state == State.LIVE else (),
        untold=area_notices.untold(found) if found.state == State.LIVE else (),
    )


def _context(request, title: str, **more) -> dict:
    return page_context(request, title, **{"opts": Dataset._meta, **more})


def _pack(request, pk: int) -> Dataset:
    if not request.user.has_perm("datasets.view_dataset"):
        raise PermissionDenied
    found = scoped(Dataset.objects.select_related("agency", "live"), request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _version(request, pk: int, *, write: bool = False) -> DatasetVersion:
    if not request.user.has_perm("datasets.view_dataset"):
        raise PermissionDenied
    rows = DatasetVersion.objects.select_related("dataset__agency", "uploaded_by", "approved_by")
    found = scoped(rows, request.user, "dataset__agency").filter(pk=pk).first()
    if found is None:
        raise Http404
    if write:
        _must_write(request, found.dataset)
    return found


def _must_write(request, pack: Dataset) -> None:
    if not request.user.has_perm("datasets.add_datasetversion"):
        raise PermissionDenied
    if not ownership.may_write(request.user, pack):
        raise PermissionDenied(ownership.REFUSED)


def _may_approve(request, pack: Dataset) -> bool:
    return request.user.has_perm("datasets.approve_dataset") and ownership.may_write(request.user, pack)


def _back(found: DatasetVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:datasets_version", args=[found.pk]))
