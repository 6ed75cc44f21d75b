"""Reading a version's file into rows: checked line by line, visible to nobody before it is approved.

A load that stops half-way keeps nothing: its rows are removed, here or by the next load of the same version. A lost
worker's load is taken up again once its progress stands still (`LEASE`).
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.table_files.text_stream import TableFileError
from portal.datasets import rows
from portal.datasets.checking import Checker, Problem, Record
from portal.datasets.columns import by_number
from portal.datasets.models import MOST_PROBLEMS, Dataset, DatasetProblem, DatasetVersion
from portal.datasets.reading import Table, opened
from portal.datasets.words import NameIndex

log = structlog.get_logger(__name__)
State = DatasetVersion.State
BATCH = 20_000
LEASE = dt.timedelta(minutes=5)


class _Stopped(Exception):
    """Somebody withdrew the version while it was read."""


@contextmanager
def table_of(version: DatasetVersion) -> Iterator[Table]:
    """Open the version's file, unsealed into a private scratch file while it is read. Raises TableFileError."""
    if not version.file or not version.file.storage.exists(str(version.file.name)):
        raise TableFileError("Không còn tệp của bản này; hãy nạp lại tệp.")
    with tempfile.NamedTemporaryFile(prefix="goi-") as scratch:
        with version.file.open("rb") as sealed:
            shutil.copyfileobj(sealed, scratch)
        scratch.flush()
        with opened(Path(scratch.name), version.file_name) as table:
            yield table


def due(now: dt.datetime) -> list[int]:
    """Return the versions that wait for a reader, those of a lost worker among them."""
    waiting = DatasetVersion.objects.filter(state=State.LOADING)
    return list(
        waiting.filter(Q(progress_at=None) | Q(progress_at__lt=now - LEASE)).order_by("pk").values_list("pk", flat=True)
    )


def load(version_id: int, *, now: dt.datetime) -> DatasetVersion | None:
    """Read the file of a version and return it, checked or failed; None when another worker has it."""
    mine = DatasetVersion.objects.filter(pk=version_id, state=State.LOADING)
    taken = mine.filter(Q(progress_at=None) | Q(progress_at__lt=now - LEASE)).update(progress_at=now, progress=0)
    if not taken:
        return None
    version = DatasetVersion.objects.select_related("dataset").get(pk=version_id)
    rows.remove(version)
    try:
        with table_of(version) as table:
            outcome = _read(version, table)
    except _Stopped:
        rows.remove(version)
        return None
    except TableFileError as error:
        return _failed(version, str(error))
    except Exception:
        log.exception("dataset load failed", version=version_id)
        return _failed(version, "Hệ thống gặp lỗi khi nạp nên chưa ghi gì; hãy nạp lại, nếu vẫn lỗi hãy báo quản trị.")
    if outcome["row_count"]:
        return _ended(version, State.CHECKED, "", **outcome)
    return _ended(version, State.FAILED, "Không dòng nào nạp được; xem lý do từng dòng bên dưới.", **outcome)


def _failed(version: DatasetVersion, message: str) -> DatasetVersion | None:
    rows.remove(version)
    return _ended(version, State.FAILED, message[:400], row_count=0, problem_count=0, name_count=0)


def _ended(version: DatasetVersion, state: str, message: str, **outcome) -> DatasetVersion | None:
    """Write how the reading ended; None when somebody withdrew the version meanwhile: then nothing of it stays."""
    reading = DatasetVersion.objects.filter(pk=version.pk, state=State.LOADING)
    if not reading.update(state=state, message=message, **outcome):
        rows.remove(version)
        return None
    version.refresh_from_db()
    return version


def _read(version: DatasetVersion, table: Table) -> dict:
    columns = version.columns
    checker = Checker(columns, needs_times=version.dataset.kind == Dataset.Kind.POWER_CUT)
    write: Callable = rows.write_protected if version.protected else rows.write_open
    index = None if by_number(columns) else NameIndex()
    records: list[Record] = []
    problems: list[Problem] = []
    counted = loaded = 0
    for line, cells in table.rows(version.sheet):
        if line <= version.heading_row:
            continue
        record, found = checker.check(line, cells)
        problems += found
        if record is not None:
            records.append(record)
            if index is not None:
                index.add(record.key)
        counted += 1
        if len(records) >= BATCH or len(problems) >= BATCH:
            loaded += len(records)
            _flush(version, records, problems, write, counted)
        if len(problems) + _reported(version) > MOST_PROBLEMS:
            raise TableFileError(
                f"Hơn {MOST_PROBLEMS:,} dòng có lỗi: có lẽ chọn sai cột hoặc sai hàng tiêu đề. Chưa nạp gì.".replace(
                    ",", "."
                )
            )
    loaded += len(records)
    _flush(version, records, problems, write, counted)
    if index is not None:
        with transaction.atomic():
            rows.write_names(version.pk, index)
    return {
        "row_count": loaded,
        "name_count": len(index) if index is not None else 0,
        "problem_count": _reported(version),
        "areas": sorted(([area, name] for area, name in checker.areas.items())),
        "progress": counted,
    }


def _reported(version: DatasetVersion) -> int:
    return version.problem_count


def _flush(version: DatasetVersion, records: list, problems: list, write: Callable, counted: int) -> None:
    """Write what is at hand in one transaction and tell how far the reading is. Raises _Stopped."""
    with transaction.atomic():
        if records:
            write(version.pk, records)
        DatasetProblem.objects.bulk_create(
            DatasetProblem(
                version=version,
                line=each.line,
                column=each.column[:120],
                reason=each.reason[:300],
                text=each.text,
            )
            for each in problems
        )
        told = DatasetVersion.objects.filter(pk=version.pk, state=State.LOADING).update(
            progress=counted, progress_at=timezone.now()
        )
    if not told:
        raise _Stopped
    version.problem_count += len(problems)
    records.clear()
    problems.clear()


def tell_planner() -> None:
    """Let PostgreSQL see the new rows before the first question, rather than at the next autovacuum."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE datasets_datasetrow, datasets_protectedrow, datasets_datasetname, datasets_datasetword"
            )
