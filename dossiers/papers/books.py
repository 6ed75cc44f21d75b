"""The registers of a period: Sổ theo dõi hồ sơ (form 06 of 2018, 07 of 2025) and the book of numbered papers.

Both are read from the rows, never kept apart, so they agree with the data of the period by construction.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Min, QuerySet

from dossiers import printed_forms
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Channel, Dossier, DossierEvent, DossierResult, IssuedPaper, Receipt
from dossiers.papers.issuing import printed_phone, template_on
from dossiers.papers.register import named_on
from dossiers.printed_forms import FORMS, FormError, Head, RegisterContext, RegisterRow, set_on, volumes
from dossiers.states import WITHOUT_RESULT
from dossiers.table_files.written import Book
from dossiers.written_dates import written_day, written_month

CHUNK = 500
MOST_PRINTED = 5000
LONGEST_PERIOD = dt.timedelta(days=366)
HEADINGS = (
    "TT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Số bộ",
    "Họ tên, tên tổ chức",
    "Địa chỉ, điện thoại",
    "Cơ quan giải quyết",
    "Nhận hồ sơ",
    "Hẹn trả",
    "Chuyển phòng chuyên môn",
    "Có kết quả",
    "Trả kết quả",
    "Hình thức trả",
    "Ký nhận",
    "Ghi chú",
)
PAPER_HEADINGS = ("Số", "Ngày", "Loại văn bản", "Mã hồ sơ", "Người ký", "Thay cho", "SHA-256")


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included. Raises FormError through `checked` for a period that is backwards or longer than a year."""

    first: dt.date
    last: dt.date

    def checked(self) -> Period:
        if self.last < self.first:
            raise FormError("Ngày cuối kỳ phải bằng hoặc sau ngày đầu kỳ.")
        if self.last - self.first > LONGEST_PERIOD:
            raise FormError("Mỗi lần xuất nhiều nhất một năm. Hãy chọn kỳ ngắn hơn.")
        return self

    @property
    def since(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time.min, ZONE)

    @property
    def until(self) -> dt.datetime:
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min, ZONE)


def received(agency: Agency, period: Period) -> QuerySet:
    """Return the dossiers the agency received in the period, in the order of the book."""
    rows = Dossier.objects.filter(agency=agency, received_at__gte=period.since, received_at__lt=period.until)
    return rows.order_by("received_at", "id")


def register_rows(dossiers: QuerySet) -> Iterator[RegisterRow]:
    """Yield the lines of Sổ theo dõi; five queries for every CHUNK dossiers, memory flat."""
    chunk: list[Dossier] = []
    rows = dossiers.select_related("owner", "competent_agency", "receipt")
    for dossier in rows.iterator(chunk_size=CHUNK):
        chunk.append(dossier)
        if len(chunk) == CHUNK:
            yield from _lines(chunk)
            chunk = []
    yield from _lines(chunk)


def register_xlsx(agency: Agency, period: Period, *, made: str = "") -> tempfile.SpooledTemporaryFile:
    """Return the register as a workbook, written row by row; `made` says who takes it and when.

    Raises FormError for too long a period.
    """
    return workbook(title_of("register", agency, period, made), HEADINGS, register_lines(agency, period))


def register_lines(agency: Agency, period: Period) -> Iterator[tuple]:
    """Yield the cells of the register's lines. Raises FormError for too long a period."""
    rows = register_rows(received(agency, period.checked()))
    return (_cells(number, row) for number, row in enumerate(rows, start=1))


def title_of(book: str, agency: Agency, period: Period, made: str) -> str:
    """Return what stands above the "register" or the "papers": of whom, of which days, who took it and when."""
    name = "Sổ theo dõi hồ sơ" if book == "register" else "Sổ văn bản đã cấp số"
    days = f"từ {written_day(period.first)} đến {written_day(period.last)}"
    return f"{name} – {agency.name} – {days}" + (f". {made}" if made else "")


def register_pdf(agency: Agency, period: Period, *, keeper: str, now: dt.datetime) -> tuple[bytes, str]:
    """Return (content, "pdf" or "zip"): one volume, or a ZIP of volumes of a thousand dossiers each.

    Raises FormError for a period with more than MOST_PRINTED dossiers, PrintError.
    """
    rows = tuple(register_rows(received(agency, period.checked())[: MOST_PRINTED + 1]))
    if len(rows) > MOST_PRINTED:
        raise FormError(f"Kỳ này có hơn {MOST_PRINTED} hồ sơ. Hãy chọn kỳ ngắn hơn, hoặc tải bảng tính XLSX.")
    named = named_on(agency, period.last)
    context = RegisterContext(
        head=Head(
            issuer=named.name,
            place=named.place or named.name,
            parent=named.parent_name,
            dated=now.astimezone(ZONE).date(),
        ),
        book=written_month(period.first),
        period_from=period.first,
        period_to=period.last,
        rows=rows,
        keeper=keeper,
    )
    form_set = set_on(period.last)
    template = template_on("register", form_set, period.last)
    wording = template.wording if template else None
    parts = [
        printed_forms.render("register", part, form_set=form_set, wording=wording, now=now) for part in volumes(context)
    ]
    if len(parts) == 1:
        return parts[0], "pdf"
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, part in enumerate(parts, start=1):
                archive.writestr(f"so-theo-doi-tap-{number}.pdf", part)
        file.seek(0)
        return file.read(), "zip"


def issued(agency: Agency, period: Period, form_code: str = "") -> QuerySet:
    """Return the numbered papers of the agency's registers in the period, by form and number."""
    rows = IssuedPaper.objects.filter(
        register_agency=agency, issued_at__gte=period.since, issued_at__lt=period.until
    ).defer("context", "replaces__context")
    if form_code:
        rows = rows.filter(form_code=form_code)
    return rows.select_related("dossier", "receipt", "replaces").order_by(
        "form_code", "register_year", "register_number"
    )


def papers_xlsx(
    agency: Agency, period: Period, form_code: str = "", *, made: str = ""
) -> tempfile.SpooledTemporaryFile:
    """Return the book of numbered papers as a workbook; `made` says who takes it and when."""
    return workbook(title_of("papers", agency, period, made), PAPER_HEADINGS, paper_lines(agency, period, form_code))


def paper_lines(agency: Agency, period: Period, form_code: str) -> Iterator[tuple]:
    """Yield the cells of the numbered papers' lines."""
    rows = issued(agency, period.checked(), form_code)
    return (
        (
            paper.number,
            paper.issued_at.astimezone(ZONE).date(),
            paper.title.capitalize(),
            paper.dossier.code if paper.dossier else paper.receipt.number,
            paper.signer_name,
            paper.replaces.number if paper.replaces else "",
            paper.sha256,
        )
        for paper in rows.iterator(chunk_size=CHUNK)
    )


@dataclass(frozen=True, slots=True)
class Series:
    """One register of a year: how far it got and whether any number is missing."""

    form_code: str
    label: str
    year: int
    first: int
    last: int
    count: int

    @property
    def gaps(self) -> int:
        """Numbers between 1 and the last that no paper carries."""
        return self.last - self.count


def series(agency: Agency) -> list[Series]:
    """Return every series of the agency, the newest year first. Two queries.

    A receipt has its number from the day it was received, printed or not.
    """
    figures = {"first": Min("register_number"), "last": Max("register_number"), "count": Count("pk")}
    papers = IssuedPaper.objects.filter(register_agency=agency).exclude(form_code="receipt")
    given = Receipt.objects.filter(agency=agency, register_number__isnull=False)
    rows = [
        *({"form_code": "receipt", **row} for row in given.values("register_year").annotate(**figures).order_by()),
        *papers.values("form_code", "register_year").annotate(**figures).order_by(),
    ]
    rows.sort(key=lambda row: (-row["register_year"], row["form_code"]))
    return [
        Series(
            row["form_code"],
            FORMS[row["form_code"]].label,
            row["register_year"],
            row["first"],
            row["last"],
            row["count"],
        )
        for row in rows
        if row["form_code"] in FORMS
    ]


def workbook(title: str, headings: Iterable[str], rows: Iterable[Iterable]) -> tempfile.SpooledTemporaryFile:
    """Return a book as a workbook of one sheet: its title, the headings, the rows."""
    book = Book()
    sheet = book.sheet("Sổ", headings, title=title)
    for row in rows:
        sheet.add(row)
    return book.saved()


def _lines(dossiers: list[Dossier]) -> Iterator[RegisterRow]:
    if not dossiers:
        return
    forwarded = dict(
        DossierEvent.objects.filter(
            dossier_id__in=[dossier.pk for dossier in dossiers], kind=DossierEvent.Kind.ASSIGNED
        )
        .order_by()
        .values_list("dossier_id")
        .annotate(Min("at"))
    )
    lines, returned = _lines_of_receipts(dossiers), _ways_of_return(dossiers)
    results = {row.dossier_id: row for row in DossierResult.objects.filter(dossier__in=dossiers)}
    for dossier in dossiers:
        owner = dossier.owner
        contact = "; ".join(part for part in (owner.address, printed_phone(owner.phone)) if part)
        yield RegisterRow(
            code=dossier.code,
            procedure=dossier.procedure_name,
            sets=dossier.sets,
            applicant=owner.full_name,
            contact=contact,
            agency=dossier.competent_agency.name if dossier.competent_agency else dossier.agency_name,
            received_at=dossier.received_at,
            due_at=dossier.due_at,
            forwarded_at=forwarded.get(dossier.pk),
            result_at=None if dossier.state in WITHOUT_RESULT else dossier.finished_at,
            returned_at=dossier.returned_at,
            returned_how=returned.get(dossier.pk, ""),
            received_by=_received_by(results.get(dossier.pk)),
            note=_note(dossier, results.get(dossier.pk)),
            line=lines.get(dossier.pk, ""),
        )


def _ways_of_return(dossiers: list[Dossier]) -> dict[int, str]:
    """Return how each result was handed over, where somebody said so."""
    rows = DossierEvent.objects.filter(
        dossier_id__in=[dossier.pk for dossier in dossiers if dossier.returned_at],
        kind=DossierEvent.Kind.RESULT_RETURNED,
    )
    said = rows.order_by("id").values_list("dossier_id", "facts__how")
    return {pk: Channel(how).label for pk, how in said if how in Channel.values}


def _lines_of_receipts(dossiers: list[Dossier]) -> dict[int, str]:
    """Return what the receipt says is each dossier's line of the year: "7", or "7.2" for the second of a receipt."""
    receipts = {dossier.receipt_id for dossier in dossiers if dossier.receipt and dossier.receipt.register_number}
    together: dict[int, list[int]] = {}
    siblings = Dossier.objects.filter(receipt_id__in=receipts, received_at__isnull=False).order_by("id")
    for pk, receipt_id in siblings.values_list("pk", "receipt_id"):
        together.setdefault(receipt_id, []).append(pk)
    found = {}
    for dossier in dossiers:
        rows = together.get(dossier.receipt_id, [])
        if rows:
            number = str(dossier.receipt.register_number)
            found[dossier.pk] = number if len(rows) == 1 else f"{number}.{rows.index(dossier.pk) + 1}"
    return found


def _received_by(result: DossierResult | None) -> str:
    """Return who took the result, with which paper; by post the parcel's code.

    Two digits tell papers apart; the last four are what proves a person at the look-up.
    """
    if result is None:
        return ""
    if result.post_code:
        return f"Mã bưu gửi {result.post_code}"
    if not result.collector:
        return ""
    digits = f" …{result.collector_number[-2:]}" if result.collector_number else ""
    paper = f" ({_in_a_sentence(result.get_collector_proof_display())}{digits})" if result.collector_proof else ""
    proxy = f", ủy quyền {result.proxy}" if result.proxy else ""
    return f"{result.collector}{paper}{proxy}"


def _in_a_sentence(words: str) -> str:
    """Return the words with a small first letter; "QĐ-UBND" and "CCCD" in them stay."""
    return words[:1].lower() + words[1:]


def _note(dossier: Dossier, result: DossierResult | None) -> str:
    if dossier.state in WITHOUT_RESULT:
        return dossier.get_state_display()
    again = (
        f"Hẹn lại {dossier.new_dates_given} lần; hẹn đầu {_day(dossier.promised_at)}" if dossier.new_dates_given else ""
    )
    named = f"Kết quả: {_in_a_sentence(result.shown_number)}" if result and result.shown_number else ""
    return "; ".join(part for part in (again, named) if part)


def _cells(number: int, row: RegisterRow) -> tuple:
    line = row.line or str(number)
    moments = (row.received_at, row.due_at, row.forwarded_at, row.result_at, row.returned_at)
    return (
        int(line) if line.isdigit() else line,
        row.code,
        row.procedure,
        row.sets,
        row.applicant,
        row.contact,
        row.agency,
        *(_moment(moment) for moment in moments),
        row.returned_how,
        row.received_by,
        row.note,
    )


def _moment(moment: dt.datetime | None) -> dt.datetime | None:
    """Return the moment as a spreadsheet keeps one: the office's hour, without a zone, to be sorted and counted."""
    return moment.astimezone(ZONE).replace(tzinfo=None, second=0, microsecond=0) if moment else None


def _day(moment: dt.datetime | None) -> str:
    return written_day(moment) if moment else ""
