"""A program that has loaded the product before it is told to begin: `python -m portal.demo.loaded MODULE PROGRAM …`.

The parts of a demonstration load while its data is still being written; none may ask or write before that is done.
"""

from __future__ import annotations

import runpy
import sys
from importlib import import_module

import django


def main() -> None:
    """Load the module, wait for a line on standard input, become the program. Nobody there any more: end."""
    module, program, *words = sys.argv[1:]
    django.setup()
    import_module(module)
    if sys.stdin.readline():
        sys.argv = [program, *words]
        runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
