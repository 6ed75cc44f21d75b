"""Whole numbers, sums and days as people and programs write them: a sane value, or None; fields of days and moments."""

from __future__ import annotations

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError

YEARS = range(1990, 2200)
"""Days outside are slips of the finger: the calendar cannot count them, and the first and last of all overflow."""
DAY_SHAPES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y")
MOMENT_SHAPES = ("%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M")


def whole(text: object, *, digits: int = 18) -> int | None:
    """Return the number that plain digits write; None for all else: ², other scripts, more digits than a key has."""
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) <= digits else None


def day(text: object, shapes: tuple[str, ...] = DAY_SHAPES) -> dt.date | None:
    """Return the day written as dd/mm/yyyy, ISO or dd-mm-yyyy; None when it is none, or out of reach."""
    for shape in shapes:
        try:
            found = dt.datetime.strptime(str(text or "").strip()[:10], shape).date()
        except ValueError:
            continue
        return found if found.year in YEARS else None
    return None


def refuse_far_day(value: dt.date) -> None:
    """Raise ValidationError for a day or moment out of reach; a validator of form fields."""
    if value.year not in YEARS:
        raise ValidationError(f"Năm phải trong khoảng {YEARS[0]}–{YEARS[-1]}. Hãy kiểm tra lại ngày.")


class DayField(forms.DateField):
    """A day typed as people write it, day/month/year, within reach; more attributes of the box by `attrs`."""

    default_validators = [refuse_far_day]
    default_error_messages = {"invalid": "Ngày chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 30/11/2026."}

    def __init__(self, *, attrs: dict[str, str] | None = None, **kwargs):
        box = {"placeholder": "ngày/tháng/năm", "inputmode": "numeric", "autocomplete": "off", **(attrs or {})}
        super().__init__(widget=forms.DateInput(attrs=box, format="%d/%m/%Y"), **kwargs)


class MomentField(forms.DateTimeField):
    """A moment typed as people write it, hour:minute day/month/year, within reach; more attributes of the box."""

    default_validators = [refuse_far_day]
    default_error_messages = {
        "invalid": "Thời điểm chưa đúng. Hãy ghi giờ:phút ngày/tháng/năm, ví dụ 07:30 30/11/2026."
    }

    def __init__(self, *, attrs: dict[str, str] | None = None, **kwargs):
        box = {"placeholder": "giờ:phút ngày/tháng/năm", "autocomplete": "off", **(attrs or {})}
        widget = forms.DateTimeInput(attrs=box, format=MOMENT_SHAPES[0])
        super().__init__(widget=widget, input_formats=MOMENT_SHAPES, **kwargs)


def amount(text: object) -> int | None:
    """Return the sum in đồng as people write it: "325.000", "325,000 đ", "1 250 000 đồng"; None when it is none."""
    written = "".join(str(text or "").casefold().split())
    for word in ("vnđ", "vnd", "đồng", "dong", "₫", "đ"):
        written = written.removesuffix(word)
    grouped = re.fullmatch(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*", written)
    return whole(re.sub(r"[.,]", "", written) if grouped else written, digits=13)
