"""The whole database as it was at one moment, out and back, for both engines.

PostgreSQL by its own tools (`pg_dump`, `pg_restore`, `psql`): out under one exported snapshot, back in one transaction,
so that a restore that fails leaves what was there. SQLite by its own copying, which writers need not wait for.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient

from portal.transfer.archive import BackupError

PIECE = 4 * 1024 * 1024
PATIENCE = 60
"""Seconds a restore waits for other processes to let go of the database."""
DUMPED = ("--format=custom", "--no-owner", "--no-privileges")
OTHERS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')"
"""Schemas of other owners in the same database: neither carried nor replaced."""
CLEARED = f"""
SET client_min_messages = warning;
SET lock_timeout = '{PATIENCE}s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
""".encode()
GIVEN_BACK = b"\nDO $$ BEGIN RAISE EXCEPTION 'pg_restore stopped'; END $$;\n"
"""What makes psql take everything back: the rest of the script never came."""
STOP_OTHERS = "Cơ sở dữ liệu đang được tiến trình khác dùng. Hãy dừng web, worker, beat rồi chạy lại restore."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the database: the rows of each table, and its content in pieces."""

    tables: dict[str, int]
    pieces: Iterator[bytes]


def snapshot(connection: BaseDatabaseWrapper, beside: Path) -> AbstractContextManager[Snapshot]:
    """Hold one moment of the database; `beside` is a folder with room for a copy. Raises BackupError."""
    return _SNAPSHOTS[_engine(connection)](connection, beside)


def load(connection: BaseDatabaseWrapper, content: Path) -> None:
    """Put this content in the place of all there is, wholly or not at all. Raises BackupError."""
    _LOADS[_engine(connection)](connection, content)


def tables_of(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that are there."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def counted(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Return how many rows each table has."""
    with connection.cursor() as cursor:
        return {name: _count(cursor, name) for name in sorted(connection.introspection.table_names(cursor))}


def _engine(connection: BaseDatabaseWrapper) -> str:
    if connection.vendor not in _SNAPSHOTS:
        raise BackupError("Chỉ sao lưu, khôi phục được PostgreSQL và SQLite; kiểm tra DATABASE_URL.")
    return connection.vendor


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')
    return cursor.fetchone()[0]


@contextmanager
def _sqlite_snapshot(connection: BaseDatabaseWrapper, beside: Path) -> Iterator[Snapshot]:
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(prefix=".sao-luu-", dir=beside) as folder:
        path = Path(folder, "database")
        copy = sqlite3.connect(path)
        try:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            names = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            tables = {name: _count(copy.cursor(), name) for (name,) in sorted(names)}
        finally:
            copy.close()
        with open(path, "rb") as source:
            yield Snapshot(tables, _pieces(source))


def _sqlite_load(connection: BaseDatabaseWrapper, content: Path) -> None:
    until = time.monotonic() + PATIENCE

    def impatient(status: int, remaining: int, total: int) -> None:
        if remaining and time.monotonic() > until:
            raise BackupError(STOP_OTHERS)

    connection.ensure_connection()
    source = sqlite3.connect(content)
    try:
        if source.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupError("Cơ sở dữ liệu trong bản sao lưu bị hỏng; hãy dùng bản sao lưu khác. Chưa thay đổi gì.")
        source.backup(connection.connection, progress=impatient)
    except sqlite3.Error as error:
        raise BackupError(f"{STOP_OTHERS} SQLite nói: {error}.") from None
    finally:
        source.close()
    connection.close()


@contextmanager
def _postgresql_snapshot(connection: BaseDatabaseWrapper, beside: Path) -> Iterator[Snapshot]:
    dump = _tool("pg_dump")
    holding = connection.copy()
    try:
        with holding.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
            cursor.execute(OTHERS)
            others = [f'--exclude-schema="{other}"' for (other,) in cursor.fetchall()]
            command = [dump, *DUMPED, *others, f"--snapshot={name}"]
            yield Snapshot(counted(holding), _dumped(command, connection))
    except DatabaseError as error:
        raise BackupError(f"Không đọc được cơ sở dữ liệu: {error}") from None
    finally:
        holding.close()


def _dumped(command: list[str], connection: BaseDatabaseWrapper) -> Iterator[bytes]:
    where, environment = _connected(connection)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([*command, *where], env=environment, stdout=subprocess.PIPE, stderr=said) as running,
    ):
        try:
            assert running.stdout is not None
            yield from _pieces(running.stdout)
        except BaseException:
            running.kill()
            raise
        if running.wait():
            raise BackupError(f"pg_dump không làm xong: {_words(said)}")


def _postgresql_load(connection: BaseDatabaseWrapper, content: Path) -> None:
    restore, psql = _tool("pg_restore"), _tool("psql")
    connection.close()
    where, environment = _connected(connection)
    writing = [psql, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *where]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [restore, "--no-owner", "--no-privileges", "--file=-", str(content)], stdout=subprocess.PIPE, stderr=said
        ) as reading,
        subprocess.Popen(
            writing, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as taking,
    ):
        assert reading.stdout is not None and taking.stdin is not None
        try:
            taking.stdin.write(CLEARED)
            shutil.copyfileobj(reading.stdout, taking.stdin, PIECE)
            if reading.wait():
                taking.stdin.write(GIVEN_BACK)
            taking.stdin.close()
        except BrokenPipeError:
            reading.kill()  # psql stopped at an error, which it has told
        if taking.wait():
            raise BackupError(f"PostgreSQL không nhận bản sao lưu, dữ liệu cũ còn nguyên: {_words(said)}")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"Không có chương trình {name}. Hãy cài gói postgresql-client cùng phiên bản với máy chủ.")
    return found


def _connected(connection: BaseDatabaseWrapper) -> tuple[list[str], dict[str, str]]:
    """Return arguments and environment by which PostgreSQL's tools reach the same database; the password in none."""
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return arguments[1:], {**os.environ, **(environment or {})}


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def _words(said: IO[bytes]) -> str:
    said.seek(0)
    return " ".join(said.read(2000).decode("utf-8", "replace").split())


_SNAPSHOTS: dict[str, Callable[[BaseDatabaseWrapper, Path], AbstractContextManager[Snapshot]]] = {
    "sqlite": _sqlite_snapshot,
    "postgresql": _postgresql_snapshot,
}
_LOADS: dict[str, Callable[[BaseDatabaseWrapper, Path], None]] = {
    "sqlite": _sqlite_load,
    "postgresql": _postgresql_load,
}
