"""`manage.py import_dossiers FILE`: bring over the dossiers of the software before, and say what came of each row."""

from __future__ import annotations

import csv
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from dossiers.models import Agency
from dossiers.table_files.text_stream import TableFileError
from portal.transfer import dossier_files
from portal.transfer.dossier_files import Outcome

WORDS = {"new": "nhận mới", "known": "đã có, đối chiếu", "refused": "không nhận"}
PLACE_EVERY = 200
"""Rows between two notes of how far a run came."""


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
        after = _place(place) if options["resume"] else 0
        report = options["report"] or path.with_name(path.name + ".bao-cao.csv")
        outcome = Outcome()
        try:
            self._run(path, agency, report, place, outcome, after, options["dry_run"])
        except TableFileError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Không ghi được “{error.filename}”: {error.strerror}.") from None
        place.unlink(missing_ok=True)
        self._say(outcome, report, after, options["dry_run"])

    def _run(self, path, agency, report, place, outcome, after, dry_run):
        with report.open("a" if after else "w", encoding="utf-8-sig" if not after else "utf-8", newline="") as target:
            writer = csv.writer(target)
            if not after:
                writer.writerow(["Trang tính", "Dòng", "Mã hồ sơ", "Kết quả", "Ghi chú"])
            lines = dossier_files.lines_of(path, agency, outcome, after=after, dry_run=dry_run)
            for done, line in enumerate(lines, start=after + 1):
                writer.writerow([line.sheet, line.number, line.code, WORDS[line.outcome], " ".join(line.notes)])
                if done % PLACE_EVERY == 0 and not dry_run:
                    target.flush()
                    place.write_text(str(done), encoding="ascii")

    def _say(self, outcome: Outcome, report: Path, after: int, dry_run: bool) -> None:
        if after:
            self.stdout.write(f"Đi tiếp sau {after} dòng đã làm.")
        for remark in outcome.remarks:
            self.stdout.write(remark)
        will = "sẽ nhận mới" if dry_run else "nhận mới"
        told = f"{will} {outcome.new}, đã có {outcome.known}, không nhận {outcome.refused}"
        self.stdout.write(f"Hồ sơ: {told}. Báo cáo từng dòng: {report}")


def _place(place: Path) -> int:
    """Return how many rows the run before had done; 0 when it left no note."""
    try:
        return int(place.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
