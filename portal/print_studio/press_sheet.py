"""The press kit's sheet: what the channel is, both ways to find it, the latest news with a symbol each (S1-53, S3-29).

Two pages of A4 that a newsroom reads, prints and scans; an agency without an account is shown with its pages alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from dossiers import qr
from dossiers.printed_forms import printing
from dossiers.written_dates import written_day
from portal.print_studio import drawing, sources, texts, wording
from portal.print_studio.facts import Facts

MOST_NEWS = 4
MEDIUM = "p"
_LONGEST_WORD = 18


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One piece of news as the sheet shows it."""

    title: str
    day: dt.date
    summary: str
    address: str


def drawn(facts: Facts, news: list[NewsLine], *, now: dt.datetime, day: dt.date) -> bytes:
    """Return the PDF. Raises PrintError when the engine refuses."""
    source = sources.of_agency(facts.agency)
    site = f"{settings.PUBLIC_BASE_URL}/"
    address = source.address(MEDIUM) if facts.account else site
    data = drawing.look_of(facts, 210, 297) | {
        "channel": facts.account is not None,
        "typed": printing.breakable(source.typed, _LONGEST_WORD),
        "site": site.split("://", 1)[1].rstrip("/"),
        "day": written_day(day),
        "qr": {"svg": qr.svg(address), "alt": f"Mã QR: {address}"},
        "words": drawing.broken(wording.words(facts, source)) if facts.account else {},
        "safe_word": wording.SAFE,
        "does": drawing.broken(list(wording.DOES)),
        "spoken": drawing.broken(texts.loudspeaker(facts)) if facts.account else "",
        "news": [
            {
                "title": drawing.broken(line.title),
                "day": written_day(line.day),
                "summary": drawing.broken(" ".join(line.summary.split())),
                "qr": {"svg": qr.svg(line.address), "alt": f"Mã QR mở tin: {line.address}"},
            }
            for line in news[:MOST_NEWS]
        ],
    }
    title = f"Tài liệu báo chí – {facts.agency.name}"
    return printing.render("press.typ", data, title=title, author=facts.agency.name, now=now, press=drawing.PRESS)
