"""The fees of one dossier on the intake form: the lines as the catalogue or the province gives them, then as typed."""

from __future__ import annotations

from collections.abc import Callable

from dossiers import typed
from dossiers.intake.fee_lines import FeeEntry

MOST_LINES = 20
TYPED = ("name", "unit", "quantity", "price")
WRONG_SUM = "Số tiền chưa đúng. Hãy ghi như 325.000."


def lines_of(prefix: str, text: Callable[[str], str], facts: dict) -> tuple[list[dict], str]:
    """Return the fee rows to show and a sentence when a sum cannot be read; an empty name drops a row.

    A row is "typed" when it is none of those the list gives: it stays when another case brings another list.
    """
    listed = text(f"{prefix}listed") == facts.get("listed", "")
    if not listed or not text(f"{prefix}fees_shown"):
        return [row | {"number": number} for number, row in enumerate(facts.get("fee_lines", []))], ""
    given = [tuple(line[name] for name in TYPED) for line in facts.get("fee_lines", [])]
    rows, wrong = [], ""
    for number in range(MOST_LINES):
        field = f"{prefix}fee-{number}"
        name = text(f"{field}-name")
        if not name:
            continue
        price = typed.amount(text(f"{field}-price") or "0")
        quantity = typed.whole(text(f"{field}-quantity") or "1", digits=4)
        if price is None or not quantity:
            wrong = WRONG_SUM if price is None else "Số lượng phải là số từ 1 trở lên."
        rows.append(
            {
                "number": number,
                "name": name[:300],
                "unit": text(f"{field}-unit")[:60],
                "quantity": quantity or text(f"{field}-quantity"),
                "price": text(f"{field}-price") if price is None else price,
                "basis": facts.get("fee_basis", ""),
            }
        )
    return [row | {"typed": tuple(row[name] for name in TYPED) not in given} for row in rows], wrong


def entries(rows: list[dict]) -> tuple[FeeEntry, ...]:
    """Return the rows, checked before, as lines to write."""
    return tuple(FeeEntry(**{name: row[name] for name in FeeEntry.__slots__}) for row in rows)
