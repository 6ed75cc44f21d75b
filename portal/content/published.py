"""What is public now, as pages, feeds and kits read it: by kind, the newest first, a page after a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from dossiers.written_dates import written_day
from portal.content.kinds import IN_NEWS
from portal.content.models import Piece, Version
from portal.content.safe_text import plain

PAGE = 12
MOST_LANGUAGES = 12


@dataclass(frozen=True, slots=True)
class NewsPage:
    rows: tuple[Piece, ...]
    after: str


def public(now: dt.datetime, kinds: Iterable[str] = ()) -> QuerySet[Piece]:
    """Return the pieces that are public at `now`, of these kinds or of any, the newest first."""
    rows = Piece.objects.filter(live__isnull=False).filter(
        Q(live__shown_until__isnull=True) | Q(live__shown_until__gt=now)
    )
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    return rows.select_related("live", "agency").order_by("-published_at", "-id")


def page(now: dt.datetime, *, kind: str = "", agency_code: str = "", after: str = "") -> NewsPage:
    """Return one page of news after the mark; a mark nobody gave out is the first page. One query."""
    rows = public(now, [kind] if kind else IN_NEWS)
    if agency_code:
        rows = rows.filter(agency__code=agency_code)
    marked = _marked(after)
    if marked:
        at, pk = marked
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, id__lt=pk))
    found = list(rows.defer("live__body")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return NewsPage(
        tuple(found[:PAGE]),
        f"{last.published_at.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}_{last.pk}" if last and last.published_at else "",
    )


def _marked(after: str) -> tuple[dt.datetime, int] | None:
    stamp, _, pk = after.partition("_")
    if len(after) > 40 or not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    try:
        return dt.datetime.strptime(stamp, "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC), int(pk)
    except ValueError:
        return None


def one(slug: str, kinds: Iterable[str]) -> Piece | None:
    """Return the public piece at that address."""
    return public(timezone.now(), kinds).filter(slug=slug).first()


def other_languages(piece: Piece, now: dt.datetime) -> list[Piece]:
    """Return what says the same in other languages: the original and its other translations, by language. One query."""
    first = piece.public.original_id or piece.pk
    found = public(now).filter(Q(pk=first) | Q(live__original=first)).exclude(pk=piece.pk).defer("live__body")
    return list(found.order_by("live__language", "pk")[:MOST_LANGUAGES])


def document_said(version: Version) -> str:
    """Return the document a piece tells of in a sentence or two: its number, its day, from when; "" for none."""
    facts = []
    if version.doc_number:
        day = f" ngày {written_day(version.doc_date)}" if version.doc_date else ""
        facts.append(f"Văn bản số {version.doc_number}{day}")
    if version.effective_on:
        facts.append(f"Có hiệu lực từ {written_day(version.effective_on)}")
    return ". ".join(facts)


def said_aloud(version: Version) -> str:
    """Return what a loudspeaker reads: title, summary, the document it tells of, text, a sentence a line."""
    lines = [version.title, version.summary, document_said(version), *plain(version.body).split("\n")]
    return "\n".join(line if line.endswith((".", "!", "?", ":")) else f"{line}." for line in lines if line.strip())
