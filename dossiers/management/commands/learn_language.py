"""Train the models of dossiers.language from its sentences; needs requirements-dev. Within a minute on two cores."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

from django.core.management.base import BaseCommand, CommandError

from dossiers.language import label_learning, learning

LABELS = "labels"


class Command(BaseCommand):
    help = "Huấn luyện lại các mô hình hiểu câu người dân từ dossiers/language/sentences (cần requirements-dev)."

    def add_arguments(self, parser):
        names = [*(task.name for task in learning.TASKS), LABELS]
        parser.add_argument("models", nargs="*", metavar="MODEL", help=f"chỉ những mô hình này: {', '.join(names)}")

    def handle(self, *args, **options):
        wanted = options["models"] or [LABELS, *(task.name for task in learning.TASKS)]
        if unknown := set(wanted) - {LABELS, *(task.name for task in learning.TASKS)}:
            raise CommandError(f"Không có mô hình: {', '.join(sorted(unknown))}.")
        # The labeller takes as long as all others together: it is learned beside them. Nothing here asks the database.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as beside:
            labels = beside.submit(learned_labels) if LABELS in wanted else None
            for task in [task for task in learning.TASKS if task.name in wanted]:
                self._say(*learned(task))
            if labels is not None:
                self._say(*labels.result())

    def _say(self, name, size, seconds) -> None:
        self.stdout.write(f"{name}: {size // 1024} KB, {seconds:.0f} giây")


def learned(task: learning.Task) -> tuple[str, int, float]:
    """Return the name of the task, the size of the model written, and how many seconds it took."""
    start = time.perf_counter()
    size = learning.write(task, learning.trained(task)).stat().st_size
    return task.name, size, time.perf_counter() - start


def learned_labels() -> tuple[str, int, float]:
    """Return the same of the labeller of names, homes and numbers."""
    start = time.perf_counter()
    size = label_learning.write(label_learning.trained()).stat().st_size
    return LABELS, size, time.perf_counter() - start
