"""How well rows of the portal's tables of papers are told apart, against rows labelled by hand.

`python -m tests.bench.papers FILE [--wrong]`. FILE has a JSON object a line: procedure, group, row, originals, and the
truth: label (label_also names further right answers), conditional, copies. Prints the share of rows read right.
"""

import json
import sys
from pathlib import Path

from dossiers.catalogue.paper_rows.kinds import RowKind, read_row


def judged(row: dict) -> dict[str, bool]:
    """Return what of the row was read right: label, conditional, copies (only papers have the last two)."""
    portal = row.get("copies_number")
    reading = read_row(row["procedure"], row["group"], row["row"], row["originals"], portal)
    right = {"label": reading.label in {row["label"], *(row.get("label_also") or ())}}
    if row["label"] in (RowKind.HAND_IN, RowKind.SHOW):
        right["conditional"] = reading.conditional == row["conditional"]
        right["copies"] = reading.copies == row["copies"]
    return right


def shares(rows: list[dict]) -> dict[str, float]:
    """Return the share right of each question, between 0 and 1."""
    results = [judged(row) for row in rows]
    asked = {name for result in results for name in result}
    return {
        name: sum(result.get(name, True) for result in results if name in result)
        / sum(1 for result in results if name in result)
        for name in sorted(asked)
    }


def read(path: Path | str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def main(arguments: list[str]) -> None:
    rows = read(arguments[0])
    print(f"{len(rows)} rows", *(f"{name} {share:.1%}" for name, share in shares(rows).items()), sep="; ")
    if "--wrong" in arguments:
        for row in rows:
            wrong = [name for name, right in judged(row).items() if not right]
            if wrong:
                reading = read_row(
                    row["procedure"], row["group"], row["row"], row["originals"], row.get("copies_number")
                )
                print(f"#{row['id']} {wrong}\n  G {row['group'][:200]}\n  R {row['row'][:500]}")
                print(f"  truth {row['label']} {row['conditional']} {row['copies']}; read {reading}")


if __name__ == "__main__":
    main(sys.argv[1:])
