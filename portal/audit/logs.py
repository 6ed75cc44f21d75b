"""Which logs are kept: their columns that never change, and the text a person may have erased."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from dossiers.privacy.sealed_fields import SealedTextField

# Log → its moment and the columns that erasing a person may empty (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15).
KEPT: dict[str, tuple[str, tuple[str, ...]]] = {
    "dossiers.PersonalDataRead": ("at", ()),
    "dossiers.DossierEvent": ("recorded_at", ("public_note", "reasons", "facts")),
    "feedback.ReadRecord": ("at", ()),
    "feedback.FeedbackEvent": ("at", ("facts",)),
    "access.ProviderSignIn": ("at", ()),
    "admin.LogEntry": ("action_time", ("object_repr", "change_message")),
}
PART = 100
"""Rows of one digest inside a seal."""


@dataclass(frozen=True, slots=True)
class Log:
    """One log: its model, the column of its moment, the columns sealed for good and those sealed until erased."""

    label: str
    model: type[models.Model]
    moment: str
    fixed: tuple[str, ...]
    text: tuple[str, ...]

    @property
    def name(self) -> str:
        """The log in words."""
        return str(self.model._meta.verbose_name_plural)


@cache
def kept() -> tuple[Log, ...]:
    """Return every log: those named above and each history of settings (django-simple-history)."""
    found = [_log(apps.get_model(label), *KEPT[label]) for label in KEPT]
    histories = [model for model in apps.get_models() if hasattr(model, "history_type")]
    return (*found, *(_log(model, "history_date", ()) for model in histories))


def by_label(label: str) -> Log | None:
    """Return the log of that name; None for one that is kept no more."""
    return next((log for log in kept() if log.label == label), None)


def _log(model: type[models.Model], moment: str, text: tuple[str, ...]) -> Log:
    fixed = [
        field.attname for field in model._meta.concrete_fields if field.name not in text and not _may_be_emptied(field)
    ]
    return Log(model._meta.label, model, moment, tuple(sorted(fixed)), text)


def _may_be_emptied(field) -> bool:
    """Return whether the column changes lawfully: sealed text at each rotation, a link when its row goes."""
    if isinstance(field, SealedTextField):
        return True
    gone = field.remote_field is not None and field.remote_field.on_delete is models.SET_NULL
    return gone and field.related_model is not get_user_model()


def read(log: Log, rows, columns: dict[str, list[str]]) -> Iterator[tuple[int, bytes, bytes, dt.datetime]]:
    """Yield (id, bytes of what never changes, bytes of the text, moment) of the rows in the order of their ids."""
    fixed, text = columns["fixed"], columns["text"]
    names = ["pk", log.moment, *fixed, *text]
    cut = 2 + len(fixed)
    for row in rows.order_by("pk").values_list(*names).iterator(chunk_size=2000):
        yield row[0], canonical(row[2:cut]), canonical([row[0], *row[cut:]]), row[1]


def canonical(values) -> bytes:
    """Return the values as bytes that are the same on every database and machine."""
    return json.dumps(list(values), default=_plain, ensure_ascii=False, sort_keys=True).encode()


def _plain(value) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return str(value)


def digest(*pieces: bytes) -> str:
    """Return the SHA-256 of the pieces, each with its length in front."""
    made = hashlib.sha256()
    for piece in pieces:
        made.update(len(piece).to_bytes(8, "big"))
        made.update(piece)
    return made.hexdigest()
