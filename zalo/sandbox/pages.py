"""The simulated phone's page, its files, avatars, articles, and the zalo.me links."""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from .remote import STATE

STATIC = Path(__file__).parent / "static"
AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><defs><linearGradient id="g" x2="1" y2="1">'
    '<stop stop-color="hsl({hue} 70% 58%)"/><stop offset="1" stop-color="hsl({second} 72% 42%)"/></linearGradient>'
    "</defs>"
    '<rect width="120" height="120" fill="url(#g)"/><text x="60" y="62" fill="#fff" font-family="sans-serif" '
    'font-size="{size}" font-weight="600" text-anchor="middle" dominant-baseline="central">{letters}</text></svg>'
)
ARTICLE = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><body style="font:17px/1.6 system-ui;max-width:36rem;margin:1.5rem auto;padding:0 1rem">
<h1 style="font-size:1.5rem;line-height:1.3">{title}</h1><p><strong>{description}</strong></p>{body}</body></html>"""


def routes() -> list[web.RouteDef]:
    return [
        web.get("/", to_phone),
        web.get("/phone", to_phone),
        web.get("/phone/", phone_page),
        web.get("/phone/bai-viet/{article}", article_page),
        web.get("/phone/{name}", static_file),
        web.get("/avatar/{name}.svg", avatar),
        web.get("/{oa:\\d{6,20}}", zalo_me),
    ]


async def to_phone(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/phone/")


def frame_ancestors(portal: str) -> str:
    """Only the portal (under both of its loopback names) may show the phone in a frame."""
    parts = urlsplit(portal)
    port = f":{parts.port}" if parts.port else ""
    return f"'self' {parts.scheme}://127.0.0.1{port} {parts.scheme}://localhost{port} {portal}"


async def phone_page(request: web.Request) -> web.StreamResponse:
    policy = (
        "default-src 'self'; img-src 'self' data: blob: https: http:; style-src 'self'; script-src 'self'; "
        f"connect-src 'self'; frame-src 'self'; frame-ancestors {frame_ancestors(request.app[STATE].portal)}"
    )
    return web.FileResponse(
        STATIC / "phone.html", headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
    )


async def static_file(request: web.Request) -> web.StreamResponse:
    path = STATIC / Path(request.match_info["name"]).name
    if not path.is_file():
        raise web.HTTPNotFound()
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def avatar(request: web.Request) -> web.StreamResponse:
    world, key = request.app[STATE].world, request.match_info["name"]
    known = world.people.get(key) or world.accounts.get(key)
    if known is None:
        raise web.HTTPNotFound()
    words = known.name.split()
    letters = (words[-2][0] + words[-1][0] if len(words) > 1 else words[0][:1]).upper() if words else "?"
    picture = AVATAR.format(hue=known.hue, second=(known.hue + 35) % 360, size=46, letters=escape(letters))
    return web.Response(text=picture, content_type="image/svg+xml", headers={"Cache-Control": "max-age=60"})


async def article_page(request: web.Request) -> web.StreamResponse:
    article = request.app[STATE].world.articles.get(request.match_info["article"])
    if article is None:
        raise web.HTTPNotFound()
    paragraphs = "".join(f"<p>{escape(str(part.get('content', '')))}</p>" for part in article.body)
    page = ARTICLE.format(title=escape(article.title), description=escape(article.description), body=paragraphs)
    return web.Response(text=page, content_type="text/html")


async def zalo_me(request: web.Request) -> web.StreamResponse:
    """What https://zalo.me/<oa_id> does: opens the Official Account on the phone."""
    oa_id = request.match_info["oa"]
    if oa_id not in request.app[STATE].world.accounts:
        raise web.HTTPNotFound()
    raise web.HTTPFound(f"/phone/#oa={oa_id}")
