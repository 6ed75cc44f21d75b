"""What another program sends, as sound values: JSON in UTF-8 of a sane size and depth, without nulls and NULs."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 40
"""Levels of nesting; the schema has four. Deeper ones exhaust the stack of whoever reads, checks or prints them."""


class SoundJson(JSONParser):
    """The parser of every call. Raises ParseError for whatever cannot be stored or answered later."""

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        return sound_json(raw)


def sound_json(raw: bytes):
    """Return the document without nulls and NULs. Raises ParseError."""
    try:
        found = _sound(_in_place(json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse)), DEEPEST)
        if found is None:
            raise ValueError("nothing was sent")
        return found
    except (ValueError, RecursionError) as error:  # half a pair of surrogates is a ValueError when encoded
        raise ParseError from error


def _in_place(found):
    """Return the document with each null among the items of a batch as an item that says nothing: it is answered.

    Left out like any other null it would move the index of all behind it.
    """
    if isinstance(found, dict) and isinstance(found.get("items"), list):
        found["items"] = [{} if each is None else each for each in found["items"]]
    return found


def _refuse(constant: str):
    raise ValueError(f"{constant} is not JSON")


def _sound(value, levels: int):
    """Return the value without nulls (null is as absent) and NULs. Raises ValueError."""
    if isinstance(value, str):
        value.encode("utf-8")
        return value.replace("\x00", "")
    if not levels:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {_sound(name, levels): _sound(inner, levels - 1) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_sound(inner, levels - 1) for inner in value if inner is not None]
    return value
