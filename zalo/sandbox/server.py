"""Puts the simulated Zalo together and keeps it on loopback."""

import asyncio
import ipaddress
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from zalo.sandbox import content_host, control, fast_lane, pages, phone_api, seed
from zalo.sandbox.zalo_api import (
    articles as articles_api,
)
from zalo.sandbox.zalo_api import (
    business,
    consultation,
    oauth,
    proactive,
)
from zalo.sandbox.zalo_api import (
    people as people_api,
)

from .faults import Faults
from .remote import STATE, RateLimit, Simulated
from .store import MemoryStore, SqliteStore
from .webhooks import Dispatcher
from .world import World

PARTS = (
    consultation,
    proactive,
    business,
    people_api,
    content_host,
    articles_api,
    oauth,
    control,
    phone_api,
    pages,
)
BODY_LIMIT = 24 * 1024 * 1024
FAST_LATENCY_MS = 20
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]", "::1"}


class NotLoopback(Exception):
    """The simulated Zalo was asked to listen where others could reach it."""


@dataclass
class Options:
    """How one process was started."""

    host: str = "127.0.0.1"
    port: int = 8001
    control_port: int = 0
    portal: str = "http://127.0.0.1:8000"
    state: Path | None = None
    seed: int = 1
    fast: bool = False


def require_loopback(host: str) -> None:
    """Raises NotLoopback for every address but this machine's own."""
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise NotLoopback(
            f"Zalo mô phỏng chỉ chạy trên máy này (127.0.0.1), không mở ra địa chỉ {host}. "
            "Hãy bỏ tham số --host hoặc dùng 127.0.0.1."
        )


@web.middleware
async def only_this_machine(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse what came through a proxy or under a public name: a rehearsal must not stand in for the real service."""
    host = request.headers.get("Host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    if name not in LOOPBACK_NAMES or "X-Forwarded-For" in request.headers:
        return web.Response(status=403, text="Zalo mô phỏng chỉ phục vụ trên chính máy này.\n")
    return await handler(request)


def build(options: Options) -> tuple[web.Application, Simulated]:
    """The application and its state; an empty store is sown with the first state."""
    store = SqliteStore(options.state) if options.state and not options.fast else MemoryStore()
    world = World(store, options.seed)
    state = Simulated(world, Dispatcher(world), Faults(world), RateLimit(world), portal=options.portal.rstrip("/"))
    state.base_url = f"http://{options.host}:{options.port}"
    if not world.apps:
        seed.sow(world, state.portal)
    elif world.portal != state.portal:
        seed.move(world, state.portal)
    if options.fast:
        behaviour = world.behaviour
        behaviour.latency_ms, behaviour.rate_per_minute = FAST_LATENCY_MS, 0
        behaviour.echo = behaviour.receipts = False
        behaviour.unknown_users = "accept"
    application = web.Application(client_max_size=BODY_LIMIT, middlewares=[only_this_machine])
    application[STATE] = state
    for part in (
        consultation,
        proactive,
        business,
        people_api,
        content_host,
        articles_api,
        oauth,
        control,
        phone_api,
        pages,
    ):
        application.add_routes(part.routes())
    return application, state


class Listener:
    """The public socket, which a fault may close while the control socket stays open."""

    def __init__(self, runner: web.AppRunner, options: Options, state: Simulated) -> None:
        self._runner, self._options, self._state = runner, options, state
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        host, port, full = self._options.host, self._options.port, self._runner.server
        assert full is not None
        if self._options.fast:
            self._server = await fast_lane.listen(self._state, host, port, full)
        else:
            self._server = await asyncio.get_running_loop().create_server(full, host, port, backlog=1024)

    async def refuse(self, refusing: bool) -> None:
        """Close the public socket and cut its connections, or open it again."""
        if refusing and self._server is not None:
            self._server.close()
            self._server = None
            for connection in list(self._runner.server.connections if self._runner.server else []):
                transport = connection.transport
                if transport and transport.get_extra_info("sockname")[1] == self._options.port:
                    transport.abort()
        elif not refusing and self._server is None:
            await self.open()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()


async def serve(options: Options, ready: Callable[[Simulated], None]) -> None:
    """Run until SIGINT or SIGTERM. Raises NotLoopback, or OSError when a port is taken."""
    require_loopback(options.host)
    parts = urlsplit(options.portal)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("--portal cần một địa chỉ dạng http://127.0.0.1:8000")
    application, state = build(options)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.3, keepalive_timeout=60)
    await runner.setup()
    listener = Listener(runner, options, state)
    await state.dispatcher.start()
    try:
        if options.control_port:
            await web.TCPSite(runner, options.host, options.control_port, reuse_address=True).start()
            state.refuse = listener.refuse
        if not (options.control_port and state.faults.refuses()):
            await listener.open()
        ready(state)
        await stopped.wait()
    finally:
        await state.dispatcher.stop()
        listener.close()
        await runner.cleanup()
        state.world.store.close()
