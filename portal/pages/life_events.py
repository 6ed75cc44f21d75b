"""Life events: what happened, and the procedures it needs in order, from a file anybody can read and mend."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dossiers.models import Procedure
from dossiers.procedure_search.search import search
from dossiers.search_text import fold_words
from portal.packed import packed

FILE = Path(__file__).with_name("life_events.toml")


@dataclass(frozen=True, slots=True)
class Step:
    """One procedure of an event: `codes` in the order they are preferred, `words` for a catalogue with neither."""

    codes: tuple[str, ...]
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class LifeEvent:
    slug: str
    title: str
    icon: str
    steps: tuple[Step, ...]


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """Return the events of the file in its order."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["event"]
    return tuple(
        LifeEvent(
            row["slug"],
            row["title"],
            row["icon"],
            tuple(Step(tuple(step["codes"]), step["words"], step["why"]) for step in row["step"]),
        )
        for row in rows
    )


@require_safe
@packed
def life_event(request, slug: str):
    """Show the procedures of one event in order; a step the catalogue does not know is left out."""
    event = next((each for each in life_events() if each.slug == slug), None)
    if event is None:
        raise Http404
    codes = [code for step in event.steps for code in step.codes]
    known = {row.code: row for row in Procedure.objects.filter(code__in=codes).exclude(
        status=Procedure.Status.ABOLISHED)}  # fmt: skip
    shown: dict[str, tuple[str, str, str]] = {}
    for step in event.steps:
        row = next((known[code] for code in step.codes if code in known), None) or _named(step.words)
        if row:
            shown.setdefault(row.code, (row.code, row.name, step.why))
    context = {"section": "procedures", "event": event, "steps": list(shown.values()), "events": life_events()}
    return render(request, "portal/life_event.html", context)


def _named(words: str):
    """Return the first procedure found whose name says all of the words: the nearest of all may be about anything."""
    wanted = set(fold_words(words))
    found = search(words, today=timezone.localdate(), size=5).rows
    return next((row for row in found if wanted <= set(fold_words(row.name))), None)
