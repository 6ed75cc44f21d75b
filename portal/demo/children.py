"""Child processes that end with their parent, whichever way it ends, and are stopped as whole groups."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from portal.demo.parts import Part

PR_SET_PDEATHSIG = 1
POLITE_SECONDS = 8
MOST_SHOWN = 12


class Child:
    """One running part with its log; a group of its own, so that no grandchild is forgotten."""

    def __init__(self, part: Part, environment: dict[str, str], root: Path, log: Path):
        self.part, self.log = part, log
        self.started = time.monotonic()
        with open(log, "ab") as out:
            self._log_from = out.tell()
            self.process = subprocess.Popen(
                part.command,
                cwd=root,
                env=environment,
                stdin=subprocess.PIPE if part.waiting else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid()),
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        """Return what it has written since it was started."""
        with open(self.log, "rb") as log:
            log.seek(self._log_from)
            return log.read().decode("utf-8", "replace")

    def last_words(self) -> str:
        """Return the end of its log, to show why it ended."""
        return "\n".join(f"    {line}" for line in self.said().splitlines()[-MOST_SHOWN:])

    def begin(self) -> None:
        """Let a part that waits act."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended: whoever waits for it is told
                self.process.stdin.write(b"\n")
                self.process.stdin.close()
            self.process.stdin = None

    def answers(self) -> bool:
        return self.part.answers(self.said())

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()

    def kill_group(self) -> None:
        """End whatever is left of it, grandchildren included. Safe to call again."""
        kill_group(self.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=POLITE_SECONDS)


def stop_all(children: list[Child], seconds: float = POLITE_SECONDS) -> None:
    """Ask every child to stop, wait, then kill what is left of each group."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(child.alive for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill_group()


def kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def belongs_to(pid: int, var: Path) -> bool:
    """Return whether the process was started by a demonstration with this data folder (Linux; elsewhere: False)."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"PORTAL_DEMO=true" in environment and f"VAR_DIR={var}".encode() in environment


def _die_with_parent(parent: int):
    """Return what the child does before it becomes the part: ask Linux for SIGTERM at the parent's death."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def before_exec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return before_exec
