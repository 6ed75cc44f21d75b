"""`manage.py restore FILE`: put database and stored files as a backup holds them."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.transfer import backup


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
        rows = sum(manifest.tables.values())
        self.stdout.write(
            f"Đã khôi phục {rows} dòng của {len(manifest.tables)} bảng và {files} tệp như lúc {manifest.made_at}, đã "
            "đối chiếu số dòng từng bảng. Trước khi bật worker: chạy migrate, rồi xem mục “Sao lưu, khôi phục” trong "
            "docs/van-hanh.md (tin chờ gửi, khóa Zalo, yêu cầu xóa dữ liệu sau lúc sao lưu)."
        )
