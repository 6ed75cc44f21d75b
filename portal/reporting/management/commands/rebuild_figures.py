"""`manage.py rebuild_figures [--from DAY] [--to DAY]`: count the daily figures anew from the registers."""

from __future__ import annotations

import datetime as dt
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers import typed
from dossiers.written_dates import written_day
from portal.reporting import keeping


class Command(BaseCommand):
    help = (
        "Đếm lại số liệu từng ngày từ sổ hồ sơ, sổ tin nhắn, sổ quan tâm, kể cả ngày đã chốt. Chạy lại không đổi gì "
        "thêm. Không ghi ngày thì đếm từ ngày đầu có dữ liệu đến hôm nay."
    )

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", metavar="NGÀY", help="từ ngày, ví dụ 01/11/2026 hoặc 2026-11-01")
        parser.add_argument("--to", dest="last", metavar="NGÀY", help="đến hết ngày")

    def handle(self, *, first: str | None, last: str | None, **options):
        now, today = timezone.now(), timezone.localdate()
        begin = self._day(first, "--from") if first else keeping.first_day()
        end = self._day(last, "--to") if last else today
        if begin is None:
            self.stdout.write("Chưa có hồ sơ, tin nhắn hay lượt quan tâm nào: không có gì để đếm.")
            return
        if begin > end:
            raise CommandError("Ngày --from phải không sau ngày --to. Hãy sửa lại rồi chạy lại.")
        if begin > today:
            raise CommandError("Ngày --from ở tương lai: chưa có gì để đếm. Hãy ghi ngày đã qua.")
        started = time.monotonic()
        told = keeping.rebuild(
            begin, min(end, today), now=now, say=self._progress if options["verbosity"] > 1 else None
        )
        self.stdout.write(
            self.style.SUCCESS(
                f"Đã đếm {told.days} ngày, từ {written_day(begin)} đến {written_day(min(end, today))}: {told.rows} "
                f"dòng; {told.changed} ngày đổi số, trong đó {told.closed_changed} ngày đã chốt. "
                f"Xong sau {time.monotonic() - started:.1f} giây."
            )
        )

    def _progress(self, told: keeping.Told) -> None:
        self.stdout.write(f"  {told.days} ngày, {told.rows} dòng")

    def _day(self, text: str, name: str) -> dt.date:
        day = typed.day(text)
        if day is None:
            raise CommandError(f"{name} chưa đúng: “{text}”. Hãy ghi ngày/tháng/năm, ví dụ 01/11/2026.")
        return day
