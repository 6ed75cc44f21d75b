"""What a centre keeps for its counters: the procedures it takes, short lists of papers, fees by resolution.

An agency that keeps nothing of its own has what the nearest agency above it keeps: a province enters a fee once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from dossiers.intake.asked_papers import AskedPaper, asked_papers
from dossiers.intake.whose_counter import Stated, is_taken, level_of
from dossiers.models import Agency, Channel, CounterProcedure, Procedure, ProcedureCase, ProcedureVersion, valid_on
from dossiers.scoping import line_of
from dossiers.search_text import fold

SAID = {"originals": "bản chính", "certified": "bản chứng thực", "copies": "bản sao"}
"""The ways a paper is handed in, as they are counted, with their names."""
COUNTS = tuple(SAID)
LONGEST_WHEN = 3000
BETWEEN_CASES = "; "


@dataclass(frozen=True, slots=True)
class CounterList:
    """The nearest lists up the tree; None where nobody keeps one. `stale` when papers were checked against another
    version than the one in force."""

    taken: bool | None = None
    papers: tuple[AskedPaper, ...] | None = None
    fees: tuple[dict, ...] | None = None
    fee_basis: str = ""
    based_on: int | None = None

    def papers_for(self, version: ProcedureVersion, case: ProcedureCase | None, channel: str) -> tuple[AskedPaper, ...]:
        """Return the papers asked for: the kept list for the case, else the national one for case and channel.

        Two queries at most.
        """
        if self.papers is None:
            return tuple(asked_papers(version, case, channel))
        cases = {fold(found.name) for found in version.cases.all()} if case else set()
        return tuple(paper for each in self.papers if (paper := _in_case(each, case, cases)))

    def is_stale(self, version: ProcedureVersion) -> bool:
        return self.papers is not None and self.based_on != version.pk


def counter_list(procedure: Procedure, agency: Agency) -> CounterList:
    """Return what is kept for the procedure at the agency's counters. One query, one more a level of the tree."""
    line = line_of(agency)
    rows = CounterProcedure.objects.filter(procedure=procedure, agency_id__in=line)
    near = sorted(rows, key=lambda row: line.index(row.agency_id))
    of_papers = next((row for row in near if row.papers is not None), None)
    of_fees = next((row for row in near if row.fees is not None), None)
    return CounterList(
        taken=next((row.taken for row in near if row.taken is not None), None),
        papers=tuple(paper_of(row) for row in of_papers.papers) if of_papers else None,
        fees=tuple(of_fees.fees) if of_fees else None,
        fee_basis=of_fees.fee_basis if of_fees else "",
        based_on=of_papers.based_on_id if of_papers else None,
    )


def paper_of(row: dict) -> AskedPaper:
    """Return the paper a stored row names."""
    counts = {kind: int(row.get(kind) or 0) for kind in COUNTS}
    when = "" if row.get("required", True) else str(row.get("when", "")) or "nếu có"
    return AskedPaper(
        name=str(row.get("name", "")),
        shown=bool(row.get("shown")),
        required=bool(row.get("required", True)),
        when=when,
        **counts,
    )


def _in_case(paper: AskedPaper, case: ProcedureCase | None, cases: set[str]) -> AskedPaper | None:
    """Return the paper as the case asks for it; None when only other cases do. `cases` are the folded names of all.

    A kept list names cases in "when", one after another: a condition in other words is left to the clerk.
    """
    if case is None or not paper.when:
        return paper
    named, words = set(), f" {fold(paper.when)} "
    for name in sorted(cases, key=len, reverse=True):  # "Cấp lại" is not named where "Cấp lại do mất" is
        if f" {name} " in words:
            named.add(name)
            words = words.replace(f" {name} ", "  ")
    if not named:
        return paper
    return replace(paper, required=True, when="") if fold(case.name) in named else None


@dataclass(frozen=True, slots=True)
class Differences:
    """What a new version of the national record asks for otherwise, each paper by its name; `changed` says what."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def differences(before: ProcedureVersion | None, now: ProcedureVersion) -> Differences:
    """Return what the new version asks for that the old one did not, no longer asks for, or asks for otherwise."""
    old, new = (
        {fold(paper.name): paper for paper in every_paper(version)} if version else {} for version in (before, now)
    )
    return Differences(
        added=tuple(paper.name for key, paper in new.items() if key not in old),
        gone=tuple(paper.name for key, paper in old.items() if key not in new),
        changed=tuple(
            f"{paper.name}: {'; '.join(said)}"
            for key, paper in new.items()
            if key in old and (said := _otherwise(old[key], paper))
        ),
    )


def _otherwise(old: AskedPaper, new: AskedPaper) -> list[str]:
    """Return in words what is asked for otherwise of one paper."""
    said = [
        f"{getattr(new, name)} {words} (trước là {getattr(old, name)})"
        for name, words in SAID.items()
        if getattr(old, name) != getattr(new, name)
    ]
    if old.shown != new.shown:
        said.append("chỉ xuất trình" if new.shown else "phải nộp, trước chỉ xuất trình")
    if old.required != new.required:
        said.append("bắt buộc" if new.required else "không còn bắt buộc với mọi trường hợp")
    if fold(old.when) != fold(new.when) and new.when:
        said.append(f"khi: {new.when}")
    return said


def every_paper(version: ProcedureVersion) -> list[AskedPaper]:
    """Return the papers of the national list brought to a counter, in any case, each name once.

    What only a case asks for is not required of everybody: `when` names its cases.
    """
    papers = {paper.name: paper for paper in asked_papers(version, None, Channel.COUNTER)}
    of_cases: dict[str, tuple[AskedPaper, list[str]]] = {}
    for case in version.cases.all():
        for paper in asked_papers(version, case, Channel.COUNTER):
            if paper.name not in papers:
                of_cases.setdefault(paper.name, (paper, []))[1].append(case.name)
    conditional = [
        replace(paper, required=False, when=BETWEEN_CASES.join(cases)[:LONGEST_WHEN].strip())
        for paper, cases in of_cases.values()
    ]
    return [*papers.values(), *conditional]


def outdated(agency: Agency, today: dt.date) -> QuerySet[CounterProcedure]:
    """Return the agency's own lists of papers that were checked against another version than the one in force.

    Of a procedure nobody can hand in any more nothing is to be checked.
    """
    rows = CounterProcedure.objects.filter(agency=agency, papers__isnull=False).exclude(
        procedure__status=Procedure.Status.ABOLISHED
    )
    published = ProcedureVersion.objects.filter(valid_on(today), status=ProcedureVersion.Status.PUBLISHED)
    in_force = published.filter(procedure=OuterRef("procedure")).order_by("-valid_from", "-id").values("pk")[:1]
    rows = rows.annotate(in_force=Subquery(in_force)).filter(in_force__isnull=False)
    return rows.exclude(based_on__isnull=False, based_on=F("in_force")).order_by("procedure__code")


def taken_here(found: Iterable, agency: Agency) -> list:
    """Return those of the found procedures (with code) that the agency's counters take.

    What the agency or one above it decided comes first, else the catalogue's own columns (`whose_counter`). Two
    queries, one more a level of the tree.
    """
    rows, line, level = list(found), line_of(agency), level_of(agency)
    codes = [row.code for row in rows]
    kept = CounterProcedure.objects.filter(
        agency_id__in=line, procedure__code__in=codes, taken__isnull=False
    ).values_list("procedure__code", "agency_id", "taken")
    said: dict[str, bool] = {}
    for code, _agency, taken in sorted(kept, key=lambda row: line.index(row[1])):
        said.setdefault(code, taken)
    stated = _stated(codes)
    return [row for row in rows if said.get(row.code, is_taken(stated.get(row.code, Stated()), level))]


def _stated(codes: list[str]) -> dict[str, Stated]:
    today = timezone.localdate()
    in_force = ProcedureVersion.objects.filter(
        valid_on(today), procedure__code__in=codes, status=ProcedureVersion.Status.PUBLISHED
    ).order_by("valid_from", "id")
    columns = in_force.values_list("procedure__code", "levels", "executing_agency", "field__name")
    return {code: Stated(tuple(levels or ()), executing, field or "") for code, levels, executing, field in columns}
