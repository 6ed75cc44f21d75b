"""The frame around every public page, drawn once for each language and kept.

`{% frozen a b %}…{% endfrozen %}` keeps what it holds in the process, one copy for each language and each value of its
arguments: translating forty labels costs more than reading a dossier. Only text that depends on nothing else goes in.
"""

from __future__ import annotations

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error
from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.kept import Kept
from dossiers.models import Agency
from portal.content import channel

register = template.Library()
LARGE_COOKIE = "chu"
NAME_SECONDS = 30
MOST_COPIES = 64


class FrozenNode(template.Node):
    def __init__(self, nodelist, arguments):
        self.nodelist = nodelist
        self.arguments = arguments
        self.copies: dict[object, str] = {}

    def render(self, context):
        key: object = get_language()
        if self.arguments:
            key = (key, *[str(argument.resolve(context)) for argument in self.arguments])
        copy = self.copies.get(key)
        if copy is None:
            copy = self.nodelist.render(context)
            if len(self.copies) < MOST_COPIES:
                self.copies[key] = copy
        return copy


@register.tag
def frozen(parser, token):
    """Keep the text inside for each language and value of the arguments."""
    arguments = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endfrozen",))
    parser.delete_first_token()
    return FrozenNode(nodelist, arguments)


@register.simple_tag
def site_name() -> str:
    """Return whose portal this is: the province, else the one centre; never fails, error pages carry it too."""
    return _name.get() or _("Bộ phận Một cửa")


@register.simple_tag
def official_account():
    """Return the account citizens find in Zalo, None without any; never fails, error pages carry it too."""
    try:
        return channel.official_account()
    except Error:
        return None


def forget() -> None:
    """Read the name again at the next page."""
    _name.forget()


def _read_name() -> str:
    on_channel = Q(children__rollout__in=[Agency.Rollout.PILOT, Agency.Rollout.LIVE])
    try:
        known = Agency.objects.filter(active=True, kind__in=[Agency.Kind.PROVINCE, Agency.Kind.CENTRE])
        # Neighbouring provinces may be on record too: ours is the one whose agencies are on the channel.
        ranked = known.annotate(on_channel=Count("children", filter=on_channel)).order_by("-on_channel", "code")
        rows = sorted(ranked.values_list("kind", "name")[:50], key=lambda row: row[0] != Agency.Kind.PROVINCE)
    except (Error, ObjectDoesNotExist):
        return ""
    if rows and (rows[0][0] == Agency.Kind.PROVINCE or len(rows) == 1):
        return rows[0][1]
    return ""


_name = Kept(_read_name, NAME_SECONDS)


@register.simple_tag(takes_context=True)
def large_text(context) -> str:
    """Return "large" when the reader asked for big letters, else ""."""
    request = context.get("request")
    return "large" if request is not None and request.COOKIES.get(LARGE_COOKIE) == "lon" else ""
