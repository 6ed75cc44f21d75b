"""Files at rest sealed like the rows: the storage behind every file field, with the keys of FIELD_ENCRYPTION_KEYS.

A sealed file is `MC01`, the length and id of its key, 16 bytes of salt, then pieces of 64 KiB sealed one by one under
a key of the file's own (HKDF of the key and the salt), each bound to its place and the last one marked as last: pieces
that were changed, moved or cut off do not open. Reading and writing hold one piece in memory, and a reader may start
anywhere. Files from before are read as they lie; `manage.py rotate_keys` seals them.
"""

from __future__ import annotations

import io
import os
import struct
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.db.models.fields.files import FieldFile

from dossiers.privacy import sealing
from dossiers.privacy.sealing import SealingError

MAGIC = b"MC01"
SALT_BYTES = 16
PIECE = 64 * 1024
SEALED_PIECE = PIECE + sealing.TAG_BYTES
CHANGED = "Tệp đã niêm phong bị thay đổi hoặc thiếu phần cuối nên không mở được. Hãy khôi phục tệp từ bản sao lưu."


class FileGone(FileNotFoundError):
    """The row names a file that is not in the store any more."""


def remove_with_commit(file: FieldFile) -> None:
    """Take the file off the disk once the transaction is committed: rolled back, it is still there. "" is none."""
    if file:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))


class SealedStorage(FileSystemStorage):
    """Django's file storage whose files are sealed on disk and plain to whoever opens them through it."""

    def _save(self, name: str, content: File) -> str:
        return super()._save(name, _Sealing(content))  # type: ignore[misc]  # the stubs leave it out

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode not in {"r", "rb"}:
            raise ValueError("A sealed file is written once: delete it and save another.")
        return _Plain(Path(self.path(name)), name)

    def size(self, name: str) -> int:
        """Return the size of the plain file."""
        with opened(Path(self.path(name))) as file:
            return file.seek(0, io.SEEK_END)


def opened(path: Path) -> BinaryIO:
    """Return the plain file behind `path`, sealed or from before. Raises SealingError when its key is gone."""
    raw = open(path, "rb")
    try:
        head = _read_head(raw)
    except BaseException:
        raw.close()
        raise
    if head is None:
        raw.seek(0)
        return raw
    return io.BufferedReader(_Unsealing(raw, *head), PIECE)


def is_current(path: Path) -> bool:
    """Tell whether the file is sealed with the first key."""
    with open(path, "rb") as raw:
        return raw.read(len(_prefix())) == _prefix()


def reseal(path: Path) -> bool:
    """Seal the file with the first key and tell whether there was anything to do. Raises SealingError, OSError.

    The new file takes the old one's place in one step; one that was deleted meanwhile stays deleted.
    """
    if is_current(path):
        return False
    mode = path.stat().st_mode & 0o777
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".sealing-")
    try:
        with os.fdopen(handle, "wb") as out, opened(path) as plain:
            for part in sealed(iter(lambda: plain.read(PIECE), b"")):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(scratch, mode)
        if path.exists():
            os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)
    return True


def sealed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sealed file of these plain chunks, piece by piece."""
    salt = os.urandom(SALT_BYTES)
    head = _prefix() + salt
    cipher = sealing.file_cipher(sealing.current_key_id(), salt)
    yield head
    place, kept = 0, b""
    for chunk in chunks:
        kept += chunk
        # The last piece is known as last only at the end: one is always held back.
        while len(kept) > PIECE:
            yield cipher.encrypt(_nonce(place, last=False), kept[:PIECE], head)
            place, kept = place + 1, kept[PIECE:]
    yield cipher.encrypt(_nonce(place, last=True), kept, head)


class _Plain(File):
    """The plain file as Django hands files out: closed, it may be opened again."""

    def __init__(self, path: Path, name: str):
        try:
            super().__init__(opened(path), name=name)
        except FileNotFoundError as error:
            raise FileGone(error.errno, error.strerror, name) from error
        self._path = path

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> _Plain:
        if self.closed:
            self.file = opened(self._path)
        self.seek(0)
        return self


class _Sealing:
    """The content of a file on its way to the disk; without a path of its own, so that it is never just moved."""

    def __init__(self, content: File):
        self.content = content

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return sealed(_as_bytes(self.content.chunks(PIECE)))


class _Unsealing(io.RawIOBase):
    """A sealed file read as the plain one, from any place."""

    def __init__(self, raw: BinaryIO, head: bytes, key_id: str, salt: bytes):
        self._raw, self._head = raw, head
        self._cipher = sealing.file_cipher(key_id, salt)
        body = os.fstat(raw.fileno()).st_size - len(head)
        self._last = max(0, -(-body // SEALED_PIECE) - 1)
        self._size = body - sealing.TAG_BYTES * (self._last + 1)
        self._at, self._piece_at, self._piece = 0, -1, b""
        if self._size < 0:
            raise SealingError(CHANGED)
        self._load(self._last)  # a file that was cut off is told at once, not after half of it was read

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size or not len(buffer):
            return 0
        place, start = divmod(self._at, PIECE)
        self._load(place)
        part = self._piece[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def _load(self, place: int) -> None:
        if place == self._piece_at:
            return
        self._raw.seek(len(self._head) + place * SEALED_PIECE)
        try:
            piece = self._raw.read(SEALED_PIECE)
            self._piece = self._cipher.decrypt(_nonce(place, last=place == self._last), piece, self._head)
        except InvalidTag:
            raise SealingError(CHANGED) from None
        self._piece_at = place


def _read_head(raw: BinaryIO) -> tuple[bytes, str, bytes] | None:
    """Return (head, key id, salt) of a sealed file; None for a file from before."""
    start = raw.read(len(MAGIC) + 1)
    if start[: len(MAGIC)] != MAGIC or len(start) <= len(MAGIC):
        return None
    rest = raw.read(start[-1] + SALT_BYTES)
    if len(rest) < start[-1] + SALT_BYTES:
        raise SealingError(CHANGED)
    return start + rest, rest[: start[-1]].decode("ascii", "replace"), rest[start[-1] :]


def _prefix() -> bytes:
    key_id = sealing.current_key_id().encode("ascii")
    return MAGIC + bytes([len(key_id)]) + key_id


def _nonce(place: int, *, last: bool) -> bytes:
    return struct.pack(">xxxQB", place, last)


def _as_bytes(chunks: Iterable) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk.encode() if isinstance(chunk, str) else bytes(chunk)
