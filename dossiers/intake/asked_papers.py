"""Which papers the counter asks for: those of the procedure, narrowed to the case and the way of handing in."""

from __future__ import annotations

from dataclasses import dataclass

from dossiers.catalogue.paper_rows.kinds import is_application, short_name
from dossiers.models import ProcedureCase, ProcedureVersion, RequiredPaper
from dossiers.search_text import fold

Form = RequiredPaper.Form
INSTEAD = ("truong hop khong co", "neu khong co", "truong hop khong con", "neu khong con")


@dataclass(frozen=True, slots=True)
class AskedPaper:
    """One paper the clerk looks for. `required`: everybody of this case; `when` says when the others bring it."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    shown: bool = False
    required: bool = True
    when: str = ""
    text: str = ""  # the catalogue's own words, when `name` is shorter


def asked_papers(version: ProcedureVersion, case: ProcedureCase | None, channel: str) -> list[AskedPaper]:
    """Return the papers of the version for the case and channel, required ones first; no notes. One query."""
    rows = [
        row
        for row in version.papers.all()
        if row.is_brought
        and row.channel in ("", channel)
        and (row.case_id is None or (case is not None and row.case_id == case.pk))
    ]
    asked = _once([_asked(row) for row in rows])
    return sorted(asked, key=lambda paper: (not paper.required, paper.shown, not is_application(paper.name)))


def _once(papers: list[AskedPaper]) -> list[AskedPaper]:
    """Return each paper once: the catalogue repeats it under every variant it does not tell apart as a case."""
    found: dict[tuple[str, bool], AskedPaper] = {}
    for paper in papers:
        key = (fold(paper.name), paper.shown)
        if key not in found or (paper.required and not found[key].required):
            found[key] = paper
    return list(found.values())


def _asked(row: RequiredPaper) -> AskedPaper:
    name, when = short_name(row.name)
    originals, certified, copies = row.originals, 0, row.copies
    if row.form == Form.CERTIFIED:
        originals, certified, copies = 0, max(originals, copies, 1), 0
    elif row.form == Form.COPY:
        originals, copies = 0, max(originals, copies, 1)
    elif row.form == Form.ORIGINAL:
        originals, copies = max(originals, 1), copies if originals else 0
    if not row.required and not when:
        when = row.group or "nếu có"
    return AskedPaper(
        name=name,
        originals=originals,
        certified=certified,
        copies=copies,
        shown=row.is_shown,
        required=row.required,
        when=when[:300] if not row.required or fold(when).startswith(INSTEAD) else "",
        text=row.name if row.name.rstrip(" ;.") != name else "",
    )
