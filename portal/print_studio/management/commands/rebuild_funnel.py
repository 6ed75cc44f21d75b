"""Count the funnel's figures anew from the tables, month by month."""

from __future__ import annotations

import datetime as dt

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers import typed
from dossiers.written_dates import written_day
from portal.print_studio.funnel import counting

STEP = dt.timedelta(days=30)


class Command(BaseCommand):
    help = "Đếm lại số liệu phễu tuyên truyền theo ngày; chạy lại bao nhiêu lần cũng được."

    def add_arguments(self, parser):
        parser.add_argument("--tu", default="", help="từ ngày, ví dụ 01/09/2026; mặc định 90 ngày trước")
        parser.add_argument("--den", default="", help="đến hết ngày; mặc định hôm nay")

    def handle(self, **options):
        today = timezone.localdate()
        last = typed.day(options["den"]) if options["den"] else today
        first = typed.day(options["tu"]) if options["tu"] else today - dt.timedelta(days=90)
        if first is None or last is None or first > last:
            raise CommandError("Ngày chưa đúng. Ghi --tu 01/09/2026 --den 30/11/2026, ngày đầu trước ngày cuối.")
        while first <= last:
            end = min(first + STEP, last)
            number = counting.rebuild(first, end)
            self.stdout.write(f"{written_day(first)}–{written_day(end)}: {number} số liệu.")
            first = end + dt.timedelta(days=1)
