"""Start everything on this machine: data of a month, web, worker, clock and the simulated Zalo; Ctrl-C stops it all."""

from __future__ import annotations

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Chạy thử trọn bộ trên máy này; nhấn Ctrl-C để dừng tất cả."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="cổng của trang web (mặc định 8000)")
        parser.add_argument("--zalo-port", type=int, default=8001, help="cổng của Zalo mô phỏng (mặc định 8001)")
        parser.add_argument("--fresh", action="store_true", help="xóa dữ liệu chạy thử cũ, bắt đầu lại từ đầu")
        parser.add_argument("--dossiers", type=int, default=300, help=argparse.SUPPRESS)
        parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
        parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *, port: int, zalo_port: int, fresh: bool, dossiers: int, prepare: bool, beside: bool, **options):
        if prepare or beside:
            self._prepare(dossiers, beside)
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

    def _prepare(self, dossiers: int, beside: bool) -> None:
        """Run under the demonstration's environment, in processes of their own (portal.demo.show)."""
        if not settings.DEMO:
            raise CommandError("Bước này do lệnh demo tự gọi.")
        from portal.demo import preparing

        if beside:
            preparing.play_beside(dossiers)
        else:
            preparing.prepare(dossiers, self._say)
