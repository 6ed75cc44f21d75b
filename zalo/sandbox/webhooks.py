"""Signs and delivers webhooks: exact bytes, a two-second limit, the retry ladder, and the traps of the real service."""

import asyncio
import hashlib
import heapq
import hmac
import json
from typing import Any

import aiohttp

from .records import App, Delivery
from .world import World

REORDER_WINDOW_MS = 1000
KEPT_FINISHED = 5000


def mac(app_id: str, body: str, timestamp: str, secret: str) -> str:
    """Lower-case hexadecimal SHA-256 of ``app_id + body + timestamp + OA secret``, as Zalo's Java SDK builds it."""
    return hashlib.sha256((app_id + body + timestamp + secret).encode()).hexdigest()


def signature_header(app: App, body: str, timestamp: str, mode: str) -> str | None:
    """Value of X-ZEvent-Signature, right or wrong as ``mode`` asks; None leaves the header out."""
    if mode == "none":
        return None
    if mode == "bad":
        return "mac=" + "0" * 64
    if mode == "hmac":
        return "mac=" + hmac.new(app.oa_secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    secret = {"wrong_secret": app.oa_secret + "x", "app_secret": app.secret}.get(mode, app.oa_secret)
    digest = mac(app.id, body, timestamp, secret)
    return f"mac = {digest}" if mode == "spaced" else f"mac={digest}"


class Dispatcher:
    """A queue of deliveries ordered by due time; events about one person leave one at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.attempts = 0
        self._heap: list[tuple[int, str]] = []
        self._wake = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._loop_task: asyncio.Task[None] | None = None
        self._finished: list[str] = []

    async def start(self) -> None:
        # Each event opens its own connection, as far as can be seen of Zalo's sender; a restarted portal then never
        # loses an event to a stale connection of ours.
        connector = aiohttp.TCPConnector(limit=64, force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        for delivery in self.world.deliveries.values():
            if delivery.state == "pending":
                heapq.heappush(self._heap, (delivery.due_ms, delivery.id))
        self._loop_task = asyncio.create_task(self._loop())

    async def stop(self) -> None:
        tasks = [task for task in (self._loop_task, *self._running) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def wake(self) -> None:
        """Look at the queue again: something was added or the clock moved."""
        self._wake.set()

    def forget(self) -> None:
        self._heap.clear()
        self._finished.clear()
        self._lanes.clear()

    # -- entering --------------------------------------------------------------------------------------------------

    def send(self, app: App, body: dict[str, Any], *, lane: str = "", delay_ms: int = 0, zns: bool = False) -> None:
        """Queue an event of the catalogue for ``app``, unless the console or the mode holds it back."""
        mode = self.world.behaviour.webhook
        name = body["event_name"]
        if not app.webhook_enabled or not app.webhook_url or name in app.webhook_events_off:
            return
        if app.hash_only_syntax and name == "user_send_text" and not body["message"]["text"].startswith("#"):
            return
        if mode.bare:
            body = {key: value for key, value in body.items() if key not in ("user_id_by_app", "source", "reason")}
        separators = (" , ", " :  ") if mode.odd_spacing else (",", ":")
        text = json.dumps(body, ensure_ascii=mode.escape, separators=separators)
        for _ in range(1 if mode.drop else max(1, mode.copies)):
            self.send_raw(
                app, name, text, str(body["timestamp"]), lane=lane, delay_ms=delay_ms, zns=zns, signature=mode.signature
            )

    def send_raw(
        self,
        app: App,
        name: str,
        text: str,
        timestamp: str,
        *,
        lane: str = "",
        delay_ms: int = 0,
        zns: bool = False,
        signature: str = "good",
    ) -> Delivery:
        """Queue exact text, signed as asked."""
        mode = self.world.behaviour.webhook
        headers = {"Content-Type": "application/json", "User-Agent": "ZaloWebhook"}
        if zns:
            headers["X-ZEvent-Server"] = "ZNS"
        signed = signature_header(app, text, timestamp, signature)
        if signed is not None:
            headers["X-ZEvent-Signature"] = signed
        now = self.world.clock.now_ms()
        state = "lost" if mode.drop else "held" if mode.hold else "pending"
        due = now + delay_ms + mode.delay_ms
        if mode.reorder:
            # Everything of one second leaves at its end, newest first.
            end = (now // REORDER_WINDOW_MS + 1) * REORDER_WINDOW_MS
            due, lane = end + (end - now), "reordered"
        delivery = Delivery(
            id=f"{self.world.next_number():012d}",
            app_id=app.id,
            event_name=name,
            body=text,
            headers=headers,
            due_ms=due,
            lane=lane,
            state=state,
        )
        self.world.save_delivery(delivery)
        if state == "pending":
            heapq.heappush(self._heap, (due, delivery.id))
            self.wake()
        elif state == "lost":
            self._finish(delivery)
        return delivery

    def release(self, order: str = "normal") -> int:
        """Let held events go one after another: ``normal``, ``reverse`` or ``shuffle``; returns how many."""
        held = [delivery for delivery in self.world.deliveries.values() if delivery.state == "held"]
        if order == "reverse":
            held.reverse()
        elif order == "shuffle":
            held.sort(key=lambda delivery: hashlib.blake2b(delivery.id.encode()).digest())
        now = self.world.clock.now_ms()
        for place, delivery in enumerate(held):
            delivery.state, delivery.due_ms, delivery.lane = "pending", now + place, "released"
            self.world.save_delivery(delivery)
            heapq.heappush(self._heap, (delivery.due_ms, delivery.id))
        self.wake()
        return len(held)

    # -- leaving ---------------------------------------------------------------------------------------------------

    async def _loop(self) -> None:
        while True:
            self._wake.clear()
            now = self.world.clock.now_ms()
            while self._heap and self._heap[0][0] <= now:
                _, key = heapq.heappop(self._heap)
                delivery = self.world.deliveries.get(key)
                if delivery and delivery.state == "pending":
                    self._launch(delivery)
            wait = max(0.0, (self._heap[0][0] - self.world.clock.now_ms()) / 1000) if self._heap else None
            try:
                await asyncio.wait_for(self._wake.wait(), wait)
            except TimeoutError:
                continue

    def _launch(self, delivery: Delivery) -> None:
        before = self._lanes.get(delivery.lane) if delivery.lane else None
        task = asyncio.create_task(self._deliver(delivery, before))
        self._running.add(task)
        if delivery.lane:
            self._lanes[delivery.lane] = task
        task.add_done_callback(lambda done: self._landed(delivery.lane, done))

    def _landed(self, lane: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._lanes.get(lane) is task:
            del self._lanes[lane]

    async def _deliver(self, delivery: Delivery, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait([before])
        app = self.world.apps.get(delivery.app_id)
        if app is None or not app.webhook_enabled or delivery.id not in self.world.deliveries:
            return
        outcome, connected = await self._post(app, delivery)
        if delivery.id not in self.world.deliveries:  # everything was reset meanwhile
            return
        delivery.attempt += 1
        now = self.world.clock.now_ms()
        delivery.history.append({"at": now, "attempt": delivery.attempt, "outcome": outcome})
        self._decide(app, delivery, ok=outcome == "200", connected=connected)
        self.world.save_delivery(delivery)
        self.world.commit()

    async def _post(self, app: App, delivery: Delivery) -> tuple[str, bool]:
        headers = dict(delivery.headers)
        if delivery.attempt:
            headers["num_retry"] = str(delivery.attempt)
        limit = aiohttp.ClientTimeout(total=self.world.behaviour.webhook.timeout_ms / 1000)
        assert self._session is not None
        self.attempts += 1
        try:
            async with self._session.post(
                app.webhook_url, data=delivery.body.encode(), headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                return str(answer.status), True
        except TimeoutError:
            return "timeout", True
        except aiohttp.ClientConnectorError:
            return "refused", False
        except aiohttp.ClientError as error:
            return type(error).__name__, True

    def _decide(self, app: App, delivery: Delivery, *, ok: bool, connected: bool) -> None:
        mode = self.world.behaviour.webhook
        retried = not ok and app.webhook_retry and not (mode.retry_on == "connection" and connected)
        if not retried:
            delivery.state = "done" if ok else "lost"
            self._finish(delivery)
        elif delivery.attempt <= len(mode.ladder_ms):
            delivery.due_ms = self.world.clock.now_ms() + mode.ladder_ms[delivery.attempt - 1]
            heapq.heappush(self._heap, (delivery.due_ms, delivery.id))
            self.wake()
        else:
            # The ladder is exhausted: Zalo unsubscribes the app until somebody asks again in the console.
            delivery.state = "lost"
            app.webhook_enabled = False
            self.world.save_app(app)
            self._finish(delivery)

    def _finish(self, delivery: Delivery) -> None:
        self._finished.append(delivery.id)
        if len(self._finished) > KEPT_FINISHED:
            for key in self._finished[:1000]:
                self.world.deliveries.pop(key, None)
            del self._finished[:1000]
