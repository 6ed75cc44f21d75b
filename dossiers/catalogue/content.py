"""A parsed record as the rows of a procedure version: cases, papers, time limits, fees. Builds, never saves."""

import re
from dataclasses import dataclass

from dossiers.catalogue.durations import durations_in
from dossiers.catalogue.paper_rows import kinds, titles
from dossiers.catalogue.records import Channel as ChannelRow
from dossiers.catalogue.records import Fee as FeeValue
from dossiers.catalogue.records import FeeKind, ProcedureRecord
from dossiers.models import Fee, ProcedureCase, ProcedureVersion, RequiredPaper, TimeLimit

_BASIS = re.compile(
    r"(?:Thông tư|Nghị định|Nghị quyết|Quyết định|Luật)(?: liên tịch)?(?: số)? ?\d[\w./-]*/[\w-]+[^\W_]"
)
_NO_LIMIT = "Không có thông tin"


@dataclass(slots=True)
class Rows:
    """The unsaved children of one version; `cases` must be saved before the others."""

    cases: list[ProcedureCase]
    papers: list[RequiredPaper]
    limits: list[TimeLimit]
    fees: list[Fee]


def version_fields(record: ProcedureRecord) -> dict:
    """Return the columns of ProcedureVersion that the record fills, without dates and numbers."""
    return {
        "name": record.name[:1000],
        "levels": [level.value for level in record.levels],
        "online_level": "" if record.online_level == "unstated" else record.online_level.value,
        "online_url": record.online_url,
        "announcing_decision": record.decision_number,
        "authority": record.competent_agency,
        "executing_agency": ", ".join(record.agencies),
        "reception_address": record.intake_address,
        "audience": list(record.audiences),
        "steps": [{"order": step.order, "heading": step.heading, "text": step.text} for step in record.steps],
        "conditions": record.conditions,
        "results": [{"name": result.name, "code": result.code} for result in record.results],
        "legal_bases": [{"title": basis.title, "number": basis.number} for basis in record.legal_bases],
        "source_text": record.raw,
    }


def rows_of(version: ProcedureVersion, record: ProcedureRecord) -> Rows:
    """Return the children of `version` as the record states them."""
    cases, papers = _papers(version, record)
    return Rows(cases, papers, [_limit(version, row) for row in record.channels], _fees(version, record.channels))


def _papers(version: ProcedureVersion, record: ProcedureRecord) -> tuple[list[ProcedureCase], list[RequiredPaper]]:
    cases: dict[str, ProcedureCase] = {}
    papers = []
    for group in record.paper_groups:
        case = None
        if titles.is_case_title(group.title, record.name) and not titles.is_besides(group.title):
            case = cases.setdefault(
                group.title, ProcedureCase(version=version, name=group.title[:1000], order=len(cases) + 1)
            )
        for paper in group.papers:
            reading = kinds.read_row(record.name, group.title, paper.name, paper.originals, paper.copies)
            papers.append(
                RequiredPaper(
                    version=version,
                    case=case,
                    group="" if case else group.title[:1000],
                    kind=reading.label.value,
                    form=reading.copies.value,
                    channel=reading.channel,
                    name=paper.name,
                    form_file="; ".join(paper.form_files)[:500],
                    originals=min(paper.originals or 0, 999),
                    copies=min(paper.copies or 0, 999),
                    required=is_required(reading, in_case=case is not None),
                    order=len(papers) + 1,
                )
            )
    return list(cases.values()), papers


def is_required(reading: kinds.Reading, *, in_case: bool) -> bool:
    """Return whether everybody brings the paper: of its case, and at the counter when it says "trực tiếp"."""
    if reading.label not in (kinds.RowKind.HAND_IN, kinds.RowKind.SHOW):
        return False
    if reading.channel == "counter":
        return True
    return not (reading.in_row if in_case else reading.conditional)


def _limit(version: ProcedureVersion, row: ChannelRow) -> TimeLimit:
    limit = row.limit
    if limit.is_stated:
        text = row.text or limit.text
    else:
        text = row.description if durations_in(row.description) else _NO_LIMIT
    return TimeLimit(
        version=version,
        channel=row.kind.value,
        amount=limit.amount,
        unit=limit.unit.value if limit.is_stated else "",
        text=text,
    )


def _fees(version: ProcedureVersion, rows: tuple[ChannelRow, ...]) -> list[Fee]:
    """The fees of every channel; once, without channel, when all channels say the same."""
    by_channel = {}
    for row in rows:
        by_channel.setdefault(row.kind.value, []).extend(
            value for value in row.fees if value.kind is not FeeKind.NOT_STATED
        )
    lists = list(by_channel.values())
    if len(lists) > 1 and lists[0] and all(_shown(one) == _shown(lists[0]) for one in lists[1:]):
        by_channel = {"": lists[0]}
    return [_fee(version, channel, value) for channel, values in by_channel.items() for value in values]


def _shown(values: list[FeeValue]) -> list[tuple]:
    return [
        (v.kind, v.amount, v.amount_max, v.currency, v.per, v.label, v.note, v.valid_from, v.valid_to) for v in values
    ]


def _fee(version: ProcedureVersion, channel: str, value: FeeValue) -> Fee:
    in_dong = value.kind in (FeeKind.FREE, FeeKind.FIXED) and value.currency == "VND"
    basis = _BASIS.search(value.note)
    return Fee(
        version=version,
        channel=channel,
        kind=value.kind.value,
        label=value.label[:500],
        amount=value.amount if in_dong else None,
        per=value.per[:120],
        text=value.text if in_dong else fee_in_words(value),
        basis=basis[0][:300] if basis else "",
        valid_from=value.valid_from,
        valid_to=value.valid_to,
    )


def fee_in_words(value: FeeValue) -> str:
    """Return what to show for a fee that is no single sum in đồng."""
    per = f"/{value.per}" if value.per else ""
    if value.kind is FeeKind.RANGE:
        return f"từ {_sum(value.amount, value.currency)} đến {_sum(value.amount_max, value.currency)}{per}"
    if value.amount is not None:
        return f"{_sum(value.amount, value.currency)}{per}"
    if value.kind is FeeKind.BY_RULE:
        return value.note
    return value.text


def _sum(amount: int, currency: str) -> str:
    return f"{amount:,}".replace(",", ".") + (" đồng" if currency == "VND" else f" {currency}")
