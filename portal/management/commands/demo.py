"""Start everything on this machine: data of a month, web, worker, clock and the simulated Zalo; Ctrl-C stops it all."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    help = "Chạy thử trọn bộ trên máy này; nhấn Ctrl-C để dừng tất cả."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="cổng của trang web (mặc định 8000)")
        parser.add_argument("--zalo-port", type=int, default=8001, help="cổng của Zalo mô phỏng (mặc định 8001)")
        parser.add_argument("--fresh", action="store_true", help="xóa dữ liệu chạy thử cũ, bắt đầu lại từ đầu")
        parser.add_argument("--dossiers", type=int, default=300, help=argparse.SUPPRESS)
        parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *, port: int, zalo_port: int, fresh: bool, dossiers: int, prepare: bool, **options):
        if prepare:
            self._prepare(dossiers)
            return
        from portal.demo.folder import Unfit
        from portal.demo.show import Show

        show = Show(
            settings.BASE_DIR, settings.VAR_DIR, port=port, zalo_port=zalo_port, dossiers=dossiers, say=self._say
        )
        try:
            show.run(fresh=fresh)
        except Unfit as error:
            raise CommandError(str(error)) from None
        self._say("Đã dừng tất cả.")

    def _say(self, line: str) -> None:
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:  # the terminal is gone; the signal that stops us is on its way
            pass

    def _prepare(self, dossiers: int) -> None:
        """Run under the demonstration's environment, in a process of its own (portal.demo.show)."""
        if not settings.DEMO:
            raise CommandError("Bước này do lệnh demo tự gọi.")
        from portal.demo import tables
        from portal.seeding import pilot

        self._say("Cập nhật cơ sở dữ liệu…")
        tables.prepare()
        self._say("Nạp dữ liệu một tháng (chỉ lần đầu, khoảng một phút)…")
        for line in pilot.sow(now=timezone.now(), dossiers=dossiers):
            self._say(line)
        self._connect_channel()
        sample = pilot.sample()
        if sample:
            Path(settings.VAR_DIR, "demo-sample.json").write_text(json.dumps(sample, ensure_ascii=False), "utf-8")

    def _connect_channel(self) -> None:
        """Connect the seeded account to the simulated Zalo, which is running by now."""
        from zalo.api.errors import ZaloError
        from zalo.seeding import demo as channel

        try:
            for line in channel.connect():
                self._say(line)
        except (ZaloError, OSError) as error:
            self._say(f"Chưa kết nối được kênh với Zalo mô phỏng ({type(error).__name__}); chạy lại demo để thử lại.")
