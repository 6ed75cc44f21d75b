"""Messages between claim and record: who leaves next, how many are in the air, what came back. No database.

A message leaves when its moment has come, the most urgent lane first; bulk never holds more than its share of the
connections. A template by phone leaves only after its row says so (`to_stamp`): nothing can prove such a message later,
so after a crash the rows that never left must be told from those that did.
"""

import asyncio
import heapq
import itertools
import time

from zalo.health import breaker
from zalo.models import Lane, Route
from zalo.outbox.consequences import is_transport_failure
from zalo.outbox.dispatch import Deferred, Dispatcher, PlannedMessage, Result
from zalo.outbox.routes import HOST_OF

BULK_SHARE = 0.75
MARGIN = 2.0  # seconds of a lease that are left when a request may still leave


class InFlight:
    """The sender's hand: `add` planned messages, `wait` a little, take `results`."""

    def __init__(self, dispatcher: Dispatcher, *, concurrency: int, silent: set[str]):
        self._dispatcher, self._silent = dispatcher, silent
        self._concurrency, self._bulk_most = concurrency, max(1, int(concurrency * BULK_SHARE))
        self._number = itertools.count()
        self._future: list[tuple[float, int, PlannedMessage]] = []
        self._ready: list[tuple[int, int, PlannedMessage]] = []
        self._air: set[asyncio.Task] = set()
        self._bulk_air = self._bulk_held = self._of_broadcasts = 0
        self.stopped: set[int] = set()  # broadcasts that were stopped meanwhile: theirs stay
        self._failures: dict[str, int] = {}
        self._own_until: dict[str, float] = {}  # lease → monotonic time until which its rows are surely ours
        self._news = asyncio.Event()
        self.results: list[Result] = []
        self.to_stamp: list[PlannedMessage] = []

    def __len__(self) -> int:
        """Messages that have no result yet."""
        return len(self._future) + len(self._ready) + len(self._air) + len(self.to_stamp)

    @property
    def bulk(self) -> int:
        """Bulk messages among them."""
        return self._bulk_held

    @property
    def of_broadcasts(self) -> int:
        """Messages of broadcasts among them: they may be stopped while they wait here."""
        return self._of_broadcasts

    @property
    def leases(self) -> list[str]:
        """The leases of everything taken charge of since the hand was last empty."""
        return list(self._own_until)

    def renewed(self, until: float) -> None:
        """The rows held are ours until that monotonic time."""
        self._own_until = dict.fromkeys(self._own_until, until)

    def hold(self, batch: list[PlannedMessage], own_until: float) -> None:
        """These were claimed and are ours until that monotonic time; `add` follows once they are ready."""
        if not len(self):
            self._own_until = {}
        self._own_until |= {planned.message.lease: own_until for planned in batch}

    def add(self, batch: list[PlannedMessage]) -> None:
        """Take charge of messages; those whose moment has come leave at once."""
        for planned in batch:
            heapq.heappush(self._future, (planned.not_before, next(self._number), planned))
            self._bulk_held += planned.message.lane == Lane.BULK
            self._of_broadcasts += planned.message.broadcast_id is not None
        self._pump()

    def stamped(self, batch: list[PlannedMessage], ours: set[int]) -> None:
        """Their rows say that they leave now; those no longer ours stay."""
        for planned in batch:
            if planned.message.pk not in ours:
                self._stay(planned)
                continue
            planned.stamped = True
            heapq.heappush(self._ready, (planned.message.lane, next(self._number), planned))
        self._pump()

    async def wait(self, seconds: float) -> None:
        """Until something came back, or that long; messages whose moment comes leave meanwhile."""
        self._news.clear()
        if self._future:
            seconds = min(seconds, max(0.001, self._future[0][0] - self._dispatcher.now().timestamp()))
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            pass
        self._pump()

    def take_results(self) -> list[Result]:
        """What came back since the last time."""
        taken, self.results = self.results, []
        return taken

    def take_to_stamp(self) -> list[PlannedMessage]:
        """Messages by phone that wait for their stamp."""
        taken, self.to_stamp = self.to_stamp, []
        return taken

    def _pump(self) -> None:
        now = self._dispatcher.now().timestamp()
        while self._future and self._future[0][0] <= now:
            planned = heapq.heappop(self._future)[2]
            heapq.heappush(self._ready, (planned.message.lane, next(self._number), planned))
        while self._ready and len(self._air) + len(self.to_stamp) < self._concurrency:
            lane, _, planned = self._ready[0]
            if lane == Lane.BULK and self._bulk_air >= self._bulk_most:
                break
            heapq.heappop(self._ready)
            if planned.plan.route == Route.PHONE and not planned.stamped:
                self.to_stamp.append(planned)
                self._news.set()
            else:
                self._leave(planned)

    def _listen(self, result: Result) -> None:
        """Enough failures in a row hold the others back at once; the shared breaker hears of it at the recording."""
        host = HOST_OF.get(result.planned.plan.route)
        if host is None or isinstance(result.error, Deferred):
            return
        self._failures[host] = self._failures.get(host, 0) + 1 if is_transport_failure(result.error) else 0
        if self._failures[host] >= breaker.THRESHOLD:
            self._silent.add(host)

    def _leave(self, planned: PlannedMessage) -> None:
        # While this one waited for its turn its broadcast was stopped, the breaker opened, or this process slept so
        # long that another may have taken the row over: it has not left, so it loses nothing.
        stopped = planned.message.broadcast_id in self.stopped
        if stopped or HOST_OF.get(planned.plan.route) in self._silent or not self._is_ours(planned):
            self._stay(planned)
            return
        self._bulk_air += planned.message.lane == Lane.BULK
        task = asyncio.create_task(self._dispatcher.send(planned))
        self._air.add(task)
        task.add_done_callback(self._landed)

    def _is_ours(self, planned: PlannedMessage) -> bool:
        return time.monotonic() < self._own_until.get(planned.message.lease, 0.0) - MARGIN

    def _stay(self, planned: PlannedMessage) -> None:
        now = self._dispatcher.now()
        self._came_back(Result(planned, now, now, error=Deferred()))

    def _landed(self, task: asyncio.Task) -> None:
        self._air.discard(task)
        result = task.result()
        self._bulk_air -= result.planned.message.lane == Lane.BULK
        self._came_back(result)
        self._pump()

    def _came_back(self, result: Result) -> None:
        self._bulk_held -= result.planned.message.lane == Lane.BULK
        self._of_broadcasts -= result.planned.message.broadcast_id is not None
        self._listen(result)
        self.results.append(result)
        if len(self.results) == 1 or not len(self):
            self._news.set()
