"""A general administrative document as DOCX, from the context its PDF is printed from (Nghị định 30/2020, Phụ lục I).

Times New Roman, A4, margins 20 – 20 – 30 – 15 mm, pages numbered from the second in the middle of the top margin.
"""

from __future__ import annotations

import datetime as dt
import io

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dossiers.printed_forms import FORMS, DispatchContext
from dossiers.printed_forms.printing import printable

FONT = "Times New Roman"
ALIGNED = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}
CENTRE, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
TEXT_WIDTH = Mm(165)


def written(context: DispatchContext, *, made: dt.datetime) -> bytes:
    """Return the document; the number and the day are blank while it is a draft. Raises FormError as the PDF does."""
    form = FORMS["dispatch"]
    data = printable(form.payload(context, form_set=next(iter(form.editions))))
    document = Document()
    _page(document)
    _letterhead(document, data["head"])
    if data["heading"]:
        _line(document, data["heading"], bold=True, size=14, aligned=CENTRE, before=14)
    if data["abstract"]:
        _line(document, data["abstract"], bold=True, size=14, aligned=CENTRE, after=10)
    for place, name in enumerate(data["to"]):
        lead = "Kính gửi: " if len(data["to"]) == 1 else "Kính gửi:\n- " if not place else "- "
        _line(document, f"{lead}{name}", aligned=CENTRE if len(data["to"]) == 1 else None)
    for block in data["blocks"]:
        _block(document, block)
    _closing(document, data["recipients"], data["signature"])
    facts = document.core_properties
    facts.title, facts.author, facts.language = data["document_title"], context.head.issuer, "vi-VN"
    facts.created = facts.modified = made.astimezone(dt.UTC).replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after, style.paragraph_format.space_before = Pt(6), Pt(0)


def _letterhead(document, head: dict) -> None:
    left, right = _columns(document, Mm(71), Mm(94))
    left_lines = [(head["parent"], False, 12), (head["issuer"], True, 12), ("─────", False, 8)]
    left_lines += [(head["number"], False, 13), (head["subject"], False, 12)]
    right_lines = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True, 12), ("Độc lập - Tự do - Hạnh phúc", True, 13)]
    right_lines += [("───────────────", False, 8)]
    for cell, lines in ((left, left_lines), (right, right_lines)):
        for words, bold, size in lines:
            if words:
                _line(cell, words, bold=bold, size=size, aligned=CENTRE, after=0)
    _line(right, head["place_date"], size=13, italic=True, aligned=CENTRE, after=0)


def _columns(document, *widths):
    table = document.add_table(rows=1, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    cells = table.rows[0].cells
    for cell, width in zip(cells, widths, strict=True):
        cell.width = width
        cell._tc.remove(cell.paragraphs[0]._p)
    return cells


def _line(
    into,
    words: str,
    *,
    bold=False,
    italic=False,
    size: float | None = None,
    aligned=BOTH,
    indent=False,
    before=0,
    after=6,
):
    paragraph = into.add_paragraph()
    paragraph.alignment = aligned
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    if indent:
        shape.first_line_indent = Mm(10)
    run = paragraph.add_run(words)
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    return paragraph


def _block(document, block: dict) -> None:
    if "section" in block:
        heading = _line(document, block["section"], bold=True, aligned=None, before=6)
        heading.style = document.styles[f"Heading {min(3, block['level'])}"]
        for run in heading.runs:
            run.font.name, run.font.size, run.font.color.rgb = FONT, Pt(14), None
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:asciiTheme"), "")
    for runs in block.get("prose", ()):
        paragraph = _line(document, "", indent=True)
        for part in runs:
            run = paragraph.add_run(part["t"])
            run.bold, run.italic = part.get("b"), part.get("i")
    for words in block.get("lines", ()):
        _line(document, words, aligned=None)
    for place, words in enumerate(block.get("numbered", ()), start=1):
        _line(document, f"{place}. {words}", indent=True)
    if "table" in block:
        _table(document, block["table"])


def _table(document, table: dict) -> None:
    if table["caption"]:
        _line(document, table["caption"], bold=True, size=13, aligned=None)
    shapes = table["columns"]
    rest = TEXT_WIDTH - sum(Mm(shape["mm"]) for shape in shapes if "mm" in shape)
    parts = sum(shape.get("fr", 0) for shape in shapes) or 1
    widths = [Mm(shape["mm"]) if "mm" in shape else int(rest * shape["fr"] / parts) for shape in shapes]
    made = document.add_table(rows=1, cols=len(shapes), style="Table Grid")
    made.autofit = False
    repeated = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    _fill(made.rows[0], table["header"], shapes, widths, bold=True)
    for row in table["rows"]:
        _fill(made.add_row(), row, shapes, widths)
    _line(document, "", size=6, after=0)


def _fill(row, values, shapes, widths, *, bold=False) -> None:
    for cell, value, shape, width in zip(row.cells, values, shapes, widths, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.alignment = CENTRE if bold else ALIGNED[shape.get("align", "l")]
        paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(str(value))
        run.bold, run.font.size = bold, Pt(12)


def _closing(document, recipients: list[str], signature: dict) -> None:
    _line(document, "", size=8, after=0)
    left, right = _columns(document, Mm(80), Mm(85))
    if recipients:
        _line(left, "Nơi nhận:", bold=True, italic=True, size=12, aligned=None, after=0)
    for words in recipients or [""]:
        _line(left, f"- {words}" if words else "", size=11, aligned=None, after=0)
    for words in signature["lines"]:
        _line(right, words, bold=True, size=13, aligned=CENTRE, after=0)
    for _ in range(4):
        _line(right, "", size=13, after=0)
    _line(right, signature["name"], bold=True, size=13, aligned=CENTRE, after=0)
