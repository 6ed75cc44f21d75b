"""Templates and style sheets are laid out by a tool: a person can read them, and a change shows as what it is."""

from __future__ import annotations

import subprocess
import sys

import cssbeautifier
import pytest

from tests.architecture.sources import APPS, ROOT, tracked

pytestmark = pytest.mark.sqlite_only


def test_templates_are_laid_out_by_djlint():
    folders = [f"{app}/templates" for app in APPS]
    command = [sys.executable, "-m", "djlint", "--check", "--quiet", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"djlint --reformat {' '.join(folders)}\n{done.stdout[-2000:]}"


def test_style_sheets_are_laid_out_one_declaration_a_line():
    options = cssbeautifier.default_options()
    options.indent_size, options.end_with_newline = 2, True
    options.newline_between_rules = options.selector_separator_newline = False
    odd = []
    for path in tracked():
        if path.suffix == ".css":
            text = path.read_text(encoding="utf-8")
            if cssbeautifier.beautify(text, options) != text:
                odd.append(str(path.relative_to(ROOT)))
    assert not odd
