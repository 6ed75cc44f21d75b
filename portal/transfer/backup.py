"""A backup of database and files at one moment, in one sealed file, and its way back.

The moment: files are linked aside, the database's snapshot is taken, files that came in between are linked too. A file
is on the disk before its row is committed, so every row of the snapshot has its file. A restore opens and checks the
whole backup before it changes anything; then the database is put in place wholly or not at all, then the files.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dossiers.privacy.sealed_files import sealed
from dossiers.privacy.sealing import SealingError
from portal.transfer import archive, databases, media_files
from portal.transfer.archive import BackupError, Manifest

NOTE = "sao-luu-gan-nhat.txt"
UNTOUCHED = "Chưa thay đổi gì."
OTHER_RUN = "Một lần sao lưu hoặc khôi phục khác đang chạy; đợi nó xong rồi chạy lại."


def make(target: Path, connection: BaseDatabaseWrapper, media: Path) -> tuple[Manifest, int]:
    """Write the backup and return what it says of itself and the number of files; a broken run leaves no `target`.

    Raises BackupError, SealingError, OSError.
    """
    if target.exists():
        raise BackupError(f"“{target}” đã có; chọn tên khác, ví dụ có ngày giờ, để không ghi đè bản sao lưu cũ.")
    if target.resolve().is_relative_to(media.resolve()):
        raise BackupError("Đặt bản sao lưu ngoài MEDIA_ROOT, tốt nhất trên máy hoặc đĩa khác.")
    try:
        with media_files.scratch(media, media_files.BACKUP) as kept:
            media_files.link_aside(media, kept)
            with databases.snapshot(connection, target.parent) as moment:
                media_files.link_aside(media, kept)
                manifest = Manifest(
                    engine=connection.vendor,
                    made_at=timezone.now().isoformat(),
                    migrations=sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
                    tables=moment.tables,
                )
                files = list(media_files.files_of(kept))
                _write(target, archive.packed(manifest, moment.pieces, files))
    except media_files.Busy:
        raise BackupError(OTHER_RUN) from None
    return manifest, len(files)


def noted(manifest: Manifest) -> bool:
    """Return whether it could be noted when the backup was made; without the note it is whole all the same."""
    try:
        _note().write_text(manifest.made_at)
    except OSError:
        return False
    return True


def last_made() -> dt.datetime | None:
    """Return when the last backup was made on this installation; None when nobody noted one."""
    try:
        return parse_datetime(_note().read_text().strip())
    except (OSError, ValueError):
        return None


def _note() -> Path:
    return Path(settings.VAR_DIR) / NOTE


def bring_back(source: Path, connection: BaseDatabaseWrapper, media: Path, *, replace: bool) -> tuple[Manifest, int]:
    """Put database and files as they were; return what the backup says of itself and the number of files.

    `replace` allows it where there is anything already, which is lost. Raises BackupError, OSError.
    """
    if not replace:
        _refuse_over_anything(connection, media)
    try:
        with media_files.scratch(media, media_files.RESTORE) as opened:
            content, files = opened / "database", opened / "files"
            files.mkdir()
            manifest = archive.unpacked(source, content, files)
            _refuse_another_kind(manifest, connection)
            databases.load(connection, content)
            number = media_files.put_in_place(files, media)
    except media_files.Busy:
        raise BackupError(OTHER_RUN) from None
    except SealingError as error:
        raise BackupError(f"Bản sao lưu không mở được: {_of_backup(error)} {UNTOUCHED}") from None
    found = databases.counted(connection)
    if differing := sorted(name for name in {*found, *manifest.tables} if found.get(name) != manifest.tables.get(name)):
        raise BackupError(f"Khôi phục xong nhưng số dòng khác bản sao lưu ở bảng: {', '.join(differing)}. Chạy lại.")
    return manifest, number


def _of_backup(error: SealingError) -> str:
    """Say of a backup what sealing says of a stored file."""
    if "FIELD_ENCRYPTION_KEYS" in str(error):
        return "khóa đã dùng khi sao lưu không có trong FIELD_ENCRYPTION_KEYS; thêm khóa đó vào cuối danh sách."
    return "tệp bị thay đổi hoặc thiếu phần cuối; dùng bản sao lưu khác."


def _refuse_over_anything(connection: BaseDatabaseWrapper, media: Path) -> None:
    if tables := databases.tables_of(connection):
        raise BackupError(
            f"Cơ sở dữ liệu này đã có {len(tables)} bảng. Hãy dùng cơ sở dữ liệu trống, hoặc thêm --replace nếu muốn "
            f"bỏ toàn bộ dữ liệu đang có. {UNTOUCHED}"
        )
    if next(media_files.files_of(media), None):
        raise BackupError(
            f"“{media}” (MEDIA_ROOT) đã có tệp. Hãy dùng thư mục trống, hoặc thêm --replace nếu muốn bỏ các tệp đang "
            f"có. {UNTOUCHED}"
        )


def _refuse_another_kind(manifest: Manifest, connection: BaseDatabaseWrapper) -> None:
    if manifest.engine != connection.vendor:
        raise BackupError(
            f"Bản sao lưu là của {manifest.engine}, cơ sở dữ liệu này là {connection.vendor}; đặt DATABASE_URL cùng "
            f"loại. {UNTOUCHED}"
        )
    ours = {config.label for config in apps.get_app_configs()}
    known = MigrationLoader(None).disk_migrations
    newer = [
        name for name in manifest.migrations if name.split(".")[0] in ours and tuple(name.split(".", 1)) not in known
    ]
    if newer:
        raise BackupError(
            f"Bản sao lưu do phiên bản mới hơn tạo ra (có {newer[0]}); cài phiên bản đó rồi khôi phục. {UNTOUCHED}"
        )


def _write(target: Path, plain) -> None:
    handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "wb") as out:
            for part in sealed(plain):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        os.replace(scratch, target)
    finally:
        Path(scratch).unlink(missing_ok=True)
