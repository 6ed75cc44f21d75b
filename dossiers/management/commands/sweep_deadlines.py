"""Sweep due dates now, or as of a moment: remind, draft, close, check. Safe to run at any time, any number of times."""

from __future__ import annotations

import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import pace
from dossiers.lateness import sweep as overdue
from dossiers.written_dates import written_moment


class Command(BaseCommand):
    help = "Rà soát hạn: nhắc việc, lập dự thảo văn bản xin lỗi, kiểm tra không hồ sơ quá hạn nào thiếu văn bản."

    def add_arguments(self, parser):
        parser.add_argument("--now", metavar="ISO", help="Xét tại thời điểm này, ví dụ 2026-11-23T08:00:00+07:00.")
        parser.add_argument("--pace", action="store_true", help="Đo lại nhịp giải quyết của từng thủ tục trước khi rà.")

    def handle(self, *args, **options):
        now = self._moment(options["now"])
        if options["pace"]:
            self.stdout.write(f"Đã đo nhịp {pace.measure(now=now)} bước thủ tục.")
        run = overdue.sweep(now=now)
        self.stdout.write(
            f"Rà soát tại {written_moment(now)}: {run.reminders} nhắc việc, {run.drafts} dự thảo mới, "
            f"{run.closed} dự thảo không còn cần; {run.seconds:.1f} giây."
        )
        for problem in run.problems:
            self.stderr.write(problem)
        if not run.holds:
            self.stdout.write(
                f"CHƯA BẢO ĐẢM: {run.late_without_letter} hồ sơ quá hạn chưa có văn bản xin lỗi, "
                f"{run.passed_new_date} hồ sơ quá ngày hẹn lại. Mở bàn Trễ hạn để xử lý."
            )
        if run.problems:
            raise CommandError(f"{len(run.problems)} việc không làm được, xem ở trên.")

    def _moment(self, text: str | None) -> dt.datetime:
        if not text:
            return timezone.now()
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise CommandError("--now phải theo ISO 8601, ví dụ 2026-11-23T08:00:00+07:00.") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
