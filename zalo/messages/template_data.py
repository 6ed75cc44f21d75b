"""Filling a Zalo template's parameters from a message's values, checked against listParams before anything is sent."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from zalo.models import Template

_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")


class TemplateDataError(Exception):
    """The values do not fit the template; the text says which parameter and why."""


def filled(template: Template, mapping: Mapping[str, str], values: Mapping[str, str]) -> dict[str, Any]:
    """template_data for Zalo; a parameter without a mapping takes the value of its own name.

    Too long a text is cut to Zalo's limit (counted in NFC code points, as Zalo counts); a missing required one raises
    TemplateDataError, because Zalo would answer -1122 and the citizen would get nothing.
    """
    data: dict[str, Any] = {}
    for param in template.params:
        name = param["name"]
        text = unicodedata.normalize("NFC", str(values.get(mapping.get(name) or name, "") or "")).strip()
        text = _shaped(text, str(param.get("kind", "")).upper())
        if not text:
            if param.get("required") and not param.get("accept_null"):
                raise TemplateDataError(f"mẫu tin thiếu giá trị cho tham số “{name}”")
            continue
        if str(param.get("kind", "")).upper() == "DATE" and not _DATE.fullmatch(text):
            raise TemplateDataError(f"tham số “{name}” cần một ngày, hồ sơ chưa có")
        limit = param.get("max_length")
        if limit and len(text) > limit:
            if str(param.get("kind", "")).upper() in {"NUMBER", "DATE", "PHONE_NUMBER", "CURRENCY"}:
                raise TemplateDataError(f"giá trị của tham số “{name}” dài quá {limit} ký tự")
            text = text[: limit - 1].rstrip() + "…"
        if param.get("min_length") and len(text) < param["min_length"]:
            raise TemplateDataError(f"giá trị của tham số “{name}” ngắn hơn {param['min_length']} ký tự")
        data[name] = text
    return data


def _shaped(text: str, kind: str) -> str:
    """The part of a spoken value that a typed parameter takes: the date of a time, the digits of an amount."""
    if kind == "DATE":
        found = _DATE.search(text)
        return found[0] if found else text
    if kind in ("NUMBER", "CURRENCY"):
        return re.sub(r"\D", "", text)
    return text


def gaps(template: Template, mapping: Mapping[str, str], known: set[str]) -> list[str]:
    """What is missing for an editor: required parameters that no placeholder of the message kind fills."""
    return [
        f"Tham số “{param['name']}” của mẫu chưa được gắn với chỗ điền nào."
        for param in template.params
        if param.get("required") and (mapping.get(param["name"]) or param["name"]) not in known
    ]
