"""Reading what another program sends in its own codes: states, units, procedures, agencies, as the desk mapped them.

A code with a translation is replaced by ours; one without stays as it is, and is read or refused like anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dossiers.kept import Kept
from dossiers.models import Agency, Channel, Procedure, Unit
from dossiers.states import State
from portal.api.models import ApiClient, CodeTranslation, folded

Kind = CodeTranslation.Kind
FIELDS: tuple[str, ...] = tuple(Kind.values)
"""The fields of what is sent whose codes are translated; each kind is named by its field."""


@dataclass(frozen=True, slots=True)
class Read:
    """How one field was read: their code, ours, and whether a line of the table said so."""

    field: str
    theirs: str
    ours: str
    translated: bool


def translated(client: ApiClient, sent: object) -> Any:
    """Return what was sent with the codes of the program replaced by ours; anything but an object as it is."""
    if not isinstance(sent, Mapping):
        return sent
    return {**sent, **{each.field: each.ours for each in reading(client, sent) if each.translated}}


def reading(client: ApiClient, sent: Mapping[str, object]) -> list[Read]:
    """Return how each code in what was sent is read."""
    known = _known.get(client.pk)
    found = []
    for name in FIELDS:
        value = sent.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            ours = known.get((name, folded(str(value))))
            found.append(Read(name, str(value), str(value) if ours is None else ours, ours is not None))
    return found


def forget() -> None:
    """Have this process read the tables anew."""
    _known.forget()


def _read(client_pk: int) -> dict[tuple[str, str], str]:
    rows = CodeTranslation.objects.filter(client_id=client_pk)
    return {(kind, theirs): ours for kind, theirs, ours in rows.values_list("kind", "theirs_folded", "ours")}


_known: Kept[dict[tuple[str, str], str]] = Kept(_read, 10)


def is_known(kind: str, code: str, agency_ids: set[int]) -> bool:
    """Return whether the code is one of ours, within these agencies."""
    match kind:
        case Kind.STATE:
            return code in State.values
        case Kind.CHANNEL:
            return code in Channel.values
        case Kind.UNIT:
            return Unit.objects.filter(agency_id__in=agency_ids, code=code).exists()
        case Kind.AGENCY:
            return Agency.objects.filter(pk__in=agency_ids, code=code).exists()
        case _:
            return Procedure.objects.filter(code=code).exists()
