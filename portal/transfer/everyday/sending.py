"""A file of a table from the desk: kept sealed, tried, its outcome kept beside it, written once as it was looked at."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from dossiers.models import Agency
from dossiers.table_files.text_stream import TableFileError
from portal.transfer import bringing
from portal.transfer.everyday import reading, remembering, trying
from portal.transfer.everyday.kinds import TABLES
from portal.transfer.everyday.reading import Reading
from portal.transfer.everyday.trying import Line, Outcome
from portal.transfer.models import SentTable

LONG = {"long": 1}
"""In place of the counts of a file that is too long to be tried at once."""
GONE = f"Tệp chỉ giữ {bringing.KEPT.days} ngày. Hãy gửi lại tệp."


def send(slug: str, upload, agency: Agency | None, request, *, now: dt.datetime) -> SentTable:
    """Keep an uploaded file and try it; a long one is kept untried, `is_long`.

    Raises TableFileError for a file that is no table; then nothing is kept.
    """
    name = " ".join((upload.name or "tep").split())[-120:]
    stored = bringing.keep(upload)
    sent = SentTable(table=slug, by=request.user, agency=agency, name=name, stored=stored, sent_at=now)
    try:
        _keep_outcome(sent, *_run(sent, request)[:2])
    except reading.TooLong:
        sent.counts = LONG
    except TableFileError:
        default_storage.delete(stored)
        raise
    sent.save()
    return sent


def is_long(sent: SentTable) -> bool:
    """Return whether the file has more rows than one waits for: then its acts are the worker's."""
    return sent.counts == LONG or sum(sent.counts.values()) > TABLES[sent.table].most


def try_again(sent: SentTable, request, **more) -> None:
    """Try the file once more: columns were chosen, or something changed meanwhile. Raises TableFileError.

    A long file is asked for with `most`, and tells how far it is by `told`.
    """
    _keep_outcome(sent, *_run(sent, request, **more)[:2])
    sent.save(update_fields=["counts"])


def write(sent: SentTable, request, *, now: dt.datetime, **more) -> bool:
    """Write the file as it was looked at; False when that has changed since, then nothing is written.

    Raises TableFileError. Done once: a second call finds it written and changes nothing. `more` as in try_again.
    """
    with transaction.atomic():
        locked = SentTable.objects.select_for_update().get(pk=sent.pk)
        if locked.written_at is not None:
            return True
        found, outcome, written, made = _run(locked, request, seen=outcome_of(sent).get("digest", "-"), **more)
        if written:
            locked.written_at, locked.counts = now, dict(outcome.counts)
            locked.save(update_fields=["written_at", "counts"])
        # Before the commit: what is written always has its list of accounts, whenever the process dies.
        _keep_outcome(sent, found, outcome, made if written else [])
    if written:
        default_storage.delete(sent.stored)
    else:
        sent.save(update_fields=["counts"])
    return written


def outcome_of(sent: SentTable) -> dict:
    """Return what is kept of the last try: digest, lines, sheets, remarks, accounts made; {} when it is gone."""
    try:
        with default_storage.open(_beside(sent)) as kept:
            return json.load(kept)
    except FileNotFoundError:
        return {}


def lines_of(kept: dict) -> list[Line]:
    """Return the lines of a kept outcome."""
    return [Line(**line) for line in kept.get("lines", ())]


def is_kept(sent: SentTable) -> bool:
    """Return whether the file is still there to be tried or written."""
    return default_storage.exists(sent.stored)


def report_rows(kept: dict) -> Iterator[list[str]]:
    """Yield the report of a kept outcome: a row a row of the file, then what is said of the file as a whole."""
    yield ["Dòng", "Kết quả", "Nội dung", "Thay đổi", "Cần sửa gì"]
    for line in lines_of(kept):
        changes = "; ".join(
            f"{name}: {before or '(trống)'} → {after or '(trống)'}" for name, before, after in line.changes
        )
        yield [line.place, line.word, line.what, changes, " ".join(line.said)]
    for remark in kept.get("remarks", ()):
        yield ["", "ghi chú", "", "", remark]


def _run(
    sent: SentTable, request, *, seen: str = "", most: int | None = None, told=lambda done, total: None
) -> tuple[Reading, Outcome, bool, list[int]]:
    kind = TABLES[sent.table]
    if not is_kept(sent):
        raise TableFileError(GONE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PurePath(sent.stored).name
        with default_storage.open(sent.stored) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        found = reading.read(path, sent.name, kind, remembering.known(sent.table, sent.agency), most or kind.most)
    table = kind(request, sent.agency, sent.name)
    return found, *trying.run(table, found, seen=seen, told=told), table.accounts


def _keep_outcome(sent: SentTable, found: Reading, outcome: Outcome, accounts: list[int] | None = None) -> None:
    sent.counts = dict(outcome.counts)
    kept = {
        "digest": "" if outcome.unexpected else outcome.digest,
        "lines": [asdict(line) for line in outcome.lines],
        "sheets": [{"name": each.name, "note": each.note, "headings": _headings(each)} for each in found.sheets],
        "remarks": found.remarks,
        "accounts": accounts or [],
    }
    # In one step: a page opened meanwhile finds the outcome before or this one, never none, nor half of one.
    scratch = default_storage.save(f"{_beside(sent)}.{uuid.uuid4().hex}", ContentFile(json.dumps(kept).encode()))
    os.replace(default_storage.path(scratch), default_storage.path(_beside(sent)))


def _headings(sheet) -> list[list[str]]:
    return [[each.text, each.column] for each in sheet.headings]


def _beside(sent: SentTable) -> str:
    return f"{sent.stored}.json"
