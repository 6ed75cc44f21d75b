"""Waking a worker without ever waiting for the broker: rung any number of times, a bell publishes once in a while."""

import os
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)
GAP = 0.2  # seconds between two wake-ups of one bell; the first ring after silence goes out at once
BROKER_PAUSE = 15.0  # seconds without wake-ups after the broker refused one


class Bell:
    """Calls `publish` from a thread of its own; a slow or dead broker costs the one who rings nothing."""

    def __init__(self, publish: Callable[[], object]) -> None:
        self._publish = publish
        self._rung = threading.Event()
        self._lock = threading.Lock()
        self._pid = 0
        self.silent_until = 0.0

    def ring(self) -> None:
        """Have `publish` called soon; rings meanwhile are one ring. Never raises."""
        if self._pid != os.getpid():  # threads do not survive a fork
            with self._lock:
                if self._pid != os.getpid():
                    threading.Thread(target=self._run, name="zalo-bell", daemon=True).start()
                    self._pid = os.getpid()
        self._rung.set()

    def wake(self) -> None:
        """Publish now unless the broker refused a moment ago; what it says is logged, never raised."""
        if time.monotonic() < self.silent_until:
            return
        try:
            self._publish()
        except Exception as error:
            self.silent_until = time.monotonic() + BROKER_PAUSE
            log.warning("broker did not take a wake-up", error=type(error).__name__)

    def _run(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            self.wake()
            time.sleep(GAP)
