"""What citizens send, written from life: petitions, urgency with its numbers, themes, masking.

A line of a set: `text`, and `expect`: `in_feedback_flow`, `urgency`, `numbers`, `categories`, `pii` (spans).
"""

from __future__ import annotations

import json
from pathlib import Path

from dossiers.language import danger, voice
from feedback.cases import routing
from feedback.cases.routing import Certainty
from feedback.defaults import CATEGORIES
from feedback.masking.masking import mask
from feedback.models import Category

RANK = {"thuong": 0, "gap": 1, "khan_cap": 2}


def run(options, sets: list[Path]) -> None:
    """Print the figures of each set and the wrong answers."""
    for path in sets:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        print(f"{path.stem}: {len(rows)} texts")
        for title, judge in (
            ("petitions", _petitions),
            ("urgency", _urgency),
            ("themes", _themes),
            ("masking", _masking),
        ):
            figures, wrong = judge(rows)
            print(f"  {title}: {figures}")
            for line in () if options.quiet else wrong:
                print(f"    {line}")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" + (f" ({part / whole:.1%})" if whole else "")


def _petitions(rows: list[dict]) -> tuple[str, list[str]]:
    read = [(row, routing.classify(row["text"]).certainty) for row in rows]
    yes = [(row, sure) for row, sure in read if not row["expect"]["in_feedback_flow"]]
    no = [(row, sure) for row, sure in read if row["expect"]["in_feedback_flow"]]
    missed = [row for row, sure in yes if sure == Certainty.NONE]
    stopped = [row for row, sure in no if sure >= Certainty.MAYBE]
    held = [row for row, sure in no if sure == Certainty.DOUBTFUL]
    wrong = [f"missed: {row['text']}" for row in missed]
    wrong += [f"stopped: {row['text']}" for row in stopped] + [f"held: {row['text']}" for row in held]
    figures = f"missed {_share(len(missed), len(yes))} · harmless stopped {_share(len(stopped), len(no))}"
    return f"{figures} · harmless held {_share(len(held), len(no))}", wrong


def _urgency(rows: list[dict]) -> tuple[str, list[str]]:
    counts, wrong = {"danger": [0, 0], "soon": [0, 0], "false": [0, 0]}, []
    for row in rows:
        told, got = RANK[row["expect"]["urgency"]], int(voice.read(row["text"]).urgency)
        name = ("false", "soon", "danger")[told]
        hit = got > 0 if told < RANK["khan_cap"] else got == RANK["khan_cap"] and _number_fits(row)
        counts[name][0] += hit
        counts[name][1] += 1
        if hit != (told > 0):
            wrong.append(f"{name}: {row['text']}")
    labels = (("danger", "danger found"), ("soon", "harm within hours noticed"), ("false", "false alarms"))
    return " · ".join(f"{label} {_share(*counts[name])}" for name, label in labels), wrong


def _number_fits(row: dict) -> bool:
    wanted = row["expect"].get("numbers", [])
    return not wanted or danger.numbers(row["text"])[0].dial in {*wanted, *row["expect"].get("numbers_also", []), "112"}


def _themes(rows: list[dict]) -> tuple[str, list[str]]:
    themes = [Category(**row) for row in CATEGORIES]
    got = [(row, _theme(row["text"], themes)) for row in rows]
    allowed = [[code.replace("_", "-") for code in row["expect"]["categories"]] for row in rows]
    right = sum(code in codes for (_row, code), codes in zip(got, allowed, strict=True))
    wrong = [
        f"{code} not {codes}: {row['text']}"
        for (row, code), codes in zip(got, allowed, strict=True)
        if code not in codes
    ]
    known = {code for codes in allowed for code in codes}
    unknown = ", ".join(row["code"] for row in CATEGORIES if row["code"] not in known)
    themes = [theme for theme in themes if theme.code in known]
    among = sum(_theme(row["text"], themes) in codes for row, codes in zip(rows, allowed, strict=True))
    figures = f"right {_share(right, len(rows))}"
    return (
        f"{figures} · among those the set knows (not {unknown}) {_share(among, len(rows))}" if unknown else figures
    ), wrong


def _theme(text: str, themes: list[Category]) -> str:
    theme = routing.suggest_category(text, themes)
    return theme.code if theme else ""


def _masking(rows: list[dict]) -> tuple[str, list[str]]:
    must = hidden = gone = rightly = 0
    wrong = []
    for row in rows:
        if not row["expect"]["in_feedback_flow"]:
            continue
        spans = row["expect"]["pii"]
        wanted = {at for span in spans for at in range(span["start"], span["end"])}
        allowed = {at for span in row["expect"].get("pii_optional", []) for at in range(span["start"], span["end"])}
        taken = {at for span in mask(row["text"], keep_places=True).spans for at in range(span.start, span.end)}
        must, hidden = must + len(wanted), hidden + len(wanted & taken)
        gone, rightly = gone + len(taken), rightly + len(taken & (wanted | allowed))
        if wanted - taken or taken - wanted - allowed:
            wrong.append(row["text"])
    return f"letters that must go {_share(hidden, must)} · of what goes, rightly {_share(rightly, gone)}", wrong
