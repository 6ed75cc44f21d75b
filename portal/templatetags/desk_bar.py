"""The bar of every page of the desk: quick find, the bell, help with the keys of the page that is open."""

from __future__ import annotations

from django import template

from portal.desk import handbooks, keys, sidebar

register = template.Library()


@register.inclusion_tag("portal/desk/_bar.html", takes_context=True)
def desk_bar(context):
    """Return what the bar shows to the signed-in person on this page."""
    request = context["request"]
    match = getattr(request, "resolver_match", None)
    name = (match.url_name or "") if match else ""
    return {
        "request": request,
        "page_keys": keys.of_page(name),
        "everywhere": keys.EVERYWHERE,
        "book": handbooks.about(name, request.user),
    }


@register.inclusion_tag("portal/desk/_crumbs.html", takes_context=True)
def desk_crumbs(context):
    """Return the way to the page as the sidebar names it, then the row or the page's own title."""
    row = context.get("original")
    title = str(row) if row and not isinstance(row, str) else str(context.get("title") or "")
    way = sidebar.crumbs(context["request"].path, title)
    # A page that no line leads to is no step below the first page.
    return {"crumbs": way or [sidebar.Crumb(title)]}
