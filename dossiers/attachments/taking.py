"""One file a stranger sends, checked by its content and made fit to keep: pictures, films without place or device."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext

from dossiers.attachments import pictures, types, videos
from dossiers.attachments.traps import UploadRefused
from dossiers.attachments.types import ContentKind
from dossiers.workflow.moving import ActError


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be kept: a safe name, its cleaned content, its media type."""

    name: str
    content: bytes
    content_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def take(upload, *, most_bytes: int, allowed: tuple[ContentKind, ...]) -> Taken:
    """Return the uploaded file ready to keep. Raises ActError naming the file and what to send instead."""
    shown = types.safe_name(upload.name)
    if upload.size > most_bytes:
        raise ActError(
            gettext("Tệp “%(name)s” nặng %(size)d MB, quá %(most)d MB. Hãy chụp lại ở cỡ nhỏ hơn hoặc gửi ảnh đã nén.")
            % {"name": shown, "size": upload.size >> 20, "most": most_bytes >> 20}
        )
    try:
        found = types.check_upload(upload.name, upload, most_bytes, allowed=allowed)
    except UploadRefused as refused:
        raise ActError(f"Tệp “{shown}”: {refused}") from None
    upload.seek(0)
    content, name, kind = upload.read(), found.safe_name, found.kind
    if kind in pictures.REMADE_AS:
        content, kind = pictures.remade(content, kind, name), pictures.REMADE_AS[kind]
        if kind is not found.kind:
            name = f"{name.rpartition('.')[0]}.{kind.extensions[0]}"
    elif kind in videos.BOXED:
        try:
            content = videos.without_place(content)
        except UploadRefused as refused:
            raise ActError(f"Tệp “{name}”: {refused}") from None
    return Taken(name, content, kind.media_type)
