"""Many new rows of one model written at once: COPY on PostgreSQL, bulk_create elsewhere. No signals, no `save`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.utils import timezone

from dossiers.privacy.sealed_fields import SealedTextField

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write(rows: Sequence[models.Model]) -> None:
    """Write unsaved rows of one model, in their order; each has its key afterwards.

    What `save` computes must be in the rows already; moments of writing (auto_now) are set here. Call inside a
    transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create(rows)
        return
    statement, values_of, written, stamped = _shape(model)
    now, sequence = timezone.now(), f"pg_get_serial_sequence('{model._meta.db_table}', '{model._meta.pk.column}')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [len(rows)])
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            for name in stamped:
                setattr(row, name, now)
        lines = [
            "\t".join([write_one(value) for write_one, value in zip(written, values_of(row), strict=True)]) + "\n"
            for row in rows
        ]
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            copy.write("".join(lines))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=32)
def _shape(model: type[models.Model]) -> tuple[str, Callable, list[Callable[[Any], str]], list[str]]:
    """Return the COPY of the model, how its values are taken and written, and its moments of writing."""
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"
    stamped = [
        field.name
        for field in fields
        if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)
    ]
    return statement, attrgetter(*[field.attname for field in fields]), [_writer(field) for field in fields], stamped


def _writer(field: models.Field) -> Callable[[Any], str]:
    if isinstance(field, models.JSONField):
        return lambda value: _written(json.dumps(value, ensure_ascii=False, cls=field.encoder))
    if isinstance(field, SealedTextField):
        return field.get_prep_value  # letters, digits and dots alone
    return _written


def _written(value: Any) -> str:
    """Return a value in the text form of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return str.__str__(value).translate(_ESCAPED) if "\\" in value or not value.isprintable() else str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value)
