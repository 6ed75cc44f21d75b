"""Dossiers of a CSV or XLSX file brought over: in batches, the same file twice is once, every row has its line.

A row goes the way of what another program sends (`dossiers.intake.bringing_over`): its steps are history, no citizen,
follower or subscribed system is told. Each batch is one transaction, so that a run that was killed has whole rows alone
and goes on behind them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils import timezone

from dossiers.deadlines.working_time import ZONE
from dossiers.intake import bringing_over
from dossiers.intake.bringing_over import Old
from dossiers.intake.connector import CodeTaken, ConnectorError, Pushed, PushedEvent
from dossiers.intake.people import PersonData
from dossiers.models import Agency
from dossiers.search_text import fold
from dossiers.states import BEGINNINGS, State
from dossiers.table_files.text_stream import TableFileError
from dossiers.written_dates import written_day
from portal.api.warnings import usable
from portal.datasets.reading import Table, opened
from portal.datasets.values import moments_of, text_of
from portal.transfer.columns import NAMES, columns_of, lacking, unread

HEADING_WITHIN = 30
"""Rows looked at for the headings: titles and decision numbers stand above them."""
BATCH = 2_000
"""Rows of one transaction: whoever receives at a counter meanwhile waits a fraction of a second for the next number."""
LONGEST_CODE = 40
LONGEST_NUMBER = 60
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


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its cells by field."""

    sheet: str
    number: int
    values: dict[str, object]

    @property
    def code(self) -> str:
        """The dossier's code as the report shows it."""
        return _text(self.values, "code")

    def line(self, outcome: str, *notes: str) -> Line:
        """Return what the report says of the row."""
        return Line(self.sheet, self.number, self.code, outcome, notes)


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


def batches_of(
    path: Path, agency: Agency, outcome: Outcome, *, after: int = 0, dry_run: bool = False
) -> Iterator[list[Line]]:
    """Yield a line per row behind the first `after` ones, batch by batch, each taken before it is yielded.

    What came of them is counted in `outcome`. Raises TableFileError for a file without a table of dossiers. `dry_run`
    takes each batch and gives it back.
    """
    rows = _rows(path, outcome)
    if after and sum(1 for _ in islice(rows, after)) < after:
        return
    while batch := list(islice(rows, BATCH)):
        lines = _taken(batch, agency, dry_run)
        for line in lines:
            outcome.count(line)
        yield lines


def _rows(path: Path, outcome: Outcome) -> Iterator[Row]:
    """Yield the rows of every sheet with dossiers. Raises TableFileError when there is none."""
    with opened(path, path.name) as table:
        outcome.remarks += table.notes
        read = False
        for sheet in table.sheets():
            columns, heading = _heading(sheet.head)
            if lacking(columns):
                missing = ", ".join(f"“{name}”" for name in lacking(columns))
                outcome.remarks.append(f"{_named(sheet.name)}: không đọc, vì thiếu cột {missing}.")
                continue
            if ignored := unread(dict(sheet.head)[heading], columns):
                outcome.remarks.append(f"{_named(sheet.name)}: không dùng cột {', '.join(ignored)}.")
            for number, cells in _below(table, sheet.name, heading):
                read = True
                yield Row(sheet.name, number, _values(cells, columns))
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


def _taken(rows: list[Row], agency: Agency, dry_run: bool) -> list[Line]:
    """Take the rows together and return their lines, in order."""
    now, lines, olds, notes = timezone.now(), {}, {}, {}
    for place, row in enumerate(rows):
        try:
            olds[place], notes[place] = _read(row.values, agency, now)
        except RowError as error:
            lines[place] = row.line("refused", str(error))
    outcomes = bringing_over.many(list(olds.values()), now=now, dry_run=dry_run)
    for (place, old), came in zip(olds.items(), outcomes, strict=True):
        row = rows[place]
        if isinstance(came, CodeTaken):
            lines[place] = row.line("refused", f"Mã {row.code} là của hồ sơ ở cơ quan khác.")
        elif isinstance(came, ConnectorError):
            lines[place] = row.line("refused", str(came))
        else:
            if came.stays_in and old.step:
                wanted, stays = State(old.step.state).label, State(came.stays_in).label
                notes[place].append(f"Không chuyển sang “{wanted}”: hồ sơ đang ở “{stays}”.")
            lines[place] = row.line("new" if came.created else "known", *notes[place])
    return [lines[place] for place in range(len(rows))]


def _read(values: dict[str, object], agency: Agency, now: dt.datetime) -> tuple[Old, list[str]]:
    """Return what a row says, and what of it was left out. Raises RowError."""
    code = _text(values, "code")
    if not code or len(code) > LONGEST_CODE:
        raise RowError(f"Ghi mã hồ sơ, nhiều nhất {LONGEST_CODE} ký tự.")
    number = _text(values, "receipt_number")
    if len(number) > LONGEST_NUMBER:
        raise RowError(f"Số biên nhận dài quá {LONGEST_NUMBER} ký tự: rút ngắn hoặc để trống.")
    received_at = _moment(values, "received_at")
    if received_at is None:
        raise RowError("Ghi ngày tiếp nhận, ví dụ 27/11/2026.")
    facts = ("full_name", "id_number", "phone", "email", "address")
    person, left_out = usable(PersonData(**{name: _text(values, name) for name in facts}), "applicant")
    state, state_at = _state(values), _moment(values, "state_at", end_of_day=True)
    step = None if state in BEGINNINGS else state
    if step is not None and state_at is None:
        raise RowError(f"Ghi ngày của trạng thái “{step.label}” (cột “{NAMES['state_at']}”).")
    pushed = Pushed(
        code=code,
        agency=agency,
        procedure_code=_text(values, "procedure_code"),
        applicant=person,
        received_at=received_at,
        due_at=_moment(values, "due_at", end_of_day=True),
        receipt_number=number,
        state=State.SUBMITTED if state == State.SUBMITTED else State.ACCEPTED,
    )
    reported = None
    if step is not None and state_at is not None:
        reported = PushedEvent(id=f"tep-{step}", state=str(step), at=min(max(state_at, received_at), now))
    return Old(pushed, reported), [str(each["detail"]) for each in left_out]


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
