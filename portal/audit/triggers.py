"""What the database itself refuses: changing or removing a line of a log, on PostgreSQL and on SQLite.

Put up after every migrate and taken down before one that changes tables: SQLite drops them with a table it rebuilds.
Emptying a whole table (TRUNCATE) is not refused; the chain of seals shows it.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import connections

from portal.audit import logs
from portal.audit.logs import Log
from portal.audit.models import Erasure, Passage, Seal

REFUSED = "Nhật ký chỉ ghi thêm: không sửa, không xóa."
OPEN = "EXISTS (SELECT 1 FROM audit_passage WHERE closed_at IS NULL)"
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {OPEN} THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{REFUSED} (%)', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE OR REPLACE FUNCTION audit_note_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_erasure (log, row_id, at)
    VALUES (TG_ARGV[0], (to_jsonb(OLD) ->> TG_ARGV[1])::bigint, clock_timestamp());
    RETURN NULL;
END $$;
"""


def before_migrating(*, using: str = "default", plan=(), **_signal) -> None:
    """Take the triggers down when tables are going to change."""
    if plan:
        _take_down(connections[using], keep=frozenset())


def after_migrating(*, using: str = "default", **_signal) -> None:
    """Put the triggers up, where the settings do not leave it to a test."""
    if settings.LOGS_KEPT_BY_DATABASE:
        install(using)


def install(using: str = "default") -> None:
    """Put up the triggers that are missing and take down those of an earlier shape of a table."""
    connection = connections[using]
    there = set(connection.introspection.table_names())
    if Passage._meta.db_table not in there:
        return
    wanted = {name: (table, sql) for name, table, sql in _wanted(connection.vendor) if table in there}
    _take_down(connection, keep=frozenset(wanted))
    standing = _standing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTIONS)
        for name in wanted.keys() - standing.keys():
            cursor.execute(wanted[name][1])


def missing(using: str = "default") -> list[str]:
    """Return the tables whose triggers do not all stand."""
    connection = connections[using]
    standing = _standing(connection)
    return sorted({table for name, table, _ in _wanted(connection.vendor) if name not in standing})


def _take_down(connection, *, keep: frozenset[str]) -> None:
    with connection.cursor() as cursor:
        for name, table in _standing(connection).items():
            if name not in keep:
                of_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{name}"{of_table}')


def _standing(connection) -> dict[str, str]:
    """Return the triggers of this module that stand and are switched on, each with its table."""
    if connection.vendor == "postgresql":
        sql = (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgname LIKE 'audit\\_%' AND tgenabled <> 'D' AND relnamespace = current_schema()::regnamespace"
        )
    else:
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit\\_%' ESCAPE '\\'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def _wanted(vendor: str) -> list[tuple[str, str, str]]:
    """Return (name, table, SQL); the name holds a digest of the SQL, so that a changed one is put up anew."""
    make = _postgresql if vendor == "postgresql" else _sqlite
    found = []
    own = [Log(model._meta.label, model, "", tuple(_columns(model)), ()) for model in (Seal, Erasure)]
    for log in (*logs.kept(), *own):
        table = log.model._meta.db_table
        for event, sql in make(log, table):
            name = f"audit_{event}_{hashlib.sha256((table + sql).encode()).hexdigest()[:16]}"
            found.append((name, table, sql.replace("NAME", f'"{name}"', 1)))
    return found


def _columns(model) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _changed(columns, differs: str) -> str:
    return " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)


def _postgresql(log: Log, table: str) -> list[tuple[str, str]]:
    refuse = "FOR EACH ROW {}EXECUTE FUNCTION audit_refuse()"
    when = f"WHEN ({_changed(log.fixed, 'IS DISTINCT FROM')}) "
    made = [
        ("update", f'CREATE TRIGGER NAME BEFORE UPDATE ON "{table}" {refuse.format(when)}'),
        ("delete", f'CREATE TRIGGER NAME BEFORE DELETE ON "{table}" {refuse.format("")}'),
    ]
    if log.text:
        note = f"EXECUTE FUNCTION audit_note_erasure('{log.label}', '{log.model._meta.pk.attname}')"
        when = f"WHEN ({_changed(log.text, 'IS DISTINCT FROM')}) "
        made.append(("erase", f'CREATE TRIGGER NAME AFTER UPDATE ON "{table}" FOR EACH ROW {when}{note}'))
    return made


def _sqlite(log: Log, table: str) -> list[tuple[str, str]]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    when = f"({_changed(log.fixed, 'IS NOT')}) AND NOT {OPEN}"
    made = [
        ("update", f'CREATE TRIGGER NAME BEFORE UPDATE ON "{table}" WHEN {when} {refuse}'),
        ("delete", f'CREATE TRIGGER NAME BEFORE DELETE ON "{table}" WHEN NOT {OPEN} {refuse}'),
    ]
    if log.text:
        key = log.model._meta.pk.attname
        note = (
            f"INSERT INTO audit_erasure (log, row_id, at) "
            f"VALUES ('{log.label}', OLD.\"{key}\", strftime('%Y-%m-%d %H:%M:%f', 'now'))"
        )
        when = _changed(log.text, "IS NOT")
        made.append(("erase", f'CREATE TRIGGER NAME AFTER UPDATE ON "{table}" WHEN {when} BEGIN {note}; END'))
    return made
