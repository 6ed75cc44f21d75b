"""Writing and removing the rows of a version: COPY on PostgreSQL, plain inserts on SQLite, a batch at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction

from dossiers.privacy.sealing import hasher, sealer
from portal.datasets.checking import Record, packed
from portal.datasets.models import (
    HASH_PURPOSE,
    DatasetName,
    DatasetProblem,
    DatasetRow,
    DatasetVersion,
    DatasetWord,
    ProtectedRow,
    secret_key,
)
from portal.datasets.words import NameIndex

OPEN = ("version_id", "line", "key", "area", "starts_at", "ends_at", "cells")
PROTECTED = ("version_id", "line", "key_hash", "sealed")
BATCH = 5_000
REMOVED_AT_ONCE = 50_000


def write_open(version_id: int, records: Sequence[Record]) -> None:
    _write(
        DatasetRow,
        OPEN,
        (
            (
                version_id,
                record.line,
                record.key,
                record.area,
                record.span and record.span[0],
                record.span and record.span[1],
                packed(record.cells),
            )
            for record in records
        ),
    )


def write_protected(version_id: int, records: Sequence[Record]) -> None:
    """Write rows sealed, found by the keyed hash of their key and second fact."""
    hashed, sealed = hasher(HASH_PURPOSE), sealer("dataset-row")
    _write(
        ProtectedRow,
        PROTECTED,
        (
            (
                version_id,
                record.line,
                hashed(secret_key(record.key, record.secret)),
                sealed(f"{packed([record.key, record.secret])[:-1]},{packed(record.cells)}]"),
            )
            for record in records
        ),
    )


def write_names(version_id: int, index: NameIndex) -> None:
    _write(DatasetName, ("version_id", "number", "key"), ((version_id, *each) for each in index.names()))
    words = ((version_id, word, count, data) for word, count, data in index.words())
    while batch := list(islice(words, 1000)):
        DatasetWord.objects.bulk_create(
            DatasetWord(version_id=version, word=word, count=count, names=data) for version, word, count, data in batch
        )


def remove(version: DatasetVersion) -> None:
    """Remove everything that was read for the version, in steps that hold nobody up."""
    DatasetProblem.objects.filter(version=version).delete()
    for model in (DatasetRow, ProtectedRow, DatasetName, DatasetWord):
        rows = model.objects.filter(version_id=version.pk)
        while True:
            with transaction.atomic():
                last = rows.order_by("pk").values_list("pk", flat=True)[REMOVED_AT_ONCE : REMOVED_AT_ONCE + 1]
                bound = last[0] if last else None
                part = rows.filter(pk__lt=bound) if bound else rows
                part._raw_delete(part.db)
            if bound is None:
                break


def _write(model, columns: tuple[str, ...], values: Iterable[tuple]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for text in _copied(values):
                    copy.write(text)
            return
        places = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({places})"
        values = iter(values)
        while batch := [tuple(map(_adapted, row)) for row in islice(values, BATCH)]:
            cursor.executemany(statement, batch)


def _adapted(value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value


def _copied(values: Iterable[tuple]) -> Iterator[str]:
    """Return the rows in COPY's text form, a batch at a time."""
    values = iter(values)
    while batch := list(islice(values, BATCH)):
        yield "".join(["\t".join(map(_field, row)) + "\n" for row in batch])


def _field(value) -> str:
    if value.__class__ is str:
        return value.replace("\\", "\\\\") if "\\" in value else value
    if value is None:
        return "\\N"
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
