"""What a citizen knows of a dossier, and whether it fits its owner or its submitter.

Matching a row and matching nothing cost the same: the same hashes, the same unsealing (quality R7).
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from dossiers.dossier_codes import InvalidCode, normalise_code
from dossiers.identity_numbers import last_digits_match
from dossiers.models import Dossier
from dossiers.models.applicant import ID_PURPOSE, PHONE_PURPOSE
from dossiers.privacy import sealing

_RECEIPT_OF_SEVERAL = re.compile(r"(.+?)\s*\+\s*([0-9]{1,3})")
ROLES = ("owner", "submitter")
PEOPLE = tuple(f"{role}__{name}" for role in ROLES for name in ("id_hash", "phone_hash"))


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts already normalised; "" is one that was not given.

    `number` is a dossier code or receipt number, `id_number` a full identity or tax number, `phone` is E.164,
    `last4` the last four digits of either.
    """

    number: str = ""
    id_number: str = ""
    phone: str = ""
    full_name: str = ""
    last4: str = ""

    @property
    def proves_a_dossier(self) -> bool:
        """Whether these are a number and a second fact that a stranger does not know."""
        return bool(self.number and (self.last4 or self.id_number or self.phone))

    @property
    def proves_a_person(self) -> bool:
        """Whether these are a full identity number with the phone or the name that goes with it."""
        return bool(self.id_number and (self.phone or self.full_name))


def tidy_number(text: str) -> str:
    """Return a typed number in its one spelling: a dossier code, "<code>+2" of a receipt for three, or as typed."""
    typed = " ".join(text.split())[:60]
    several = _RECEIPT_OF_SEVERAL.fullmatch(typed)
    try:
        return f"{normalise_code(several[1])}+{several[2]}" if several else normalise_code(typed)
    except InvalidCode:
        return typed


def fits(row: dict, facts: Facts) -> bool:
    """Tell whether a second fact is the owner's or the submitter's; `row` holds PEOPLE and the four sealed numbers."""
    found = False
    ids = sealing.keyed_hashes(facts.id_number, ID_PURPOSE)
    phones = sealing.keyed_hashes(facts.phone, PHONE_PURPOSE)
    for role in ROLES:
        found |= _among(row[f"{role}__id_hash"], ids) | _among(row[f"{role}__phone_hash"], phones)
        if facts.last4:
            # The last two characters of a mask are shown nowhere public; four digits are the citizen's second fact.
            found |= last_digits_match(row[f"{role}__id_number"], facts.last4)
            found |= last_digits_match(row[f"{role}__phone"], facts.last4)
    return found


def fits_dossier(dossier: Dossier | None, facts: Facts) -> bool:
    """Tell whether a second fact is the owner's or the submitter's; for no dossier the same work and no."""
    if dossier is None:
        fits(nobody(), facts)
        return False
    row = {f"{role}__{name}": getattr(getattr(dossier, role), name) for role in ROLES for name in COMPARED}
    return fits(row, facts)


def last_four(text: str) -> str:
    """Return the last four digits of what was typed: those alone, or a whole number; "" when it is neither."""
    digits = re.sub(r"[\s.\-]", "", text)
    return digits[-4:] if digits.isascii() and digits.isdigit() and len(digits) in (4, 9, 10, 12) else ""


COMPARED = ("id_hash", "phone_hash", "id_number", "phone")
SEALED = tuple(f"{role}__{name}" for role in ROLES for name in ("id_number", "phone"))


def nobody() -> dict:
    """Return a row that fits nothing, unsealed anew each time so that a miss does the work of a hit."""
    row: dict = dict.fromkeys(PEOPLE, "-")
    for name, sealed in zip(SEALED, _sealed_blanks(tuple(settings.FIELD_ENCRYPTION_KEYS)), strict=True):
        row[name] = sealing.unseal(sealed, name.split("__")[1]) and ""
    return row


@lru_cache(maxsize=2)
def _sealed_blanks(_keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sealing.seal("000000000000", name.split("__")[1]) for name in SEALED)


def _among(stored: str, wanted: list[str]) -> bool:
    return any([hmac.compare_digest(stored.encode(), each.encode()) for each in wanted])
