"""Running the demonstration: prepare, start, wait until every part answers, watch, stop everything."""

from __future__ import annotations

import signal
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path

from portal.demo.children import Child, kill_group, stop_all
from portal.demo.folder import DemoFolder, Unfit, require_free
from portal.demo.notice import notice
from portal.demo.parts import PLAYED, Part, environment, portal_parts, simulated_zalo

START_SECONDS = 60  # after each of these the person is told that it still waits
MOST_RESTARTS = 5
WITHIN_SECONDS = 120
TICK = 0.1


class Stopped(Exception):
    """Ctrl-C or a polite signal: end well."""


class Show:
    """One run. `say` prints a line; raises Unfit with a sentence when it cannot go on."""

    def __init__(self, root: Path, var: Path, *, port: int, zalo_port: int, dossiers: int, say: Callable[[str], None]):
        self.root, self.var, self.say = root, var.resolve(), say
        self.port, self.zalo_port, self.dossiers = port, zalo_port, dossiers
        self.environment = environment(root, self.var, port, zalo_port)
        self.children: list[Child] = []
        self.restarts: dict[str, deque[float]] = defaultdict(deque)
        self.stopping = False

    def run(self, *, fresh: bool) -> None:
        """Run until Ctrl-C or SIGTERM; every process it started is gone when it returns or raises."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._stop)
        if self.port == self.zalo_port:
            raise Unfit("--port và --zalo-port phải là hai số khác nhau.")
        self.folder = DemoFolder(self.var)
        try:
            require_free(self.port, "--port")
            require_free(self.zalo_port, "--zalo-port")
            if fresh:
                self.folder.empty()
            self._play()
        except Stopped:
            self.say("\nĐang dừng…")
        finally:
            self.stopping = True
            stop_all(self.children)
            self.folder.leave()

    def _play(self) -> None:
        self.say("Đang chuẩn bị bản chạy thử…")
        self._started(simulated_zalo(self.var, self.port, self.zalo_port))
        self._prepare()
        for child in self.children:
            child.begin()
        self._wait()
        self.say(notice(self.var, self.port, self.zalo_port))
        self._watch()

    def _prepare(self) -> None:
        """Migrate and seed in a process of its own, under the environment all parts share; the parts load meanwhile."""
        command = [sys.executable, str(self.root / "manage.py"), "demo", "--prepare", "--dossiers", str(self.dossiers)]
        part = Part("prepare", "Chuẩn bị dữ liệu", command, lambda log: False)
        child = self._started(part)
        shown, alive = 0, True
        loading = False
        while alive:
            self._pause()
            alive = child.alive
            lines = child.said().splitlines()
            for line in lines[shown:]:
                self.say(f"  {line}")
            shown = len(lines)
            if not loading and (PLAYED in lines or not alive):
                loading = True
                for each in portal_parts(self.port):
                    self._started(each)
        self.children.remove(child)
        if child.process.returncode:
            raise Unfit(f"Không chuẩn bị được dữ liệu. Xem {child.log}, hoặc chạy lại với --fresh.")

    def _started(self, part: Part) -> Child:
        child = Child(part, self.environment, self.root, self.folder.log_of(part.name))
        self.children.append(child)
        self.folder.note([each.pid for each in self.children])
        return child

    def _wait(self) -> None:
        """Return when every part answers, however busy the machine. Raises Unfit when one ends."""
        waiting = list(self.children)
        patience = time.monotonic() + START_SECONDS
        while waiting:
            for child in waiting:
                if not child.alive:
                    raise Unfit(f"{child.part.label} không khởi động được:\n{child.last_words()}")
            waiting = [child for child in waiting if not child.answers()]
            if waiting and time.monotonic() > patience:
                patience += START_SECONDS
                slow = waiting[0]
                self.say(f"{slow.part.label} khởi động lâu hơn mọi khi, vẫn đang chờ (Ctrl-C để dừng). Xem {slow.log}.")
            self._pause()

    def _watch(self) -> None:
        while True:
            self._pause()
            for child in list(self.children):
                if not child.alive:
                    self._replace(child)

    def _replace(self, child: Child) -> None:
        """Start a part again that ended by itself; one that keeps ending stops the demonstration."""
        kill_group(child.pid)  # what it left behind would hold its port
        self.children.remove(child)
        times = self.restarts[child.part.name]
        now = time.monotonic()
        times.append(now)
        while times and now - times[0] > WITHIN_SECONDS:
            times.popleft()
        if len(times) > MOST_RESTARTS:
            raise Unfit(f"{child.part.label} dừng liên tiếp {len(times)} lần:\n{child.last_words()}")
        self.say(f"{child.part.label} vừa dừng (mã {child.process.returncode}); đang khởi động lại.")
        self._started(child.part).begin()

    def _pause(self) -> None:
        time.sleep(TICK)
        if self.stopping:
            raise Stopped

    def _stop(self, number: int, frame) -> None:
        # A second Ctrl-C does not wait for polite endings.
        if self.stopping:
            for child in self.children:
                kill_group(child.pid)
        self.stopping = True
