"""Rich text as it may be shown: a few tags, links that leave with rel, nothing that runs. Pure; works on strings."""

from __future__ import annotations

import html
import re

import nh3

TAGS = {"p", "br", "h2", "h3", "strong", "em", "u", "del", "a", "ul", "ol", "li", "blockquote"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# What editors and office programs write, said in the few tags above.
_SAME = (("div", "p"), ("b", "strong"), ("i", "em"), ("s", "del"), ("strike", "del"), ("h1", "h2"), ("h4", "h3"))
_OPENING = re.compile(r"<(/?)(div|b|i|s|strike|h1|h4)(?=[\s>/])", re.IGNORECASE)
_NAMES = dict(_SAME)
_BLOCK_END = re.compile(r"<br\s*/?>|</(?:p|h2|h3|li|blockquote)>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_MARKUP = re.compile(r"<[a-zA-Z/!]")
WORDS_A_MINUTE = 150
"""Syllables a loudspeaker reads in a minute so that people in the field can follow."""


def cleaned(text: str, *, more: frozenset[str] = frozenset()) -> str:
    """Return the text with the allowed tags, and those in `more`; words without any tag become paragraphs."""
    text = text.replace("\r\n", "\n").strip()
    if not _MARKUP.search(text):
        parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
        return "\n".join("<p>" + html.escape(part, quote=False).replace("\n", "<br>") + "</p>" for part in parts)
    said = _OPENING.sub(lambda found: f"<{found[1]}{_NAMES[found[2].lower()]}", text)
    kept = nh3.clean(
        said,
        tags=TAGS | more,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener",
        clean_content_tags={"script", "style", "iframe", "object", "template"},
    )
    # The editor writes two breaks for a paragraph.
    kept = re.sub(r"(?:<br>\s*){2,}", "</p><p>", kept)
    return re.sub(r"<p>\s*(?:<br>\s*)*</p>", "", kept).strip()


def plain(text: str) -> str:
    """Return what the rich text says, a line a paragraph, without tags."""
    said = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", text)))
    return "\n".join(line.strip() for line in said.split("\n") if line.strip())


def reading_minutes(text: str) -> int:
    """Return how many minutes the plain text takes to read out, at least one."""
    return max(1, -(-len(text.split()) // WORDS_A_MINUTE))
