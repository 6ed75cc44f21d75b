"""The table of acts of a version of a pack: who may do what in which state, where it leads; and what time does.

draft → loading → checked → waiting → live → retired; failed, withdrawn. Its runner is dossiers.workflow.moving.run;
what an act changes is in portal.datasets.changing. Whoever loaded a version, chose its columns or sent it does not
approve it. Moving the pack's pointer is the one step that changes what citizens see.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max

from dossiers.workflow.moving import Act, ActError, run, table
from portal.datasets import changing, loading
from portal.datasets.changing import VERSION
from portal.datasets.models import Dataset, DatasetVersion

State = DatasetVersion.State
LOAD, APPROVE = "add_datasetversion", "approve_dataset"
WARNED_BEFORE = dt.timedelta(days=14)


def _act(name: str, label: str, permission: str, sources, target: str, **more) -> Act:
    return Act(
        subject=VERSION,
        name=name,
        label=label,
        permission=permission,
        sources=frozenset(sources),
        targets=frozenset({target}),
        does=getattr(changing, name),
        **more,
    )


ACTS: dict[str, Act] = table(
    (
        _act("choose_columns", "Chọn cột", LOAD, {State.DRAFT, State.CHECKED, State.FAILED}, State.LOADING,
             refusal="Bản này không còn ở bước chọn cột; hãy mở lại trang."),
        _act("send", "Gửi duyệt", LOAD, {State.CHECKED}, State.WAITING, kind="gửi duyệt", tone="main",
             refusal="Chỉ gửi duyệt được bản đã kiểm tra xong.",
             done="Đã gửi; người có quyền duyệt thấy ở trang đầu bàn làm việc."),
        _act("approve", "Duyệt, đưa ra cho người dân", APPROVE, {State.WAITING}, State.LIVE, kind="duyệt", tone="main",
             refusal="Bản này không còn chờ duyệt.", done="Đã duyệt; trang và tin nhắn trả lời theo bản này."),
        _act("send_back", "Trả lại để sửa", APPROVE, {State.WAITING}, State.CHECKED, kind="trả lại để sửa",
             asks="note", refusal="Bản này không còn chờ duyệt.", done="Đã trả lại kèm lý do."),
        _act("undo", "Quay lại bản trước", APPROVE, {State.RETIRED}, State.LIVE, kind="quay lại bản này",
             refusal="Bản trước không còn giữ.", done="Đã quay lại bản {number}."),
        _act("withdraw", "Rút bản này", LOAD, set(State) - {State.WITHDRAWN}, State.WITHDRAWN, kind="rút",
             tone="danger", refusal="Bản này đã rút rồi.", done="Đã rút; người dân không còn thấy bản này."),
    )
)  # fmt: skip


def do(name: str, version: DatasetVersion, *, by, now: dt.datetime, **asked) -> Any:
    """Do the act of that name (see moving.run), then remove the rows it left over. `by` None is a seed, or time."""
    told = run(ACTS[name], version, by=by, now=now, **asked)
    changing.tidy(version)
    return told


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


def before(dataset: Dataset) -> DatasetVersion:
    """Return the version that was live before the one that is. Raises ActError when none is kept."""
    kept = dataset.versions.filter(state=State.RETIRED, row_count__gt=0).order_by("-approved_at").first()
    if kept is None or dataset.live_id is None:
        raise ActError("Không có bản trước nào còn giữ để quay lại.")
    return kept


def sweep(*, now: dt.datetime, today: dt.date) -> int:
    """Withdraw versions past their last day and return how many; pages stopped answering from them at midnight."""
    stale = list(DatasetVersion.objects.filter(valid_to__lt=today).exclude(state__in=[State.WITHDRAWN, State.LOADING]))
    for version in stale:
        do("withdraw", version, by=None, now=now)
    return len(stale)


def load_due(*, now: dt.datetime) -> int:
    """Read the files that wait and return how many were read."""
    read = [version for version in (loading.load(pk, now=now) for pk in loading.due(now)) if version is not None]
    if read:
        loading.tell_planner()
    return len(read)
