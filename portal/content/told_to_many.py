"""What the site and the broadcasts of the channel give each other: one text for both, written once.

A broadcast that is to stand on the site as well becomes a piece when it begins to leave, by the same two people. What
the site publishes (a new policy, an emergency), and what a load of the catalogue changed, prepares one by itself.
"""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

from django.utils import timezone

from dossiers.models import Agency
from dossiers.workflow.moving import ActError
from dossiers.written_dates import written_day
from portal.content import acts, catalogue_news, writing
from portal.content.kinds import Kind
from portal.content.models import Piece
from portal.content.reading import absolute
from portal.content.safe_text import plain
from zalo.broadcasts import cases, drafting, sources
from zalo.models import Account, Broadcast
from zalo.people import area_wishes

Category = Broadcast.Category
FRESH = dt.timedelta(days=2)
EMERGENCY_SHOWN = dt.timedelta(days=3)
KINDS: dict[str, str] = {Kind.POLICY: Category.POLICY, Kind.EMERGENCY: Category.URGENT}
"""Kinds of piece that write a notice when they are published."""


def publish(broadcast: Broadcast, *, by, now: dt.datetime) -> str:
    """Publish the broadcast as a piece of its agency; return its address. Raises ActError when that is not possible."""
    agency, author = broadcast.agency, broadcast.author
    if agency is None or author is None:
        raise ActError("Tin không thuộc cơ quan nào nên không đăng trên trang được. Hãy bỏ dấu “Đăng cả trên trang”.")
    urgent = broadcast.is_urgent
    paragraphs = [part.strip() for part in broadcast.text.split("\n") if part.strip()]
    body = "".join(f"<p>{html.escape(part)}</p>" for part in paragraphs)
    if broadcast.link:
        body += f'<p><a href="{html.escape(broadcast.link)}">Xem thêm</a></p>'
    written: dict[str, Any] = {"summary": paragraphs[0][:400] if paragraphs else "", "body": body}
    if urgent:
        written["shown_until"] = now + EMERGENCY_SHOWN
    kind = Kind.EMERGENCY if urgent else Kind.NEWS
    piece = writing.begin(agency, kind, broadcast.title, by=author, now=now, **written)
    acts.do("submit", piece, by=author, now=now)
    # An emergency has one person so far; the second one looks at the notice and its piece alike.
    acts.do("approve", piece, by=None if urgent else by, now=now)
    return absolute(piece.address)


def of_pieces(now: dt.datetime) -> int:
    """Write a notice for each policy and emergency published in the last days; return how many."""
    made = 0
    fresh = Piece.objects.filter(kind__in=list(KINDS), live__isnull=False, published_at__gt=now - FRESH)
    pieces = list(fresh.select_related("live", "agency").order_by("pk"))
    accounts = {agency.pk: account for account, agency in sources.served(timezone.localdate(now))}
    links = [absolute(piece.address) for piece in pieces]
    told = set(Broadcast.objects.filter(link__in=links).values_list("link", flat=True))
    # A notice that leads elsewhere keeps its own link: its piece is known by what it is called.
    published = Broadcast.objects.filter(on_site=True, title__in=[piece.public.title for piece in pieces])
    from_notices = set(published.exclude(approved_at=None, started_at=None).values_list("agency", "title"))
    for piece in pieces:
        account, link, version = accounts.get(piece.agency_id), absolute(piece.address), piece.public
        if account is None or link in told or (piece.agency_id, version.title) in from_notices:
            continue  # nobody speaks for the agency, or the piece itself came from a notice
        facts = [f"Văn bản {version.doc_number}"] if version.doc_number else []
        if version.effective_on:
            facts.append(f"có hiệu lực từ {written_day(version.effective_on)}")
        parts = (version.summary or plain(version.body)[:600], ", ".join(facts))
        made += _written(
            account, piece.agency, KINDS[piece.kind], version.title, "\n".join(part for part in parts if part),
            origin=f"piece:{piece.pk}:{piece.edition}", link=link, note=f"Từ bài “{version.title}”", now=now,
        )  # fmt: skip
    return made


def _still_public(row: Broadcast, now: dt.datetime) -> bool:
    return Piece.objects.filter(pk=int(row.origin.split(":")[1]), live__isnull=False).exists()


def of_catalogue(now: dt.datetime) -> int:
    """Write a notice of what the newest load of the catalogue changed, for each account's keeper."""
    found, _more = catalogue_news.loads(most=1)
    if not found or found[0].on < timezone.localdate(now) - FRESH:
        return 0
    load, made = found[0], 0
    counted = [(load.counts[outcome], words) for outcome, words in catalogue_news.WORDS.items()]
    lines = [f"{words}: {count}" for count, words in counted if count]
    names = [f"• {row.name}" for rows in load.rows.values() for row in rows][:8]
    text = "\n".join([*lines, *names, "Xem tất cả thay đổi ở liên kết."])
    title = f"Thay đổi thủ tục hành chính, cập nhật ngày {written_day(load.on)}"
    for account, keeper in sources.keepers(timezone.localdate(now)):
        made += _written(
            account, keeper, Category.PROCEDURE, title, text, origin=f"catalogue:{load.pk}:{account.pk}",
            link=absolute("/thu-tuc/thay-doi/"), note=", ".join(lines).lower(), now=now,
        )  # fmt: skip
    return made


def _written(account: Account, agency: Agency, category: str, title: str, text: str, **more) -> int:
    audience: dict[str, Any] = {"everyone": True}
    if account.keeper_id != agency.pk:
        audience = {"agencies": [agency.pk]}
        if category == Category.URGENT and (communes := area_wishes.of_agencies([agency.pk])):
            audience["areas"] = sorted(communes)  # an emergency is for whoever asked for the commune's, too
    return int(drafting.prepare(account, agency, category, title, text, audience=audience, **more) is not None)


cases.STILL["piece"] = _still_public
