"""Writing millions of rows: COPY on PostgreSQL, executemany elsewhere; the one place that knows which."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from functools import cached_property

from django.db import connection, models
from django.db.utils import ProgrammingError

NULL = "\\N"
PENDING = "seed_pending_ddl"


class Table:
    """Rows of one model as lists of text in column order, the same for both databases.

    `blank` is a row of the model's defaults (numbers, booleans and times as both databases read them from text);
    `at` gives a column's place by field name.
    """

    def __init__(self, model: type[models.Model]):
        self.name = model._meta.db_table
        fields = model._meta.concrete_fields
        self.columns = [field.column for field in fields]
        self.at = {field.name: place for place, field in enumerate(fields)}
        self.blank = [_default(field) for field in fields]

    def row(self, **values: str) -> list[str]:
        """Return a row with these values by field name, defaults elsewhere."""
        row = self.blank.copy()
        for name, value in values.items():
            row[self.at[name]] = value
        return row

    def write(self, rows: Iterable[list[str]]) -> None:
        """Write the rows; nobody is told (no signals, no events)."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
                cursor.execute("SET LOCAL TIME ZONE 'UTC'")
                with cursor.cursor.copy(self._copy) as copy:
                    copy.write("".join(["\t".join(row) + "\n" for row in rows]))
        else:
            with connection.cursor() as cursor:
                cursor.executemany(self._insert, [[None if value == NULL else value for value in row] for row in rows])

    @cached_property
    def _copy(self) -> str:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        return f'COPY "{self.name}" ({columns}) FROM STDIN'

    @cached_property
    def _insert(self) -> str:
        columns = ", ".join(f'"{column}"' for column in self.columns)
        return f'INSERT INTO "{self.name}" ({columns}) VALUES ({", ".join(["%s"] * len(self.columns))})'


def _default(field: models.Field) -> str:
    if field.primary_key or (field.null and not field.has_default()):
        return NULL
    if isinstance(field, models.JSONField):
        return "{}" if field.default is dict else "[]"
    if isinstance(field, models.BooleanField):
        return "1" if field.get_default() else "0"
    return str(field.get_default()) if field.has_default() else ""


@contextmanager
def unchecked():
    """Leave foreign keys unchecked inside, where the database allows: our rows point at rows we have just written."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET session_replication_role = replica")
        except ProgrammingError:  # needs a superuser: without it the load is right, only slower
            pass
        try:
            yield
        finally:
            try:
                cursor.execute("SET session_replication_role = DEFAULT")
            except ProgrammingError:
                pass


def park_indexes(tables: list[str]) -> None:
    """Drop every index but primary keys, keeping the statements that make them again in a table of the database."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {PENDING} (id serial PRIMARY KEY, statement text)")
        cursor.execute(
            "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', t.relname, c.conname),"
            " format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, c.conname, pg_get_constraintdef(c.oid))"
            " FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
            " WHERE c.contype = 'u' AND t.relname = ANY(%s)"
            " UNION ALL"
            " SELECT format('DROP INDEX %%I', i.relname), pg_get_indexdef(x.indexrelid)"
            " FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
            " WHERE t.relname = ANY(%s) AND NOT x.indisprimary"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype = 'u')",
            [tables, tables],
        )
        for drop, again in cursor.fetchall():
            cursor.execute(f"INSERT INTO {PENDING} (statement) VALUES (%s)", [again])
            cursor.execute(drop)


def pending_ddl() -> list[str]:
    """Return the statements still to run after `park_indexes`, also of a load that was killed."""
    if connection.vendor != "postgresql" or PENDING not in connection.introspection.table_names():
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT statement FROM {PENDING} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def run_ddl(statement: str) -> None:
    """Make one index again and strike it off."""
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '768MB'")
        cursor.execute("SET LOCAL max_parallel_maintenance_workers = 1")
        cursor.execute(statement)
        cursor.execute(f"DELETE FROM {PENDING} WHERE statement = %s", [statement])


def finish(models_: list[type[models.Model]]) -> None:
    """Let the sequences go on after the rows written, and let the planner know them."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models_:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 1)) FROM \"{table}\"", [table]
            )
        cursor.execute(f"DROP TABLE IF EXISTS {PENDING}")
        for model in models_:
            cursor.execute(f'VACUUM (ANALYZE) "{model._meta.db_table}"')
