"""`manage.py backup FILE`: database and stored files at one moment, in one file sealed with the product's keys."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from dossiers.privacy.sealing import SealingError
from portal.transfer import backup


class Command(BaseCommand):
    help = (
        "Sao lưu cơ sở dữ liệu và tệp riêng ở cùng một thời điểm vào một tệp niêm phong bằng khóa đầu tiên trong "
        "FIELD_ENCRYPTION_KEYS. Hệ thống vẫn chạy trong lúc sao lưu. Mất khóa là không mở được bản sao lưu."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="TỆP", type=Path, help="tệp mới; tệp đã có thì không ghi đè")

    def handle(self, *args, **options):
        target = options["file"]
        try:
            manifest, files = backup.make(target, connection, Path(settings.MEDIA_ROOT))
        except (backup.BackupError, SealingError) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Không ghi được “{error.filename or target}”: {error.strerror}.") from None
        if not backup.noted(manifest):
            said = f"Bản sao lưu đã xong, nhưng chưa ghi được thời điểm vào {settings.VAR_DIR}: kiểm tra quyền ghi."
            self.stderr.write(self.style.WARNING(said))
        rows = sum(manifest.tables.values())
        self.stdout.write(
            f"Đã sao lưu {rows} dòng của {len(manifest.tables)} bảng và {files} tệp vào {target} "
            f"({target.stat().st_size} byte). Cất khóa FIELD_ENCRYPTION_KEYS ở nơi khác."
        )
