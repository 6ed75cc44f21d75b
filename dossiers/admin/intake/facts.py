"""What the clerk must know of a chosen procedure before saving: cases, papers, fee, due date and its sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from dossiers.deadlines.confirmed import beyond
from dossiers.deadlines.limits import due_for, limit_for
from dossiers.deadlines.working_time import ZONE, CalendarError
from dossiers.intake import fee_lines
from dossiers.intake.counter_lists import CounterList, counter_list
from dossiers.models import Agency, Procedure
from dossiers.written_dates import named_moment

MOST_PAPERS = 60


def catalogue_facts(
    procedure: Procedure, agency: Agency, channel: str, now: dt.datetime, *, case_id: int | None = None
) -> dict:
    """Return what the clerk must know before saving: cases, papers, fee in đồng, due date and its sentence.

    `must_choose`: each paper to hand in belongs to a case, so without one there is nothing to tick.
    {"error": …} when the procedure is no longer in force. Twelve queries at most.
    """
    version = procedure.version_on(now.astimezone(ZONE).date())
    if version is None or procedure.status == Procedure.Status.ABOLISHED:
        return {"error": f"Thủ tục {procedure.code} không còn hiệu lực. Hãy chọn thủ tục thay thế."}
    cases = list(version.cases.all())
    case = next((found for found in cases if found.pk == case_id), None)
    kept = counter_list(procedure, agency)
    papers = kept.papers_for(version, case, channel)
    must_choose = case is None and bool(cases) and not any(paper.required and not paper.shown for paper in papers)
    if must_choose and len(cases) == 1:  # nothing to choose: all that is handed in stands under the one title
        case, must_choose = cases[0], False
        papers = kept.papers_for(version, case, channel)
    limit = limit_for(version, case, channel, agency)
    due, problem = None, ""
    try:
        due = due_for(agency, limit, now)
    except CalendarError as error:
        problem = str(error)
    fees = fee_lines.in_force(version, case, channel, now.astimezone(ZONE).date())
    amounts = [fee.amount for fee in fees if fee.amount is not None]
    return {
        "code": procedure.code,
        "name": version.name,
        "cases": [{"id": found.pk, "name": found.name} for found in cases],
        "case": case.pk if case else None,
        "must_choose": must_choose,
        "listed": f"{procedure.code}:{case.pk if case else ''}:{channel}",
        "papers": [asdict(paper) for paper in papers[:MOST_PAPERS]],
        "stale": kept.is_stale(version),
        "fee": int(sum(amounts)) if len(amounts) == 1 else None,
        "fee_lines": _fee_lines(kept, fees),
        "fee_basis": kept.fee_basis,
        "fees": [f"{fee.label}: {fee}" if fee.label else str(fee) for fee in fees],
        "limit": str(limit) if limit else "",
        "due": due.at.isoformat() if due else None,
        "due_words": named_moment(due.at) if due else "",
        "why": due.sentence("staff") if due else "",
        "beyond": beyond(due.at, agency.pk, now.astimezone(ZONE).date()) if due else "",
        "problem": problem,
    }


def _fee_lines(kept: CounterList, fees: list) -> list[dict]:
    """Return the lines to collect: the resolution's, else the catalogue's when it states one sum."""
    if kept.fees is not None:
        return [
            {"name": row["name"], "unit": row.get("unit", ""), "quantity": 1, "price": int(row.get("amount") or 0)}
            | {"basis": kept.fee_basis}
            for row in kept.fees
        ]
    stated = [fee for fee in fees if fee.amount is not None]
    if len(stated) != 1:
        return []
    fee = stated[0]
    line = {"name": fee.label or "Phí, lệ phí", "unit": fee.per, "quantity": 1, "price": int(fee.amount)}
    return [line | {"basis": fee.basis}]
