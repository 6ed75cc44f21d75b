"""Train the models of dossiers.language from its sentences; needs requirements-dev. About half a minute."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand

from dossiers.language import learning


class Command(BaseCommand):
    help = "Huấn luyện lại các mô hình hiểu câu người dân từ dossiers/language/sentences (cần requirements-dev)."

    def handle(self, *args, **options):
        for task in learning.TASKS:
            start = time.perf_counter()
            path = learning.write(task, learning.trained(task))
            size = path.stat().st_size // 1024
            self.stdout.write(f"{task.name}: {size} KB, {time.perf_counter() - start:.0f} giây")
