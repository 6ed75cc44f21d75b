"""Files citizens send in chat: fetched from Zalo's content hosts only, bounded, named and typed by their content.

Nothing in a webhook is believed: the address must be https on a host of ZALO_MEDIA_HOSTS, must not resolve to an inner
address, may not redirect, and what comes is measured while it comes. Photos and films are kept as those of pages are:
without the place and the device in them. How long Zalo keeps a file is not documented:
it is fetched at once, and tried again for a day.
"""

import datetime as dt
import http.client
from urllib.parse import SplitResult, urlsplit

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import F
from django.utils import timezone

from dossiers import outer_host, typed
from dossiers.attachments import taking
from dossiers.attachments import types as attachment_types
from dossiers.outer_host import Target
from dossiers.workflow.moving import ActError
from zalo.inbound.event import SentFile
from zalo.models import ChatMessage, MediaFile

log = structlog.get_logger(__name__)
LARGEST = 20 * 1024 * 1024
TIME_LIMIT = 15.0  # seconds for the whole fetch
MAX_ATTEMPTS = 7
BACKOFF = (10, 60, 300, 1800, 7200, 28800)  # seconds
CHUNK = 64 * 1024
_KEPT = ("name", "content_type", "size", "sha256", "state", "reason", "next_at", "source_url")
_NAMES = {"image": "anh", "gif": "anh-dong", "audio": "ghi-am", "video": "video", "file": "tep"}


class FetchRefused(Exception):
    """The file will never be taken; the text is for staff."""


class FetchFailed(Exception):
    """The file could not be had now."""


def note(line: ChatMessage, files: list[SentFile], *, now: dt.datetime) -> list[MediaFile]:
    """Note the files of a chat line for fetching. Inserts rows only."""
    return [
        MediaFile.objects.create(
            line=line, source_url=file.url, name=file.name or _NAMES.get(file.kind, "tep"), next_at=now
        )
        for file in files
        if file.is_file
    ]


def fetch_due(*, now: dt.datetime | None = None, limit: int = 50) -> int:
    """How many waiting files were stored. Each is leased by moving its next time; no transaction is open meanwhile."""
    now, stored = now or timezone.now(), 0
    due = MediaFile.objects.filter(state=MediaFile.State.WAITING, next_at__lte=now).order_by("next_at")
    for media in list(due[:limit]):
        if _lease(media, now):
            stored += fetch(media, now=now)
    return stored


def fetch(media: MediaFile, *, now: dt.datetime) -> bool:
    """Fetch one file; True when it is stored now."""
    try:
        content = download(media.source_url)
        sent = ContentFile(content, name=_named(media.name, content))
        taken = taking.take(sent, most_bytes=LARGEST, allowed=attachment_types.EVIDENCE)
    except (FetchRefused, ActError) as reason:
        _end(media, str(reason))
        return False
    except FetchFailed as reason:
        if media.attempts + 1 >= MAX_ATTEMPTS:
            _end(media, f"Không tải được tệp từ Zalo: {reason}")
        return False
    media.name = taken.name[:200]
    media.content_type, media.size, media.sha256 = taken.content_type, len(taken.content), taken.sha256
    media.state, media.reason, media.next_at = MediaFile.State.STORED, "", None
    media.source_url = ""
    media.file.save(taken.sha256, ContentFile(taken.content), save=False)
    kept = {name: getattr(media, name) for name in _KEPT} | {"file": media.file.name}
    if MediaFile.objects.filter(pk=media.pk).update(**kept):
        return True
    # Erased with its sender while it was on its way.
    media.file.delete(save=False)
    return False


def download(url: str) -> bytes:
    """The bytes at the address. Raises FetchRefused for what may never be fetched, FetchFailed for what may later."""
    target = check_address(url)
    connection = outer_host.connection(target, TIME_LIMIT)
    with outer_host.cut_off_after(TIME_LIMIT, connection) as late:
        try:
            content = _fetched(connection, target)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise FetchFailed("too slow" if late.is_set() else type(error).__name__) from error
    if late.is_set():
        raise FetchFailed("too slow")
    return content


def _fetched(connection: http.client.HTTPConnection, target: Target) -> bytes:
    connection.request("GET", target.path, headers={"User-Agent": "cong-mot-cua", "Accept": "*/*"})
    answer = connection.getresponse()
    if 300 <= answer.status < 400:
        raise FetchRefused("Máy chủ tệp chuyển sang địa chỉ khác.")
    if answer.status in (404, 410, 403):
        raise FetchRefused("Zalo không còn giữ tệp này.")
    if answer.status != 200:
        raise FetchFailed(f"HTTP {answer.status}")
    announced = typed.whole(answer.getheader("Content-Length"))
    if announced is not None and announced > LARGEST:
        raise FetchRefused("Tệp quá lớn.")
    content = _read(answer)
    if announced is not None and len(content) != announced:
        raise http.client.IncompleteRead(content[:0], announced)
    return content


def check_address(url: str) -> Target:
    """The place to connect to. Raises FetchRefused for foreign hosts, inner addresses and odd addresses."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefused("Địa chỉ tệp không đúng.") from None
    host = (parts.hostname or "").rstrip(".").lower()
    inner = _listed_with_port(host, port)
    if not host or parts.username or parts.password:
        raise FetchRefused("Địa chỉ tệp không đúng.")
    if not (inner or (_listed(host) and port in (None, 443) and parts.scheme == "https")):
        raise FetchRefused("Tệp không nằm trên máy chủ của Zalo.")
    if inner and parts.scheme not in ("http", "https"):
        raise FetchRefused("Địa chỉ tệp không đúng.")
    port = port or (443 if parts.scheme == "https" else 80)
    return Target(parts.scheme, host, port, _resolved(host, port, inner_allowed=inner), _path(parts))


def _listed(host: str) -> bool:
    for pattern in settings.ZALO_MEDIA_HOSTS:
        name, _, port = pattern.partition(":")
        if port:
            continue
        if name.startswith("*.") and host.endswith(name[1:]) and len(host) > len(name) - 1:
            return True
        if host == name:
            return True
    return False


def _listed_with_port(host: str, port: int | None) -> bool:
    """Hosts written with a port are a development machine's own; they may be inner, and only in demo and tests."""
    return (settings.DEMO or settings.TESTING) and port is not None and f"{host}:{port}" in settings.ZALO_MEDIA_HOSTS


def _resolved(host: str, port: int, *, inner_allowed: bool) -> str:
    """One address of the host; the connection is made to it, so that a second look-up cannot lead elsewhere."""
    try:
        return outer_host.resolved(host, port, inner_allowed=inner_allowed)
    except OSError as error:
        raise FetchFailed(type(error).__name__) from error
    except outer_host.InnerAddress as error:
        raise FetchRefused("Máy chủ tệp trỏ về địa chỉ nội bộ.") from error


def _path(parts: SplitResult) -> str:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(ord(ch) <= 32 for ch in path):
        raise FetchRefused("Địa chỉ tệp không đúng.")
    return path


def _read(answer: http.client.HTTPResponse) -> bytes:
    content = bytearray()
    while chunk := answer.read(CHUNK):
        content += chunk
        if len(content) > LARGEST:
            raise FetchRefused(f"Tệp lớn hơn {LARGEST // 1024 // 1024} MB.")
    return bytes(content)


def _named(name: str, content: bytes) -> str:
    """The sender's name of a file; pictures and sounds have none, theirs is made from what they are."""
    kind = attachment_types.detect(content)
    clean = attachment_types.safe_name(name)
    if kind is not None and "." not in clean:
        return f"{clean}.{kind.extensions[0]}"
    return clean


def _lease(media: MediaFile, now: dt.datetime) -> bool:
    pause = dt.timedelta(seconds=BACKOFF[min(media.attempts, len(BACKOFF) - 1)])
    same = MediaFile.objects.filter(pk=media.pk, state=MediaFile.State.WAITING, next_at=media.next_at)
    return same.update(next_at=now + pause, attempts=F("attempts") + 1) == 1


def _end(media: MediaFile, reason: str) -> None:
    MediaFile.objects.filter(pk=media.pk).update(
        state=MediaFile.State.REFUSED, reason=reason[:200], next_at=None, source_url=""
    )
