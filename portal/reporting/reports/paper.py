"""A report as a paper: the administrative document of Nghị định 30/2020, as PDF and as DOCX from the same blocks."""

from __future__ import annotations

import datetime as dt
from html import escape

from django.utils import timezone

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, AgencyVersion
from dossiers.printed_forms import FORMS, DispatchContext, FormError, Head, Signature, set_on
from dossiers.printed_forms import body as blocks_of
from feedback.figures.periods import Period
from portal.reporting.models import Report
from portal.reporting.reports import facts
from portal.reporting.reports.words import paragraphs

COLUMNS = (("Số liệu", 5, "fr", "l"), ("Giá trị", 34, "mm", "r"), ("Cách tính", 6, "fr", "l"))


def context_of(report: Report) -> DispatchContext:
    """Return the paper as it stands; a draft has no number and no day. Raises FormError with a sentence."""
    texts = report.texts
    return DispatchContext(
        head=_head(report),
        kind="Báo cáo",
        abstract=report.abstract,
        to=tuple(paragraphs(texts.get("to", ""))),
        blocks=tuple(_blocks(report)),
        signature=_signature(texts),
        recipients=tuple(line.removeprefix("- ").rstrip(";.") for line in paragraphs(texts.get("recipients", ""))),
    )


def pdf(report: Report) -> bytes:
    """Return the PDF; the same report gives the same bytes. Raises FormError, PrintError."""
    return FORMS["dispatch"].render(context_of(report), form_set=set_on(_day(report)), now=_moment(report))


def docx(report: Report) -> bytes:
    """Return the Word document. Raises FormError."""
    from portal.reporting.reports import docx_file  # loads the library of such files: only when one is made

    return docx_file.written(context_of(report), made=_moment(report))


def rich_text(report: Report) -> str:
    """Return the body as the editor of outgoing documents takes it: paragraphs, headings, the table of figures."""
    parts = []
    for block in _blocks(report):
        if "section" in block:
            parts.append(f"<h{block['level'] + 1}>{escape(block['section'])}</h{block['level'] + 1}>")
        for runs in block.get("prose", ()):
            parts.append(f"<p>{escape(''.join(run['t'] for run in runs))}</p>")
        if "table" in block:
            parts.append(f"<p>{escape(block['table']['caption'])}</p><table>")
            for row in (block["table"]["header"], *block["table"]["rows"]):
                cell = "th" if row is block["table"]["header"] else "td"
                parts.append(f"<tr>{''.join(f'<{cell}>{escape(value)}</{cell}>' for value in row)}</tr>")
            parts.append("</table>")
    return "".join(parts)


def _moment(report: Report) -> dt.datetime:
    return report.numbered_at or report.figures_at or timezone.now()


def _day(report: Report) -> dt.date:
    return report.dated or _moment(report).astimezone(ZONE).date()


def _head(report: Report) -> Head:
    agency: Agency = report.issuer
    named = _named(report)
    if named is None:
        raise FormError(
            f"Chưa khai báo tên của {agency.name} vào ngày báo cáo. Hãy bổ sung ở mục Cơ quan, thẻ Tên gọi theo thời "
            "gian."
        )
    symbol = report.symbol or symbol_of(report)
    return Head(
        issuer=named.name,
        parent=named.parent_name,
        place=named.place or named.name,
        symbol=symbol,
        number=report.number,
        dated=report.dated,
        drafted=_day(report),
    )


def _named(report: Report) -> AgencyVersion | None:
    """Return what the agency is called on the report's day; a draft's agency may exist no more: as its period ended."""
    agency = report.issuer
    return agency.version_on(_day(report)) or (None if report.is_numbered else agency.version_on(report.last))


def symbol_of(report: Report) -> str:
    """Return what follows the number of the agency's reports: "BC-STTTT"."""
    named = _named(report)
    return f"BC-{named.short_name}" if named and named.short_name else "BC"


def _signature(texts: dict) -> Signature:
    position = texts.get("position") or "Giám đốc"
    return Signature.of(
        position, texts.get("signer", ""), authority=texts.get("authority", ""), head=texts.get("head", "")
    )


def _blocks(report: Report) -> list[dict]:
    texts, figures = report.texts, report.figures
    period = Period(report.first, report.last)
    found: list[dict] = []

    def prose(*words: str) -> None:
        lines = [line for text in words for line in paragraphs(text)]
        if lines:
            found.append(blocks_of.prose(*lines))

    prose(texts.get("intro", ""))
    found.append(blocks_of.section("1. Kết quả đạt được"))
    if texts.get("technical"):
        found.append(blocks_of.section("1.1. Về giải pháp kỹ thuật", 2))
        prose(texts["technical"])
    found.append(blocks_of.section("1.2. Về kết quả triển khai", 2))
    prose(texts.get("rollout", ""))
    said = [facts.in_words(figures, period), facts.work_in_words(figures)]
    prose(*(said if report.kind == Report.Kind.PILOT else reversed(said)))
    known, whole = figures["coverage"]
    caption = f"Số liệu {period.words}, tính lúc {figures['counted']}"
    rows = [(line["label"], line["shown"], line["formula"]) for line in figures["lines"]]
    found.append(blocks_of.table(COLUMNS, rows, caption))
    for table in figures.get("tables", ()):
        columns = [(name, width, unit, align) for name, width, unit, align in table["columns"]]
        found.append(blocks_of.table(columns, table["rows"], table["title"]))
    prose(
        f"Nơi ở biết được của {known}/{whole} người quan tâm mới: theo điều người dân chia sẻ trên Zalo, không có thì "
        "theo địa chỉ trong hồ sơ đã kết nối; còn lại ghi “không rõ”.",
        *figures["notes"],
        texts.get("general", ""),
    )
    found.append(blocks_of.section("2. Tồn tại, hạn chế"))
    prose(texts.get("limits", ""))
    if texts.get("causes"):
        prose("* Nguyên nhân:", texts["causes"])
    found.append(blocks_of.section("3. Kiến nghị, đề xuất"))
    prose(texts.get("proposals", ""))
    for place, each in enumerate(texts.get("actors", ()), start=1):
        found.append(blocks_of.section(f"3.{place}. {each['actor']}", 2))
        prose(each["text"])
    prose(texts.get("closing", "") or "Trên đây là báo cáo kết quả trong kỳ.")
    return found
