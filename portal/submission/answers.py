"""What was typed in a draft, read for the next page and for the sending: people, right to act, papers, result."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from dossiers import typed
from dossiers.deadlines.working_time import ZONE
from dossiers.intake import fee_lines
from dossiers.intake.asked_papers import AskedPaper
from dossiers.intake.counter_lists import counter_list
from dossiers.intake.people import FACTS, PersonData
from dossiers.models import Applicant, Channel, ProcedureCase, ProcedureVersion
from dossiers.search_text import fold
from portal.submission import drafts
from portal.submission.models import DraftFile, Filing, FilingDraft

MOST_PAPERS = 60
WITHOUT = ("digital", "later")
"""Why a paper has no file: the state holds it already; the paper itself is brought to the counter."""


@dataclass(slots=True)
class PaperHere:
    """A paper as the page asks for it: its key, its files, and why it has none."""

    asked: AskedPaper
    key: str
    files: list[DraftFile] = field(default_factory=list)
    without: str = ""

    @property
    def needed(self) -> bool:
        """Whether the filing cannot go without a file of it, or a reason."""
        return self.asked.required and not self.asked.shown

    @property
    def missing(self) -> bool:
        return self.needed and not self.files and not self.without


class Answers:
    """One draft read: `people`, `papers`, what is missing, step by step."""

    def __init__(self, draft: FilingDraft, now: dt.datetime):
        self.draft, self.now = draft, now
        self.today = now.astimezone(ZONE).date()
        self.data = drafts.typed(draft)
        self.version: ProcedureVersion | None = draft.procedure.version_on(self.today)

    @cached_property
    def cases(self) -> list[ProcedureCase]:
        """The cases of the content in force today, in order. One query."""
        return list(ProcedureCase.objects.filter(version=self.version).order_by("order")) if self.version else []

    @property
    def case_name(self) -> str:
        """What the chosen case was called when it was chosen."""
        return self.data.get("case") or (self.draft.case.name if self.draft.case else "")

    @cached_property
    def case(self) -> ProcedureCase | None:
        """The chosen case as the content in force knows it: itself, or the one a new version calls by its name."""
        named = fold(self.case_name)
        fit = [case for case in self.cases if case.pk == self.draft.case_id]
        fit += [case for case in self.cases if named and fold(case.name) == named]
        return fit[0] if fit else None

    @property
    def case_is_open(self) -> bool:
        """Whether a case is to be chosen anew: the catalogue was loaded again and knows the chosen one no longer."""
        return bool(self.cases) and self.case is None

    @property
    def for_other(self) -> bool:
        return self.data.get("who") == "other"

    @property
    def submitter(self) -> PersonData:
        return _person(self.data.get("submitter"))

    @property
    def owner(self) -> PersonData | None:
        return _person(self.data.get("owner")) if self.for_other else None

    @property
    def relation(self) -> str:
        return self.data.get("relation", "") if self.for_other else ""

    @property
    def relation_words(self) -> str:
        return str(dict(Filing.Relation.choices).get(self.relation, ""))

    @property
    def until(self) -> dt.date | None:
        return typed.day(self.data.get("until")) if self.for_other else None

    @property
    def result(self) -> str:
        kept = self.data.get("result", "")
        return kept if kept in Filing.Result.values else Filing.Result.COUNTER

    @property
    def people_done(self) -> bool:
        """Whether the people can stand as typed: a right to act that ended while the draft lay is asked for anew."""
        over = self.until is not None and self.until < self.today
        return bool(self.data.get("people_done")) and not over

    def papers(self) -> list[PaperHere]:
        """Return the papers asked for with their files; files of papers no longer asked for stand with the last one.

        Four queries.
        """
        asked: tuple[AskedPaper, ...] = ()
        if self.version is not None:
            kept = counter_list(self.draft.procedure, self.draft.agency)
            asked = kept.papers_for(self.version, self.case, Channel.ONLINE)[:MOST_PAPERS]
        without = self.data.get("without", {})
        rows = {drafts.paper_key(each.name): each for each in asked}
        papers = [PaperHere(each, key, without=without.get(key, "")) for key, each in rows.items()]
        other = PaperHere(AskedPaper("Giấy tờ khác", required=False, when="nếu có"), "khac")
        known = {paper.key: paper for paper in papers}
        for file in self.draft.files.all():
            known.get(file.paper, other).files.append(file)
        return [*papers, other]

    def fees(self) -> list:
        """Return the fees of the catalogue for handing in online."""
        if self.version is None:
            return []
        return fee_lines.in_force(self.version, self.case, Channel.ONLINE, self.today)


def _person(kept: dict | None) -> PersonData:
    values = {name: str((kept or {}).get(name, "")) for name in FACTS}
    if values["kind"] not in Applicant.Kind.values:
        values["kind"] = Applicant.Kind.PERSON
    return PersonData(**values)
