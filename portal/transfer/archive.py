"""The file of a backup: a tar of a manifest, the database in pieces and every stored file, sealed as a whole.

It is sealed as stored files are (dossiers.privacy.sealed_files): with the first of FIELD_ENCRYPTION_KEYS, piece by
piece, each bound to its place and the last one marked, so that what was changed, cut off or sealed with another key
does not open. Memory stays flat in the size of the installation.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from dossiers.privacy.sealed_files import MAGIC, PIECE, opened

FORMAT = 1
MANIFEST, DATABASE, MEDIA = "manifest.json", "database/", "media/"
NOT_A_BACKUP = "Tệp này không phải bản sao lưu do lệnh backup tạo ra; kiểm tra lại đường dẫn."


class BackupError(Exception):
    """A backup or restore that cannot go on; its Vietnamese sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; `tables` counts the rows of each table, `migrations` are "app.name"."""

    engine: str
    made_at: str
    migrations: list[str]
    tables: dict[str, int]
    format: int = FORMAT


def packed(manifest: Manifest, database: Iterable[bytes], files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """Yield the plain bytes of the archive."""
    yield from _member(MANIFEST, json.dumps(asdict(manifest)).encode())
    for place, piece in enumerate(database):
        yield from _member(f"{DATABASE}{place:08d}", piece)
    for name, path in files:
        yield from _file(MEDIA + name, path)
    yield bytes(2 * tarfile.BLOCKSIZE)


def unpacked(source: Path, database: Path, media: Path) -> Manifest:
    """Open the whole backup into `database` and below `media`, and return what it says of itself.

    Raises BackupError for another kind of file, SealingError when it was changed, cut off or its key is gone.
    """
    with open(source, "rb") as raw:
        if raw.read(len(MAGIC)) != MAGIC:
            raise BackupError(NOT_A_BACKUP)
    with opened(source) as plain:
        try:
            manifest = _unpacked(plain, database, media)
        except (tarfile.TarError, KeyError, TypeError, ValueError):
            raise BackupError(NOT_A_BACKUP) from None
    return manifest


def _unpacked(plain: BinaryIO, database: Path, media: Path) -> Manifest:
    with tarfile.open(fileobj=plain, mode="r:") as tar, open(database, "wb") as whole:
        manifest = _manifest(tar)
        while (member := tar.next()) is not None:
            if member.name.startswith(DATABASE):
                shutil.copyfileobj(_content(tar, member), whole, PIECE)
            else:
                place = media / _inside(member.name)
                place.parent.mkdir(parents=True, exist_ok=True)
                with open(place, "wb") as target:
                    shutil.copyfileobj(_content(tar, member), target, PIECE)
            tar.members = []  # type: ignore[attr-defined]  # it would remember every file of the installation
    return manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST:
        raise BackupError(NOT_A_BACKUP)
    said = json.loads(_content(tar, first).read())
    if said["format"] != FORMAT:
        raise BackupError("Bản sao lưu do phiên bản mới hơn tạo ra; cập nhật phần mềm rồi chạy lại restore.")
    return Manifest(**said)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    content = tar.extractfile(member)
    if content is None:
        raise BackupError(NOT_A_BACKUP)
    return content  # type: ignore[return-value]  # typeshed says IO[bytes]


def _inside(name: str) -> PurePosixPath:
    place = PurePosixPath(name)
    if place.parts[:1] != (MEDIA.rstrip("/"),) or ".." in place.parts:
        raise BackupError(NOT_A_BACKUP)
    return PurePosixPath(*place.parts[1:])


def _member(name: str, content: bytes) -> Iterator[bytes]:
    yield _header(name, len(content))
    yield content
    yield _padding(len(content))


def _file(name: str, path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    yield _header(name, size)
    with open(path, "rb") as source:
        left = size
        while left:
            piece = source.read(min(PIECE, left))
            if not piece:
                raise BackupError(f"Tệp “{name}” ngắn đi trong lúc sao lưu; chạy lại lệnh.")
            left -= len(piece)
            yield piece
    yield _padding(size)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o640
    return info.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)
