"""`manage.py verify_audit [--from NGÀY --to NGÀY]`: read the sealed logs again; exit code 1 when one was touched."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from dossiers import typed
from dossiers.written_dates import written_day
from portal.audit import triggers, verifying


class Command(BaseCommand):
    help = (
        "Kiểm tra chuỗi niêm phong của nhật ký xem và thay đổi: tìm dòng bị sửa, bị xóa, bị chèn sau khi niêm phong, "
        "nêu tên nhật ký và ngày. Mã thoát khác 0 khi có sai lệch."
    )

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", metavar="NGÀY", help="từ ngày, ví dụ 01/11/2026")
        parser.add_argument("--to", dest="last", metavar="NGÀY", help="đến hết ngày")

    def handle(self, *args, **options):
        first, last = (self._day(options[name]) for name in ("first", "last"))
        if first and last and last < first:
            raise CommandError("Ngày cuối trước ngày đầu. Hãy đổi lại --from và --to.")
        wrong = 0
        for told in verifying.check_all(first, last):
            self._tell(told)
            wrong += len(told.findings)
        off = triggers.missing()
        for table in off:
            self.stderr.write(f"Cơ sở dữ liệu không còn chặn sửa, xóa bảng {table}: chạy manage.py migrate để đặt lại.")
        if wrong or off:
            raise CommandError(f"Nhật ký không nguyên vẹn: {wrong} sai lệch, {len(off)} bảng không được chặn.")
        self.stdout.write("Nhật ký nguyên vẹn.")

    def _tell(self, told: verifying.Checked) -> None:
        if not told.links:
            self.stdout.write(f"{told.log.name}: chưa có ngày nào được niêm phong trong khoảng này.")
            return
        until = written_day(told.until) if told.until else "–"
        words = f"{told.log.name}: {told.rows} dòng đến hết {until}, mã cuối {told.head}"
        if told.late:
            words += f"; {told.late} dòng đến muộn, niêm phong sau"
        if told.erased:
            words += f"; {told.erased} dòng đã xóa lời văn theo yêu cầu của người liên quan"
        self.stdout.write(words)
        for finding in told.findings:
            self.stderr.write(f"  SAI LỆCH, {finding.log}, ngày {written_day(finding.day)}: {finding.words}")

    def _day(self, text: str | None):
        if not text:
            return None
        found = typed.day(text)
        if found is None:
            raise CommandError(f"Không hiểu ngày “{text}”. Hãy ghi ngày/tháng/năm, ví dụ 01/11/2026.")
        return found
