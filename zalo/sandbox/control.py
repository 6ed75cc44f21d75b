"""/__control/: how tests and the rehearsal panel steer the simulated Zalo. No part of the real service."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from aiohttp import web

from . import events, seed
from .acts import CannotDo
from .behaviour import change
from .records import Account, App, Message, Template
from .remote import STATE, Simulated, reply

EXACT_FILTERS = ("channel", "tracking_id", "user_id", "phone", "oa_id", "kind")

Handler = Callable[[web.Request, Simulated, dict[str, Any]], Awaitable[dict[str, Any]]]


def control(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """JSON in, JSON out; what cannot be done is 400 with a sentence."""

    async def handle(request: web.Request) -> web.StreamResponse:
        state = request.app[STATE]
        try:
            body = json.loads(await request.read() or b"{}") if request.content_type == "application/json" else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            answer = await handler(request, state, body)
        except (CannotDo, ValueError, TypeError) as error:
            return reply({"error": str(error)}, status=400)
        except KeyError as error:
            return reply({"error": f"unknown or missing: {error.args[0]}"}, status=400)
        state.world.commit()
        return reply(answer)

    return handle


def routes() -> list[web.RouteDef]:
    return [
        web.get("/__control/state", control(overview)),
        web.post("/__control/reset", control(reset)),
        web.post("/__control/clock", control(move_clock)),
        web.post("/__control/behaviour", control(set_behaviour)),
        web.get("/__control/faults", control(list_faults)),
        web.post("/__control/faults", control(add_fault)),
        web.delete("/__control/faults", control(lift_faults)),
        web.post("/__control/apps", control(save_app)),
        web.post("/__control/accounts", control(save_account)),
        web.post("/__control/templates", control(save_template)),
        web.post("/__control/grants", control(mint)),
        web.post("/__control/tokens", control(spoil_tokens)),
        web.get("/__control/messages", control(messages)),
        web.get("/__control/messages/summary", control(summary)),
        web.get("/__control/webhooks", control(webhooks)),
        web.post("/__control/webhooks/release", control(release)),
        web.post("/__control/webhooks/probe", control(probe)),
        web.post("/__control/webhooks/raw", control(raw_event)),
    ]


async def overview(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Everything a test or the panel needs to know, secrets included: they are the simulation's own."""
    world = state.world
    return {
        "now_ms": world.clock.now_ms(),
        "offset_ms": world.clock.offset_ms,
        "base_url": state.base_url,
        "portal": state.portal,
        "apps": [asdict(app) for app in world.apps.values()],
        "accounts": [asdict(account) for account in world.accounts.values()],
        "templates": [asdict(template) for template in world.templates.values()],
        "behaviour": asdict(world.behaviour),
        "faults": state.faults.listing(),
        "counts": world.state_counts() | {"webhook_attempts": state.dispatcher.attempts},
    }


async def reset(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Back to the first state; ``{"empty": true}`` without app, account and people."""
    state.faults.remove()
    state.dispatcher.forget()
    state.rates.forget()
    state.world.wipe()
    if not body.get("empty"):
        seed.sow(state.world, state.portal)
    await apply_refusal(state)
    state.world.tell("*")
    return {"ok": True}


async def move_clock(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """``offset_ms`` absolute, ``advance_ms`` relative, or ``now`` as ISO 8601 with an offset."""
    clock = state.world.clock
    if "offset_ms" in body:
        clock.offset_ms = int(body["offset_ms"])
    if "advance_ms" in body:
        clock.offset_ms += int(body["advance_ms"])
    if "now" in body:
        moment = datetime.fromisoformat(body["now"])
        if moment.tzinfo is None:
            raise ValueError("now needs an offset, for example +07:00")
        clock.set_now(moment)
    state.world.save_meta()
    state.dispatcher.wake()
    return {"now_ms": clock.now_ms(), "offset_ms": clock.offset_ms}


async def set_behaviour(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    change(state.world.behaviour, body)
    state.world.save_meta()
    return asdict(state.world.behaviour)


async def apply_refusal(state: Simulated) -> None:
    """Close the public socket while a fault refuses connections, and open it again afterwards."""
    if state.refuse is not None:
        await state.refuse(state.faults.refuses())


async def list_faults(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    return {"faults": state.faults.listing()}


async def add_fault(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    fault = state.faults.add(body)
    await apply_refusal(state)
    state.world.tell("*")
    return asdict(fault)


async def lift_faults(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    lifted = state.faults.remove(request.query.get("id", ""))
    await apply_refusal(state)
    state.world.tell("*")
    return {"lifted": lifted}


def _changed(record: Any, body: dict[str, Any]) -> None:
    known = {field.name for field in fields(record)} - {"id"}
    for name, value in body.items():
        if name == "id":
            continue
        if name not in known:
            raise ValueError(f"unknown field: {name}")
        setattr(record, name, value)


async def save_app(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Change an app or make one; switching its webhook on again is what the console's button does."""
    app: App | None = state.world.apps.get(body["id"])
    if app is None:
        return asdict(seed.add_app(state.world, state.portal, **body))
    _changed(app, body)
    return asdict(state.world.save_app(app))


async def save_account(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Change an Official Account or make one; a changed daily quota is told by webhook."""
    world = state.world
    account: Account | None = world.accounts.get(body["id"])
    if account is None:
        return asdict(seed.add_account(world, state.portal, **body))
    before = account.template_daily_quota
    _changed(account, body)
    world.save_account(account)
    if account.template_daily_quota != before:
        app = world.app_of(account.id)
        state.dispatcher.send(app, events.daily_quota(app, account, before, world.clock.now_ms()))
    return asdict(account)


async def save_template(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Change a template or make one; changes of status and quality are told by webhook."""
    world = state.world
    template = world.templates.get(str(body["id"]))
    if template is None:
        return asdict(world.save_template(Template(**body)))
    status, quality = template.status, template.quality
    _changed(template, body)
    world.save_template(template)
    app, now = world.app_of(template.oa_id), world.clock.now_ms()
    if template.status != status:
        state.dispatcher.send(app, events.template_status(app, template, status, now), zns=True)
    if template.quality != quality:
        state.dispatcher.send(app, events.template_quality(app, template, now), zns=True)
    return asdict(template)


async def mint(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """A token pair as the API Explorer gives, or with ``kind: code`` an authorization code."""
    world = state.world
    account = world.accounts[body.get("oa_id") or next(iter(world.accounts))]
    if body.get("kind") == "code":
        return {"code": world.mint_code(account.app_id, account.id, body.get("code_challenge", "")).value}
    access, refresh = world.mint_pair(account.app_id, account.id)
    return {"access_token": access.value, "refresh_token": refresh.value, "expires_in": "90000", "oa_id": account.id}


async def spoil_tokens(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """``how``: ``revoke`` (unknown from now on) or ``expire``; ``kinds`` and ``oa_id`` narrow it."""
    world = state.world
    kinds = body.get("kinds", ["access"])
    how = body.get("how", "revoke")
    if how not in ("revoke", "expire"):
        raise ValueError("how must be revoke or expire")
    hit = 0
    for grant in world.grants.values():
        if grant.kind in kinds and body.get("oa_id", grant.oa_id) == grant.oa_id and not grant.used:
            grant.used = how == "revoke"
            grant.expires_ms = min(grant.expires_ms, world.clock.now_ms() - 1) if how == "expire" else grant.expires_ms
            world.save_grant(grant)
            hit += 1
    if body.get("tell"):
        app = next(iter(world.apps.values()))
        told = {"app_id": app.id, "oa_id": next(iter(world.accounts)), "event_name": "permission_revoked"}
        state.dispatcher.send(app, told | {"timestamp": str(world.clock.now_ms())})
    return {"tokens": hit}


def _chosen(request: web.Request, state: Simulated) -> list[Message]:
    """Messages filtered by the query; ``direction`` is ``out`` unless ``in`` or ``both`` is asked."""
    query = request.query
    direction = query.get("direction", "out")
    exact = {
        name: query[name] for name in ("channel", "tracking_id", "user_id", "phone", "oa_id", "kind") if name in query
    }
    contains, since = query.get("contains", ""), float(query.get("since", "0"))
    return [
        message
        for message in state.world.messages.values()
        if direction in (message.direction, "both")
        and all(getattr(message, name) == value for name, value in exact.items())
        and message.accepted_at >= since
        and (not contains or contains in json.dumps(message.content, ensure_ascii=False))
    ]


async def messages(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Accepted messages in order; ``fields`` keeps only these, ``limit`` the newest so many, ``count=1`` counts."""
    chosen = _chosen(request, state)
    if request.query.get("count"):
        return {"count": len(chosen)}
    limit = int(request.query.get("limit", "0"))
    rows = [message.__dict__ for message in (chosen[-limit:] if limit else chosen)]
    if "fields" in request.query:
        wanted = request.query["fields"].split(",")
        rows = [{name: row[name] for name in wanted} for row in rows]
    return {"count": len(chosen), "messages": rows}


async def summary(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Which values of ``by`` (tracking_id, text, user_id, phone) were accepted more than once."""
    by = request.query.get("by", "text")
    chosen = _chosen(request, state)
    if by == "text":
        keys = [f"{m.user_id or m.phone}|{m.content.get('text', '')}" for m in chosen]
    elif by in ("tracking_id", "user_id", "phone"):
        keys = [getattr(message, by) for message in chosen]
    else:
        raise ValueError("by must be text, tracking_id, user_id or phone")
    counted = Counter(keys)
    repeated = {key: count for key, count in counted.items() if count > 1}
    return {"accepted": len(chosen), "total": state.world.accepted, "distinct": len(counted), "repeated": repeated}


async def webhooks(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Deliveries with bytes, headers, history and state; filtered by ``state`` and ``event``."""
    query = request.query
    rows = [
        asdict(delivery)
        for delivery in state.world.deliveries.values()
        if query.get("state", delivery.state) == delivery.state
        and query.get("event", delivery.event_name) == delivery.event_name
    ]
    limit = int(query.get("limit", "200"))
    enabled = {app.id: app.webhook_enabled for app in state.world.apps.values()}
    return {"count": len(rows), "enabled": enabled, "attempts": state.dispatcher.attempts, "deliveries": rows[-limit:]}


async def release(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    return {"released": state.dispatcher.release(body.get("order", "normal"))}


def _app(state: Simulated, body: dict[str, Any]) -> App:
    return state.world.apps[body["app_id"]] if "app_id" in body else next(iter(state.world.apps.values()))


async def probe(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """What the console sends when a webhook URL is saved: ``empty`` (unsigned ``{}``) or ``sample`` (signed)."""
    app, now = _app(state, body), state.world.clock.now_ms()
    if body.get("kind", "empty") == "sample":
        text = json.dumps(events.console_sample(app, now), ensure_ascii=False, separators=(",", ":"))
        return asdict(state.dispatcher.send_raw(app, "console_sample", text, str(now)))
    return asdict(state.dispatcher.send_raw(app, "console_empty", "{}", "", signature="none"))


async def raw_event(request: web.Request, state: Simulated, body: dict[str, Any]) -> dict[str, Any]:
    """Exact ``text`` (or ``event`` as an object), signed as ``signature`` says with ``timestamp``."""
    app = _app(state, body)
    text = body.get("text")
    event = body.get("event")
    if text is None:
        if not isinstance(event, dict):
            raise ValueError("give text or event")
        event.setdefault("app_id", app.id)
        event.setdefault("timestamp", str(state.world.clock.now_ms()))
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    timestamp = str(body.get("timestamp", event.get("timestamp", "") if isinstance(event, dict) else ""))
    name = event.get("event_name", "raw") if isinstance(event, dict) else "raw"
    delivery = state.dispatcher.send_raw(
        app,
        str(name),
        text,
        timestamp,
        lane=body.get("lane", ""),
        zns=bool(body.get("zns")),
        signature=body.get("signature", "good"),
    )
    return asdict(delivery)
