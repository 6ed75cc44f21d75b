"""Pictures of the running product for README and for looking at it: `python -m tests.pictures`."""

from pathlib import Path

_CODES = Path(__file__).with_name("common_procedures.txt")
COMMON_CODES = [line.strip() for line in _CODES.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
"""The forty procedures a commune's counter takes most."""
COMMON_RECORDS = Path(__file__).with_name("common_procedures.jsonl.gz")
"""Their names and tables of papers, a JSON object a line, as the national catalogue had them on 30/11/2026."""
