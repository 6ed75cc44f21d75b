"""Write-through storage: every accepted change is on disk before the answer leaves, so a kill loses nothing."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class MemoryStore:
    """Keeps nothing on disk: for measurements (``--fast``) and throw-away runs."""

    def save(self, kind: str, key: str, record: dict[str, Any]) -> None:
        return None

    def remove(self, kind: str, key: str) -> None:
        return None

    def load(self, kind: str) -> Iterator[dict[str, Any]]:
        return iter(())

    def commit(self) -> None:
        return None

    def wipe(self) -> None:
        return None

    def close(self) -> None:
        return None


class SqliteStore(MemoryStore):
    """One table of JSON records in WAL mode, kept in the order they were first saved."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing (the pages are with the kernel); only a power cut could.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS records"
            " (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, key))"
        )
        self._open = False

    def _begin(self) -> None:
        if not self._open:
            self._db.execute("BEGIN IMMEDIATE")
            self._open = True

    def save(self, kind: str, key: str, record: dict[str, Any]) -> None:
        self._begin()
        self._db.execute(
            "INSERT INTO records (kind, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(record, ensure_ascii=False, separators=(",", ":"))),
        )

    def remove(self, kind: str, key: str) -> None:
        self._begin()
        self._db.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))

    def load(self, kind: str) -> Iterator[dict[str, Any]]:
        for (body,) in self._db.execute("SELECT body FROM records WHERE kind = ? ORDER BY seq", (kind,)):
            yield json.loads(body)

    def commit(self) -> None:
        if self._open:
            self._db.execute("COMMIT")
            self._open = False

    def wipe(self) -> None:
        self._begin()
        self._db.execute("DELETE FROM records")

    def close(self) -> None:
        self.commit()
        self._db.close()
