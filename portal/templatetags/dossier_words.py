"""Dates, sums and states as a citizen reads them, in the language of the page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.written_dates import WEEKDAYS, WEEKDAYS_EN, named_moment, written_day, written_moment

register = template.Library()


@register.filter
def moment(at: dt.datetime | None) -> str:
    """Return "08:15 thứ Hai 02/03/2026"; "" for None."""
    names = WEEKDAYS_EN if get_language() == "en" else WEEKDAYS
    return named_moment(at, names) if at else ""


@register.filter
def short_moment(at: dt.datetime | None) -> str:
    """Return "08:15 02/03/2026"; "" for None."""
    return written_moment(at) if at else ""


@register.filter
def day(at: dt.datetime | dt.date | None) -> str:
    """Return "02/03/2026"; "" for None."""
    return written_day(at) if at else ""


@register.filter
def dong(amount: Decimal | int | None) -> str:
    """Return "15.000 đồng"; "" for None."""
    return "" if amount is None else f"{amount:,.0f}".replace(",", ".") + " " + _("đồng")


@register.filter
def in_words(text: str) -> str:
    """Return a Vietnamese word of the data in the language of the page, where the dictionary has it."""
    return _(str(text)) if text else ""


@register.filter
def level_title(slug: str) -> str:
    """Return "Cấp xã" for "commune"."""
    titles = {"ministry": _("Cấp bộ"), "province": _("Cấp tỉnh"), "commune": _("Cấp xã"), "other": _("Cơ quan khác")}
    return titles.get(slug, slug)
