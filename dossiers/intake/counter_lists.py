"""What a centre keeps for its counters: the procedures it takes, short lists of papers, fees by resolution.

An agency that keeps nothing of its own has what the nearest agency above it keeps: a province enters a fee once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dossiers.intake.asked_papers import AskedPaper, asked_papers
from dossiers.models import Agency, Channel, CounterProcedure, Procedure, ProcedureCase, ProcedureVersion
from dossiers.scoping import line_of

COUNTS = ("originals", "certified", "copies")
LONGEST_WHEN = 300


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
        """Return the papers asked for: the kept list, else the national one for the case and channel (one query)."""
        return tuple(asked_papers(version, case, channel)) if self.papers is None else self.papers

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


def differences(before: ProcedureVersion | None, now: ProcedureVersion) -> tuple[list[str], list[str]]:
    """Return (papers the new version asks for that the old one did not, papers it no longer asks for), by name."""
    names = [{paper.name for paper in every_paper(version)} if version else set() for version in (before, now)]
    return sorted(names[1] - names[0]), sorted(names[0] - names[1])


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
        replace(paper, required=False, when="; ".join(cases)[:LONGEST_WHEN].strip())
        for paper, cases in of_cases.values()
    ]
    return [*papers.values(), *conditional]


def taken_here(found: Iterable, agency: Agency) -> list:
    """Return those of the found procedures (with code and levels) that the agency's counters take.

    What the agency or one above it decided comes first; else what a ministry alone settles is nobody's at a counter
    of a commune or province. One query, one more a level of the tree.
    """
    rows, line = list(found), line_of(agency)
    kept = CounterProcedure.objects.filter(
        agency_id__in=line, procedure__code__in=[row.code for row in rows], taken__isnull=False
    ).values_list("procedure__code", "agency_id", "taken")
    said: dict[str, bool] = {}
    for code, _agency, taken in sorted(kept, key=lambda row: line.index(row[1])):
        said.setdefault(code, taken)
    return [row for row in rows if said.get(row.code, not row.levels or set(row.levels) != {"ministry"})]
