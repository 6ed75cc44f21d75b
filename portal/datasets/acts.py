"""What people do with versions of a pack (choose columns, send, approve, undo, withdraw), and what time does.

Whoever loaded a version does not approve it. Moving the pack's pointer is the one step that changes what citizens see.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from dossiers import ownership
from dossiers.workflow.moving import ActError, checked_note
from portal.datasets import cut_notices, loading, rows
from portal.datasets.columns import Column, faults
from portal.datasets.models import Dataset, DatasetVersion

State = DatasetVersion.State
KEPT_OLD = 1
"""Replaced versions whose rows are kept for undoing; older ones keep their line in the history alone."""
WARNED_BEFORE = dt.timedelta(days=14)


def add_version(dataset: Dataset, upload, *, by, now: dt.datetime, **facts) -> DatasetVersion:
    """Store an uploaded file as the next version of the pack. Raises ActError while another one is read."""
    if dataset.versions.filter(state=State.LOADING).exists():
        raise ActError("Đang nạp một bản khác của gói này; chờ xong hoặc rút bản đó rồi nạp.")
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)
        last = dataset.versions.aggregate(last=Max("number"))["last"] or 0
        version = DatasetVersion(
            dataset=dataset, number=last + 1, uploaded_by=by, uploaded_at=now, file_name=upload.name[:255], **facts
        )
        version.file.save(f"{dataset.slug}-{last + 1}", upload, save=False)
        version.save()
    return version


def choose_columns(version: DatasetVersion, sheet: str, heading_row: int, columns: tuple[Column, ...]) -> None:
    """Set what each column is for and let the file be read. Raises ActError with every fault."""
    wrong = faults(columns, needs_secret=version.dataset.kind == Dataset.Kind.EXAM)
    if wrong:
        raise ActError(" ".join(wrong))
    changed = DatasetVersion.objects.filter(
        pk=version.pk, state__in=[State.DRAFT, State.CHECKED, State.FAILED], file__gt=""
    ).update(
        sheet=sheet[:120],
        heading_row=heading_row,
        columns_data=[column.data() for column in columns],
        state=State.LOADING,
        progress=0,
        progress_at=None,
        row_count=0,
        problem_count=0,
        name_count=0,
        message="",
        areas=[],
    )
    if not changed:
        raise ActError("Bản này không còn ở bước chọn cột; hãy mở lại trang.")


def send(version: DatasetVersion) -> None:
    """Ask somebody else to approve the version."""
    _move(version, [State.CHECKED], State.WAITING, "Chỉ gửi duyệt được bản đã kiểm tra xong.", message="")


def send_back(version: DatasetVersion, note: str) -> None:
    """Return a version to whoever loaded it, with the reason."""
    note = checked_note(note, "Ghi lý do trả lại để người nạp biết cần sửa gì.")
    _move(version, [State.WAITING], State.CHECKED, "Bản này không còn chờ duyệt.", message=note[:400])


def approve(version: DatasetVersion, *, by, now: dt.datetime, today: dt.date) -> None:
    """Let citizens ask this version from now on; the one before it is kept for undoing. Raises ActError.

    `by` None is a seed, which has nobody to approve.
    """
    if by is not None and version.uploaded_by_id == by.pk:
        raise ActError("Người nạp không tự duyệt; cần một người khác có quyền duyệt.")
    if version.expired(today):
        raise ActError("Bản này đã quá ngày dùng; hãy nạp bản mới.")
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=version.dataset_id)
        dataset.versions.filter(state=State.LIVE).update(state=State.RETIRED)
        _move(version, [State.WAITING], State.LIVE, "Bản này không còn chờ duyệt.", approved_by=by, approved_at=now)
        Dataset.objects.filter(pk=dataset.pk).update(live=version)
        _drop_file(version)
        version.refresh_from_db()
        cut_notices.prepare(version, now=now)
    _forget_older(dataset)


def undo(dataset: Dataset, *, by, now: dt.datetime, today: dt.date) -> DatasetVersion:
    """Return to the version that was live before; what was live becomes the one to return to. Raises ActError."""
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        before = dataset.versions.filter(state=State.RETIRED, row_count__gt=0).order_by("-approved_at").first()
        if before is None or dataset.live_id is None:
            raise ActError("Không có bản trước nào còn giữ để quay lại.")
        if before.expired(today):
            raise ActError("Bản trước đã quá ngày dùng nên không quay lại được; hãy nạp bản mới.")
        dataset.versions.filter(state=State.LIVE).update(state=State.RETIRED)
        _move(before, [State.RETIRED], State.LIVE, "Bản trước không còn giữ.", approved_by=by, approved_at=now)
        Dataset.objects.filter(pk=dataset.pk).update(live=before)
        before.refresh_from_db()
        cut_notices.prepare(before, now=now)
    return before


def withdraw(version: DatasetVersion) -> None:
    """Take a version away, whatever it was doing; its rows are removed."""
    allowed = [each for each in State if each != State.WITHDRAWN]
    with transaction.atomic():
        if Dataset.objects.filter(pk=version.dataset_id, live=version).update(live=None):
            cut_notices.take_back(version.dataset, now=timezone.now(), why=f"Đã rút {version}")
        _move(version, allowed, State.WITHDRAWN, "Bản này đã rút rồi.")
        _drop_file(version)
    rows.remove(version)


def sweep(*, now: dt.datetime, today: dt.date) -> int:
    """Withdraw versions past their last day and return how many; pages stopped answering from them at midnight."""
    stale = list(DatasetVersion.objects.filter(valid_to__lt=today).exclude(state__in=[State.WITHDRAWN, State.LOADING]))
    for version in stale:
        withdraw(version)
    return len(stale)


def load_due(*, now: dt.datetime) -> int:
    """Read the files that wait and return how many were read."""
    read = [version for version in (loading.load(pk, now=now) for pk in loading.due(now)) if version is not None]
    if read:
        loading.tell_planner()
    return len(read)


def must_own(user, dataset: Dataset) -> None:
    """Raise PermissionDenied unless the pack is of an agency of the user."""
    if not ownership.may_write(user, dataset):
        raise PermissionDenied(ownership.REFUSED)


def _move(version: DatasetVersion, sources: list, target: str, otherwise: str, **changes) -> None:
    """Change the state in one statement, so that two people pressing at once do it once. Raises ActError."""
    if not DatasetVersion.objects.filter(pk=version.pk, state__in=sources).update(state=target, **changes):
        raise ActError(otherwise)
    version.state = target
    for name, value in changes.items():
        setattr(version, name, value)


def _drop_file(version: DatasetVersion) -> None:
    """Forget the file: what it said stands in the rows."""
    if version.file:
        name, storage = version.file.name, version.file.storage
        DatasetVersion.objects.filter(pk=version.pk).update(file="")
        version.file = ""
        transaction.on_commit(lambda: storage.delete(str(name)), robust=True)


def _forget_older(dataset: Dataset) -> None:
    old = dataset.versions.filter(state=State.RETIRED, row_count__gt=0).order_by("-approved_at")[KEPT_OLD:]
    for version in old:
        rows.remove(version)
        DatasetVersion.objects.filter(pk=version.pk).update(row_count=0, state=State.WITHDRAWN)
