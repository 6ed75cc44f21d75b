"""The index of the catalogue as it stands: built when first asked, built anew when the catalogue has changed.

Every search asks the database for the stamp (one short query), so all processes notice a change; a process that never
searches never builds. While one thread builds, the others answer from the index that was.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Max, OuterRef, Subquery

from dossiers.catalogue.levels import known_level
from dossiers.models import (
    Procedure,
    ProcedureAlias,
    ProcedurePhrasing,
    ProcedureVersion,
    RequiredPaper,
    SearchState,
    SearchSynonym,
)
from dossiers.procedure_search import bank
from dossiers.procedure_search.index import Index, Record
from dossiers.procedure_search.thesaurus import Thesaurus, national

MOST_PAPERS = 12
PAPER_LENGTH = 80
LEVEL_PRIOR = {"commune": 1.05, "province": 1.0, "other": 0.95, "ministry": 0.9}
"""How much likelier than its words say a procedure is by who takes it: people come to a commune's counter first."""
READ_BY_THE_INDEX = (Procedure, ProcedureAlias, ProcedurePhrasing, SearchSynonym)

_building = threading.Lock()
_kept: tuple[tuple, Index] | None = None


def index() -> Index:
    """Return the index of the catalogue as it is now. One query when nothing changed; a second or two otherwise."""
    global _kept
    wanted = _stamp()
    kept = _kept
    if kept and kept[0] == wanted:
        return kept[1]
    # The first search of a process waits for the index; later ones make do with the one that was.
    if not _building.acquire(blocking=kept is None):
        return kept[1]
    try:
        if _kept is None or _kept[0] != wanted:
            _kept = (wanted, Index(_records(), thesaurus=_thesaurus()))
        return _kept[1]
    finally:
        _building.release()


def touched(**_) -> None:
    """Receive any change of what the index reads."""
    SearchState.touch()


def _stamp() -> tuple:
    token = Subquery(SearchState.objects.values("token")[:1])
    active = Procedure.objects.filter(status=Procedure.Status.ACTIVE)
    return tuple(active.aggregate(rows=Count("pk"), newest=Max("pk"), token=Max(token)).values())


def _thesaurus() -> Thesaurus:
    return Thesaurus([*national(), *SearchSynonym.objects.order_by("pk").values_list("said", "meant")])


def _records() -> Iterator[Record]:
    """Return a record of each active procedure: what it is called, what people say, what its newest version tells."""
    said = _said()
    newest = ProcedureVersion.objects.filter(
        procedure_id=OuterRef("pk"), status=ProcedureVersion.Status.PUBLISHED
    ).order_by("-valid_from", "-id")
    active = Procedure.objects.filter(status=Procedure.Status.ACTIVE).order_by("pk")
    active = active.annotate(newest=Subquery(newest.values("pk")[:1]), results=Subquery(newest.values("results")[:1]))
    active = active.annotate(levels=Subquery(newest.values("levels")[:1]))
    rows = list(active.values_list("pk", "code", "name", "field__name", "newest", "results", "levels"))
    papers = _papers([row[4] for row in rows])
    for pk, code, name, subject, version, results, levels in rows:
        about = [subject or "", *map(_named, results or []), *papers[version]]
        prior = max((LEVEL_PRIOR[known_level(level)] for level in levels or []), default=1.0)
        yield Record(pk, [name, *said[code]], about, prior)


def _named(result: dict | str) -> str:
    """Return what a result is called; a version written by hand may hold the name alone."""
    return str(result.get("name", "")) if isinstance(result, dict) else str(result)


def _said() -> dict[str, list[str]]:
    said: dict[str, list[str]] = defaultdict(list)
    for code, text in bank.phrasings():
        said[code].append(text)
    own = ProcedurePhrasing.objects.order_by("pk").values_list("procedure__code", "text")
    for code, text in own:
        said[code].append(text)
    return said


def _papers(versions: list[int]) -> dict[int, list[str]]:
    wanted = set(versions)
    papers: dict[int, list[str]] = defaultdict(list)
    rows = RequiredPaper.objects.order_by("version_id", "order", "pk").values_list("version_id", "name")
    for version, name in rows.iterator():
        if version in wanted and len(papers[version]) < MOST_PAPERS:
            papers[version].append(name[:PAPER_LENGTH])
    return papers
