"""The edge of the simulated Zalo: faults, access token, rate limit, envelope."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .clock import MINUTE
from .faults import Fault, Faults
from .records import Account, App
from .refusals import Refusal, invalid
from .webhooks import Dispatcher
from .world import World

HTML_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
)
HTML_TITLES = {500: "500 Internal Server Error", 502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Simulated:
    """What every handler needs."""

    world: World
    dispatcher: Dispatcher
    faults: Faults
    rates: "RateLimit"
    base_url: str = ""
    portal: str = ""
    refuse: Callable[[bool], Awaitable[None]] | None = None  # closes and reopens the public socket


STATE = web.AppKey("simulated", Simulated)


@dataclass
class Call:
    """One request to the simulated API, its caller already known."""

    request: web.Request
    state: Simulated
    raw: bytes
    app: App
    account: Account

    @property
    def world(self) -> World:
        return self.state.world

    def json(self) -> dict[str, Any]:
        """The body as an object; -201 when it is none."""
        try:
            body = json.loads(self.raw)
        except ValueError:
            raise Refusal(-201, "Body request is invalid") from None
        if not isinstance(body, dict):
            raise Refusal(-201, "Body request is invalid")
        return body

    def data(self) -> dict[str, Any]:
        """The OA host's GET parameters: one query parameter ``data`` holding JSON; -201 otherwise."""
        try:
            value = json.loads(self.request.query.get("data", ""))
        except ValueError:
            raise invalid("data") from None
        if not isinstance(value, dict):
            raise invalid("data")
        return value


class RateLimit:
    """Requests per minute of the simulated clock, per app and per OA."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._windows: dict[str, tuple[int, int]] = {}

    def spend(self, app: App, account: Account) -> dict[str, str]:
        """Count a request and return the documented headers; -32 when the app's or the OA's minute is used up."""
        behaviour = self.world.behaviour
        if not behaviour.rate_per_minute:
            return {}
        remain = self._count(f"app:{app.id}", behaviour.rate_per_minute)
        if remain < 0:
            raise Refusal(-32, "Your application reached limit call api")
        if behaviour.oa_rate_per_minute and self._count(f"oa:{account.id}", behaviour.oa_rate_per_minute) < 0:
            raise Refusal(-32, "Your Official Account reached limit call api of its package")
        return {"X-RateLimit-Limit": str(behaviour.rate_per_minute), "X-RateLimit-Remain": str(remain)}

    def _count(self, key: str, limit: int) -> int:
        minute = self.world.clock.now_ms() // MINUTE
        started, used = self._windows.get(key, (minute, 0))
        used = 1 if started != minute else used + 1
        self._windows[key] = (minute, used)
        return limit - used

    def forget(self) -> None:
        self._windows.clear()


def identify(state: Simulated, request: web.Request, *, business: bool) -> tuple[App, Account]:
    """App and OA behind the ``access_token`` header; -216/-220 on the OA host, -124 on the template host."""
    return identify_token(state, request.headers.get("access_token", ""), business=business)


def identify_token(state: Simulated, token: str, *, business: bool) -> tuple[App, Account]:
    world = state.world
    grant = world.grants.get(token)
    if grant is None or grant.kind != "access" or grant.used:
        raise Refusal(-124 if business else -216)
    if grant.expires_ms <= world.clock.now_ms():
        raise Refusal(-124) if business else Refusal(-220)
    app = world.apps.get(grant.app_id)
    account = world.accounts.get(grant.oa_id)
    if app is None or not app.active:
        raise Refusal(-219)
    if account is None:
        raise Refusal(-125 if business else -205)
    if not account.enabled:
        raise Refusal(-204)
    return app, account


def reply(body: dict[str, Any], headers: dict[str, str] | None = None, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        status=status,
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def success(data: Any = None, **beside: Any) -> dict[str, Any]:
    """The envelope of a success; ``beside`` are keys next to ``data``."""
    body = {} if data is None else {"data": data}
    return body | beside | {"error": 0, "message": "Success"}


def html_page(status: int) -> web.Response:
    return web.Response(
        text=HTML_PAGE.format(HTML_TITLES.get(status, f"{status} Error")), status=status, content_type="text/html"
    )


def abort(request: web.Request) -> web.Response:
    """Reset the connection. The response returned is never sent."""
    transport = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=500)


Handler = Callable[[Call], Awaitable[dict[str, Any]]]


def endpoint(area: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap a handler of the OA or template host: token, rate, envelope, commit, faults."""

    async def authenticated(request: web.Request, state: Simulated, raw: bytes) -> web.Response:
        headers: dict[str, str] = {}
        try:
            app, account = identify(state, request, business=area == "business")
            headers = state.rates.spend(app, account)
            body = await handler(Call(request, state, raw, app, account))
        except Refusal as refusal:
            body = {"error": refusal.code, "message": refusal.text}
        return reply(body, headers)

    return guarded(area, authenticated)


def guarded(
    area: str, answer: Callable[[web.Request, Simulated, bytes], Awaitable[web.StreamResponse]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Put the faults of ``area`` around ``answer`` and commit what it changed before anything leaves."""

    async def handle(request: web.Request) -> web.StreamResponse:
        state = request.app[STATE]
        # A multipart body is read by its handler, part by part.
        whole = request.body_exists and not request.content_type.startswith("multipart/")
        raw = await request.read() if whole else b""
        faults = state.faults.matching(area, request.path, raw)
        for fault in faults:
            spoilt = await _before(fault, request)
            if spoilt is not None:
                return spoilt
        if state.world.behaviour.latency_ms:
            await asyncio.sleep(state.world.behaviour.latency_ms / 1000)
        response = await answer(request, state, raw)
        state.world.commit()
        return await _after(faults[-1], request, response) if faults else response

    return handle


async def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """What goes wrong before Zalo has accepted anything; None lets the request pass."""
    match fault.kind:
        case "slow":
            await asyncio.sleep(fault.ms / 1000)
        case "timeout":
            await asyncio.sleep(fault.ms / 1000)
            return abort(request)
        case "reset" | "refuse":
            return abort(request)
        case "html":
            return html_page(fault.status)
        case "garbage":
            return web.Response(text=fault.text or "<!doctype html><title>Zalo</title>OK", content_type="text/html")
        case "rate":
            return reply({"error": -32, "message": "Your application reached limit call api"})
        case "error":
            return reply({"error": fault.code, "message": fault.text or Refusal(fault.code).text})
    return None


async def _after(fault: Fault, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """What goes wrong after Zalo has accepted the request: the caller cannot know that it was accepted."""
    if fault.kind == "swallow":
        if fault.then == "html":
            return html_page(fault.status)
        if fault.then == "hang":
            await asyncio.sleep(fault.ms / 1000)
        return abort(request)
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return response
    if fault.kind == "truncate":
        return web.Response(body=response.body[: len(response.body) // 2], content_type="application/json")
    if fault.kind == "mutate":
        return reply(_mutated(json.loads(response.body), fault), status=response.status)
    return response


def _mutated(body: dict[str, Any], fault: Fault) -> dict[str, Any]:
    for dotted in fault.drop:
        *path, last = dotted.split(".")
        place: Any = body
        for step in path:
            place = place.get(step) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place.pop(last, None)
    return body | fault.add
