"""Words of the channel's staff pages."""

import datetime as dt

from django import template
from django.utils import timezone

from dossiers.identity_numbers import InvalidPhone, parse_phone
from zalo.messages import event_words

register = template.Library()
register.filter("event_words", event_words.in_words)


@register.filter
def domestic(phone: str) -> str:
    """The number as dialled in Viet Nam, "0912 345 678"; as it stands when it is none."""
    try:
        number = parse_phone(phone or "").domestic
    except InvalidPhone:
        return phone or ""
    return f"{number[:4]} {number[4:7]} {number[7:]}" if len(number) == 10 else number


@register.filter
def left(until: dt.datetime | None) -> str:
    """How long until then, "1 ngày 21 giờ"; "đã hết" when it is past."""
    return spell(until - timezone.now()) or "đã hết" if until else ""


@register.filter
def ago(since: dt.datetime | None) -> str:
    """How long ago that was, "2 giờ 5 phút"."""
    return spell(timezone.now() - since) or "vừa xong" if since else ""


def spell(span: dt.timedelta) -> str:
    """The two largest parts of a span of time; "" for less than a minute and for what is over."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return ""
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = [f"{days} ngày"] * bool(days) + [f"{hours} giờ"] * bool(hours) + [f"{rest} phút"] * bool(rest and not days)
    return " ".join(parts[:2])
