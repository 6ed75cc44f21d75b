"""Cells of everyday tables: read as people write them, written so that the same cell is read back unchanged.

Widgets of django-import-export. `clean` raises ValueError with the sentence that says what to write instead; `run` is
the table being read (portal.transfer.everyday.tables).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from import_export.widgets import Widget

from dossiers import typed
from dossiers.catalogue.portal_text import tidy
from dossiers.models import Agency
from dossiers.search_text import fold
from dossiers.table_files.written import guarded
from dossiers.written_dates import written_day, written_time
from portal.datasets.values import date_of, moments_of, text_of

YES = frozenset({"co", "x", "yes", "y", "1", "true", "dung", "v", "dang dung", "dang hoat dong", "hoat dong"})
NO = frozenset({"khong", "no", "n", "0", "false", "sai", "ngung", "ngung dung", "ngung hoat dong", "thoi dung"})


def words_of(value: object) -> str:
    """Return a cell as one line; "" for an empty one. The apostrophe that guards a formula in CSV goes."""
    return guarded(text_of("" if value is None else value))


class Cell(Widget):
    """A cell of one line."""

    counts = False
    """Whether a unit in the heading, "(nghìn đồng)", would change what the cell means."""

    def knows_unit(self, said: str) -> bool:
        """Return whether the cell understands what brackets of a heading say its numbers are."""
        return False

    def in_unit(self, value: object, unit: str) -> object:
        """Return the cell with the unit of its heading, which `knows_unit`."""
        return value

    def clean(self, value, row=None, **kwargs) -> Any:
        return words_of(value)

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else str(value)


class Paragraphs(Cell):
    """A cell of several lines."""

    def clean(self, value, row=None, **kwargs) -> str:
        return guarded(tidy(str(value).replace("\r\n", "\n"))) if isinstance(value, str) else words_of(value)


class Phone(Cell):
    """A telephone number; a spreadsheet that took it for an amount has lost the zero in front."""

    def clean(self, value, row=None, **kwargs) -> str:
        said = words_of(value)
        return f"0{said}" if not isinstance(value, str) and len(said) >= 9 and said[:1] not in "0+" else said


class Day(Cell):
    """A day; empty is none."""

    def clean(self, value, row=None, **kwargs) -> dt.date | None:
        said = words_of(value)
        if not said:
            return None
        found = date_of(value if not isinstance(value, str) else said)
        if found is None:
            raise ValueError(f"Ngày “{said[:40]}” chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 30/04/2027.")
        try:
            typed.refuse_far_day(found)
        except ValidationError as error:
            raise ValueError(error.message) from None
        return found

    def render(self, value, obj=None, **kwargs) -> str:
        return written_day(value) if value else ""


class Hour(Cell):
    """A time of day; empty is none."""

    def clean(self, value, row=None, **kwargs) -> dt.time | None:
        said = words_of(value)
        if not said:
            return None
        times = moments_of(value if not isinstance(value, str) else said).times
        if len(times) != 1:
            raise ValueError(f"Giờ “{said[:40]}” chưa đúng. Hãy ghi giờ:phút, ví dụ 07:30, hoặc để trống.")
        return times[0]

    def render(self, value, obj=None, **kwargs) -> str:
        return written_time(value) if value else ""


class YesNo(Cell):
    """Yes or no; an empty cell says nothing and leaves what there is."""

    def clean(self, value, row=None, **kwargs) -> bool | None:
        said = fold(words_of(value))
        if said in YES or value is True:
            return True
        if said in NO or value is False:
            return False
        if said:
            raise ValueError(f"“{words_of(value)[:40]}” chưa đúng. Hãy ghi “có” hoặc “không”.")
        return None

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else "có" if value else "không"


class Number(Cell):
    """A whole number."""

    counts = True

    def clean(self, value, row=None, **kwargs) -> int | None:
        said = words_of(value)
        if said and typed.whole(said, digits=6) is None:
            raise ValueError(f"“{said[:40]}” chưa đúng. Hãy ghi một số nguyên, ví dụ 1.")
        return typed.whole(said, digits=6)


class Choice(Cell):
    """One of the choices of a field, by its label, its stored word or another word people use for it."""

    def __init__(self, choices, **more: str) -> None:
        super().__init__()
        self._labels = {str(value): str(label) for value, label in choices}
        self._values = {fold(word): value for value, label in self._labels.items() for word in (label, value)}
        self._values |= {fold(word): value for value, words in more.items() for word in words.split("|")}

    def clean(self, value, row=None, **kwargs) -> str | None:
        said = words_of(value)
        if not said:
            return None
        if fold(said) not in self._values:
            raise ValueError(f"“{said[:40]}” chưa đúng. Hãy ghi một trong: {', '.join(self._labels.values())}.")
        return self._values[fold(said)]

    def render(self, value, obj=None, **kwargs) -> str:
        return self._labels.get(str(value), "")


class AgencyCode(Cell):
    """An agency by its code, or by its name where one alone has it; empty is none."""

    def clean(self, value, row=None, run=None, **kwargs) -> Agency | None:
        said = words_of(value)
        if not said:
            return None
        found = run.agencies.found(said)
        if len(found) > 1:
            raise ValueError(f"Có {len(found)} cơ quan tên “{said[:80]}”. Hãy ghi mã cơ quan.")
        if not found:
            raise ValueError(f"Không có cơ quan mã hoặc tên “{said[:80]}”. Hãy ghi mã như trong danh sách Cơ quan.")
        return found[0]

    def render(self, value, obj=None, **kwargs) -> str:
        return value.code if value else ""


class Named(Cell):
    """A row of another list by its code or name, within the agency of the row where the list has one; empty is none."""

    def __init__(self, model, what: str, names: tuple[str, ...] = ("code", "name"), *, written: str = "code") -> None:
        super().__init__()
        self.model, self._what, self._names, self._written = model, what, names, written

    def clean(self, value, row=None, run=None, **kwargs) -> Any:
        said = words_of(value)
        if not said:
            return None
        rows = run.listed(self.model)
        if hasattr(self.model, "agency_id"):
            agency = run.agency_of(row)
            rows = [each for each in rows if agency and each.agency_id == agency.pk]
        for name in self._names:
            found = [each for each in rows if fold(getattr(each, name)) == fold(said)]
            found = [each for each in found if getattr(each, name) == said] or found
            if len(found) > 1:
                raise ValueError(f"Có {len(found)} {self._what} tên “{said[:80]}”. Hãy ghi mã.")
            if found:
                return found[0]
        raise ValueError(f"Không có {self._what} “{said[:80]}”. Hãy chép đúng mã hoặc tên đã có.")

    def render(self, value, obj=None, **kwargs) -> str:
        return str(getattr(value, self._written)) if value else ""
