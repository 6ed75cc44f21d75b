"""Taking an erased person out of an office's own words: drafts, tasks, proposals, acts that take long (S1-49).

Where a number, the mail or the address of the person stands, the words are theirs and everything of them is hidden. A
name alone may be a namesake's: it is named to whoever erases, to be read. What stands in the register is archived.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from dossiers.intake.forgetting import Needles
from dossiers.models import LongAct
from portal.correspondence.models import (
    Assignment,
    AssignmentStep,
    Document,
    DocumentStep,
    Enclosure,
    Proposal,
    ProposalStep,
)

REGISTERED = "đã vào sổ văn bản, giữ theo Luật Lưu trữ 33/2024/QH15"
NAMESAKE = "chỉ có tên, có thể của người trùng tên: hãy đọc rồi sửa tay nếu đúng là người này"
WORDS: dict[type[models.Model], tuple[str, ...]] = {
    Document: ("abstract", "addressees", "recipients", "electronic", "body", "note"),
    DocumentStep: ("note",),
    Enclosure: ("words", "file_name"),
    Assignment: ("title", "detail", "note"),
    AssignmentStep: ("what", "note"),
    Proposal: ("title", "text", "answer"),
    ProposalStep: ("note",),
    LongAct: ("title", "asked", "result"),
}
# Where the row hangs on a document, what tells that it is in the register.
_NUMBER = {Document: "number", DocumentStep: "document__number", Enclosure: "document__number"}


@dataclass
class Found:
    """What was hidden, by Vietnamese name and number, and what stays with its reason."""

    done: Counter = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)


def forget(needles: Needles) -> Found:
    """Hide the person in every row, and return what was done. Call inside a transaction."""
    found = Found()
    for model, names in WORDS.items():
        number = _NUMBER.get(model)
        rows = model._default_manager.order_by("pk").values_list("pk", number or "pk", *names)
        for pk, registered, *words in rows.iterator(chunk_size=500):
            whole = " ".join(map(str, words))
            if needles.stand_in(whole):
                said = dict(zip(names, words, strict=True))
                _judge(model, pk, bool(number) and registered is not None, said, needles, found)
    return found


def _judge(model, pk: int, registered: bool, words: dict[str, Any], needles: Needles, found: Found) -> None:
    named = f"{model._meta.verbose_name} số {pk}"
    if registered:
        found.kept.append(f"{named}: {REGISTERED}")
    elif not needles.surely_in(" ".join(map(str, words.values()))):
        found.kept.append(f"{named}: {NAMESAKE}")
    else:
        model._default_manager.filter(pk=pk).update(**{name: needles.hidden_in(said) for name, said in words.items()})
        if model is Document:
            Document.objects.filter(pk=pk).update(folded=Document.objects.get(pk=pk).found_by())
        found.done[str(model._meta.verbose_name)] += 1
