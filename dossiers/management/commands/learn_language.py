"""Train the models of dossiers.language from its sentences; needs requirements-dev. About half a minute."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand, CommandError

from dossiers.language import learning


class Command(BaseCommand):
    help = "Huấn luyện lại các mô hình hiểu câu người dân từ dossiers/language/sentences (cần requirements-dev)."

    def add_arguments(self, parser):
        names = [task.name for task in learning.TASKS]
        parser.add_argument("models", nargs="*", metavar="MODEL", help=f"chỉ những mô hình này: {', '.join(names)}")

    def handle(self, *args, **options):
        wanted = options["models"]
        if unknown := set(wanted) - {task.name for task in learning.TASKS}:
            raise CommandError(f"Không có mô hình: {', '.join(sorted(unknown))}.")
        for task in [task for task in learning.TASKS if not wanted or task.name in wanted]:
            start = time.perf_counter()
            path = learning.write(task, learning.trained(task))
            size = path.stat().st_size // 1024
            self.stdout.write(f"{task.name}: {size} KB, {time.perf_counter() - start:.0f} giây")
