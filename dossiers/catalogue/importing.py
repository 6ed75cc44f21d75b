"""Loading a catalogue file: new procedures, new versions of changed ones, proposals to abolish what is gone.

One transaction: a file that turns out broken leaves nothing behind. A dry run does all the work and rolls it back.
A changed procedure gets a new version from the day of the load; dossiers keep the version they were received under.
Parts whose source text did not change are carried over to the new version with every correction staff made to them.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import DatabaseError, IntegrityError, transaction
from django.dispatch import Signal

from dossiers.catalogue import abolition, versions
from dossiers.catalogue.coverage import Share, Tally
from dossiers.catalogue.procedures import parse_record
from dossiers.catalogue.reading import SourceRow, read_rows
from dossiers.catalogue.records import Problem, ProcedureRecord
from dossiers.models import Agency, CatalogueImport, CatalogueImportRow
from dossiers.table_files.text_stream import TableFileError

PORTAL = "Cổng Dịch vụ công quốc gia"
TABLE = "Bảng danh mục"
CHUNK = 250

catalogue_loaded = Signal()
"""Sent with `load` (the CatalogueImport with its rows written), inside the transaction; never for a dry run."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to load. `valid_from` is the first day of new versions; `source` "" means: judge by the file's columns."""

    today: dt.date
    source: str = ""
    agency: Agency | None = None
    dry_run: bool = False
    abolish_missing: bool = False
    abolish_even_many: bool = False
    abolishing_decision: str = ""
    valid_from: dt.date | None = None

    @property
    def first_day(self) -> dt.date:
        return self.valid_from or self.today


@dataclass(slots=True)
class Outcome:
    """What a load did, or would do: counts by outcome, the report's rows, the shares read."""

    load: CatalogueImport
    counts: Counter = field(default_factory=Counter)
    rows: list[CatalogueImportRow] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    many_missing: bool = False


def load_file(
    path: Path | str,
    options: Options,
    *,
    by=None,
    now: dt.datetime,
    file_name: str = "",
    told: Callable[[int], object] = lambda rows: None,
) -> Outcome:
    """Load the file and return what happened. Raises TableFileError with one sentence; then nothing was written.

    `told` is called with the number of rows read so far; what it raises ends the load, with nothing written.
    """
    path = Path(path)
    try:
        with transaction.atomic():
            outcome = _load(path, options, by, now, file_name or path.name, told)
            if options.dry_run:
                transaction.set_rollback(True)
            else:
                catalogue_loaded.send(sender=CatalogueImport, load=outcome.load)
    except IntegrityError:
        raise TableFileError("Có lần nạp danh mục khác vừa chạy cùng lúc; chưa nạp gì, hãy nạp lại.") from None
    except DatabaseError as error:
        raise TableFileError(f"Cơ sở dữ liệu từ chối ghi nên chưa nạp gì ({type(error).__name__}).") from error
    return outcome


def _load(path: Path, options: Options, by, now: dt.datetime, file_name: str, told: Callable[[int], object]) -> Outcome:
    load = CatalogueImport(
        file_name=file_name[:255], started_at=now, by=by, agency=options.agency, source=options.source
    )
    outcome, tally = Outcome(load), Tally()
    lines: dict[str, int] = {}
    present: set[int] = set()
    rows = read_rows(path)
    while chunk := list(islice(rows, CHUNK)):
        records = list(_parsed(chunk, lines, outcome))
        if load.pk is None:
            _begin(load, path, records, options)
        for _, record in records:
            tally.count(record)
        outcome.rows += versions.write(records, load, options, present)
        told(len(outcome.rows))
    if load.pk is None:
        raise TableFileError(f"Tệp “{file_name}” không có dòng nào để nạp; chưa nạp gì.")
    if not lines:
        raise TableFileError(_nothing_loadable(file_name, outcome.rows))
    gone = abolition.missing(load, present)
    outcome.many_missing = abolition.too_many(gone, len(present)) and not options.abolish_even_many
    outcome.rows += abolition.rows(gone, load, options, apply=options.abolish_missing and not outcome.many_missing)
    outcome.shares = tally.shares()
    _finish(outcome, now)
    return outcome


def _begin(load: CatalogueImport, path: Path, records, options: Options) -> None:
    if not options.source:
        load.source = PORTAL if any(record.portal for _, record in records) else TABLE
    with path.open("rb") as stream:
        load.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    load.save()


def _finish(outcome: Outcome, now: dt.datetime) -> None:
    load = outcome.load
    columns: Counter = Counter()
    for row in outcome.rows:
        row.load = load
        outcome.counts[row.outcome] += 1
        outcome.counts["problems"] += len(row.problems)
        if row.outcome == CatalogueImportRow.Outcome.CHANGED:
            columns.update(row.difference.keys())
    CatalogueImportRow.objects.bulk_create(outcome.rows, batch_size=500)
    load.counts = {
        **outcome.counts,
        "shares": [[s.name, s.stated, s.read] for s in outcome.shares],
        "many_missing": outcome.many_missing,
        "columns": dict(columns.most_common()),
    }
    load.finished_at = max(now, load.started_at)
    load.save(update_fields=["counts", "finished_at"])


def _parsed(chunk: list[SourceRow], lines: dict[str, int], outcome: Outcome) -> Iterator[tuple[int, ProcedureRecord]]:
    """The loadable records of a chunk with their line numbers; the others go into the report."""
    for source in chunk:
        if source.values is None:
            outcome.rows.append(_failed(source.line, "", [Problem("Dòng", source.reason, source.text)]))
            continue
        record = parse_record(source.values)
        if not record.is_loadable:
            code = record.raw.get("ma_thu_tuc", "")[:40]
            outcome.rows.append(_failed(source.line, code, list(record.problems)))
        elif record.code in lines:
            reason = f"Mã trùng với dòng {lines[record.code]}; chỉ dòng đó được nạp."
            outcome.rows.append(_failed(source.line, record.code, [Problem("Mã thủ tục", reason, record.name)]))
        else:
            lines[record.code] = source.line
            yield source.line, record


def _failed(line: int, code: str, problems: list[Problem]) -> CatalogueImportRow:
    outcome = CatalogueImportRow.Outcome.FAILED
    return CatalogueImportRow(line=line, code=code, outcome=outcome, problems=versions.as_json(problems))


def _nothing_loadable(file_name: str, rows: list[CatalogueImportRow]) -> str:
    first = rows[0].problems[0]["reason"] if rows and rows[0].problems else ""
    return f"Không dòng nào của tệp “{file_name}” nạp được; chưa nạp gì. Dòng đầu tiên: {first}"
