"""The address Zalo tells events to: verify the raw bytes, store once, answer 200; everything else happens later.

Answers: 200 for stored, repeated and probing requests; 401 for bytes nobody of ours signed; 400 for what is no JSON
object; 413 above LONGEST; 411 in chunks from a server that cannot tell their end; 405 for other methods. Never 5xx:
when the database is away the event goes into the spool.
Source: Zalo's webhook pages (zalo-openapi, section 6); a 401 or 400 to the console's probe would refuse the address.
"""

import datetime as dt
import hashlib
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import DatabaseError
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from dossiers import chunked, typed
from zalo.account import keys as webhook_keys
from zalo.account.keys import APP_SECRET, Sender
from zalo.api import signature
from zalo.api.answers import mapping, moment, text
from zalo.health import incidents
from zalo.inbound import inbox
from zalo.inbound import spool as webhook_spool
from zalo.models import InboxEvent

log = structlog.get_logger(__name__)
LONGEST = 1024 * 1024  # bytes; real events are a few kilobytes, files come as addresses
FARTHEST = dt.timedelta(days=2)  # between an event's own time and ours before its time is not believed
COMPLAIN_EVERY = 30.0  # seconds between two notes about refused webhooks of an account
_NAME = re.compile(r"[a-z0-9_]{1,60}", re.IGNORECASE)
_PERSON = re.compile(r"[\w.-]{1,64}", re.ASCII)
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)
_complained: dict[int, float] = {}

stored = Signal()
"""Sent after an event was stored; zalo.tasks wakes a worker."""


class WebhookMiddleware:
    """Outermost middleware: a webhook passes none of the others (sessions and sign-in mean nothing to it)."""

    def __init__(self, get_response):
        self.get_response = get_response
        self._path = None

    def __call__(self, request):
        if self._path is None:
            self._path = reverse("zalo:webhook")
        return receive(request) if request.path_info == self._path else self.get_response(request)


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """Answer one webhook; see the module's table of answers."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        raw = _bytes(request)
    except chunked.EndlessBody:
        return HttpResponse("length required", status=411)
    if raw is None:
        return HttpResponse("too large", status=413)
    if raw.strip() in (b"", b"{}"):
        return HttpResponse("ok")  # what the console posts, unsigned, when the address is saved
    body = _object(raw)
    if body is None:
        return HttpResponse("not a JSON object", status=400)
    header = request.META.get("HTTP_X_ZEVENT_SIGNATURE")  # request.headers would build them all
    app_id = text(body.get("app_id"))
    senders, label = _signed_by(raw, header, app_id, body)
    if label is None:
        return HttpResponse("signature does not fit", status=401)
    sender = _addressed(body, senders)
    if sender is None:
        return HttpResponse("ok")  # the console's signed sample: its parties are nobody of ours
    _keep(row_of(raw, body, sender.account_id, label, request.META.get("HTTP_NUM_RETRY", ""), now=timezone.now()))
    return HttpResponse("ok")


def row_of(
    raw: bytes, body: Mapping[str, Any], account_id: int, label: str, retry: str = "", *, now: dt.datetime
) -> InboxEvent:
    """Return the unsaved row of a verified body. The same event, however it is spelled, has the same `remote_key`."""
    name = text(body.get("event_name"))
    happened = moment(body.get("timestamp")) or now
    return InboxEvent(
        account_id=account_id,
        name=name if _NAME.fullmatch(name) else "unnamed",
        remote_key=_key(account_id, body),
        person=person_of(body),
        raw=raw.decode("utf-8", "replace"),
        happened_at=happened if abs(happened - now) < FARTHEST else now,
        received_at=now,
        retry_number=int(retry) if retry.isascii() and retry.isdigit() and len(retry) < 4 else 0,
        secret=label,
        next_at=now,
    )


def person_of(body: Mapping[str, Any]) -> str:
    """Return the OA's id of the citizen an event is about; "" when it names none.

    In echoes and receipts (`oa_…`, `user_received_message`, `user_seen_message`) the sender is the OA: the recipient
    is the citizen, or for a template by phone the phone itself, which is left out.
    """
    name = text(body.get("event_name"))
    for holder, field in (("follower", "id"), ("data", "user_id")):
        found = text(mapping(body.get(holder)).get(field))
        if found:
            return _plain(found)
    if text(body.get("user_id")):
        return _plain(text(body.get("user_id")))
    if name in ("user_received_message", "user_seen_message") or name.startswith("oa_"):
        by_phone = "delivery_time" in mapping(body.get("message"))
        return "" if by_phone else _plain(text(mapping(body.get("recipient")).get("id")))
    return _plain(text(mapping(body.get("sender")).get("id"))) if name.startswith("user_") else ""


def _keep(row: InboxEvent) -> None:
    try:
        new = inbox.insert(row)
    except DatabaseError:
        log.exception("webhook not stored, spooled", event_id=row.name)
        webhook_spool.keep(row)
        new = True
    if new:
        stored.send(sender=InboxEvent)


def _bytes(request: HttpRequest) -> bytes | None:
    """The body as it came; None above LONGEST. Raises EndlessBody."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    size = typed.whole(announced)
    if size is None or size > LONGEST:
        return None
    try:
        return chunked.read(request, LONGEST) if chunked.is_chunked(request) else request.body
    except UnreadablePostError:
        return b"-"  # the caller hung up half-way: no JSON


def _object(raw: bytes) -> dict | None:
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _signed_by(
    raw: bytes, header: str | None, app_id: str, body: Mapping[str, Any]
) -> tuple[tuple[Sender, ...], str | None]:
    """Return the senders of the application and the label of the secret that signed, None when none of theirs did."""
    senders = webhook_keys.of_app(app_id)
    label = _matching(raw, header, app_id, body, senders)
    if label is None:
        senders = webhook_keys.of_app(app_id, anew=True)
        label = _matching(raw, header, app_id, body, senders)
        if label is None and senders:
            _complain(raw, header, app_id, senders)
    return senders, label


def _matching(raw, header, app_id, body, senders: tuple[Sender, ...]) -> str | None:
    stamp = body.get("timestamp")
    stamp = str(stamp) if isinstance(stamp, str | int) and not isinstance(stamp, bool) else ""
    for sender in senders:
        label = signature.matching_secret(raw, header, app_id, sender.secrets, timestamp=stamp)
        if label:
            return label
    return None


def _addressed(body: Mapping[str, Any], senders: tuple[Sender, ...]) -> Sender | None:
    """Return the account the event belongs to: its OA stands in one of four places (zalo-openapi, section 6.2)."""
    ids = {text(body.get("oa_id")), text(body.get("oaId"))}
    ids |= {text(mapping(body.get(side)).get("id")) for side in ("sender", "recipient")}
    return next((sender for sender in senders if sender.oa_id in ids), None)


def _complain(raw: bytes, header: str | None, app_id: str, senders: tuple[Sender, ...]) -> None:
    """Note on the health desk, not at every try, why an application's webhook was refused."""
    first = senders[0]
    if time.monotonic() - _complained.get(first.account_id, -COMPLAIN_EVERY) < COMPLAIN_EVERY:
        return
    _complained[first.account_id] = time.monotonic()
    words, advice = explain_refusal(raw, header, app_id, senders)
    log.warning("webhook refused", account=first.account_id, signed=header is not None)
    try:
        incidents.report(first.account_id, "webhook", words, advice, now=timezone.now(), loud=True)
    except DatabaseError:
        log.warning("refused webhook not noted")


def explain_refusal(raw: bytes, header: str | None, app_id: str, senders: tuple[Sender, ...]) -> tuple[str, str]:
    """Return what was wrong with the signature and what to do; never any part of a secret."""
    if header is None:
        return (
            "Có yêu cầu webhook không ký.",
            "Không cần làm gì nếu webhook vẫn về bình thường; đây có thể là kẻ giả mạo.",
        )
    if not any(secret for sender in senders for secret in sender.secrets.values()):
        return (
            "Chưa nhập khoá bí mật webhook của OA, mọi webhook đều bị từ chối.",
            "Chép “OA Secret Key” ở trang Webhook của ứng dụng Zalo vào Official Account.",
        )
    for sender in senders:
        if signature.matching_secret(raw, header, app_id, {APP_SECRET: sender.app_secret}):
            return (
                "Webhook được ký bằng khoá bí mật của ứng dụng, không phải khoá webhook của OA.",
                "Nếu mọi webhook đều như vậy, hãy nhập khoá của ứng dụng vào ô khoá webhook.",
            )
    return (
        "Chữ ký webhook không khớp khoá bí mật đang lưu.",
        "Nếu vừa bấm Reset ở trang Webhook của Zalo, hãy chép khoá mới vào Official Account (khoá cũ vẫn được giữ).",
    )


def _key(account_id: int, body: Mapping[str, Any]) -> str:
    try:
        canonical = _CANONICAL.encode(body)
    except RecursionError:  # read but not written again: as deep as nothing of Zalo's
        canonical = str(body.get("timestamp"))
    return hashlib.sha256(f"{account_id}:{canonical}".encode()).hexdigest()


def _plain(value: str) -> str:
    return value if _PERSON.fullmatch(value) else ""
