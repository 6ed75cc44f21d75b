"""Fill the database with made-up data: a believable month (pilot), or a province for measurements."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    help = (
        "Nạp dữ liệu mẫu: một tháng ở hai trung tâm (pilot), cả tỉnh để đo tốc độ (province), hoặc tháng thí điểm "
        "6/2019 của Long An để lập lại Báo cáo 1149/BC-STTTT (long-an-2019)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--scenario", required=True, choices=["pilot", "province", "long-an-2019"], help="kịch bản dữ liệu"
        )
        parser.add_argument("--dossiers", type=int, help="số hồ sơ (mặc định: pilot 300, province 100000)")
        parser.add_argument("--followers", type=int, default=0, help="số người quan tâm kênh (chỉ province)")
        parser.add_argument("--seed", type=int, default=1, help="mầm ngẫu nhiên: cùng mầm, cùng dữ liệu")

    def handle(self, *, scenario: str, dossiers: int | None, followers: int, seed: int, **options):
        if not settings.ON_LOOPBACK:
            raise CommandError(
                "Lệnh này tạo dữ liệu giả và tài khoản có mật khẩu ai cũng biết, nên chỉ chạy khi PUBLIC_BASE_URL là "
                "máy này (127.0.0.1 hoặc localhost)."
            )
        if (dossiers is not None and dossiers < 1) or followers < 0:
            raise CommandError("Số hồ sơ phải từ 1 trở lên, số người quan tâm từ 0 trở lên.")
        started = time.monotonic()
        if scenario == "pilot":
            from portal.seeding import pilot

            lines = pilot.sow(now=timezone.now(), seed=seed, dossiers=dossiers or pilot.DOSSIERS)
        elif scenario == "long-an-2019":
            from portal.reporting import long_an_2019

            report = long_an_2019.sow(now=timezone.now())
            lines = [
                f"560 người quan tâm, 4.694 tin của 06/6–06/7/2019; bản nháp báo cáo ở /admin/bao-cao/{report.pk}/."
            ]
        else:
            from portal.seeding import province

            lines = province.sow(
                now=timezone.now(), seed=seed, dossiers=dossiers or 100_000, followers=followers, say=self.stdout.write
            )
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(self.style.SUCCESS(f"Xong sau {time.monotonic() - started:.0f} giây."))
