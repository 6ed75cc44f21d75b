"""Procedure search on queries written from life: among the first five, first, nothing found; milliseconds.

A line of a set: `query`, `any_of` (codes of the national catalogue, any of them right), `within`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from dossiers.models import Procedure
from dossiers.procedure_search import bank, current
from dossiers.procedure_search.search import FoundPage, search

FIRST_ROWS = 5
TOLD = 3


def run(options, sets: list[Path]) -> None:
    """Print the three figures of each set, the time a search takes and the wrong answers with their reason."""
    connection.creation.create_test_db(verbosity=0)
    call_command("import_catalogue", str(options.catalogue), stdout=io.StringIO())
    names = dict(Procedure.objects.values_list("code", "name"))
    said = {code for code, _ in bank.phrasings()}
    began = time.process_time()
    current.index()
    print(f"search: {len(names)} procedures, index built in {time.process_time() - began:.1f} s")
    for path in sets:
        queries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        _score(path.stem, queries, names, said, quiet=options.quiet)


def _score(title: str, queries: list[dict], names: dict[str, str], said: set[str], *, quiet: bool) -> None:
    today = timezone.localdate()
    among = first = nothing = 0
    times, wrong = [], []
    for query in queries:
        page, took = _asked(query["query"], today)
        times.append(took)
        right, found = set(query["any_of"]), [row.code for row in page.rows]
        nothing += not found
        first += found[:1] != [] and found[0] in right
        among += bool(right & set(found))
        if not found or found[0] not in right:
            wrong.append((query, page, _reason(right, found, names, said)))
    count = len(queries)
    held = sum(bool(set(query["any_of"]) & set(names)) for query in queries) or 1
    times.sort()
    print(
        f"{title}: {count} queries · among the first five {among / count:.1%} · first {first / count:.1%} · "
        f"nothing found {nothing / count:.1%} · "
        f"of the {held} this catalogue holds {among / held:.1%}, {first / held:.1%} · "
        f"p50 {times[count // 2]:.1f} ms · p95 {times[int(count * 0.95)]:.1f} ms"
    )
    for query, page, reason in () if quiet else wrong:
        print(f"  “{query['query']}”: {reason}")
        for code in query["any_of"][:TOLD]:
            print(f"      wanted {code} {names.get(code, '')[:90]}")
        for row in page.rows[:TOLD]:
            print(f"      got    {row.code} {row.name[:90]}")


def _asked(words: str, today: dt.date) -> tuple[FoundPage, float]:
    began = time.process_time()
    page = search(words, today=today, size=FIRST_ROWS)
    return page, 1000 * (time.process_time() - began)


def _reason(right: set[str], found: list[str], names: dict[str, str], said: set[str]) -> str:
    if not right & set(names):
        return "not in this catalogue"
    if not found:
        return "nothing found"
    place = next((place for place, code in enumerate(found, start=1) if code in right), 0)
    if place:
        return f"right at place {place}"
    return "not among five" if right & said else "not among five; nobody wrote phrasings for it"
