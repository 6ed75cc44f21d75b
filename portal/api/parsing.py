"""What another program sends, as sound values: JSON in UTF-8 of a sane size and depth, without nulls and NULs.

What cannot be read is refused with the one sentence that says what to change.
"""

from __future__ import annotations

import json
import math

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 40
"""Levels of nesting; the schema has four. Deeper ones exhaust the stack of whoever reads, checks or prints them."""
NOTHING = "Chưa có nội dung: gửi một đối tượng JSON {…}."
PACKED = "Nội dung đang nén: gửi JSON không nén, bỏ tiêu đề Content-Encoding."
OTHER_LETTERS = "Chữ trong nội dung không phải UTF-8: đổi bảng mã của phần mềm gửi sang UTF-8."
HALF_LETTER = "Có nửa ký tự (\\ud800–\\udfff đứng một mình), thường do cắt chữ giữa chừng: sửa chữ đó rồi gửi lại."
TOO_DEEP = f"Dữ liệu lồng nhau quá {DEEPEST} tầng: xem dạng dữ liệu ở /api/docs/."
NO_NUMBER = "Có số không phải JSON (NaN, Infinity hoặc quá lớn): bỏ trường đó hoặc gửi số khác."
NO_JSON = "Nội dung không phải JSON đúng"
GZIP = b"\x1f\x8b"


class SoundJson(JSONParser):
    """The parser of every call. Raises ParseError for whatever cannot be stored or answered later."""

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        if parser_context and "HTTP_CONTENT_ENCODING" in parser_context["request"].META:
            if parser_context["request"].META["HTTP_CONTENT_ENCODING"].strip().lower() not in {"", "identity"}:
                raise ParseError(PACKED)
        return sound_json(raw)


def sound_json(raw: bytes):
    """Return the document without nulls and NULs. Raises ParseError."""
    if raw.startswith(GZIP):
        raise ParseError(PACKED)
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_number, parse_int=_whole)
        found = _sound(_in_place(found), DEEPEST)
    except UnicodeDecodeError as error:
        raise ParseError(OTHER_LETTERS) from error
    except UnicodeEncodeError as error:
        raise ParseError(HALF_LETTER) from error
    except json.JSONDecodeError as error:
        blank = not raw.strip()
        raise ParseError(NOTHING if blank else f"{NO_JSON}, ở dòng {error.lineno} cột {error.colno}.") from error
    except RecursionError as error:
        raise ParseError(TOO_DEEP) from error
    if found is None:
        raise ParseError(NOTHING)
    return found


def _in_place(found):
    """Return the document with each null among the items of a batch as an item that says nothing: it is answered.

    Left out like any other null it would move the index of all behind it.
    """
    if isinstance(found, dict) and isinstance(found.get("items"), list):
        found["items"] = [{} if each is None else each for each in found["items"]]
    return found


def _refuse(constant: str):
    raise ParseError(NO_NUMBER)


def _number(digits: str) -> float:
    """Return the number. Raises ParseError for one that has no end once it is read, as 1e999."""
    found = float(digits)
    return found if math.isfinite(found) else _refuse(digits)


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # more digits than the interpreter reads
        return _refuse(digits)


def _sound(value, levels: int):
    """Return the value without nulls (null is as absent) and NULs. Raises ParseError, UnicodeEncodeError."""
    if isinstance(value, str):
        value.encode("utf-8")
        return value.replace("\x00", "")
    if not levels:
        raise ParseError(TOO_DEEP)
    if isinstance(value, dict):
        return {_sound(name, levels): _sound(inner, levels - 1) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_sound(inner, levels - 1) for inner in value if inner is not None]
    return value
