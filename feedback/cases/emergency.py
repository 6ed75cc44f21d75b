"""Whom to call when somebody is in danger: shown before and after sending, the right number first."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from dossiers.language import danger, voice


@dataclass(frozen=True, slots=True)
class Number:
    """A number to tap, with what it is for in the reader's language."""

    dial: str
    what: str


def numbers(text: str) -> list[Number]:
    """Return the emergency numbers when the text speaks of danger to life now, the one that fits first; else []."""
    if voice.read(text).urgency < voice.Urgency.DANGER:
        return []
    return [Number(number.dial, gettext(number.what)) for number in danger.numbers(text)]
