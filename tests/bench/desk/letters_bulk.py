"""500 letters approved in one go, beside the engine alone printing the same number of papers in the same run.

    DATABASE_URL=… .venv/bin/python -m tests.bench.desk.letters_bulk [--letters 500]

Runs in a test database made for it and dropped afterwards. "approve" is all a leader waits for: locks, number, PDF with
QR, stored file, moved date, history rows and listeners. Also counts the queries of each and the memory it adds.
"""

import argparse
import datetime as dt
import os
import resource
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=500)
    asked = parser.parse_args()
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0)
    try:
        measure(asked.letters)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure(count: int) -> None:
    from django.db import connection

    from dossiers import printed_forms
    from dossiers.deadlines.working_time import ZONE
    from dossiers.lateness import sweep as overdue
    from dossiers.letters import acts as letter_acts
    from dossiers.letters import many
    from dossiers.models import IssuedPaper, Letter
    from dossiers.printed_forms import FORMS
    from dossiers.states import State
    from portal.desk import roles
    from tests import factories, people

    roles.ensure()
    centre, procedure = people.centre(), people.procedure()
    now = dt.datetime(2026, 11, 20, 8, tzinfo=ZONE)
    for _ in range(count):
        factories.in_state(State.APPRAISING, centre, procedure)
    drafted = timed(lambda: overdue.sweep(now=now))
    ids = list(Letter.objects.values_list("pk", flat=True))
    sample = FORMS["apology"].sample("2025")
    printed_forms.render("apology", sample, form_set="2025", now=now)
    engine = timed(lambda: [printed_forms.render("apology", sample, form_set="2025", now=now) for _ in range(count)])
    outcome, queries = [], Counter()
    letter_acts.do("approve", Letter.objects.get(pk=ids.pop()), by=centre.leader, now=now)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with connection.execute_wrapper(queries):
        approved = timed(lambda: outcome.append(many.approve_many(ids, by=centre.leader, now=now)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    numbers = list(IssuedPaper.objects.order_by("register_number").values_list("register_number", flat=True))
    assert numbers == list(range(1, outcome[0].issued + 2))
    print(
        f"{outcome[0].issued} letters, {len(outcome[0].refused)} refused | drafted {drafted:.2f} s | "
        f"approved {approved:.1f} s = {approved / count * 1000:.0f} ms each | "
        f"printing alone {engine / count * 1000:.0f} ms each | {approved / engine:.1f} × | "
        f"{queries.number / len(ids):.0f} queries each | {grown:.0f} MB more | load {os.getloadavg()[0]:.0f}",
        flush=True,
    )


class Counter:
    """Counts the queries that pass."""

    number = 0

    def __call__(self, execute, *arguments):
        self.number += 1
        return execute(*arguments)


def timed(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
