"""What loads of the catalogue changed: new, amended and abolished procedures, for the page, the feed and a notice.

S3-28. The first load of a source makes everything new and is no news.
"""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import dataclass

from django.utils import timezone

from dossiers.models import Agency, CatalogueImport, CatalogueImportRow
from dossiers.written_dates import written_day
from portal.content import writing
from portal.content.kinds import Kind
from portal.content.models import Piece
from portal.content.reading import absolute

Outcome = CatalogueImportRow.Outcome
WORDS: dict[str, str] = {
    Outcome.NEW: "Thủ tục mới công bố",
    Outcome.CHANGED: "Thủ tục sửa đổi",
    Outcome.ABOLISHED: "Thủ tục bãi bỏ",
}
LOADS, ROWS = 10, 100
MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Changed:
    """One procedure of a load; `columns` says in words what was amended."""

    code: str
    name: str
    outcome: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What one load changed, at most ROWS of each outcome; `counts` by outcome is whole."""

    pk: int
    on: dt.date
    rows: dict[str, tuple[Changed, ...]]
    counts: dict[str, int]


def loads(*, before: int | None = None, most: int = LOADS) -> tuple[list[Load], int | None]:
    """Return the newest loads that changed something, and the mark of the next page. Two queries a page, and two."""
    told = CatalogueImport.objects.filter(finished_at__isnull=False, rows__outcome__in=list(WORDS)).distinct()
    first_ones = _first_loads()
    rows = told.exclude(pk__in=first_ones).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: most + 1])
    shown = [_load(row) for row in found[:most]]
    return shown, found[most - 1].pk if len(found) > most else None


def _first_loads() -> list[int]:
    """Return the first finished load of every source and agency."""
    seen: dict[tuple, int] = {}
    finished = CatalogueImport.objects.filter(finished_at__isnull=False).order_by("pk")
    for pk, source, agency in finished.values_list("pk", "source", "agency_id")[:5000]:
        seen.setdefault((source, agency), pk)
    return list(seen.values())


def _load(row: CatalogueImport) -> Load:
    changed = CatalogueImportRow.objects.filter(load=row, outcome__in=list(WORDS)).select_related("procedure")
    found: dict[str, list[Changed]] = {outcome: [] for outcome in WORDS}
    counts = dict.fromkeys(WORDS, 0)
    for each in changed.order_by("outcome", "code").iterator(chunk_size=500):
        counts[each.outcome] += 1
        if len(found[each.outcome]) < ROWS and each.procedure:
            columns = tuple(str(value.get("name", "")) for value in each.difference.values() if isinstance(value, dict))
            found[each.outcome].append(
                Changed(each.code, each.procedure.name, each.outcome, tuple(filter(None, columns))[:MOST_COLUMNS])
            )
    day = timezone.localdate(row.finished_at)
    return Load(row.pk, day, {outcome: tuple(rows) for outcome, rows in found.items() if rows}, counts)


def notice(agency: Agency, *, by, now: dt.datetime) -> Piece | None:
    """Return a draft that tells what the newest load changed, ready to be submitted; None when nothing did."""
    found, _more = loads(most=1)
    if not found:
        return None
    load = found[0]
    counted = [(load.counts[outcome], words.lower()) for outcome, words in WORDS.items()]
    total = ", ".join(f"{count} {words}" for count, words in counted if count)
    title = f"Thay đổi thủ tục hành chính, cập nhật ngày {written_day(load.on)}"
    body = "".join(_section(outcome, rows) for outcome, rows in load.rows.items())
    body += f'<p><a href="{absolute("/thu-tuc/thay-doi/")}">Xem tất cả thay đổi</a></p>'
    return writing.begin(agency, Kind.NEWS, title, by=by, now=now, summary=f"{total}."[:400], body=body)


def _section(outcome: str, rows: tuple[Changed, ...]) -> str:
    lines = []
    for row in rows:
        said = f" (sửa: {html.escape(', '.join(row.columns))})" if row.columns else ""
        link = f'<a href="{absolute(f"/thu-tuc/{row.code}/")}">{html.escape(row.name)}</a>'
        lines.append(f"<li>{link} – mã {html.escape(row.code)}{said}</li>")
    return f"<h2>{WORDS[outcome]}</h2><ul>{''.join(lines)}</ul>"
