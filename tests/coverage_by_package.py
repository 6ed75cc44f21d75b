"""Print how much of each package the suite ran, from a report of `coverage json`: coverage_by_package.py FILE."""

import json
import sys
from collections import defaultdict
from pathlib import PurePosixPath


def packages(report: dict) -> dict[str, tuple[int, int]]:
    """Return (statements, of them run) by package: the folder of an app, the app alone for modules beside them."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, file in report["files"].items():
        parts = PurePosixPath(name).parts[:-1][:2]
        counted = found["/".join(parts)]
        counted[0] += file["summary"]["num_statements"]
        counted[1] += file["summary"]["covered_lines"]
    return {package: (statements, run) for package, (statements, run) in sorted(found.items()) if statements}


def table(found: dict[str, tuple[int, int]]) -> str:
    """Return the table, the whole in its last line."""
    whole = tuple(sum(each[place] for each in found.values()) for place in (0, 1))
    lines = [f"{'package':<28}{'statements':>12}{'run':>9}"]
    for package, (statements, run) in [*found.items(), ("all", whole)]:
        lines.append(f"{package:<28}{statements:>12,}{run / max(statements, 1):>9.1%}")
    return "\n".join(lines)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as report:
        print(table(packages(json.load(report))))
