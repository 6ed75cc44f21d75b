"""What may be wrong with the way that stands over a page of the desk: its breadcrumbs, read from the page's HTML."""

from __future__ import annotations

import html
import re

from django.urls import reverse

from portal.desk.sidebar import NAVIGATION, open_line

LINES = {reverse(item["page"]): item["title"] for group in NAVIGATION for item in group["items"]}
_CRUMB = re.compile(r'<(?:a href="([^"]*)"|span) class="desk-crumb">\s*([^<]*?)\s*</')


def crumbs_of(page: str) -> list[tuple[str, str]]:
    """Return (address, words) of each step; the address is "" where nothing leads on."""
    return [(html.unescape(href), html.unescape(words)) for href, words in _CRUMB.findall(page)]


def way_faults(address: str, page: str) -> list[str]:
    """Return what is untrue or missing in the way of the page; nothing is asked of parts of pages."""
    if 'id="main"' not in page:
        return []
    path, way = address.partition("?")[0], crumbs_of(page)
    if not way:
        return [f"{address}: no way to it"]
    found = [] if way[-1][0] == "" and way[-1][1] else [f"{address}: the page does not end its own way"]
    found += [f"{address}: leads to itself" for href, _ in way if href == path]
    found += [f"{address}: {words} leads to {href}" for href, words in way if href and LINES.get(href) != words]
    line = open_line(path)
    if line is not None and LINES[line] not in {words for _, words in way}:
        found.append(f"{address}: {LINES[line]} is not on the way")
    return found
