"""What the measurements hand to the one table of `python -m tests.bench`; run alone they only print."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "BENCH_FIGURES"
"""Names the file each figure is added to, a JSON object a line."""


@dataclass(frozen=True)
class Figure:
    """One measured number beside what is to be reached: at least `least`, at most `most`; neither: for the record."""

    what: str
    value: float
    unit: str = "×"
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Return None where nothing is to be reached."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def keep(what: str, value: float, *, unit: str = "×", least: float | None = None, most: float | None = None) -> None:
    """Add the figure to the file of the run; do nothing when a measurement runs by itself."""
    if name := os.environ.get(FILE):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(Figure(what, float(value), unit, least, most)), ensure_ascii=False) + "\n")


def kept(path: Path) -> list[Figure]:
    """Return the figures of the file, in the order they were measured."""
    if not path.exists():
        return []
    return [Figure(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
