"""Numbers on boards and reports, as people here read them."""

from django import template

from portal.reporting import charts

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Return "1.642.900" or "18,1"; "–" for None or nothing."""
    return charts.shown(value) if isinstance(value, int | float) else "–"
