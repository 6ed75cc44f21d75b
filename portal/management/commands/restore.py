"""`manage.py restore FILE`: put database and stored files as a backup holds them."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from dossiers.privacy import erasure_journal
from dossiers.privacy.sealing import SealingError
from portal.transfer import backup
from zalo.broadcasts import restored


class Command(BaseCommand):
    help = (
        "Khôi phục cơ sở dữ liệu và tệp riêng từ bản sao lưu. Bản sao lưu hỏng hoặc sai khóa thì không thay đổi gì. "
        "Dừng web, worker, beat trước khi chạy."
    )
    requires_system_checks: list[str] = []  # there may be no table yet

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="TỆP", type=Path)
        parser.add_argument("--replace", action="store_true", help="bỏ toàn bộ dữ liệu, tệp đang có")

    def handle(self, *args, **options):
        source = options["file"]
        if not source.is_file():
            raise CommandError(f"Không tìm thấy tệp “{source}”; kiểm tra lại đường dẫn.")
        try:
            replace = options["replace"]
            manifest, files = backup.bring_back(source, connection, Path(settings.MEDIA_ROOT), replace=replace)
        except backup.BackupError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Không đọc, ghi được “{error.filename or source}”: {error.strerror}.") from None
        held, erased = _hold(), self._erase_again(manifest.made_at)
        rows = sum(manifest.tables.values())
        self.stdout.write(
            f"Đã khôi phục {rows} dòng của {len(manifest.tables)} bảng và {files} tệp như lúc {manifest.made_at}, đã "
            f"đối chiếu số dòng từng bảng. {held} {erased} Trước khi bật worker: chạy migrate, rồi xem mục “Sao lưu, "
            "khôi phục” trong docs/van-hanh.md (tin chờ gửi, khóa Zalo)."
        )

    def _erase_again(self, made_at: str) -> str:
        """Erase again who was erased after the backup was made, and say so."""
        journal = erasure_journal.place()
        by_hand = f"`manage.py erase_person --since {made_at}`"
        if not journal.exists():
            return f"Không có tệp {journal}: nếu máy cũ có, chép về rồi chạy {by_hand} để xóa lại người đã xóa sau đó."
        try:
            call_command("erase_person", since=made_at, stdout=self.stdout)
        except (DatabaseError, SealingError, OSError, CommandError) as error:
            # Tables of a version before are whole again after migrate; the data is back, whatever stands in the way.
            why = f"({type(error).__name__}: {error})"
            return f"CHƯA xóa lại người đã xóa sau lúc sao lưu {why}: chạy migrate rồi {by_hand}."
        return "Người đã xóa sau lúc sao lưu được xóa lại như kể trên."


def _hold() -> str:
    """Keep back what may have been told since the backup, and say so."""
    try:
        messages, broadcasts = restored.hold(now=timezone.now())
    except DatabaseError:  # tables of a version long ago, or none
        return "CHƯA giữ lại được tin chờ gửi: chạy migrate rồi hủy tay tin đã gửi sau lúc sao lưu."
    return (
        f"Giữ lại {messages} tin chờ gửi và {broadcasts} đợt gửi nhiều người vì có thể đã gửi sau lúc sao lưu: chúng "
        "chỉ đi khi có người bấm gửi lại, gửi tiếp."
    )
