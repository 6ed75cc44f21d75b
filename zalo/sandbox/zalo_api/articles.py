"""Articles of an OA: created in two steps, as Zalo does, then listed, read, removed and broadcast."""

from typing import Any

from aiohttp import web

from zalo.sandbox.records import Article
from zalo.sandbox.refusals import Refusal, invalid
from zalo.sandbox.remote import Call, endpoint, success

TITLE_LIMIT = 150
DESCRIPTION_LIMIT = 300


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v2.0/article/create", endpoint("openapi", create)),
        web.post("/v2.0/article/verify", endpoint("openapi", verify)),
        web.get("/v2.0/article/getslice", endpoint("openapi", listing)),
        web.get("/v2.0/article/getdetail", endpoint("openapi", detail)),
        web.post("/v2.0/article/remove", endpoint("openapi", remove)),
    ]


async def create(call: Call) -> dict[str, Any]:
    """Returns a ``token``; the article's id comes from ``verify`` once it has been processed."""
    body = call.json()
    title, description, parts = body.get("title"), body.get("description"), body.get("body")
    if body.get("type", "normal") != "normal":
        raise invalid("type")
    if not isinstance(title, str) or not title.strip() or len(title) > TITLE_LIMIT:
        raise invalid("title")
    if not isinstance(description, str) or len(description) > DESCRIPTION_LIMIT:
        raise invalid("description")
    if not isinstance(parts, list) or not parts:
        raise invalid("body")
    world, cover = call.world, body.get("cover")
    now = world.clock.now_ms()
    article = Article(
        id=world.next_message_id(),
        oa_id=call.account.id,
        token=world.secret_value("article", 48),
        title=title,
        description=description,
        body=parts,
        cover_url=str(cover.get("photo_url", "")) if isinstance(cover, dict) else "",
        status=str(body.get("status", "show")),
        created_ms=now,
        ready_ms=now + world.behaviour.article_delay_ms,
    )
    world.save_article(article)
    return success({"token": article.token})


async def verify(call: Call) -> dict[str, Any]:
    token = call.json().get("token")
    for article in call.world.articles.values():
        if article.token == token and article.oa_id == call.account.id:
            if article.ready_ms > call.world.clock.now_ms():
                raise Refusal(-214)
            return success({"id": article.id})
    raise invalid("token")


async def listing(call: Call) -> dict[str, Any]:
    query = call.request.query
    offset, limit = query.get("offset", ""), query.get("limit", "")
    if not offset.isdigit() or not limit.isdigit() or int(limit) > 50:
        raise invalid("offset, limit")
    own = [article for article in call.world.articles.values() if article.oa_id == call.account.id][::-1]
    rows = [
        {
            "id": article.id,
            "type": "normal",
            "title": article.title,
            "status": article.status,
            "total_view": 0,
            "total_share": 0,
            "create_date": article.created_ms,
            "update_date": article.created_ms,
            "thumb": article.cover_url,
            "link_view": f"{call.state.base_url}/phone/bai-viet/{article.id}",
        }
        for article in own[int(offset) : int(offset) + int(limit)]
    ]
    return success({"total": len(own), "medias": rows})


def _own(call: Call, key: Any) -> Article:
    article = call.world.articles.get(str(key))
    if article is None or article.oa_id != call.account.id:
        raise invalid("id")
    return article


async def detail(call: Call) -> dict[str, Any]:
    article = _own(call, call.request.query.get("id", ""))
    return success(
        {
            "id": article.id,
            "type": "normal",
            "title": article.title,
            "description": article.description,
            "body": article.body,
            "cover": {"cover_type": "photo", "photo_url": article.cover_url},
            "status": article.status,
        }
    )


async def remove(call: Call) -> dict[str, Any]:
    article = _own(call, call.json().get("id"))
    del call.world.articles[article.id]
    call.world.store.remove("article", article.id)
    return success()
