"""P7: a statutory form to PDF beside the engine alone on the same template, in the same run.

    .venv/bin/python -m tests.bench.printing.pdf_forms [--papers 300] [--weasyprint PYTHON]

"form" is everything a caller waits for: context, wording, QR codes, cleaning, layout, tagged PDF. "engine" compiles the
same template with the same, already prepared data. Every paper names another person, code and address; the two are
interleaved so that a busy machine disturbs both alike. With --weasyprint, the interpreter of an environment that has
WeasyPrint, the receipt is made there too, in the same turns.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dossiers import printed_forms
from dossiers.printed_forms import FORMS, printing
from tests.bench import figures

NOW = datetime(2026, 2, 5, 1, 5, tzinfo=UTC)
SET = "2025"


def varied(code: str, number: int):
    """Return the sample of form `code` with every personal field and every address of a QR made its own."""
    context = FORMS[code].sample(SET)
    field = "payer" if code == "fee_receipt" else "applicant"
    person = replace(
        getattr(context, field),
        name=f"Nguyễn Văn Số {number}",
        address=f"Số {number}, đường Trần Hưng Đạo, xã Cần Giuộc, tỉnh Tây Ninh",
        phone=f"09{number:08d}",
    )
    changes = {field: person}
    for name in ("lookup_url", "verify_url"):
        if getattr(context, name, ""):
            changes[name] = f"{getattr(context, name)[:-7]}{number:06d}/"
    if hasattr(context, "dossiers"):
        changes["dossiers"] = (replace(context.dossiers[0], code=f"H40.12-260205-{number:04d}"),)
    elif hasattr(context, "code"):
        changes["code"] = f"H40.12-260205-{number:04d}"
    return replace(context, **changes)


def prepared(code: str, context) -> dict:
    form = FORMS[code]
    data = form.payload(context, form_set=SET)
    title = data.pop("document_title", "") or form.title(SET).capitalize()
    fields = {"reference": "", **data, "title": title, "author": context.head.issuer, "size": form.sizes[0]}
    return printing.printable(fields)


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def weasyprint(python: str) -> subprocess.Popen:
    """Start WeasyPrint in its own environment; it answers each paper with its milliseconds."""
    script = Path(__file__).with_name("pdf_weasyprint.py")
    return subprocess.Popen([python, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def asked(other: subprocess.Popen, data: dict) -> float:
    other.stdin.write(json.dumps(data) + "\n")
    other.stdin.flush()
    return json.loads(other.stdout.readline())["ms"]


def measure(code: str, papers: int, other: subprocess.Popen | None) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds of each form, each engine-only compilation and each paper of `other`, on different people."""
    forms, engines, others = [], [], []
    template = FORMS[code].template
    for number in range(papers + 3):
        context = varied(code, 2 * number)
        data = prepared(code, varied(code, 2 * number + 1))
        form = timed(lambda: printed_forms.render(code, context, form_set=SET, now=NOW))  # noqa: B023
        engine = timed(lambda: printing._compile(template, data, NOW))  # noqa: B023
        there = asked(other, data) if other else 0.0
        if number >= 3:
            forms.append(form)
            engines.append(engine)
            others.append(there)
    return forms, engines, others


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--weasyprint", default="", help="the Python of an environment with WeasyPrint")
    options = parser.parse_args()
    papers = options.papers
    print(f"{'form':<18}{'form ms':>10}{'p95':>8}{'engine ms':>11}{'p95':>8}{'ratio':>8}")
    for code in ("receipt", "supplement", "refusal", "apology", "stop", "fee_receipt", "result_handover"):
        other = weasyprint(options.weasyprint) if options.weasyprint and code == "receipt" else None
        forms, engines, others = measure(code, papers, other)
        form, engine = statistics.median(forms), statistics.median(engines)
        p95, engine_p95 = (statistics.quantiles(values, n=20)[-1] for values in (forms, engines))
        print(f"{code:<18}{form:>10.1f}{p95:>8.1f}{engine:>11.1f}{engine_p95:>8.1f}{form / engine:>8.2f}")
        figures.keep(f"{code}: form ÷ engine", form / engine, most=1.5)
        if other:
            other.stdin.close()
            there = statistics.median(others)
            figures.keep(f"{code}: WeasyPrint ÷ ours", there / form, least=5)
            print(f"{'  WeasyPrint':<18}{there:>10.1f}{'':>8}{'':>11}{'':>8}{there / form:>8.1f} × ours")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
