"""The columns each tier may read, and the two statements that every public look-up runs.

Written as SQL because building them through the ORM costs more than running them (measured:
tests/bench/lookup/speed.py); everything rarer goes through the ORM. Both databases understand them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.db import connection
from django.db.models import F, Field, QuerySet
from django.db.models.expressions import Col

from dossiers.models import Dossier, DossierEvent, Procedure
from dossiers.workflow.progress import Move

LISTED_COLUMNS = ("id", "code", "receipt_number", "procedure_name", "agency_name", "state", "received_at", "due_at")
GLANCE_COLUMNS = (
    *LISTED_COLUMNS,
    "agency_id",
    "competent_agency_id",
    "owner_name",
    "channel",
    "state_changed_at",
    "unit_id",
    "submitted_at",
    "promised_at",
    "due_explanation",
    "result_place",
)
DETAIL_COLUMNS = (
    "token",
    "receipt_id",
    "content",
    "submitter__full_name",
    "fee_total",
    "fee_paid",
    "payment_due",
    "notice_paid",
    "supplement_rounds",
)
_GLANCE = (
    f"SELECT {', '.join('d.' + name for name in GLANCE_COLUMNS)}, p.code AS procedure_code "
    f"FROM {Dossier._meta.db_table} d JOIN {Procedure._meta.db_table} p ON p.id = d.procedure_id WHERE d."
)
_BY_TOKEN = _GLANCE + "token = %s"
_BY_CODE = _GLANCE + "code = %s"
_MOVES = (
    f"SELECT to_state, at FROM {DossierEvent._meta.db_table} WHERE dossier_id = %s AND to_state <> '' ORDER BY at, id"
)


def row_by_token(token: str) -> dict | None:
    """Return the tier 1 columns of the dossier with this token, procedure_code among them; one query."""
    return next(_read(_BY_TOKEN, token, _glance_fields()), None)


def row_by_code(code: str) -> dict | None:
    """Return the tier 1 columns of the dossier with exactly this code; one query."""
    return next(_read(_BY_CODE, code, _glance_fields()), None)


def rows_of(dossiers: QuerySet, *more: str) -> QuerySet:
    """Return the same columns, and `more`, for any set of dossiers."""
    return dossiers.values(*GLANCE_COLUMNS, *more, procedure_code=F("procedure__code"))


def moves_of(dossier_id: int) -> list[Move]:
    """Return the changes of state of a dossier, oldest first; one query."""
    return [Move(event["to_state"], event["at"]) for event in _read(_MOVES, dossier_id, _move_fields())]


@cache
def _glance_fields() -> tuple[tuple[str, Field], ...]:
    own = tuple((name, Dossier._meta.get_field(name.removesuffix("_id"))) for name in GLANCE_COLUMNS if name != "id")
    return (("id", Dossier._meta.pk), *own, ("procedure_code", Procedure._meta.get_field("code")))


@cache
def _move_fields() -> tuple[tuple[str, Field], ...]:
    return tuple((name, DossierEvent._meta.get_field(name)) for name in ("to_state", "at"))


def _read(statement: str, value: object, fields: tuple[tuple[str, Field], ...]) -> Iterator[dict]:
    """Yield the rows by column, each value as its field reads it from this database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        rows = cursor.fetchall()
    names = [name for name, _field in fields]
    converted = _converted(connection.vendor, fields)
    for row in rows:
        found = dict(zip(names, row, strict=True))
        for name, column, converters in converted:
            for convert in converters:
                found[name] = convert(found[name], column, connection)
        yield found


@cache
def _converted(_vendor: str, fields: tuple[tuple[str, Field], ...]) -> list[tuple[str, Col, list]]:
    """Return the few columns this kind of database does not give as Python wants them."""
    found = []
    for name, field in fields:
        column = field.cached_col
        converters = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if converters:
            found.append((name, column, converters))
    return found
