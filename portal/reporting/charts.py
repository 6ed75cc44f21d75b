"""Charts drawn here as SVG: the same picture on the page without JavaScript, in a file and in a paper. Pure.

Colours stand in attributes, so that the content policy and a file know them; words and a table say the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dossiers.written_dates import marked_day, written_month
from feedback.figures.periods import Period

COLOURS = ("#1f4f91", "#2f7d4f", "#8a6d1d", "#5b4a86")  # no red: red is what is late
WIDTH, HEIGHT = 760, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 34, 34
MOST_DAYS, MOST_WEEKS = 45, 200  # days of a period drawn day by day, week by week
MOST_LABELS = 8
MARKS = ("circle", "square", "triangle", "circle")
INK, SOFT, LINE = "#2b2522", "#6b625c", "#ddd5ce"


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a number a place; None leaves a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Places along the bottom, the lines above them, what is counted."""

    title: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """The same as a table: a row a place."""
        return [(place, [one.values[n] for one in self.series]) for n, place in enumerate(self.places)]

    @property
    def empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)


@dataclass(frozen=True, slots=True)
class Step:
    """One place along the bottom: its days and what it is called."""

    first: dt.date
    last: dt.date
    name: str


def steps(period: Period) -> list[Step]:
    """Return the period cut into days, weeks or months, whichever can be read."""
    if period.days <= MOST_DAYS:
        days = (period.first + dt.timedelta(days=n) for n in range(period.days))
        return [Step(day, day, marked_day(day)) for day in days]
    found, day = [], period.first
    while day <= period.last:
        if period.days <= MOST_WEEKS:
            last = min(period.last, day + dt.timedelta(days=6 - day.weekday()))
            name = marked_day(day)
        else:
            following = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            last = min(period.last, following - dt.timedelta(days=1))
            name = written_month(day)
        found.append(Step(day, last, name))
        day = last + dt.timedelta(days=1)
    return found


def over_time(title: str, period: Period, lines: Mapping[str, Mapping[dt.date, float]], unit: str = "") -> Chart:
    """Return the chart of sums a step; `lines` give numbers by day."""
    cut = steps(period)
    series = []
    for name, by_day in lines.items():
        values = [sum(n for day, n in by_day.items() if step.first <= day <= step.last) for step in cut]
        series.append(Series(name, tuple(values)))
    return Chart(title, tuple(step.name for step in cut), tuple(series), unit)


def svg(chart: Chart, *, alone: bool = False) -> str:
    """Return the picture; `alone` with a white ground, its title and a font of its own, as a file."""
    top = _ceiling(max((value or 0 for one in chart.series for value in one.values), default=0))
    parts = []
    if alone:
        parts.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>')
        parts.append(_text(WIDTH - RIGHT, 16, chart.title, "end", 14, weight="bold"))
    parts += _grid(top)
    parts += _labels(chart.places)
    for number, one in enumerate(chart.series):
        parts += _line(chart, one, number, top)
        x = LEFT + number * 180
        parts.append(_mark(x, 12, number))
        parts.append(_text(x + 12, 16, one.name, "start", 13))
    name = escape(f"{chart.title}: {', '.join(one.name for one in chart.series)}")
    ground = ' xmlns="http://www.w3.org/2000/svg" font-family="Tinos, serif"' if alone else ' class="mb-chart"'
    size = f' width="{WIDTH}" height="{HEIGHT}"' if alone else ""
    return f'<svg{ground} viewBox="0 0 {WIDTH} {HEIGHT}"{size} role="img" aria-label="{name}">{"".join(parts)}</svg>'


def shown(value: float | None) -> str:
    """Return a number as people read it, thousands apart; "–" for none."""
    if value is None:
        return "–"
    text = f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def _ceiling(most: float) -> int:
    """Return the top of the scale: the smallest 1, 2, 5 × 10ⁿ (in quarters that are whole) not below `most`."""
    step = 4
    while True:
        for times in (1, 2, 3, 5):
            if step * times >= most:
                return step * times
        step *= 10


def _x(place: int, count: int) -> float:
    room = WIDTH - LEFT - RIGHT
    return LEFT + room * (place + 0.5) / max(1, count)


def _y(value: float, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _grid(top: int) -> Sequence[str]:
    parts = []
    for quarter in range(5):
        value = top * quarter / 4
        y = _y(value, top)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{LINE}"/>')
        parts.append(_text(LEFT - 8, y + 4, shown(value), "end", 12, SOFT))
    return parts


def _labels(places: Sequence[str]) -> Sequence[str]:
    every = -(-len(places) // MOST_LABELS)
    return [
        _text(_x(n, len(places)), HEIGHT - 12, place, "middle", 12, SOFT)
        for n, place in enumerate(places)
        if n % every == 0
    ]


def _line(chart: Chart, one: Series, number: int, top: int) -> Sequence[str]:
    count, colour = len(one.values), COLOURS[number % len(COLOURS)]
    points = [(_x(n, count), _y(value, top), n) for n, value in enumerate(one.values) if value is not None]
    parts = []
    if len(points) > 1:
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        dashes = ' stroke-dasharray="6 3"' if number % 2 else ""
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
    for x, y, n in points:
        words = escape(f"{chart.places[n]}: {one.name} {shown(one.values[n])} {chart.unit}".strip())
        parts.append(f"<g><title>{words}</title>{_mark(x, y, number)}</g>")
    return parts


def _mark(x: float, y: float, number: int) -> str:
    colour = COLOURS[number % len(COLOURS)]
    shape = MARKS[number % len(MARKS)]
    if shape == "square":
        return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{colour}"/>'
    if shape == "triangle":
        return f'<path d="M{x:.1f} {y - 4:.1f}l4 7h-8z" fill="{colour}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str, size: int, fill: str = INK, weight: str = "normal") -> str:
    bold = f' font-weight="{weight}"' if weight != "normal" else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"{bold}>'
        f"{escape(words)}</text>"
    )
