"""What loads of the catalogue changed: new, amended and abolished procedures, for the page, the feed and a notice.

S3-28. The first load of a source makes everything new and is no news.
"""

from __future__ import annotations

import datetime as dt
import html
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from dossiers.kept import Kept
from dossiers.lists import keyset
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


def loads(*, after: str = "", most: int = LOADS) -> tuple[list[Load], str]:
    """Return the newest loads that changed something, and the mark of the next page, "" on the last. Three queries,
    kept for a minute: loads are few and far between.
    """
    return _kept.get(after, most)


def _loads(after: str, most: int) -> tuple[list[Load], str]:
    finished = CatalogueImport.objects.filter(finished_at__isnull=False)
    before = finished.filter(pk__lt=OuterRef("pk"), source=OuterRef("source"))
    of_the_same = Exists(before.filter(agency=OuterRef("agency")))
    of_the_nation = Exists(before.filter(agency=None))
    told = CatalogueImportRow.objects.filter(load=OuterRef("pk"), outcome__in=list(WORDS))
    rows = finished.filter(Exists(told), of_the_same | Q(agency=None) & of_the_nation)
    found, more = keyset.page(rows, keyset.NEWEST, after, size=most)
    changed = CatalogueImportRow.objects.filter(load__in=found, outcome__in=list(WORDS)).order_by()
    counts = {(load, outcome): n for load, outcome, n in changed.values_list("load", "outcome").annotate(Count("pk"))}
    place = Window(RowNumber(), partition_by=[F("load"), F("outcome")], order_by="code")
    first = changed.filter(procedure__isnull=False).annotate(place=place).filter(place__lte=ROWS)
    shown: dict[tuple[int, str], list[Changed]] = defaultdict(list)
    facts = first.order_by("load", "outcome", "place").values_list(
        "load", "outcome", "code", "procedure__name", "difference"
    )
    for load, outcome, code, name, difference in facts:
        shown[load, outcome].append(Changed(code, name, outcome, _columns(difference)))
    return [
        Load(
            load.pk,
            timezone.localdate(load.finished_at),
            {outcome: tuple(shown[load.pk, outcome]) for outcome in WORDS if shown[load.pk, outcome]},
            {outcome: counts.get((load.pk, outcome), 0) for outcome in WORDS},
        )
        for load in found
    ], more


def _columns(difference: dict) -> tuple[str, ...]:
    names = (str(value.get("name", "")) for value in difference.values() if isinstance(value, dict))
    return tuple(filter(None, names))[:MOST_COLUMNS]


_kept: Kept[tuple[list[Load], str]] = Kept(_loads, 60, most=100)


def notice(agency: Agency, *, by, now: dt.datetime) -> Piece | None:
    """Return a draft that tells what the newest load changed, ready to be submitted; None when nothing did."""
    found, _more = _loads("", 1)
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
