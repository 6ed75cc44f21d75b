"""The data folder of the demonstration: one run at a time, leftovers of a killed one cleared, a fresh start."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
from pathlib import Path

from portal.demo.children import belongs_to, kill_group
from portal.demo.parts import HOST

# Everything the demonstration writes; nothing else in the folder is ever deleted.
OWN = (
    "portal.sqlite3 portal.sqlite3-wal portal.sqlite3-shm sandbox.sqlite3 sandbox.sqlite3-wal sandbox.sqlite3-shm "
    "demo-before.sqlite3 demo-beside.sqlite3 demo-beside.sqlite3-wal demo-beside.sqlite3-shm "
    "broker static media log secret_key field_encryption_key demo.pids demo-sample.json"
).split()

GONE_SECONDS = 20


class Unfit(Exception):
    """The demonstration cannot start; the text says what to do."""


class DemoFolder:
    """The folder, locked for one demonstration."""

    def __init__(self, var: Path):
        self.var = var
        self.var.mkdir(parents=True, exist_ok=True)
        self._lock = open(var / "demo.lock", "a")
        try:
            _lock(self._lock)
        except OSError:
            self._lock.close()
            raise Unfit(
                "Bản chạy thử đang chạy trên máy này với cùng thư mục dữ liệu. Hãy dừng nó bằng Ctrl-C trước."
            ) from None
        self._clear_leftovers()

    def empty(self) -> None:
        """Delete what earlier demonstrations wrote."""
        for name in OWN:
            path = self.var / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def log_of(self, name: str) -> Path:
        folder = self.var / "log"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"

    def note(self, pids: list[int]) -> None:
        """Remember the running groups for a demonstration that comes after a kill -9."""
        scratch = self.var / "demo.pids.new"
        scratch.write_text(json.dumps(pids))
        os.replace(scratch, self.var / "demo.pids")

    def leave(self) -> None:
        (self.var / "demo.pids").unlink(missing_ok=True)
        self._lock.close()

    def _clear_leftovers(self) -> None:
        try:
            pids = json.loads((self.var / "demo.pids").read_text())
        except (OSError, ValueError):
            return
        groups = [pid for pid in pids if isinstance(pid, int) and self._runs(pid)] if isinstance(pids, list) else []
        for group in groups:
            kill_group(group)
        # A killed process keeps its port and its files until it is really gone.
        deadline = time.monotonic() + GONE_SECONDS
        while any(map(self._runs, groups)) and time.monotonic() < deadline:
            time.sleep(0.05)
        (self.var / "demo.pids").unlink(missing_ok=True)

    def _runs(self, group: int) -> bool:
        return any(belongs_to(member, self.var) for member in _group(group))


def require_free(port: int, option: str) -> None:
    """Raise Unfit when something else listens on the port."""
    if not 1 <= port <= 65535:
        raise Unfit(f"{option} phải là số từ 1 đến 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise Unfit(
                f"Cổng {port} đang có chương trình khác dùng. Hãy dừng chương trình đó, hoặc chạy lại với {option} "
                "và một số khác."
            ) from None


def _group(pid: int) -> list[int]:
    """Return the processes of the group (Linux); the leader alone elsewhere."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == pid:
                members.append(int(folder.name))
        except (OSError, ValueError, IndexError):
            continue
    return members or [pid]


def _lock(file) -> None:
    """Take the lock or raise OSError at once."""
    try:
        import fcntl
    except ImportError:  # not on this system: two demonstrations still meet at the port
        return
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
