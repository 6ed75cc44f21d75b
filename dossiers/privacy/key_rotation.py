"""Moving every sealed text, keyed hash and stored file to the first key of FIELD_ENCRYPTION_KEYS.

Works on any model of any app that has a SealedTextField. A model whose rows are found by keyed hashes has a
`seal_hashes()` method that recomputes them from the plain values; whatever it changes is stored too.

A model that keeps a hash without the plain value (a refusal must outlive the erased phone number) names the column in
`carried_hashes`: such a hash is replaced when a row with the plain value is met. Those never met stay under the old
key, which must then stay in the list: `hashes_left` counts them. A hash whose plain value no row holds (a link only its
writer has) is named in `lone_hashes`: it is only counted.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.db import connections, models, router, transaction
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast

from dossiers.privacy import sealing
from dossiers.privacy.sealed_fields import SealedTextField
from dossiers.privacy.sealed_files import SealedStorage, reseal
from dossiers.privacy.sealing import SealingError


@dataclass(slots=True)
class Rotated:
    """What was done to one model: how many rows were moved, and the primary keys of rows that could not be opened."""

    model: type[models.Model]
    rows: int = 0
    unreadable: list = field(default_factory=list)


def sealed_models() -> list[type[models.Model]]:
    """Return the models with a sealed column in their own table, history tables included, by label."""
    found = [model for model in apps.get_models() if not model._meta.proxy and _sealed_fields(model)]
    return sorted(found, key=lambda model: model._meta.label)


def carried_hashes() -> list[tuple[type[models.Model], models.Field]]:
    """Return every column that keeps keyed hashes without their plain values, which another row may hold."""
    return _named_by("carried_hashes")


def _named_by(attribute: str) -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, cast(models.Field, model._meta.get_field(name)))
        for model in apps.get_models()
        if not model._meta.proxy
        for name in getattr(model, attribute, ())
    ]


def hashes_left() -> int:
    """Return how many carried hashes are under another key than the first: while any is, that key is still needed."""
    return sum(
        model._base_manager.exclude(**{column.name: ""})
        .exclude(**{f"{column.name}__startswith": sealing.current_hash_prefix()})
        .count()
        for model, column in [*carried_hashes(), *_named_by("lone_hashes")]
    )


def is_behind() -> bool:
    """Return whether any text is still under another key than the first; reads whole tables when none is."""
    return any(_stale_pks(model, None, 1) for model in sealed_models())


def rotate(model: type[models.Model], *, batch_size: int = 500) -> Rotated:
    """Return what was done to `model` so that all of its sealed text is under the first key.

    Each batch is one transaction, in the order of the primary key, with its rows locked; memory is one batch. Rows
    already under the first key are passed by, so a run that was broken off is simply started again. Columns other than
    the sealed ones and their hashes, such as the time of the last change, stay as they are. A row that can't be opened
    is left alone and named in the result.
    """
    done, last = Rotated(model), None
    while pks := _stale_pks(model, last, batch_size):
        try:
            done.rows += _move(model, pks)
        except SealingError:
            for pk in pks:
                try:
                    done.rows += _move(model, [pk])
                except SealingError:
                    done.unreadable.append(pk)
        last = pks[-1]
    return done


@dataclass(slots=True)
class RotatedFiles:
    """What was done to the stored files: how many were sealed anew, and the names of those that could not be."""

    files: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate_files() -> RotatedFiles:
    """Seal every stored file of a row with the first key, those from before files were sealed included.

    File by file in bounded memory; a run that was broken off is simply started again. A file whose row is there and
    whose bytes are gone is passed by: that is the backup's matter, not the key's.
    """
    done = RotatedFiles()
    for model in apps.get_models():
        for column in model._meta.local_concrete_fields:
            if not isinstance(column, models.FileField) or not isinstance(column.storage, SealedStorage):
                continue
            names = model._base_manager.exclude(**{f"{column.name}__in": ["", None]}).order_by("pk")
            for name in names.values_list(column.name, flat=True).iterator(chunk_size=1000):
                path = Path(column.storage.path(name))
                try:
                    done.files += reseal(path)
                except FileNotFoundError:
                    continue
                except SealingError:
                    done.unreadable.append(name)
    return done


def _sealed_fields(model: type[models.Model]) -> list[SealedTextField]:
    return [column for column in model._meta.local_concrete_fields if isinstance(column, SealedTextField)]


def _stale_pks(model: type[models.Model], after: Any, limit: int) -> list:
    """Return the next primary keys above `after` of rows with text under another key than the first."""
    # The cast gives the text as stored: read as itself, the column would be unsealed.
    stored = {f"stored_{column.name}": Cast(F(column.name), TextField()) for column in _sealed_fields(model)}
    stale = Q()
    for name in stored:
        stale |= ~Q(**{name: ""}) & ~Q(**{f"{name}__startswith": sealing.current_prefix()})
    rows = model._base_manager.using(router.db_for_write(model)).alias(**stored).filter(stale)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def _move(model: type[models.Model], pks: list) -> int:
    """Seal these rows again under the first key; return how many there still were. Raises SealingError."""
    database = router.db_for_write(model)
    with transaction.atomic(using=database):
        rows = list(model._base_manager.using(database).select_for_update(of=("self",)).filter(pk__in=pks))
        changed, renewed = _renew_hashes(rows)
        _store(model, rows, [*_sealed_fields(model), *changed], connections[database])
        for carrier, column in carried_hashes():
            carried = list(carrier._base_manager.using(database).filter(**{f"{column.name}__in": list(renewed)}))
            for row in carried:
                setattr(row, column.attname, renewed[getattr(row, column.attname)])
            _store(carrier, carried, [column], connections[database])
    return len(rows)


def _renew_hashes(rows: list[models.Model]) -> tuple[list[models.Field], dict[str, str]]:
    """Recompute the keyed hashes of `rows` in place; return the fields that changed on any row, and old hash → new."""
    changed: dict[models.Field, None] = {}
    renewed: dict[str, str] = {}
    for row in rows:
        if not hasattr(row, "seal_hashes"):
            break
        plain = [column for column in row._meta.local_concrete_fields if not isinstance(column, SealedTextField)]
        before = {column: getattr(row, column.attname) for column in plain}
        row.seal_hashes()
        for column, old in before.items():
            new = getattr(row, column.attname)
            if new != old:
                changed[column] = None
                if isinstance(new, str) and new.startswith(sealing.current_hash_prefix()):
                    renewed[old] = new
    renewed.pop("", None)
    return list(changed), renewed


def _store(model: Any, rows: Any, columns: Any, connection: Any) -> None:
    """Write `columns` of `rows` by primary key. Plain SQL: no save(), signal or history row takes part, and one
    statement runs many times, which is ten times as fast as bulk_update.
    """
    quote, key = connection.ops.quote_name, model._meta.pk
    changes = ", ".join(f"{quote(column.column)} = %s" for column in columns)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote(key.column)} = %s"
    values = [
        [column.get_db_prep_save(getattr(row, column.attname), connection) for column in (*columns, key)]
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
