"""How far a long act is, and whether somebody asked to stop it: a small file each, beside the uploads.

Not in the database: an act may hold one transaction from its beginning to its end, and nobody would see its rows. The
web and the worker share the folder, as they do for the files that are loaded.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import storages

FOLDER = "viec-chay-lau"
GAP = 0.5  # seconds between two writings


class Stopped(Exception):
    """Somebody asked to stop the act: what it holds open is rolled back.

    An act that works row by row says in `result` what stays done; without one, nothing was written.
    """

    def __init__(self, result: dict | None = None):
        super().__init__()
        self.result = result


@dataclass(slots=True)
class Progress:
    """The act's own hand on its progress; `told` may be called as often as one likes."""

    pk: int
    _last: float = field(default=0.0)

    def told(self, done: int, total: int = 0, words: str = "") -> None:
        """Write how many of `total` (0: not known) are done. Raises Stopped when somebody asked to stop."""
        now = time.monotonic()
        if now - self._last < GAP and done != total:
            return
        self._last = now
        _write(_path(self.pk, "json"), json.dumps({"done": done, "total": total, "words": words}))
        if _path(self.pk, "stop").exists():
            raise Stopped

    def goes_on(self, done: int, total: int = 0, words: str = "") -> bool:
        """Tell as `told` does and return whether to go on, for an act whose rows stand each for itself."""
        try:
            self.told(done, total, words)
        except Stopped:
            return False
        return True


def of(pk: int) -> dict:
    """Return what was last told: {"done", "total", "words"}; zeros before anything was."""
    try:
        return json.loads(_path(pk, "json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"done": 0, "total": 0, "words": ""}


def ask_to_stop(pk: int) -> None:
    """Have the act stop at its next step."""
    _write(_path(pk, "stop"), "")


def is_asked_to_stop(pk: int) -> bool:
    return _path(pk, "stop").exists()


def forget(pk: int) -> None:
    """Remove both files; a second time does nothing."""
    for kind in ("json", "stop"):
        _path(pk, kind).unlink(missing_ok=True)


def _path(pk: int, kind: str) -> Path:
    return Path(storages["plain"].path(f"{FOLDER}/{int(pk)}.{kind}"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
