"""Uploads by an OA, and the content host that serves every file (uploads, what citizens send, hostile specimens)."""

import asyncio
import base64
import hashlib
import io
import re
import zipfile
from typing import Any
from urllib.parse import quote

from aiohttp import web

from .clock import DAY
from .records import Upload
from .refusals import Refusal, invalid
from .remote import Call, Simulated, endpoint, guarded, success
from .world import UPLOAD_LIFE, World

MEGABYTE = 1024 * 1024
UPLOADS_PER_DAY = 5000
LIMITS = {"image": MEGABYTE, "gif": 5 * MEGABYTE, "file": 5 * MEGABYTE}
IMAGE_TYPES = {"image": ("image/jpeg", "image/png"), "gif": ("image/gif",)}
FILE_TYPES = (
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v2.0/oa/upload/image", endpoint("upload", lambda call: upload(call, "image"))),
        web.post("/v2.0/oa/upload/gif", endpoint("upload", lambda call: upload(call, "gif"))),
        web.post("/v2.0/oa/upload/file", endpoint("upload", lambda call: upload(call, "file"))),
        web.get("/media/{key}/{name}", guarded("media", serve)),
    ]


def content_type_of(content: bytes) -> str:
    """The type by the first bytes, never by the name."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "application/msword"
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if any(name.startswith("word/") for name in archive.namelist()):
                    return FILE_TYPES[2]
        except zipfile.BadZipFile:
            pass
        return "application/zip"
    if content.startswith(b"#!AMR"):
        return "audio/amr"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if content and b"\0" not in content[:1024]:
        return "text/plain"
    return "application/octet-stream"


async def first_file(request: web.Request, fields: tuple[str, ...] = ("file", "image")) -> tuple[str, bytes] | None:
    """Name and bytes of the first multipart field named so; None when there is none."""
    if not request.content_type.startswith("multipart/"):
        return None
    form = await request.post()
    for field in fields:
        part = form.get(field)
        if isinstance(part, web.FileField):
            return part.filename, part.file.read()
    return None


def keep(
    world: World, role: str, name: str, content: bytes, *, oa_id: str = "", content_type: str = "", **rest: Any
) -> Upload:
    """Store bytes on the content host under a key nobody can guess."""
    safe = re.sub(r"[^\w .()\-]+", "_", name).strip(" ._") or "tep"
    return world.save_upload(
        Upload(
            key=world.secret_value("upload", 48),
            oa_id=oa_id,
            role=role,
            name=safe,
            content_type=content_type or content_type_of(content),
            size=len(content),
            expires_ms=world.clock.now_ms() + UPLOAD_LIFE,
            body=base64.b64encode(content).decode(),
            checksum=hashlib.md5(content, usedforsecurity=False).hexdigest(),
            **rest,
        )
    )


async def upload(call: Call, role: str) -> dict[str, Any]:
    """Kept for 7 days; returns ``attachment_id`` for pictures and ``token`` for files."""
    found = await first_file(call.request)
    if found is None:
        raise invalid("file")
    name, content = found
    world = call.world
    kind = content_type_of(content)
    allowed: tuple[str, ...] = IMAGE_TYPES.get(role, FILE_TYPES)
    if role == "file" and world.behaviour.upload_csv and name.lower().endswith(".csv") and kind == "text/plain":
        kind, allowed = "text/csv", (*allowed, "text/csv")
    if kind not in allowed:
        raise invalid("file type")
    if len(content) > LIMITS[role]:
        raise Refusal(-210, f"file size exceeds {LIMITS[role] // MEGABYTE}MB")
    day = f"{call.account.id}/{world.clock.now_ms() // DAY}"
    if world.upload_use[day] >= UPLOADS_PER_DAY:
        raise Refusal(-211)
    world.upload_use[day] += 1
    kept = keep(world, role, name, content, oa_id=call.account.id, content_type=kind)
    return success({"token": kept.key} if role == "file" else {"attachment_id": kept.key})


async def serve(request: web.Request, state: Simulated, raw: bytes) -> web.StreamResponse:
    """The file, or 404 after seven days; specimens may redirect or send more than they announce."""
    kept = state.world.uploads.get(request.match_info["key"])
    if kept is None or kept.expires_ms <= state.world.clock.now_ms():
        raise web.HTTPNotFound()
    if kept.redirect_to:
        raise web.HTTPFound(kept.redirect_to)
    if kept.pretend_size:
        return await _stream(request, kept)
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(kept.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    if kept.content_type == "application/pdf":
        del headers["Content-Security-Policy"]  # the browser's PDF viewer does not run in a sandbox
    return web.Response(
        body=base64.b64decode(kept.body), content_type=kept.content_type, status=kept.status, headers=headers
    )


async def _stream(request: web.Request, kept: Upload) -> web.StreamResponse:
    """``pretend_size`` bytes in chunks and without a length, to try a careless download."""
    response = web.StreamResponse(headers={"Content-Type": kept.content_type})
    response.enable_chunked_encoding()
    await response.prepare(request)
    start = base64.b64decode(kept.body)
    await response.write(start)
    left = kept.pretend_size - len(start)
    block = bytes(64 * 1024)
    try:
        while left > 0:
            await response.write(block[:left])
            left -= len(block)
            await asyncio.sleep(0)
    except ConnectionError:
        return response
    await response.write_eof()
    return response
