"""Reading the papers of procedures again where the rules of reading are newer than what a version was read by.

The text decides whether a record changed; a better reading of the same text must not wait until a ministry rewrites it.
"""

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from dossiers.catalogue.content import Rows, rows_of
from dossiers.catalogue.differences import PAPER_COLUMNS
from dossiers.catalogue.procedures import parse_record
from dossiers.models import Fee, Procedure, ProcedureCase, ProcedureVersion, RequiredPaper, TimeLimit
from dossiers.search_text import fold

_RULES = Path(__file__).parent.parent
_READ = ("name", "group", "kind", "form", "channel", "form_file", "originals", "copies", "required")
CHUNK = 100


@cache
def edition() -> str:
    """Return 16 hex digits that name the rules in use: another line of them is another edition, nobody counts up."""
    digest = hashlib.sha256()
    for path in sorted(_RULES.rglob("*.py")):
        digest.update(path.relative_to(_RULES).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def read_again(today: dt.date) -> int:
    """Read the newest versions that another edition read; return how many procedures got a version. Idempotent.

    A version read otherwise now is followed by one from `today`: dossiers keep what they were received under, and a
    centre's own list is told what differs. What a person put right, and what was written without a text, stays.
    """
    made = 0
    while ids := list(_waiting()[:CHUNK]):
        with transaction.atomic():
            versions = ProcedureVersion.objects.select_for_update().filter(pk__in=ids).order_by("pk")
            for version in versions:
                made += _read_version(version, today)
    return made


def otherwise(version: ProcedureVersion) -> list[str]:
    """Return in words what the rules in use read otherwise than the version's rows; empty when nothing."""
    rows = _rows(version)
    if rows is None:
        return []
    kept = {fold(paper.name): paper for paper in version.papers.select_related("case")}
    read = {fold(paper.name): paper for paper in rows.papers}
    return [
        *(f"{paper.name}: danh mục ghi {_said(paper)}" for key, paper in read.items() if key not in kept),
        *(f"{paper.name}: danh mục không ghi" for key, paper in kept.items() if key not in read),
        *(
            f"{paper.name}: danh mục ghi {_said(paper)}; ở đây {_said(kept[key])}"
            for key, paper in read.items()
            if key in kept and _said(paper) != _said(kept[key])
        ),
    ]


def _waiting() -> QuerySet:
    """Ids of the newest published versions of procedures in force that another edition read and no person changed."""
    published = ProcedureVersion.objects.filter(status=ProcedureVersion.Status.PUBLISHED)
    newest = published.filter(procedure=OuterRef("procedure")).order_by("-number").values("pk")[:1]
    rows = published.filter(pk=Subquery(newest), papers_by_hand=False, procedure__status=Procedure.Status.ACTIVE)
    return rows.exclude(papers_edition=edition()).order_by("pk").values_list("pk", flat=True)


def _read_version(version: ProcedureVersion, today: dt.date) -> bool:
    rows = _rows(version)
    cases = None
    if rows is not None and _shape(rows.papers) != _shape(version.papers.select_related("case")):
        cases = _same_cases(version, rows)
    if rows is None or cases is None:
        version.papers_edition = edition()
        version.save(update_fields=["papers_edition"])
        return False
    _follow(version, rows, cases, today)
    return True


def _rows(version: ProcedureVersion) -> Rows | None:
    """What its text states now; None for a version whose text names no papers."""
    text = version.source_text
    return rows_of(version, parse_record(text)) if any(text.get(key) for key in PAPER_COLUMNS) else None


def _shape(papers) -> list[tuple]:
    return [(paper.case.name if paper.case else "", *(getattr(paper, name) for name in _READ)) for paper in papers]


def _same_cases(version: ProcedureVersion, rows: Rows) -> dict[int, ProcedureCase] | None:
    """Old case -> new one of its name; None when a limit or fee belongs to a case that is read no more."""
    by_name = {case.name: case for case in rows.cases}
    cases = {case.pk: by_name[case.name] for case in version.cases.all() if case.name in by_name}
    used: list[TimeLimit | Fee] = [*version.time_limits.all(), *version.fees.all()]
    return None if any(row.case_id and row.case_id not in cases for row in used) else cases


def _follow(version: ProcedureVersion, rows: Rows, cases: dict[int, ProcedureCase], today: dt.date) -> None:
    """Write the version that follows: the papers as they are read now, all else as it stands."""
    limits, fees = list(version.time_limits.all()), list(version.fees.all())
    numbers = ProcedureVersion.objects.filter(procedure=version.procedure_id).order_by("-number")
    follower = ProcedureVersion.objects.get(pk=version.pk)
    follower.pk, follower._state.adding = None, True
    follower.number = numbers.values_list("number", flat=True)[0] + 1
    follower.valid_from = max(today, version.valid_from)
    follower.papers_edition = edition()
    if version.valid_to is not None:
        follower.valid_to = max(version.valid_to, follower.valid_from)
    if version.valid_to is None or version.valid_to >= follower.valid_from:
        version.valid_to = max(version.valid_from, follower.valid_from - dt.timedelta(days=1))
        version.save(update_fields=["valid_to"])
    follower.save()
    for case in rows.cases:
        case.version = follower
    ProcedureCase.objects.bulk_create(rows.cases)
    for paper in rows.papers:
        paper.version = follower
        paper.case = paper.case  # the case has its key only now
    RequiredPaper.objects.bulk_create(rows.papers)
    carried: list[TimeLimit | Fee] = [*limits, *fees]
    for each in carried:
        each.pk, each._state.adding, each.version = None, True, follower
        each.case = cases.get(each.case_id) if each.case_id else None
    TimeLimit.objects.bulk_create(limits)
    Fee.objects.bulk_create(fees)


def _said(paper: RequiredPaper) -> str:
    if not paper.is_brought:
        return f"“{paper.get_kind_display()}”"
    words = "xuất trình" if paper.is_shown else "phải nộp"
    need = "bắt buộc" if paper.required else "tùy trường hợp"
    counts = [f"{paper.originals} bản chính"] * bool(paper.originals) + [f"{paper.copies} bản sao"] * bool(paper.copies)
    return ", ".join([words, need, *counts, *([paper.case.name] if paper.case else [])])
