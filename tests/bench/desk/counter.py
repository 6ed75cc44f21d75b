# ruff: noqa: E402 (Django is set up before its models can be imported)
"""What one dossier costs at the counter and on its way, on a province's data, and finding a procedure meanwhile.

    DATABASE_URL=postgresql://… python -m tests.bench.desk.counter [--dossiers 200]

Needs a database made by `seed --scenario province`; adds the dossiers it receives. Every dossier is received (half of
them for people who came before), printed, and walked to its result through the real acts with their history and
listeners; between them a citizen searches procedures through the public page. Prints milliseconds and queries.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.intake.people import PersonData, recall
from dossiers.models import Agency, Applicant, Dossier, Procedure
from dossiers.papers import receipts
from portal.desk import roles
from tests import people

WORDS = ("dat dai", "khai sinh", "cap lai the", "ho tich", "khong co thu tuc nay", "1.00", "giay phep xay dung", "")


class Watch:
    """Milliseconds and queries by the name of what was done."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self.queries: dict[str, int] = {}

    def of(self, name: str, work: Callable):
        """Return what the work returns, its cost written down."""
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            done = work()
            self.took[name].append((time.perf_counter() - began) * 1000)
        self.queries[name] = max(self.queries.get(name, 0), len(captured))
        return done

    def table(self) -> None:
        """Print one line a name."""
        print(f"{'what':34}{'p50 ms':>9}{'p95 ms':>9}{'queries':>9}")
        for name, took in self.took.items():
            p95 = statistics.quantiles(took, n=20)[-1]
            print(f"{name:34}{statistics.median(took):9.1f}{p95:9.1f}{self.queries[name]:9}")


def one(watch: Watch, centre: people.Centre, procedure: Procedure, person: PersonData, known: bool) -> None:
    """Receive one dossier and walk it to its result."""
    now = timezone.now()
    item = Item(procedure=procedure, papers=(PaperLine("Đơn đề nghị", originals=1),) * 3, unit=centre.front)
    handed_in = Intake(agency=centre.agency, submitter=person, items=(item,), desk=centre.desk)
    watch.of("recall a person by id", lambda: recall(person.id_number))
    who = "who came before" if known else "new"
    receipt = watch.of(f"receive, person {who}", lambda: intake.receive(handed_in, by=centre.clerk, now=now))
    watch.of("receipt as PDF", lambda: receipts.receipt_paper(receipt, by=centre.clerk, now=now))
    row = receipt.dossiers.get()
    acts = {
        "assign": lambda: acts.do("assign", row, by=centre.leader, now=now, handler=centre.handler, unit=centre.land),
        "start appraisal": lambda: acts.do("start_appraisal", row, by=centre.handler, now=now),
        "send to signing": lambda: acts.do("send_to_signing", row, by=centre.handler, now=now),
        "result ready": lambda: acts.do("sign", row, by=centre.leader, now=now),
        "return the result": lambda: acts.do("return_result", row, by=centre.clerk, now=now),
    }
    for name, act in acts.items():
        watch.of(name, act)


def centre_of(code: str) -> people.Centre:
    """Return the agency with a member of staff in every role that acts."""
    roles.ensure()
    agency = Agency.objects.get(code=code)
    units = list(agency.units.order_by("-is_front_office", "id"))
    mark = f"{timezone.now():%H%M%S}"
    jobs = {"clerk": roles.RECEPTION, "handler": roles.HANDLER, "leader": roles.LEADER}
    staff = {job: people.member(agency, f"counter-{job}-{mark}", role, job) for job, role in jobs.items()}
    rest = dict.fromkeys(("supervisor", "editor", "administrator"), staff["leader"])
    return people.Centre(agency=agency, front=units[0], land=units[-1], desk=agency.desks.first(), **staff, **rest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=200)
    count = parser.parse_args().dossiers
    rng, watch, stranger = Random(3), Watch(), Client(HTTP_HOST="localhost")
    centre = centre_of("H80.01")
    procedure = people.procedure(code=f"8.{timezone.now():%H%M%S}")
    last = Applicant.objects.order_by("-id").values_list("id", flat=True).first()
    held = Dossier.objects.order_by("-id").values_list("id", flat=True).first()
    for number in range(count + 5):
        if number == 5:
            watch = Watch()  # what came before only warmed up
        known = bool(number % 2)
        row = Applicant.objects.filter(pk=rng.randrange(1, last)).first() if known else None
        serial = rng.randrange(10**6)
        person = PersonData(
            full_name=row.full_name if row else f"Nguyễn Thị Mới {chr(65 + serial % 26)}",
            id_number=row.id_number if row else f"0011{80 + serial % 20:02d}{serial:06d}",
            phone=row.phone if row else f"0988{serial:06d}",
        )
        try:
            one(watch, centre, procedure, person, known)
        except intake.IntakeError as error:
            print(f"not received: {error}")
        words = WORDS[number % len(WORDS)]
        answer = watch.of("public search of procedures", lambda: stranger.get("/thu-tuc/", {"q": words}))  # noqa: B023
        assert answer.status_code == 200, answer.status_code
    print(f"about {held:,} dossiers, {Procedure.objects.count():,} procedures")
    watch.table()


if __name__ == "__main__":
    main()
