"""The three sending endpoints without a web framework, for measurements (``--fast``).

Measuring the portal's sender needs a receiver that is faster than it. This reads just enough HTTP for a plain POST
with a length; anything else, and everything while a fault is set, is handed with its connection to the full server.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from typing import Any

from zalo.sandbox.zalo_api.business import send_by_phone
from zalo.sandbox.zalo_api.consultation import send_consultation
from zalo.sandbox.zalo_api.proactive import send_by_user_id

from .refusals import Refusal
from .remote import Call, Handler, Simulated, identify_token

HOT: dict[bytes, tuple[Handler, bool]] = {
    b"POST /v3.0/oa/message/cs HTTP/1.1": (send_consultation, False),
    b"POST /v3.0/oa/message/template HTTP/1.1": (send_by_user_id, False),
    b"POST /message/template HTTP/1.1": (send_by_phone, True),
}
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TOKEN = re.compile(rb"\r\naccess_token: *([^\r]+)", re.IGNORECASE)
OWN_HOST = re.compile(rb"\r\nhost: *(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\r|$)", re.IGNORECASE)
FOREIGN = re.compile(rb"\r\n(x-forwarded-for|expect|transfer-encoding|connection: *close)", re.IGNORECASE)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
TICK = 0.001


class Pacer:
    """Sends every answer a constant time after its request, in order, with one timer for all."""

    def __init__(self, loop: asyncio.AbstractEventLoop, delay: Callable[[], float]) -> None:
        self._loop, self._delay = loop, delay
        self._queue: deque[tuple[float, asyncio.Transport, bytes]] = deque()
        self._armed = False

    def send(self, transport: asyncio.Transport, answer: bytes) -> None:
        self._queue.append((self._loop.time() + self._delay(), transport, answer))
        if not self._armed:
            self._arm()

    def _arm(self) -> None:
        self._armed = True
        self._loop.call_at(self._queue[0][0], self._flush)

    def _flush(self) -> None:
        now = self._loop.time() + TICK
        while self._queue and self._queue[0][0] <= now:
            _, transport, answer = self._queue.popleft()
            if not transport.is_closing():
                transport.write(answer)
        self._armed = False
        if self._queue:
            self._arm()


class FastLane(asyncio.Protocol):
    """One connection. It stays here as long as it carries plain sends."""

    def __init__(self, state: Simulated, pacer: Pacer, full_server: Callable[[], asyncio.BaseProtocol]) -> None:
        self._state, self._pacer, self._full_server = state, pacer, full_server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while self._buffer and self._transport:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > 16_384 or not self._buffer.startswith(b"POST"):
                    self._hand_over()
                return
            head = self._buffer[:end]
            hot = HOT.get(head[: head.find(b"\r\n")])
            length = LENGTH.search(head)
            if hot is None or length is None or self._state.faults.rules or not self._plain(head):
                self._hand_over()
                return
            total = end + 4 + int(length[1])
            if len(self._buffer) < total:
                return
            raw, self._buffer = self._buffer[end + 4 : total], self._buffer[total:]
            self._pacer.send(self._transport, self._answer(hot, head, raw))

    @staticmethod
    def _plain(head: bytes) -> bool:
        return OWN_HOST.search(head) is not None and FOREIGN.search(head) is None

    def _answer(self, hot: tuple[Handler, bool], head: bytes, raw: bytes) -> bytes:
        handler, business = hot
        token = TOKEN.search(head)
        body: dict[str, Any]
        try:
            app, account = identify_token(self._state, token[1].decode("latin-1") if token else "", business=business)
            # These handlers never wait and never look at the request itself.
            handler(Call(None, self._state, raw, app, account)).send(None)  # type: ignore[arg-type, attr-defined]
            raise RuntimeError("a hot handler must not wait")
        except StopIteration as done:
            body = done.value
        except Refusal as refusal:
            body = {"error": refusal.code, "message": refusal.text}
        encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return ANSWER % (len(encoded), encoded)

    def _hand_over(self) -> None:
        """Give the connection, with what was read, to the full server for good."""
        transport, buffered, self._transport, self._buffer = self._transport, self._buffer, None, b""
        assert transport is not None
        protocol = self._full_server()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(buffered)  # type: ignore[attr-defined]


async def listen(
    state: Simulated, host: str, port: int, full_server: Callable[[], asyncio.BaseProtocol]
) -> asyncio.Server:
    """A listening socket whose plain sends take the fast lane."""
    loop = asyncio.get_running_loop()
    pacer = Pacer(loop, lambda: state.world.behaviour.latency_ms / 1000)
    return await loop.create_server(lambda: FastLane(state, pacer, full_server), host, port, backlog=1024)
