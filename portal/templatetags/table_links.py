"""Links to bring in and put out the table of a list, above the list."""

from __future__ import annotations

from django import template

from portal.transfer.everyday.kinds import of_model

register = template.Library()


@register.inclusion_tag("transfer/_table_links.html", takes_context=True)
def table_links(context, changes):
    """Return the table of a change list, and whether the person may bring a file of it."""
    kind = None if context.get("is_popup") else of_model(changes.model)
    return {"kind": kind, "may_bring": kind is not None and kind.may_bring(context["request"])}
