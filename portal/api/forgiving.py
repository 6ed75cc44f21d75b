"""What another program sends, with the parts a dossier can do without left out where they cannot be read.

Old software fills a field with "", a word of its own or twice as much as fits: the dossier must not stay outside for
it. Which parts those are the forms say themselves: whatever they do not require. Dates, states and reasons decide
something and are never guessed; there "" alone is as absent.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from rest_framework import serializers

from portal.api.warnings import LEFT_EMPTY, Warnings, warning

Path = tuple[str | int, ...]
ROUNDS = 4
"""A part that is left out may show the next fault, as a representative whose organisation is none."""
DECIDING = {"state", "at", "due_at", "received_at", "reasons", "id"}
TOO_MANY = "too_many"
"""The code of a list that is longer than anybody reads: none of it is left out."""
CUT = {"name", "note", "position", "paper", "what", "why", "sample", "where"}
"""Words to be read by people, which say most of what they say in their first thousand letters."""


def read(form_class: type[serializers.Serializer], sent) -> tuple[serializers.Serializer, Warnings]:
    """Return the form, checked, and a warning for each part that was left out or cut; blanks go without a word.

    What must be there and is wrong stays an error of the form.
    """
    data, found = copy.deepcopy(sent), Warnings()
    for _round in range(ROUNDS):
        form = form_class(data=data)
        if form.is_valid():
            break
        mended: dict[Path, dict[str, str]] = {}
        for path, error in sorted(_faults(form.errors), key=_last_first):
            if not any(path[: len(part)] == part for part in mended):
                mended |= _mend(form, data, path, error)
        if not mended:
            break
        found += [each for each in mended.values() if each]
    return form, found


def _last_first(fault: tuple[Path, str]) -> tuple:
    """Order rows of a list from its end, so that leaving one out moves no other."""
    return tuple((0, -key) if isinstance(key, int) else (1, key) for key in fault[0])


def _faults(errors, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield (path, first fault) of every field, however the framework nests them."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            yield from _faults(inner, path if key == "non_field_errors" else (*path, key))
    elif isinstance(errors, list) and errors and isinstance(errors[0], dict):
        for place, inner in enumerate(errors):
            yield from _faults(inner, (*path, place))
    elif errors:
        yield path, errors[0]


def _mend(form: serializers.Serializer, data, path: Path, error) -> dict[Path, dict[str, str]]:
    """Leave out or cut what is wrong; return that part with its warning, {} for a blank; nothing when it must stand."""
    if error.code == "max_length" and path[-1] in CUT:
        longest = _field(form, path).max_length
        _put(data, path, str(_get(data, path))[:longest])
        return {path: warning(_named(path), f"Dài quá {longest} ký tự nên chỉ giữ phần đầu.")}
    part = _can_do_without(form, path)
    if not part or error.code == TOO_MANY:
        return {}
    value = _get(data, part)
    if value is None or (part[0] in DECIDING and not (len(part) == 1 and _is_blank(value))):
        return {}
    _put(data, part, None)
    return {part: {} if _is_blank(value) else warning(_named(part), f"{LEFT_EMPTY} {error}")}


def _can_do_without(form: serializers.Serializer, path: Path) -> Path:
    """Return the smallest part around the path that the form does not require; () when it requires all of them."""
    field: serializers.Field | None = form
    found: Path = ()
    for place, key in enumerate(path):
        if isinstance(field, serializers.ListSerializer) and isinstance(key, int):
            field, optional = field.child, True
        else:
            field = field.fields.get(key) if isinstance(field, serializers.Serializer) else None
            optional = field is not None and not field.required
        if field is None:
            break
        if optional:
            found = path[: place + 1]
    return found


def _field(form, path: Path):
    for key in path:
        form = form.child if isinstance(key, int) else form.fields[key]
    return form


def _get(data, path: Path):
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return data if isinstance(data, str) else None  # a paper given by its name alone
    return data


def _put(data, path: Path, value) -> None:
    """Set the value at the path, or take the place away for None."""
    for key in path[:-1]:
        if isinstance(data[key], str):  # a paper given by its name alone
            data[key] = value
            return
        data = data[key]
    if value is None:
        del data[path[-1]]
    else:
        data[path[-1]] = value


def _is_blank(value) -> bool:
    """Return whether nothing is said: "", or parts that all say nothing."""
    if isinstance(value, dict):
        return all(map(_is_blank, value.values()))
    if isinstance(value, list):
        return all(map(_is_blank, value))
    return isinstance(value, str) and not value.strip()


def _named(path: Path) -> str:
    """Return the field as answers name it: "papers[0].originals"."""
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return words.removeprefix(".")
