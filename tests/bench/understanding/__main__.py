"""`python -m tests.bench.understanding [PART] [--catalogue FILE] [--set FILE] [--quiet]`: figures and wrong answers."""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
CATALOGUE = PROJECT.parent / "shared" / "data" / "thu-tuc-hanh-chinh.jsonl.gz"
PARTS = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def main() -> None:
    """Score each part on its sets; every part is a module here with `run(options)`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--catalogue", type=Path, default=CATALOGUE, help="the national catalogue, JSON lines, .gz")
    parser.add_argument("--set", type=Path, action="append", default=[], help="judge by this file, not by sets/PART-*")
    parser.add_argument("--quiet", action="store_true", help="figures only, no wrong answers")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    for name in options.parts or PARTS:
        part = importlib.import_module(f"tests.bench.understanding.{name}")
        part.run(options, options.set or sorted((HERE / "sets").glob(f"{name}-*.jsonl")))


if __name__ == "__main__":
    main()
