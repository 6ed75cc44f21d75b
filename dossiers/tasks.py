"""Celery's way in: wake-ups of the sweeps. What is due stands in the tables, so a lost task only delays."""

from celery import shared_task
from django.utils import timezone

from dossiers.catalogue.paper_rows import again
from dossiers.lateness import pace, reminders, uncollected
from dossiers.lateness import sweep as overdue
from dossiers.long_acts import running
from dossiers.procedure_search import choices


@shared_task
def sweep_deadlines() -> None:
    # idempotency: looks at how things stand; unique keys on reminders and open letters.
    overdue.sweep(now=timezone.now())


@shared_task
def measure_pace() -> None:
    # idempotency: replaces what was measured before.
    pace.measure(now=timezone.now())


@shared_task
def read_papers_again() -> None:
    # idempotency: a version is marked with the edition that read it, in the transaction that follows it.
    again.read_again(timezone.localdate())


@shared_task
def forget_search_choices() -> None:
    # idempotency: drops what is older than a year.
    choices.forget(today=timezone.localdate())


@shared_task
def mail_reminders() -> None:
    # idempotency: a reminder is marked as mailed before the next digest is built.
    reminders.mail_digests(now=timezone.now())


@shared_task
def remind_uncollected() -> None:
    # idempotency: one reminder a day for a dossier, by the unique name of its event.
    uncollected.remind(now=timezone.now())


@shared_task
def run_long_act(pk: int) -> None:
    # idempotency: an act is taken from "waiting" by one statement, by one worker.
    running.run(pk)


@shared_task
def pick_up_long_acts() -> None:
    # idempotency: see run_long_act.
    running.pick_up(now=timezone.now())


running.kick[:] = [run_long_act.delay]
