"""Words of the channel's staff pages."""

from django import template

from dossiers.identity_numbers import InvalidPhone, parse_phone

register = template.Library()


@register.filter
def domestic(phone: str) -> str:
    """The number as dialled in Viet Nam, "0912 345 678"; as it stands when it is none."""
    try:
        number = parse_phone(phone or "").domestic
    except InvalidPhone:
        return phone or ""
    return f"{number[:4]} {number[4:7]} {number[7:]}" if len(number) == 10 else number
