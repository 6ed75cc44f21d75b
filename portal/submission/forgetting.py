"""Erasing a person from filings: drafts that name them, and by what right somebody acted for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from dossiers.identity_numbers import InvalidNumber, normalise_personal_id, normalise_phone, normalise_tax_code
from portal.submission import drafts
from portal.submission.models import Filing, FilingDraft

READERS = {"phone": (normalise_phone,), "id_number": (normalise_personal_id, normalise_tax_code)}


@transaction.atomic
def forget(*, ids: Iterable[str], phones: Iterable[str], dossier_ids: Iterable[int]) -> Counter:
    """Erase unsent drafts that name one of these numbers, and mandates of finished dossiers; return how many.

    Every draft that holds anything is opened: they are few, and live a month. Lists of whom to file for next go on
    without the person.
    """
    done: Counter = Counter()
    wanted = {*ids, *phones}
    for draft in FilingDraft.objects.exclude(data="").iterator(chunk_size=200):
        typed = drafts.typed(draft)
        if draft.receipt_id is None and wanted & _numbers(_people(typed)):
            done["hồ sơ trực tuyến đang soạn"] += drafts.erase(draft)
            continue
        if wanted & _numbers(typed.get("next", [])):
            row = FilingDraft.objects.filter(pk=draft.pk)
            taken = drafts.take_next(row, lambda person: wanted & _numbers([person]))
            done["người trong danh sách nộp tiếp"] += len(taken)
    held = Filing.objects.filter(dossier__in=list(dossier_ids)).exclude(mandate="")
    done["giấy tờ nộp thay"] += held.update(mandate="")
    return done


def numbers_in_drafts() -> set[str]:
    """Return every number that a draft holds, in its one spelling."""
    rows = FilingDraft.objects.exclude(data="").iterator(chunk_size=200)
    found = (drafts.typed(draft) for draft in rows)
    return {number for typed in found for number in _numbers([*_people(typed), *typed.get("next", [])])}


def _people(typed: dict) -> list[dict]:
    return [typed.get("submitter", {}), typed.get("owner", {})]


def _numbers(people: Iterable[dict]) -> set[str]:
    """Return every number of these people, in its one spelling."""
    found = set()
    for person in people:
        for name in ("id_number", "phone", "representative_id"):
            for reader in READERS["phone" if name == "phone" else "id_number"]:
                try:
                    found.add(reader(str(person.get(name, ""))))
                except InvalidNumber:
                    continue
    return found
