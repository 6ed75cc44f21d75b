"""Numbers on boards and reports, as people here read them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.reporting import charts

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Return "1.642.900" or "18,1"; "–" for None or nothing."""
    return charts.shown(value) if isinstance(value, int | float) else "–"


@register.simple_tag
def cell(value: float | None, address: str = "", words: str = "") -> SafeString:
    """Return a cell of a table of figures; the figure, or the words for it, opens its rows where there are any.

    Not a template of its own: a board of 200 agencies has some 1,600 of them.
    """
    written = words or figure(value)
    if address and value:
        return format_html('<td class="mb-num"><a href="{}">{}</a></td>', address, written)
    return format_html('<td class="mb-num">{}</td>', written)
