"""The bank of phrasings: how people ask for each procedure in their own words, one file a ministry.

A file holds blocks: `[1.001193] official name` and below it one phrasing a line. The name is there for the reader only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "phrasings"
_HEAD = re.compile(r"\[([0-9]\.[0-9]{6})\]")


def phrasings() -> Iterator[tuple[str, str]]:
    """Return (procedure code, phrasing) in the order of the files."""
    for path in sorted(FOLDER.glob("*.txt")):
        code = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            head = _HEAD.match(line)
            if head:
                code = head[1]
            elif line.strip():
                yield code, line.strip()
