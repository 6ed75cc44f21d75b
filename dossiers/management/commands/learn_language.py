"""Train the models of dossiers.language from its sentences; needs requirements-dev. About a minute."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand, CommandError

from dossiers.language import label_learning, learning

LABELS = "labels"


class Command(BaseCommand):
    help = "Huấn luyện lại các mô hình hiểu câu người dân từ dossiers/language/sentences (cần requirements-dev)."

    def add_arguments(self, parser):
        names = [*(task.name for task in learning.TASKS), LABELS]
        parser.add_argument("models", nargs="*", metavar="MODEL", help=f"chỉ những mô hình này: {', '.join(names)}")

    def handle(self, *args, **options):
        wanted = options["models"]
        if unknown := set(wanted) - {LABELS, *(task.name for task in learning.TASKS)}:
            raise CommandError(f"Không có mô hình: {', '.join(sorted(unknown))}.")
        for task in [task for task in learning.TASKS if not wanted or task.name in wanted]:
            start = time.perf_counter()
            self._say(task.name, learning.write(task, learning.trained(task)), start)
        if not wanted or LABELS in wanted:
            start = time.perf_counter()
            self._say(LABELS, label_learning.write(label_learning.trained()), start)

    def _say(self, name, path, start) -> None:
        seconds = time.perf_counter() - start
        self.stdout.write(f"{name}: {path.stat().st_size // 1024} KB, {seconds:.0f} giây")
