"""The part of the demonstration's month that a second process plays meanwhile, in a copy of the database, and its rows.

SQLite has one writer and Python one thread that works: two processes on one file would wait for each other. The copy is
made when people, procedures and rules stand; its own rows count from OFFSET on, so that none has the number of a row
written here meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

OFFSET = 100_000
TALLIES = {"dossiers_procedure": "times_received"}
"""Columns both may count up on a row both began with: what is counted there is added here."""


class Beside:
    """The second process. It loads the product at once and plays when `begin` says so."""

    def __init__(self, root: Path, var: Path, words: list[str]):
        self.before, self.file, self.log = var / "demo-before.sqlite3", var / "demo-beside.sqlite3", var / "log"
        self.log.mkdir(exist_ok=True)
        with open(self.log / "beside.log", "ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(root / "manage.py"), "demo", *words],
                cwd=root,
                env={**os.environ, "DATABASE_URL": f"sqlite:///{self.file}"},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                text=True,
            )

    def begin(self, word: str) -> None:
        """Copy what is committed here and let it play; it reads `word`."""
        for file in (self.before, self.file):
            file.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(self.before)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        shutil.copy(self.before, self.file)
        with contextlib.closing(sqlite3.connect(self.file)) as copy, copy:
            copy.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_master WHERE sql LIKE"
                " '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)"
            )
            copy.execute("UPDATE sqlite_sequence SET seq = seq + ?", [OFFSET])
        self._say(word)

    def take_over(self) -> int:
        """Wait until it has played; return how many of its rows were written here, inside the caller's transaction.

        Raises RuntimeError when it failed, when it changed or deleted what both began with, IntegrityError when both
        wrote the same thing: what it plays must touch nothing of what is played here.
        """
        if self.process.wait():
            raise RuntimeError(f"Tiến trình thứ hai dừng giữa chừng, xem {self.log / 'beside.log'}.")
        taken = 0
        with contextlib.closing(sqlite3.connect(self.file)) as copy, connection.cursor() as cursor:
            copy.execute("ATTACH ? AS before", [str(self.before)])
            for table, columns in tables(copy):
                if tally := TALLIES.get(table):
                    change = f'UPDATE "{table}" SET "{tally}" = "{tally}" + %s WHERE id = %s'
                    cursor.executemany(change, counted_up(copy, table))
                rows = new_rows(copy, table, columns)
                marks = ", ".join(["%s"] * len(columns))
                names = ", ".join(f'"{name}"' for name in columns)
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
                taken += len(rows)
        for file in (self.before, self.file):
            for kind in ("", "-wal", "-shm"):
                file.with_name(file.name + kind).unlink(missing_ok=True)
        return taken

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has ended: take_over says so
            self.process.stdin.write(word + "\n")
            self.process.stdin.close()


def tables(copy: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """Yield each table and its columns."""
    names = [name for (name,) in copy.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    for name in names:
        if not name.startswith("sqlite_"):
            yield name, [row[1] for row in copy.execute(f'PRAGMA main.table_info("{name}")')]


def counted_up(copy: sqlite3.Connection, table: str) -> list[tuple[int, int]]:
    """Return by how much the table's tally grew since the copy was made, and the row's number."""
    tally = TALLIES[table]
    return copy.execute(
        f'SELECT after."{tally}" - old."{tally}", old.id FROM main."{table}" after JOIN before."{table}" old'
        f' ON after.id = old.id WHERE after."{tally}" <> old."{tally}"'
    ).fetchall()


def new_rows(copy: sqlite3.Connection, table: str, columns: list[str]) -> list[tuple]:
    """Return the rows of a table that came since the copy was made. Raises RuntimeError when an older one changed."""
    same = ", ".join(f'"{name}"' for name in columns if name != TALLIES.get(table))
    if copy.execute(f'SELECT {same} FROM before."{table}" EXCEPT SELECT {same} FROM main."{table}"').fetchone():
        raise RuntimeError(f"Phần chạy riêng đã sửa hàng có sẵn của bảng {table}.")
    old = f'SELECT "{columns[0]}" FROM before."{table}"'
    return copy.execute(f'SELECT * FROM main."{table}" WHERE "{columns[0]}" NOT IN ({old})').fetchall()
