"""OAuth v4 for Official Accounts: the consent page, the code, and single-use refresh tokens."""

import base64
import hashlib
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from zalo.sandbox.records import App, Grant
from zalo.sandbox.remote import FORM, Simulated, guarded, reply
from zalo.sandbox.world import ACCESS_LIFE, World

DOCUMENTATION = "https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new"

# Codes nobody could confirm; sent only when Behaviour.oauth_numeric asks for them.
UNCONFIRMED = {"Invalid refresh token": -14014, "Invalid authorization code": -14004, "Invalid secret key": -14005}

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cấp quyền cho ứng dụng – Zalo mô phỏng</title>
<style>body{{font:16px/1.5 "Segoe UI",Roboto,Arial,sans-serif;background:#eef2f8;margin:0;color:#14233a}}
main{{width:min(26rem,100% - 2rem);margin:8vh auto;box-sizing:border-box;background:#fff;border-radius:1rem;
padding:1.75rem;box-shadow:0 8px 30px #0f2b5b1f}}
h1{{font-size:1.25rem;margin:.25rem 0 1rem}}.mark{{color:#0068ff;font-weight:700}}
label{{display:block;margin:1rem 0 .35rem;font-weight:600}}select{{width:100%;padding:.65rem;font:inherit;
border:1px solid #b9c4d6;border-radius:.6rem;background:#fff}}ul{{padding-left:1.2rem;color:#43526a}}
button{{font:inherit;font-weight:600;padding:.7rem 1.1rem;
border-radius:.7rem;border:0;cursor:pointer}}.yes{{background:#0068ff;color:#fff}}.no{{background:#e5eaf2;color:#14233a}}
.row{{display:flex;gap:.75rem;margin-top:1.5rem}}small{{color:#5b6a80}}</style>
<main><div class="mark">Zalo mô phỏng</div><h1>Cho phép “{app}” quản lý Official Account?</h1>
<ul><li>Gửi và nhận tin nhắn với người quan tâm</li><li>Xem thông tin người quan tâm đã chia sẻ</li>
<li>Quản lý mẫu tin, tải tệp lên, nhận sự kiện webhook</li></ul>
<form method="post"><label for="oa">Official Account</label><select id="oa" name="oa_id">{options}</select>
<div class="row"><button class="yes" name="decision" value="allow">Đồng ý</button>
<button class="no" name="decision" value="deny">Từ chối</button></div></form>
<p><small>Trang tập dượt trên máy này, không kết nối tới Zalo thật.</small></p></main></html>"""

ERROR_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Lỗi cấp quyền – Zalo mô phỏng</title>
<body style="font:16px/1.6 system-ui;max-width:32rem;margin:10vh auto;padding:0 1rem"><h1>Không cấp quyền được</h1>
<p>Mã lỗi: <strong>{code}</strong>. {text}</p></body></html>"""
ERROR_TEXTS = {
    "-14002": "App ID không đúng hoặc ứng dụng chưa được kích hoạt.",
    "-14003": "Địa chỉ callback (redirect_uri) không khớp với địa chỉ đã khai báo của ứng dụng.",
}


def routes() -> list[web.RouteDef]:
    return [
        web.get("/v4/oa/permission", guarded("oauth", show_consent)),
        web.post("/v4/oa/permission", guarded("oauth", decide_consent)),
        web.get("/v4/permission/error", show_error),
        web.post("/v4/oa/access_token", guarded("oauth", exchange)),
    ]


def _requesting_app(world: World, request: web.Request) -> App:
    """The app that asks; raises a redirect to the error page for an unknown app or a foreign callback."""
    app = world.apps.get(request.query.get("app_id", ""))
    if app is None or not app.active:
        raise web.HTTPFound("/v4/permission/error?error_code=-14002")
    if request.query.get("redirect_uri", "") not in app.callback_urls:
        raise web.HTTPFound("/v4/permission/error?error_code=-14003")
    return app


async def show_consent(request: web.Request, state: Simulated, raw: bytes) -> web.Response:
    app = _requesting_app(state.world, request)
    options = "".join(
        f'<option value="{escape(account.id)}">{escape(account.name)}</option>'
        for account in state.world.accounts.values()
        if account.app_id == app.id
    )
    return web.Response(text=PAGE.format(app=escape(app.name), options=options), content_type="text/html")


async def decide_consent(request: web.Request, state: Simulated, raw: bytes) -> web.Response:
    world = state.world
    app = _requesting_app(world, request)
    form = await request.post()
    back: dict[str, str] = {}
    if form.get("decision") == "deny":
        back = {"error": "access_denied", "error_description": "User denied"}
    else:
        account = world.accounts.get(str(form.get("oa_id", "")))
        if account is None or account.app_id != app.id:
            raise web.HTTPFound("/v4/permission/error?error_code=-14002")
        challenge = request.query.get("code_challenge", "")
        if app.challenge_from == "console" or not challenge:
            challenge = app.code_challenge
        back = {"code": world.mint_code(app.id, account.id, challenge).value, "oa_id": account.id}
    if "state" in request.query:
        back["state"] = request.query["state"]
    world.commit()
    parts = urlsplit(request.query["redirect_uri"])
    query = "&".join(filter(None, (parts.query, urlencode(back))))
    raise web.HTTPFound(urlunsplit(parts._replace(query=query)))


async def show_error(request: web.Request) -> web.Response:
    code = request.query.get("error_code", "")
    page = ERROR_PAGE.format(code=escape(code), text=ERROR_TEXTS.get(code, ""))
    return web.Response(text=page, content_type="text/html", status=400)


def _refused(state: Simulated, name: str, reason: str, numeric: int | None = None) -> web.Response:
    """The token endpoint's own error shape: no ``message``, often no numeric ``error``, HTTP 200 unless switched."""
    behaviour = state.world.behaviour
    body: dict[str, Any] = {
        "error_name": name,
        "error_reason": reason,
        "ref_doc": DOCUMENTATION,
        "error_description": reason or name,
    }
    if numeric is not None:
        body["error"] = numeric
    elif behaviour.oauth_numeric:
        body["error"] = UNCONFIRMED.get(name, -14000)
    return reply(body, status=behaviour.oauth_http)


async def exchange(request: web.Request, state: Simulated, raw: bytes) -> web.Response:
    """Exchange a code, or rotate a refresh token: the old one is dead the moment this succeeds."""
    world = state.world
    if request.content_type != FORM:
        return _refused(state, "Invalid request", "Content-Type must be application/x-www-form-urlencoded")
    form = {key: str(value) for key, value in (await request.post()).items()}
    app = world.apps.get(form.get("app_id", ""))
    if app is None or not app.active:
        return _refused(state, "Invalid app id", "App is not active but user is not admin", -14002)
    if request.headers.get("secret_key", "") != app.secret:
        return _refused(state, "Invalid secret key", "Secret key is invalid")
    match form.get("grant_type"):
        case "authorization_code":
            return _from_code(state, app, form)
        case "refresh_token":
            return _from_refresh(state, app, form)
    return _refused(state, "Invalid request", "Grant type is invalid")


def _live(state: Simulated, value: str, kind: str, app: App) -> Grant | None:
    grant = state.world.grants.get(value)
    if grant is None or grant.kind != kind or grant.app_id != app.id or grant.used:
        return None
    return grant if grant.expires_ms > state.world.clock.now_ms() else None


def _from_code(state: Simulated, app: App, form: dict[str, str]) -> web.Response:
    grant = _live(state, form.get("code", ""), "code", app)
    if grant is None:
        return _refused(state, "Invalid authorization code", "Authorization code is expired or has been used")
    if grant.challenge:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != grant.challenge:
            return _refused(state, "Invalid code verifier", "Code verifier does not match code challenge")
    return _pair(state, grant)


def _from_refresh(state: Simulated, app: App, form: dict[str, str]) -> web.Response:
    grant = _live(state, form.get("refresh_token", ""), "refresh", app)
    if grant is None:
        return _refused(state, "Invalid refresh token", "Refresh token is expired or has been used")
    if not state.world.behaviour.old_access_survives:
        for other in state.world.grants.values():
            if other.kind == "access" and other.family == grant.family:
                other.used = True
                state.world.save_grant(other)
    return _pair(state, grant)


def _pair(state: Simulated, spent: Grant) -> web.Response:
    world = state.world
    spent.used = True
    world.save_grant(spent)
    access, refresh = world.mint_pair(spent.app_id, spent.oa_id)
    seconds = ACCESS_LIFE // 1000
    expires: str | int = seconds if world.behaviour.expires_in_number else str(seconds)
    return reply({"access_token": access.value, "refresh_token": refresh.value, "expires_in": expires})
