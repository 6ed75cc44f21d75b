"""Waking a worker without ever waiting for the broker: asked any number of times, it publishes once in a while."""

import os
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)
GAP = 0.2  # seconds between two wake-ups; the first after silence goes out at once
BROKER_PAUSE = 15.0  # seconds without wake-ups after the broker refused one


class WakeUp:
    """Calls `publish` from a thread of its own; a slow or dead broker costs the one who asks nothing."""

    def __init__(self, publish: Callable[[], object]) -> None:
        self._publish = publish
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._pid = 0
        self.silent_until = 0.0

    def soon(self) -> None:
        """Have `publish` called soon; asked again meanwhile is asked once. Never raises."""
        if self._pid != os.getpid():  # threads do not survive a fork
            with self._lock:
                if self._pid != os.getpid():
                    threading.Thread(target=self._run, name="zalo-wake-up", daemon=True).start()
                    self._pid = os.getpid()
        self._asked.set()

    def at_once(self) -> None:
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
            self._asked.wait()
            self._asked.clear()
            self.at_once()
            time.sleep(GAP)
