"""Empty the database after a test that commits: only tables that were written to, and what the site starts with back.

Django truncates every table and asks every app anew for its permissions, roles and rules: a second a test.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, transaction

BESIDE = "baseline"
"""The schema (SQLite has none: the first word of the tables) that holds the rows the site starts with."""


def remember() -> None:
    """Keep the rows that stand in the fresh database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")
            cursor.execute(f"CREATE SCHEMA {BESIDE}")
        for table in _tables():
            cursor.execute(f'CREATE TABLE {_beside(table)} AS SELECT {_columns(table)} FROM "{table}"')


def put_back() -> None:
    """Make every table hold what it held in the fresh database; keys that were given out stay given out."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")  # rows go in any order
        for table in _differing(cursor):
            cursor.execute(f'DELETE FROM "{table}"')
            columns = _columns(table)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {_beside(table)}')


def _differing(cursor) -> list[str]:
    """Return the tables whose rows are not those of the fresh database."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE {_is_another(table)}" for table in _tables())
    cursor.execute(asked)
    return [name for (name,) in cursor.fetchall()]


def _is_another(table: str) -> str:
    now, before = f'"{table}"', _beside(table)
    columns = _columns(table)
    return (
        f"(SELECT count(*) FROM {now}) <> (SELECT count(*) FROM {before}) OR EXISTS "
        f"(SELECT {columns} FROM {before} EXCEPT SELECT {columns} FROM {now})"
    )


def _beside(table: str) -> str:
    return f'{BESIDE}."{table}"' if connection.vendor == "postgresql" else f'"{BESIDE}_{table}"'


def _tables() -> dict[str, str]:
    """Return table → its columns, those the database counts out itself left out."""
    if not _known:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                fields = [field for field in model._meta.local_concrete_fields if not field.generated]
                _known[model._meta.db_table] = ", ".join(f'"{field.column}"' for field in fields)
    return _known


def _columns(table: str) -> str:
    return _tables()[table]


_known: dict[str, str] = {}
