"""The only module that speaks HTTP with Zalo: async, one pooled session per event loop, a time limit on every call.

Use it as `async with ZaloClient() as client: await client.send_reply(...)`; the block owns the session, so a drain of
thousands of messages shares its connections. Every method returns a dataclass of `answers` or raises a `ZaloError`.
Tokens are arguments: this module knows no database. Zalo says failure in the body under HTTP 200, wants the bare
header `access_token`, and OA GETs carry one query parameter `data=<JSON>`.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
from django.conf import settings

from zalo.api import answers
from zalo.api.errors import GrantRefused, Host, NotSent, OutcomeUnknown, Refused

# Whole call 10 s, connecting 3 s: longer than Zalo ever needs, shorter than a row's lease (claims.LEASE).
TIME_LIMIT = aiohttp.ClientTimeout(total=10, sock_connect=3)
UPLOAD_TIME_LIMIT = aiohttp.ClientTimeout(total=60, sock_connect=3, sock_read=30)
_REFUSALS = ("error", "error_name", "error_reason", "error_description", "message")
MAX_ANSWER_BYTES = 4 * 1024 * 1024


def code_challenge(verifier: str) -> str:
    """PKCE challenge: base64url without padding of SHA-256 of the ASCII verifier (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def new_code_verifier() -> str:
    """A PKCE verifier of 43 characters."""
    return secrets.token_urlsafe(32)


class ZaloClient:
    """One pooled session and the calls the product makes. `concurrency` bounds open connections."""

    def __init__(self, *, concurrency: int | None = None):
        self._concurrency = concurrency or settings.ZALO_CONCURRENCY
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "ZaloClient":
        connector = aiohttp.TCPConnector(limit=self._concurrency, ttl_dns_cache=60)
        # No cookies, no redirects: an API that answers 302 is not the API.
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=TIME_LIMIT, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    # --- Grants (oauth.zaloapp.com) ------------------------------------------------------------------------------

    async def exchange_code(self, *, app_id: str, app_secret: str, code: str, verifier: str) -> answers.TokenPair:
        """A first pair from a consent code (single use, 10 minutes). GrantRefused when Zalo gives none."""
        form = {"code": code, "app_id": app_id, "grant_type": "authorization_code"}
        return await self._grant(app_secret, form | ({"code_verifier": verifier} if verifier else {}))

    async def refresh(self, *, app_id: str, app_secret: str, refresh_token: str) -> answers.TokenPair:
        """A new pair; the refresh token given is dead from now on. GrantRefused when Zalo gives none."""
        form = {"refresh_token": refresh_token, "app_id": app_id, "grant_type": "refresh_token"}
        return await self._grant(app_secret, form)

    async def _grant(self, app_secret: str, form: Mapping[str, str]) -> answers.TokenPair:
        url = f"{settings.ZALO_OAUTH_BASE_URL}/v4/oa/access_token"
        body = await self._json("POST", url, Host.OAUTH, headers={"secret_key": app_secret}, data=form)
        access, refresh = answers.text(body.get("access_token")), answers.text(body.get("refresh_token"))
        # Errors come as HTTP 200, sometimes without a number: only two non-empty tokens are a success.
        if not access or not refresh:
            if not any(body.get(field) for field in _REFUSALS):
                raise OutcomeUnknown("token answer without tokens and without a reason")
            raise GrantRefused(
                answers.text(body.get("error_name") or body.get("message")),
                answers.text(body.get("error_reason") or body.get("error_description")),
                answers.whole(body.get("error")),
            )
        return answers.TokenPair(access, refresh, answers.whole(body.get("expires_in")) or 3600)

    # --- Messages (openapi.zalo.me) ------------------------------------------------------------------------------

    async def send_reply(self, token: str, user_id: str, message: Mapping[str, Any]) -> answers.Sent:
        """A consultation message (tin tư vấn), allowed within 7 days of the citizen's last interaction."""
        payload = {"recipient": {"user_id": user_id}, "message": message}
        return answers.Sent.read(await self._oa_post(token, "/v3.0/oa/message/cs", payload))

    async def send_template_to_user(
        self, token: str, user_id: str, template_id: str, data: Mapping[str, Any]
    ) -> answers.Sent:
        """An approved template by OA user id; the body is flat and takes no tracking id."""
        payload = {"user_id": user_id, "template_id": template_id, "template_data": data}
        body = await self._post_json(
            f"{settings.ZALO_OPENAPI_BASE_URL}/v3.0/oa/message/template", Host.TEMPLATE, token, payload
        )
        return answers.Sent.read(body)

    async def send_template_to_phone(
        self, token: str, phone: str, template_id: str, data: Mapping[str, Any], tracking_id: str, *, test: bool = False
    ) -> answers.Sent:
        """An approved template by phone (84…); `test` reaches only the administrators of the app or OA."""
        payload: dict[str, Any] = {"phone": phone, "template_id": template_id, "template_data": data}
        payload["tracking_id"] = tracking_id
        if test:
            payload["mode"] = "development"
        body = await self._post_json(
            f"{settings.ZALO_BUSINESS_BASE_URL}/message/template", Host.TEMPLATE, token, payload
        )
        return answers.Sent.read(body)

    async def broadcast_article(self, token: str, target: Mapping[str, str], article_id: str) -> answers.Sent:
        """One article to a target group of followers (v2.0 broadcast; processed up to 30 minutes later)."""
        element = {"media_type": "article", "attachment_id": article_id}
        payload = {
            "recipient": {"target": target},
            "message": {
                "attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
            },
        }
        return answers.Sent.read(await self._oa_post(token, "/v2.0/oa/message", payload))

    async def create_article(self, token: str, article: Mapping[str, Any]) -> str:
        """The token of an article of the OA that Zalo is working on; its id comes from `verify_article`."""
        body = await self._oa_post(token, "/v2.0/article/create", article)
        made = answers.text(answers.mapping(body.get("data")).get("token"))
        if not made:
            raise OutcomeUnknown("article answer without a token")
        return made

    async def verify_article(self, token: str, article_token: str) -> str:
        """The id of an article that was created. Refused with -214 while Zalo is still working on it."""
        body = await self._oa_post(token, "/v2.0/article/verify", {"token": article_token})
        found = answers.text(answers.mapping(body.get("data")).get("id"))
        if not found:
            raise OutcomeUnknown("article answer without an id")
        return found

    async def upload_file(self, token: str, name: str, content: bytes, content_type: str = "application/pdf") -> str:
        """The upload token of a PDF, DOC or DOCX up to 5 MB; Zalo keeps it 7 days."""
        return await self._upload(token, "/v2.0/oa/upload/file", name, content, content_type, "token")

    async def upload_image(self, token: str, name: str, content: bytes, content_type: str = "image/png") -> str:
        """The attachment id of a JPG or PNG up to 1 MB; Zalo keeps it 7 days."""
        return await self._upload(token, "/v2.0/oa/upload/image", name, content, content_type, "attachment_id")

    async def _upload(self, token: str, path: str, name: str, content: bytes, content_type: str, key: str) -> str:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type=content_type)
        url = settings.ZALO_OPENAPI_BASE_URL + path
        headers = {"access_token": token}
        body = await self._checked("POST", url, Host.OA, headers=headers, data=form, timeout=UPLOAD_TIME_LIMIT)
        handle = answers.text(answers.mapping(body.get("data")).get(key))
        if not handle:
            raise OutcomeUnknown("upload answer without an id")
        return handle

    # --- Reading back --------------------------------------------------------------------------------------------

    async def account_profile(self, token: str) -> answers.AccountProfile:
        """The OA itself: verified flag, package, followers; also the cheapest proof that a token works."""
        body = await self._checked(
            "GET", f"{settings.ZALO_OPENAPI_BASE_URL}/v2.0/oa/getoa", Host.OA, headers={"access_token": token}
        )
        return answers.AccountProfile.read(answers.mapping(body.get("data")))

    async def profile(self, token: str, user_id: str) -> answers.Profile:
        """What the OA may know about a person; `shared` is empty until the citizen shared it."""
        data = (await self._oa_get(token, "/v3.0/oa/user/detail", {"user_id": user_id})).get("data")
        return answers.Profile.read(answers.mapping(data))

    async def users(
        self, token: str, *, offset: int = 0, count: int = 50, followers_only: bool = True
    ) -> answers.UserPage:
        """A page of people who follow or talked to the OA (count ≤ 50, offset ≤ 9951)."""
        query: dict[str, Any] = {"offset": offset, "count": count}
        if followers_only:
            query["is_follower"] = "true"
        data = answers.mapping((await self._oa_get(token, "/v3.0/oa/user/getlist", query)).get("data"))
        ids = tuple(answers.text(row.get("user_id")) for row in answers.rows(data.get("users")))
        return answers.UserPage(answers.whole(data.get("total")) or 0, ids)

    async def conversation(
        self, token: str, user_id: str, *, offset: int = 0, count: int = 10
    ) -> list[answers.ConversationMessage]:
        """Lines exchanged with a person, newest first (count ≤ 10)."""
        query = {"user_id": user_id, "offset": offset, "count": count}
        body = await self._oa_get(token, "/v2.0/oa/conversation", query)
        return [answers.ConversationMessage.read(row) for row in answers.rows(body.get("data"))]

    async def user_quota(self, token: str, user_id: str) -> answers.UserQuota:
        """When the person last wrote and how many free replies remain."""
        data = answers.mapping((await self._oa_post(token, "/v3.0/oa/quota/message", {"user_id": user_id})).get("data"))
        reply = answers.mapping(data.get("cs_reply"))
        return answers.UserQuota(
            answers.moment(data.get("last_interaction")),
            answers.whole(reply.get("remain")),
            answers.whole(reply.get("total")),
        )

    async def templates(self, token: str, *, offset: int = 0, limit: int = 100) -> list[answers.TemplateInfo]:
        """A page of the template register (limit ≤ 100), without parameters."""
        body = await self._business_get(token, "/template/all", {"offset": offset, "limit": limit})
        return [answers.TemplateInfo.read(row) for row in answers.rows(body.get("data"))]

    async def template(self, token: str, template_id: str) -> answers.TemplateInfo:
        """One template with its parameters and prices."""
        body = await self._business_get(token, "/template/info/v2", {"template_id": template_id})
        return answers.TemplateInfo.read(answers.mapping(body.get("data")))

    async def template_quota(self, token: str) -> answers.TemplateQuota:
        """Today's allowance of messages by phone."""
        data = answers.mapping((await self._business_get(token, "/message/quota", {})).get("data"))
        return answers.TemplateQuota(answers.whole(data.get("dailyQuota")), answers.whole(data.get("remainingQuota")))

    async def quality(self, token: str) -> str:
        """HIGH, MEDIUM, LOW or UNDEFINED: what citizens' complaints did to the OA's standing."""
        data = answers.mapping((await self._business_get(token, "/quality", {})).get("data"))
        return answers.text(data.get("oaCurrentQuality"))

    async def message_status(self, token: str, message_id: str) -> answers.DeliveryStatus:
        """Whether a message by phone reached the phone."""
        body = await self._business_get(token, "/message/status", {"message_id": message_id})
        data = answers.mapping(body.get("data"))
        return answers.DeliveryStatus(answers.whole(data.get("status")), answers.moment(data.get("delivery_time")))

    async def ratings(
        self, token: str, template_id: str, *, from_ms: int, to_ms: int, offset: int = 0, limit: int = 100
    ) -> list[answers.Rating]:
        """Answers to a rating template between two times (milliseconds)."""
        query = {"template_id": template_id, "from_time": from_ms, "to_time": to_ms, "offset": offset, "limit": limit}
        data = answers.mapping((await self._business_get(token, "/rating/get", query)).get("data"))
        return [answers.Rating.read(row) for row in answers.rows(data.get("data"))]

    # --- Transport -----------------------------------------------------------------------------------------------

    async def _oa_get(self, token: str, path: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        params = {"data": json.dumps(query, ensure_ascii=False, separators=(",", ":"))}
        url = settings.ZALO_OPENAPI_BASE_URL + path
        return await self._checked("GET", url, Host.OA, headers={"access_token": token}, params=params)

    async def _business_get(self, token: str, path: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        params = {key: str(value) for key, value in query.items()}
        url = settings.ZALO_BUSINESS_BASE_URL + path
        return await self._checked("GET", url, Host.TEMPLATE, headers={"access_token": token}, params=params)

    async def _oa_post(self, token: str, path: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        return await self._post_json(settings.ZALO_OPENAPI_BASE_URL + path, Host.OA, token, payload)

    async def _post_json(self, url: str, host: Host, token: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"access_token": token, "Content-Type": "application/json"}
        return await self._checked("POST", url, host, headers=headers, data=raw)

    async def _checked(self, method: str, url: str, host: Host, **request: Any) -> Mapping[str, Any]:
        body = await self._json(method, url, host, **request)
        code = answers.whole(body.get("error"))
        if code is None:
            raise OutcomeUnknown("answer without an error number")
        if code != 0:
            raise Refused(host, code, answers.text(body.get("message")))
        return body

    async def _json(self, method: str, url: str, host: Host, **request: Any) -> Mapping[str, Any]:
        """The answer's JSON object; NotSent before the request left, OutcomeUnknown after."""
        if self._session is None:
            raise RuntimeError("use ZaloClient inside `async with`")
        try:
            async with self._session.request(method, url, allow_redirects=False, **request) as response:
                status, raw = response.status, await _bounded(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotSent(type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
            raise OutcomeUnknown(type(error).__name__) from error
        return _parsed(status, raw, host)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > MAX_ANSWER_BYTES:
            raise aiohttp.ClientPayloadError("answer too large")
    return bytes(raw)


def _parsed(status: int, raw: bytes, host: Host) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if status >= 500:
        raise OutcomeUnknown(f"HTTP {status}")
    if isinstance(body, Mapping):
        return body
    if status == 429:
        raise Refused(host, -32, "HTTP 429")
    if 300 <= status < 500:
        # A gateway in between turned the request away; Zalo itself never saw it.
        raise NotSent(f"HTTP {status}")
    raise OutcomeUnknown("answer is not a JSON object")
