"""What loading a kept file would change, kept beside it: written once, read a page at a time, gone with the file."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass, field

from dossiers.catalogue.importing import Outcome
from dossiers.catalogue.uploads import Kept


@dataclass(slots=True)
class Preview:
    """The figures and rows of a load that was rolled back."""

    file_name: str
    source: str
    counts: dict
    many_missing: bool
    shares: list = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)


def keep(kept: Kept, outcome: Outcome) -> None:
    """Write down what the dry run found."""
    preview = Preview(
        file_name=outcome.load.file_name,
        source=outcome.load.source,
        counts=outcome.load.counts,
        many_missing=outcome.many_missing,
        shares=[[share.name, share.stated, share.read] for share in outcome.shares],
        rows=[
            {
                "line": row.line,
                "code": row.code,
                "name": row.procedure.name if row.procedure else "",
                "outcome": str(row.outcome),
                "difference": row.difference,
                "problems": row.problems,
            }
            for row in outcome.rows
        ],
    )
    kept.preview_path.write_bytes(gzip.compress(json.dumps(asdict(preview), ensure_ascii=False).encode(), 3))


def find(kept: Kept) -> Preview | None:
    """Return what was kept; None when nothing was."""
    try:
        return Preview(**json.loads(gzip.decompress(kept.preview_path.read_bytes())))
    except (OSError, ValueError, TypeError):
        return None
