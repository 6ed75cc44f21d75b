"""`manage.py import_catalogue FILE`: load the procedure catalogue and say what changed."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers.catalogue import report
from dossiers.catalogue.importing import Options, load_file
from dossiers.models import Agency
from dossiers.table_files.text_stream import TableFileError


class Command(BaseCommand):
    help = (
        "Nạp danh mục thủ tục hành chính từ JSON lines (kể cả .gz), CSV hoặc XLSX. Thủ tục thay đổi được tạo phiên bản "
        "mới có hiệu lực từ hôm nay; hồ sơ đã nhận giữ phiên bản cũ. Nạp lại cùng tệp không tạo gì thêm."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="TỆP")
        parser.add_argument("--agency", metavar="MÃ", help="mã đơn vị, khi tệp là danh mục riêng của đơn vị đó")
        parser.add_argument("--source", default="", metavar="TÊN", help="tên nguồn, để so với lần nạp trước cùng nguồn")
        parser.add_argument("--valid-from", type=date.fromisoformat, metavar="NĂM-THÁNG-NGÀY", help="ngày hiệu lực")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem sẽ thay đổi gì, không ghi")
        parser.add_argument("--abolish-missing", action="store_true", help="bãi bỏ thủ tục không còn trong tệp")
        parser.add_argument("--even-many", action="store_true", help="bãi bỏ cả khi tệp thiếu rất nhiều thủ tục")
        parser.add_argument("--decision", default="", metavar="SỐ", help="quyết định bãi bỏ, ghi vào thủ tục bị bãi bỏ")
        parser.add_argument("--report", metavar="TỆP", help="ghi báo cáo từng dòng ra tệp CSV này")

    def handle(self, *args, **options):
        settings = Options(
            today=timezone.localdate(),
            source=options["source"].strip()[:120],
            agency=self._agency(options["agency"]),
            dry_run=options["dry_run"],
            abolish_missing=options["abolish_missing"],
            abolish_even_many=options["even_many"],
            abolishing_decision=options["decision"].strip(),
            valid_from=options["valid_from"],
        )
        try:
            outcome = load_file(options["file"], settings, now=timezone.now())
        except TableFileError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(report.summary(outcome, dry_run=settings.dry_run))
        if options["report"]:
            self._write_report(options["report"], outcome)

    def _agency(self, code: str | None) -> Agency | None:
        if not code:
            return None
        agency = Agency.objects.filter(code=code).first()
        if agency is None:
            raise CommandError(f"Không có đơn vị mang mã “{code}”; xem danh sách đơn vị trong trang quản trị.")
        return agency

    def _write_report(self, path: str, outcome) -> None:
        try:
            with open(path, "w", encoding="utf-8", newline="") as target:
                target.writelines(report.csv_of(outcome.rows))
        except OSError as error:
            raise CommandError(f"Không ghi được báo cáo ra “{path}”: {error.strerror}. Danh mục thì đã nạp.") from None
        self.stdout.write(f"Báo cáo từng dòng: {path}")
