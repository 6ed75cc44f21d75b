"""What each act of the table (portal.datasets.acts) changes of a version, and of its pack."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from dossiers import ownership
from dossiers.workflow.moving import Act, ActError, Change, Forbidden, Subject, checked_note
from portal.datasets import area_notices, rows
from portal.datasets.columns import Column, faults
from portal.datasets.models import Dataset, DatasetVersion

State = DatasetVersion.State
KEPT_OLD = 1
"""Replaced versions whose rows are kept for undoing; older ones keep their line in the history alone."""


class VersionSubject(Subject):
    app = "datasets"
    stale = "Bản này vừa được người khác xử lý; hãy mở lại trang."

    def check_scope(self, user, row: DatasetVersion) -> None:
        if not ownership.may_write(user, row.dataset):
            raise Forbidden(ownership.REFUSED)

    def wrong_step(self, row: DatasetVersion, act: Act) -> str:
        return f"Bản đang ở bước “{row.get_state_display()}”, không làm được việc này; hãy mở lại trang."

    def tell(
        self, row: DatasetVersion, kind: str, change: Change, *, by, now: dt.datetime, source: str, target: str
    ) -> Any:
        """Write the line of the pack's history; nobody's for what time or a seed does."""
        if by is not None:
            words = f"Bản {row.number}: {kind}"
            LogEntry.objects.log_actions(by.pk, [row.dataset], CHANGE, words, single_object=True)
        return row


VERSION = VersionSubject()


def choose_columns(
    version: DatasetVersion, *, by, now: dt.datetime, sheet: str, heading_row: int, columns: tuple[Column, ...]
) -> Change:
    """Set what each column is for and let the file be read. Raises ActError with every fault."""
    if not version.file:
        raise ActError("Tệp của bản này không còn giữ; hãy nạp lại tệp.")
    wrong = faults(
        columns,
        needs_secret=version.dataset.kind == Dataset.Kind.EXAM,
        needs_commune=version.dataset.kind == Dataset.Kind.EMERGENCY,
    )
    if wrong:
        raise ActError(" ".join(wrong))
    return Change(
        {
            "sheet": sheet[:120],
            "heading_row": heading_row,
            "columns_by": by,
            "columns_data": [column.data() for column in columns],
            "progress": 0,
            "progress_at": None,
            "row_count": 0,
            "problem_count": 0,
            "name_count": 0,
            "message": "",
            "areas": [],
        }
    )


def send(version: DatasetVersion, *, by, now: dt.datetime) -> Change:
    """Ask somebody else to approve the version."""
    return Change({"message": "", "sent_by": by})


def send_back(version: DatasetVersion, *, by, now: dt.datetime, note: str) -> Change:
    """Return a version to whoever loaded it, with the reason."""
    return Change({"message": checked_note(note, "Ghi lý do trả lại để người nạp biết cần sửa gì.")[:400]})


def approve(version: DatasetVersion, *, by, now: dt.datetime, today: dt.date) -> Change:
    """Let citizens ask this version from now on; the one before it is kept for undoing. Raises ActError.

    What the columns are for decides what strangers are told as much as the file does: nobody approves what they
    loaded, laid out or sent.
    """
    if by is not None and version.was_prepared_by(by):
        raise ActError("Người nạp, chọn cột hoặc gửi duyệt không tự duyệt; cần một người khác có quyền duyệt.")
    if version.expired(today):
        raise ActError("Bản này đã quá ngày dùng; hãy nạp bản mới.")
    return _made_live(version, by=by, now=now)


def undo(version: DatasetVersion, *, by, now: dt.datetime, today: dt.date) -> Change:
    """Return to this version, which was live before; what is live becomes the one to return to. Raises ActError."""
    if version.expired(today):
        raise ActError("Bản trước đã quá ngày dùng nên không quay lại được; hãy nạp bản mới.")
    return _made_live(version, by=by, now=now)


def withdraw(version: DatasetVersion, *, by, now: dt.datetime) -> Change:
    """Take a version away, whatever it was doing; its rows go once that holds (tidy)."""
    if Dataset.objects.filter(pk=version.dataset_id, live=version).update(live=None):
        area_notices.take_back(version.dataset, now=now, why=f"Đã rút {version}")

    def then(told: Any) -> Any:
        _drop_file(version)
        return told

    return Change({}, then=then)


def tidy(version: DatasetVersion) -> None:
    """Remove the rows nobody asks any more: of a withdrawn version, and of those too old to return to.

    Outside the act's transaction: millions of rows go in batches, and what is left over harms nobody.
    """
    if version.state == State.WITHDRAWN:
        rows.remove(version)
    if version.state == State.LIVE:
        replaced = version.dataset.versions.filter(state=State.RETIRED, row_count__gt=0)
        for old in replaced.order_by("-approved_at")[KEPT_OLD:]:
            rows.remove(old)
            DatasetVersion.objects.filter(pk=old.pk).update(row_count=0, state=State.WITHDRAWN)


def _made_live(version: DatasetVersion, *, by, now: dt.datetime) -> Change:
    pack = Dataset.objects.select_for_update().get(pk=version.dataset_id)
    pack.versions.filter(state=State.LIVE).update(state=State.RETIRED)

    def then(told: Any) -> Any:
        Dataset.objects.filter(pk=pack.pk).update(live=version)
        _drop_file(version)
        version.refresh_from_db()
        area_notices.prepare(version, now=now)
        return told

    return Change({"approved_by": by, "approved_at": now}, then=then)


def _drop_file(version: DatasetVersion) -> None:
    """Forget the file: what it said stands in the rows."""
    if version.file:
        name, storage = version.file.name, version.file.storage
        DatasetVersion.objects.filter(pk=version.pk).update(file="")
        version.file = ""
        transaction.on_commit(lambda: storage.delete(str(name)), robust=True)
