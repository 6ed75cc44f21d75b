"""`manage.py import_dossiers FILE`: bring over the dossiers of the software before, and say what came of each row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError

from dossiers.models import Agency
from dossiers.table_files.text_stream import TableFileError
from portal.transfer import dossier_files
from portal.transfer.dossier_files import Outcome
from portal.transfer.row_reports import HEADINGS, row_of


class Command(BaseCommand):
    help = (
        "Chuyển hồ sơ của phần mềm cũ vào từ CSV hoặc XLSX. Dữ liệu chuyển vào là lịch sử: không ai được báo tin. "
        "Chạy lại cùng tệp không tạo gì thêm; mỗi dòng của tệp có một dòng trong báo cáo đặt cạnh tệp."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="TỆP", type=Path)
        parser.add_argument("--agency", required=True, metavar="MÃ", help="cơ quan tiếp nhận của các hồ sơ")
        parser.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra và báo cáo, không ghi")
        parser.add_argument("--resume", action="store_true", help="đi tiếp từ chỗ lần chạy trước bị dừng")
        parser.add_argument("--report", metavar="TỆP", type=Path, help="báo cáo từng dòng (mặc định: TỆP.bao-cao.csv)")

    def handle(self, *args, **options):
        path, agency = options["file"], Agency.objects.filter(code=options["agency"]).first()
        if not path.is_file():
            raise CommandError(f"Không tìm thấy tệp “{path}”; kiểm tra lại đường dẫn.")
        if agency is None:
            raise CommandError(f"Không có cơ quan mang mã “{options['agency']}”; xem danh sách trong trang quản trị.")
        place = path.with_name(path.name + ".tien-do")
        after, size = _place(place) if options["resume"] else (0, None)
        report = options["report"] or path.with_name(path.name + ".bao-cao.csv")
        outcome = Outcome()
        try:
            self._run(path, agency, _report(report, after, size), place, outcome, after, options["dry_run"])
        except TableFileError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Không ghi được “{error.filename}”: {error.strerror}.") from None
        place.unlink(missing_ok=True)
        self._say(outcome, report, after, options["dry_run"])

    def _run(self, path, agency, report, place, outcome, after, dry_run):
        with report as target:
            writer, done = csv.writer(target), after
            if not after:
                writer.writerow(HEADINGS)
            for lines in dossier_files.batches_of(path, agency, outcome, after=after, dry_run=dry_run):
                writer.writerows(row_of(each) for each in lines)
                done += len(lines)
                if not dry_run:
                    target.flush()
                    _note(place, done, target.tell())

    def _say(self, outcome: Outcome, report: Path, after: int, dry_run: bool) -> None:
        if after:
            self.stdout.write(f"Đi tiếp sau {after} dòng đã làm.")
        for remark in outcome.remarks:
            self.stdout.write(remark)
        will = "sẽ nhận mới" if dry_run else "nhận mới"
        told = f"{will} {outcome.new}, đã có {outcome.known}, không nhận {outcome.refused}"
        self.stdout.write(f"Hồ sơ: {told}. Báo cáo từng dòng: {report}")


def _report(path: Path, after: int, size: int | None) -> TextIO:
    """Open the report: anew, or behind what it said when the place was noted."""
    if not after:
        return path.open("w", encoding="utf-8-sig", newline="")
    if size is not None and path.exists():
        with path.open("r+b") as written:
            written.truncate(size)
    return path.open("a", encoding="utf-8", newline="")


def _note(place: Path, done: int, size: int) -> None:
    """Note how many rows are done, and how long the report is with them; a kill leaves the note before or this one."""
    fresh = place.with_name(place.name + ".moi")
    fresh.write_text(f"{done} {size}", encoding="ascii")
    fresh.replace(place)


def _place(place: Path) -> tuple[int, int | None]:
    """Return how many rows the run before had done, and how long its report was; (0, None) when it left no note."""
    try:
        done, *size = map(int, place.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return 0, None
    return done, size[0] if size else None
