"""How well rows of the portal's tables of papers are told apart, against rows labelled by hand.

`python -m tests.bench.understanding.papers FILE... [--wrong]`. A FILE has a JSON object a line: procedure, group, row,
originals, and the truth: label (label_also names further right answers), conditional (null where the text leaves
it open), copies (where it was judged). Prints the share of rows read right, and of each class.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from dossiers.catalogue.paper_rows.kinds import Reading, RowKind, read_row

PAPERS = (RowKind.HAND_IN, RowKind.SHOW)


def judged(row: dict) -> dict[str, bool]:
    """Return what of the row was read right: label, conditional, copies (only papers have the last two)."""
    reading = _reading(row)
    right = {"label": reading.label in {row["label"], *(row.get("label_also") or ())}}
    if row["label"] in PAPERS:
        as_note_too = right["label"] and reading.label not in PAPERS
        if row["conditional"] is not None and not as_note_too:
            right["conditional"] = reading.conditional == row["conditional"]
        if "copies" in row:
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


def by_class(rows: list[dict]) -> dict[str, tuple[int, int]]:
    """Return for each kind, and for papers brought always and sometimes: how many were read right, out of how many."""
    right, all_of = Counter(), Counter()
    for row in rows:
        result = judged(row)
        classes = {row["label"]: result["label"]}
        if "conditional" in result:
            classes["sometimes" if row["conditional"] else "always"] = result["conditional"]
        for name, told in classes.items():
            right[name] += told
            all_of[name] += 1
    return {name: (right[name], all_of[name]) for name in sorted(all_of)}


def read(path: Path | str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def _reading(row: dict) -> Reading:
    return read_row(row["procedure"], row["group"], row["row"], row["originals"], row.get("copies_number"))


def main(arguments: list[str]) -> None:
    rows = [row for name in arguments if not name.startswith("--") for row in read(name)]
    print(f"{len(rows)} rows", *(f"{name} {share:.1%}" for name, share in shares(rows).items()), sep="; ")
    print(*(f"{name} {right} of {of}" for name, (right, of) in by_class(rows).items()), sep="; ")
    if "--wrong" in arguments:
        for row in rows:
            wrong = [name for name, right in judged(row).items() if not right]
            if wrong:
                print(f"#{row['id']} {wrong}\n  G {row['group'][:200]}\n  R {row['row'][:500]}")
                print(f"  truth {row['label']} {row['conditional']} {row.get('copies')}; read {_reading(row)}")


if __name__ == "__main__":
    main(sys.argv[1:])
