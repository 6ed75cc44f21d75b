"""Dossiers of a CSV or XLSX file brought over: row by row, the same file twice is once, every row has its line.

A row goes the way of what another program sends (`dossiers.intake.connector`), inside `events.brought_over`: its steps
are history, no citizen, follower or subscribed system is told. Each row is one transaction, so that a run that was
killed has whole rows alone and goes on behind them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from dossiers.deadlines.working_time import ZONE
from dossiers.intake import connector
from dossiers.intake.connector import CodeTaken, ConnectorError, Pushed, PushedEvent
from dossiers.intake.people import PersonData
from dossiers.models import Agency
from dossiers.search_text import fold
from dossiers.states import BEGINNINGS, State
from dossiers.table_files.text_stream import TableFileError
from dossiers.workflow import events
from dossiers.written_dates import written_day
from portal.api.warnings import usable
from portal.datasets.reading import Table, opened
from portal.datasets.values import moments_of, text_of
from portal.transfer.columns import NAMES, columns_of, lacking, unread

HEADING_WITHIN = 30
"""Rows looked at for the headings: titles and decision numbers stand above them."""
LONGEST_CODE = 40
END_OF_DAY = dt.time(23, 59)
_STATES = {fold(word): state for state in State for word in (state.value, str(state.label))}
_STATES |= {
    fold(word): state
    for word, state in {
        "đang giải quyết": State.APPRAISING,
        "đang xử lý": State.APPRAISING,
        "chờ bổ sung": State.SUPPLEMENT_REQUESTED,
        "có kết quả": State.RESULT_READY,
        "đã có kết quả": State.RESULT_READY,
        "hoàn thành": State.RESULT_RETURNED,
        "đã trả": State.RESULT_RETURNED,
    }.items()
}


class RowError(ValueError):
    """The row cannot be taken; its sentence says what to mend in the file."""


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one row: "new", "known", or "refused"; `notes` say what was left out or must be mended."""

    sheet: str
    number: int
    code: str
    outcome: str
    notes: tuple[str, ...] = ()


@dataclass
class Outcome:
    """What one run did; `remarks` are about the file as a whole."""

    new: int = 0
    known: int = 0
    refused: int = 0
    remarks: list[str] = field(default_factory=list)

    def count(self, line: Line) -> None:
        """Count the line."""
        setattr(self, line.outcome, getattr(self, line.outcome) + 1)


def lines_of(path: Path, agency: Agency, outcome: Outcome, *, after: int = 0, dry_run: bool = False) -> Iterator[Line]:
    """Yield a line per row behind the first `after` ones, each taken before it is yielded, and count it in `outcome`.

    Raises TableFileError for a file without a table of dossiers. `dry_run` takes each row and gives it back.
    """
    with opened(path, path.name) as table:
        outcome.remarks += table.notes
        read = 0
        for sheet in table.sheets():
            columns, heading = _heading(sheet.head)
            if lacking(columns):
                missing = ", ".join(f"“{name}”" for name in lacking(columns))
                outcome.remarks.append(f"{_named(sheet.name)}: không đọc, vì thiếu cột {missing}.")
                continue
            if ignored := unread(dict(sheet.head)[heading], columns):
                outcome.remarks.append(f"{_named(sheet.name)}: không dùng cột {', '.join(ignored)}.")
            for number, cells in _below(table, sheet.name, heading):
                read += 1
                if read > after:
                    line = _taken(sheet.name, number, _values(cells, columns), agency, dry_run)
                    outcome.count(line)
                    yield line
        if not read:
            raise TableFileError("Tệp không có dòng hồ sơ nào đọc được. " + " ".join(outcome.remarks))


def _named(sheet: str) -> str:
    return f"Trang tính “{sheet}”" if sheet else "Tệp"


def _heading(head: list[tuple[int, list]]) -> tuple[dict[str, int], int]:
    """Return the columns and the line of the row that names most of them."""
    rows = [(columns_of(cells), line) for line, cells in head[:HEADING_WITHIN]]
    return max(rows, key=lambda row: len(row[0]), default=({}, 0))


def _below(table: Table, sheet: str, heading: int) -> Iterator[tuple[int, list]]:
    return ((line, cells) for line, cells in table.rows(sheet) if line > heading)


def _values(cells: list, columns: dict[str, int]) -> dict[str, object]:
    return {
        name: cells[place] for name, place in columns.items() if place < len(cells) and cells[place] not in ("", None)
    }


def _taken(sheet: str, number: int, values: dict[str, object], agency: Agency, dry_run: bool) -> Line:
    code = _text(values, "code")
    try:
        with transaction.atomic(), events.brought_over():
            created, notes = _take(code, values, agency)
            transaction.set_rollback(dry_run)
    except (RowError, ConnectorError) as error:
        return Line(sheet, number, code, "refused", (str(error),))
    except CodeTaken:
        return Line(sheet, number, code, "refused", (f"Mã {code} là của hồ sơ ở cơ quan khác.",))
    return Line(sheet, number, code, "new" if created else "known", tuple(notes))


def _take(code: str, values: dict[str, object], agency: Agency) -> tuple[bool, list[str]]:
    if not code or len(code) > LONGEST_CODE:
        raise RowError(f"Ghi mã hồ sơ, nhiều nhất {LONGEST_CODE} ký tự.")
    now = timezone.now()
    received_at = _moment(values, "received_at")
    if received_at is None:
        raise RowError("Ghi ngày tiếp nhận, ví dụ 27/11/2026.")
    facts = ("full_name", "id_number", "phone", "email", "address")
    person, left_out = usable(PersonData(**{name: _text(values, name) for name in facts}), "applicant")
    state, state_at = _state(values), _moment(values, "state_at", end_of_day=True)
    step = None if state in BEGINNINGS else state
    if step is not None and state_at is None:
        raise RowError(f"Ghi ngày của trạng thái “{step.label}” (cột “{NAMES['state_at']}”).")
    row, created = connector.upsert(
        Pushed(
            code=code,
            agency=agency,
            procedure_code=_text(values, "procedure_code"),
            applicant=person,
            received_at=received_at,
            due_at=_moment(values, "due_at", end_of_day=True),
            receipt_number=_text(values, "receipt_number"),
            state=State.SUBMITTED if state == State.SUBMITTED else State.ACCEPTED,
        ),
        now=now,
    )
    notes = [str(each["detail"]) for each in left_out]
    if step is not None and state_at is not None:
        at = min(max(state_at, received_at), now)
        event, _ = connector.append(row, PushedEvent(id=f"tep-{step}", state=str(step), at=at), now=now)
        if event.to_state != step:
            notes.append(f"Không chuyển sang “{step.label}”: hồ sơ đang ở “{State(row.state).label}”.")
    return created, notes


def _text(values: dict[str, object], name: str) -> str:
    return text_of(values.get(name, ""))


def _state(values: dict[str, object]) -> State | None:
    said = _text(values, "state")
    if not said:
        return None
    found = _STATES.get(fold(said))
    if found is None:
        raise RowError(f"Không hiểu trạng thái “{said[:60]}”; ghi như trên màn hình, ví dụ “{State.APPRAISING.label}”.")
    return found


def _moment(values: dict[str, object], name: str, *, end_of_day: bool = False) -> dt.datetime | None:
    """Return the moment in the centre's zone; a day alone is its beginning, or its end. Raises RowError."""
    if name not in values:
        return None
    found = moments_of(values[name])
    if len(found.dates) != 1 or len(found.times) > 1:
        said = _text(values, name)[:40]
        raise RowError(f"Không đọc được “{NAMES[name]}”: “{said}”. Ghi như 27/11/2026 hoặc 27/11/2026 08:30.")
    (day,) = found.dates
    if not 2000 <= day.year <= 2100:
        raise RowError(f"Năm của “{NAMES[name]}” không hợp lý: {written_day(day)}.")
    at = found.times[0] if found.times else END_OF_DAY if end_of_day else dt.time()
    return dt.datetime.combine(day, at, ZONE)
