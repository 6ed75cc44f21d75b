"""The register of a year as people look for things in it, and as a workbook (số, ngày, loại, trích yếu, nơi nhận …).

Read from the documents, never kept apart, so it agrees with them by construction.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, Max, QuerySet

from dossiers import printed_forms
from dossiers.lists.keyset import Order
from dossiers.models import Agency
from dossiers.papers import issuing as papers
from dossiers.papers.books import workbook
from dossiers.papers.register import named_on
from dossiers.printed_forms import DispatchContext, FormError, Signature, body, set_on
from dossiers.search_text import fold
from dossiers.written_dates import ZONE, written_day
from portal.correspondence.models import Document
from portal.correspondence.states import Kind, State

NEWEST = Order("registered_at")
MOST_PRINTED = 2_000
OUT_HEADINGS = ("Số, ký hiệu", "Ngày", "Loại", "Trích yếu", "Người ký", "Nơi nhận", "Bản điện tử", "Kèm theo",
                "Tình trạng", "Lý do thu hồi")  # fmt: skip
IN_HEADINGS = ("Số đến", "Ngày đến", "Cơ quan ban hành", "Số, ký hiệu", "Ngày văn bản", "Loại", "Trích yếu",
               "Kèm theo", "Tình trạng", "Lý do gạch")  # fmt: skip
DIRECTIONS = {"di": Document.Direction.OUT, "den": Document.Direction.IN}


def lines(agency: Agency, direction: str, year: int, *, kind: str = "", words: str = "") -> QuerySet[Document]:
    """Return the register of the year; every one of the words must be in number, abstract or places."""
    rows = Document.objects.filter(agency=agency, direction=direction, year=year, number__isnull=False)
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    for word in fold(words).split()[:8]:
        rows = rows.filter(folded__contains=word)
    return rows.prefetch_related("enclosures").defer("body")


def years(agency: Agency, today: dt.date) -> list[int]:
    """Return the years the agency has a register of, this one among them, the newest first."""
    rows = Document.objects.filter(agency=agency, number__isnull=False).order_by().values_list("year", flat=True)
    return sorted({today.year, *(year for year in rows.distinct() if year)}, reverse=True)


def title_of(agency: Agency, direction: str, year: int, made: str) -> str:
    """Return what stands above the register: of whom, of which year; `made` says who takes it and when."""
    way = "đến" if direction == Document.Direction.IN else "đi"
    return f"Sổ đăng ký văn bản {way} năm {year} – {agency.name}" + (f". {made}" if made else "")


def headings_of(direction: str) -> tuple[str, ...]:
    return IN_HEADINGS if direction == Document.Direction.IN else OUT_HEADINGS


def cells(agency: Agency, direction: str, year: int, **chosen: str) -> Iterator[tuple]:
    """Yield the cells of every line, in the order of its numbers."""
    coming_in = direction == Document.Direction.IN
    order = ("number",) if coming_in else ("kind", "number")
    rows = lines(agency, direction, year, **chosen).order_by(*order)
    return map(_in_cells if coming_in else _out_cells, rows.iterator(chunk_size=500))


def xlsx(agency: Agency, direction: str, year: int, *, made: str, **chosen) -> tempfile.SpooledTemporaryFile:
    """Return the whole register as a workbook; `made` says who takes it and when."""
    title = title_of(agency, direction, year, made)
    return workbook(title, headings_of(direction), cells(agency, direction, year, **chosen))


def enclosed(document: Document) -> str:
    """Return what goes with a document, in one cell."""
    return "; ".join(row.words for row in document.enclosures.all())


def _one_line(places: str) -> str:
    return "; ".join(places.splitlines())


def _closing(row: Document) -> tuple[str, str]:
    return row.get_state_display(), row.note if row.state == State.WITHDRAWN else ""


def _out_cells(row: Document) -> tuple:
    return (row.number_text, row.dated, row.get_kind_display(), row.abstract, row.signer_name,
            _one_line(row.recipients), _one_line(row.electronic), enclosed(row), *_closing(row))  # fmt: skip


def _in_cells(row: Document) -> tuple:
    arrived = row.registered_at.astimezone(ZONE).date() if row.registered_at else None
    return (row.number, arrived, row.issuer, row.number_text, row.dated, row.get_kind_display(), row.abstract,
            enclosed(row), *_closing(row))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """One register of numbers of the year: how far it got and how many numbers no document carries."""

    label: str
    last: int
    gaps: int


def series(agency: Agency, year: int) -> list[Series]:
    """Return the standing of each series of the year, what goes out by kind, what comes in as one. One query."""
    rows = Document.objects.filter(agency=agency, year=year, number__isnull=False).order_by()
    counted = rows.values("direction", "kind").annotate(last=Max("number"), count=Count("pk"))
    found, arrived = [], [0, 0]
    for row in counted:
        if row["direction"] == Document.Direction.IN:
            arrived = [max(arrived[0], row["last"]), arrived[1] + row["count"]]
        else:
            found.append(Series(Kind(row["kind"]).label, row["last"], row["last"] - row["count"]))
    found.sort(key=lambda each: each.label)
    return [*found, *([Series("Văn bản đến", arrived[0], arrived[0] - arrived[1])] if arrived[0] else [])]


def pdf(agency: Agency, direction: str, year: int, *, now: dt.datetime, keeper: str, **chosen) -> bytes:
    """Return the register on paper, in the order of its numbers. Raises FormError for more than MOST_PRINTED lines."""
    day = now.astimezone(ZONE).date()
    coming_in = direction == Document.Direction.IN
    order = ("number",) if coming_in else ("kind", "number")
    rows = list(lines(agency, direction, year, **chosen).order_by(*order)[: MOST_PRINTED + 1])
    if len(rows) > MOST_PRINTED:
        raise FormError(f"Sổ có hơn {MOST_PRINTED} dòng. Hãy chọn một loại văn bản, hoặc tải bảng tính XLSX.")
    if not rows:
        raise FormError("Sổ chưa có dòng nào để in.")
    named = named_on(agency, day)
    context = DispatchContext(
        head=replace(papers.head_of(agency, named, symbol="", number=None, day=day), symbol=""),
        kind="Sổ đăng ký văn bản " + ("đến" if coming_in else "đi"),
        abstract=f"Năm {year}",
        blocks=(body.table(*(_printed_in(rows) if coming_in else _printed_out(rows))),),
        signature=Signature.by_hand("Người giữ sổ", keeper),
    )
    return printed_forms.render("dispatch", context, form_set=set_on(day), now=now)


def _printed_out(rows: list[Document]) -> tuple:
    columns = (("Số, ký hiệu", 33, "mm", "l"), ("Ngày", 20, "mm", "l"), ("Loại, trích yếu", 3, "fr", "l"),
               ("Nơi nhận, bản điện tử", 2, "fr", "l"), ("Kèm theo", 1.5, "fr", "l"))  # fmt: skip
    cells = [
        (row.number_text, _day(row.dated), f"{row.get_kind_display()}: {row.abstract}{_struck(row)}",
         "; ".join((*row.recipients.splitlines(), *row.electronic.splitlines())), enclosed(row))
        for row in rows
    ]  # fmt: skip
    return columns, cells


def _printed_in(rows: list[Document]) -> tuple:
    columns = (("Số đến", 14, "mm", "r"), ("Ngày đến", 21, "mm", "l"), ("Số, ngày văn bản", 34, "mm", "l"),
               ("Cơ quan ban hành", 1.4, "fr", "l"), ("Loại, trích yếu", 2, "fr", "l"))  # fmt: skip
    cells = [
        (str(row.number), _day(row.registered_at), f"{row.number_text} ngày {_day(row.dated)}",
         row.issuer, f"{row.get_kind_display()}: {row.abstract}{_struck(row)}")
        for row in rows
    ]  # fmt: skip
    return columns, cells


def _day(value: dt.date | None) -> str:
    return written_day(value) if value else ""


def _struck(row: Document) -> str:
    return f" (đã thu hồi: {row.note})" if row.state == State.WITHDRAWN else ""
