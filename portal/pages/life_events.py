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
def life_event(request, slug: str):
    """Show the procedures of one event in order; a step the catalogue does not know leads to the search."""
    event = next((each for each in life_events() if each.slug == slug), None)
    if event is None:
        raise Http404
    codes = [code for step in event.steps for code in step.codes]
    known = {row.code: row for row in Procedure.objects.filter(code__in=codes).exclude(
        status=Procedure.Status.ABOLISHED)}  # fmt: skip
    shown: list = []
    for step in event.steps:
        code = next((code for code in step.codes if code in known), "")
        if code and code not in {each[0] for each in shown}:
            shown.append((code, known[code].name, step.why))
            continue
        found = () if code else search(step.words, today=timezone.localdate(), size=1).rows
        if found and found[0].code not in {each[0] for each in shown}:
            shown.append((found[0].code, found[0].name, step.why))
    context = {"section": "procedures", "event": event, "steps": shown, "events": life_events()}
    return render(request, "portal/life_event.html", context)
