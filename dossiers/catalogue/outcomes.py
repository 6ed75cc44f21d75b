"""What a procedure gives and the steps to it: "Kết quả thực hiện" and "Trình tự thực hiện" of the portal."""

import re

from dossiers.catalogue.portal_text import clean, is_blank, one_line, tidy
from dossiers.catalogue.records import Problem, Result, Severity, Step

RESULT_FIELD = "Kết quả thực hiện"
STEP_FIELD = "Trình tự thực hiện"

# The page goes on with boxes of its own after the list of results.
_RESULT_TAIL = re.compile(r"Từ khóa|Chọn cơ quan thực hiện")
_CODE = re.compile(
    r"\s*Mã\s*:\s*(?P<code>(?:[A-Z]\d{2}[.-])?KQ[A-Z0-9.-]*\d(?:\.?H\d{2}(?![a-z]))?|[A-Z0-9][A-Z0-9.-]*\d)?"
)
_STEP = re.compile(
    r"^[ \t]*(?:[-+*•–]+[ \t]*|[a-zđ]\d?[.)][ \t]*|\d{1,2}[.)][ \t]*)?"
    r"(?P<heading>Bước\s+(?P<order>\d{1,2})\b)[ \t]*[.:)–-]*[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)


def parse_results(value: object) -> tuple[tuple[Result, ...], list[Problem]]:
    """Return the results with their national codes (KQ.G01.000262), in order. Never raises."""
    text = clean(value)
    if is_blank(text):
        return (), [Problem(RESULT_FIELD, "Cổng không công bố kết quả.", "", Severity.DOUBTFUL)]
    if tail := _RESULT_TAIL.search(text):
        text = text[: tail.start()]
    results, problems, start = [], [], 0
    for found in _CODE.finditer(text):
        name = _name(text[start : found.start()])
        code = found["code"] or ""
        start = found.end()
        if not name and not code:
            continue
        if not code:
            problems.append(Problem(RESULT_FIELD, "Kết quả không có mã.", name, Severity.DOUBTFUL))
        results.append(Result(name or code, code))
    rest = _name(text[start:])
    if rest:
        results.append(Result(rest))
        problems.append(Problem(RESULT_FIELD, "Kết quả không có mã.", rest, Severity.DOUBTFUL))
    return tuple(results), problems


def _name(text: str) -> str:
    return "" if is_blank(text) else one_line(text)


def parse_steps(value: object) -> tuple[tuple[Step, ...], list[Problem]]:
    """Return the steps, split at the lines that begin with "Bước n". Text without such lines is one step.

    What stands before the first "Bước" is a step without heading, numbered 0. Never raises.
    """
    text = tidy(value)
    if is_blank(text):
        return (), [Problem(STEP_FIELD, "Cổng không công bố trình tự thực hiện.", "", Severity.DOUBTFUL)]
    starts = list(_STEP.finditer(text))
    if not starts:
        return (Step(1, "", text),), []
    steps = []
    if lead := text[: starts[0].start()].strip():
        steps.append(Step(0, "", lead))
    for place, found in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        steps.append(Step(int(found["order"]), one_line(found["heading"]), text[found.end() : end].strip()))
    return tuple(steps), []
