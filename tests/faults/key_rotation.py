"""The key of sealed texts changed on a large table while a counter works, killed in the middle, and gone on with.

    .venv/bin/python -m tests.faults.key_rotation [--rows 200000] [--kills 3] [--batch 500]

An installation of its own. So many people of the register are sealed under the old key; the new key is put in front, as
docs/van-hanh.md says, and `rotate_keys` runs while one clerk receives dossiers, another finds people of the register by
their number, and a third erases some, one act after the other. It is killed (-9) at shares of the work and started
again. Printed as JSON: rows a second, how long the clerks waited without the rotation and during it, what was left
undone, whether every text opens and every person is found under the new key alone, and whether who was erased stays so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from statistics import median
from types import SimpleNamespace

from django.utils import timezone

from tests.fakes.zalo import ROOT

from .installation import KEYS, Installation, set_up

OLD = KEYS["FIELD_ENCRYPTION_KEYS"]
NEW = "bmV3LWtleS10ZXN0LW9ubHktbmV3LWtleS10ZXN0MDE"
ALONE = 20  # seconds the clerks work without a rotation beside them


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000, help="people in the register")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--batch", type=int, default=500)
    options = parser.parse_args()
    with set_up(Installation) as place:
        print(json.dumps(rehearse(place, options), ensure_ascii=False, indent=1))


def rehearse(place: Installation, options: argparse.Namespace) -> dict:
    """The whole run."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    filled = _fill(options.rows)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    place.env["FIELD_ENCRYPTION_KEYS"] = f"{NEW},{OLD}"
    clerks = Clerks(options.rows)
    clerks.start()
    time.sleep(ALONE)
    alone = clerks.waits()
    begun, killed = time.monotonic(), 0
    while True:
        run = _rotation(place, options.batch)
        share = (killed + 1) / (options.kills + 1)
        while run.poll() is None and (killed == options.kills or _left(options.rows) > (1 - share) * options.rows):
            time.sleep(0.5)
        if run.poll() is not None:
            break
        run.kill()
        run.wait()
        killed += 1
        print(f"kill -9 khi còn {_left(options.rows)} dòng", file=sys.stderr, flush=True)
    seconds = time.monotonic() - begun
    beside = clerks.waits()
    clerks.stop()
    said = run.stdout.read() if run.stdout else ""
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    connection.close()
    return {
        "rows": options.rows,
        "filled_seconds": round(filled),
        "kills": killed,
        "seconds": round(seconds),
        "rows_a_second": round(options.rows / seconds),
        "ended_well": run.returncode == 0,
        "said": said.strip().splitlines()[-1:],
        "left": _left(options.rows),
        "clerks_alone": alone,
        "clerks_beside": beside,
        "clerks_failed": clerks.failed,
        **_checked(options.rows, clerks.erased),
    }


def _fill(rows: int) -> float:
    from dossiers.models import Agency, Applicant
    from tests import people

    begun = time.monotonic()
    people.centre()
    people.procedure()
    agency = Agency.objects.get(code="H80.05")
    for first in range(0, rows, 5000):
        Applicant.objects.bulk_create(
            _person(Applicant, agency, number) for number in range(first, min(first + 5000, rows))
        )
    return time.monotonic() - begun


def _person(model, agency, number: int):
    """Return one row of the register, ready for a bulk write."""
    made = model(agency=agency, full_name=f"Nguyễn Văn {number}", **_numbers(number))
    made.seal_hashes()
    return made


def _numbers(number: int) -> dict[str, str]:
    return {
        "id_number": f"0790{number:08d}",
        "phone": f"+8491{number:07d}",
        "address": f"Ấp {number % 9}, xã Cần Giuộc",
    }


class Clerks:
    """Three people at work in threads of this process; every act is timed."""

    def __init__(self, rows: int):
        self._rows, self._over = rows, threading.Event()
        self._took: list[float] = []
        self.failed: list[str] = []
        self.erased: set[int] = set()
        self._threads = [
            threading.Thread(target=self._work, args=(act,)) for act in (self._receive, self._find, self._erase)
        ]

    def start(self) -> None:
        """Begin."""
        from django.contrib.auth.models import User

        from dossiers.models import Agency, Desk, Procedure, Unit

        agency = Agency.objects.get(code="H80.05")
        self._procedure = Procedure.objects.first()
        self._centre = SimpleNamespace(
            agency=agency,
            desk=Desk.objects.filter(agency=agency).first(),
            front=Unit.objects.filter(agency=agency, is_front_office=True).first(),
            clerk=User.objects.filter(memberships__agency=agency).first(),
        )
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, each after the act in hand."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def waits(self) -> dict:
        """Return how long the acts since the last question took, in milliseconds."""
        took, self._took = sorted(self._took), []
        return {
            "acts": len(took),
            "median": round(median(took) * 1000),
            "p99": round(took[int(len(took) * 0.99)] * 1000),
            "longest": round(took[-1] * 1000),
        }

    def _work(self, act) -> None:
        from django.db import connection

        number = 0
        while not self._over.is_set():
            begun = time.monotonic()
            try:
                act(number)
            except Exception as error:  # it is the finding
                self.failed.append(f"{act.__name__}: {type(error).__name__} {error}"[:200])
            self._took.append(time.monotonic() - begun)
            number += 1
            time.sleep(0.05)
        connection.close()

    def _receive(self, number: int) -> None:
        from dossiers.intake.people import PersonData
        from tests import factories

        who = number * 7 % self._rows if number % 2 else self._rows + number
        person = PersonData(full_name=f"Nguyễn Văn {who}", **_numbers(who))
        factories.dossier(self._centre, self._procedure, person=person, now=timezone.now())

    def _find(self, number: int) -> None:
        from dossiers.models import Applicant

        wanted = number * 7919 % self._rows
        said = _numbers(wanted)
        found = [row.phone for row in Applicant.objects.with_id(said["id_number"])]
        if said["phone"] not in found and wanted not in self.erased:
            raise LookupError(f"không thấy người thứ {wanted}")

    def _erase(self, number: int) -> None:
        from dossiers.models import Applicant

        wanted = (number * 104729 + 1) % self._rows
        self.erased.add(wanted)
        nothing = dict.fromkeys(("id_number", "id_hash", "phone", "phone_hash", "address"), "")
        rows = Applicant.objects.with_id(_numbers(wanted)["id_number"])
        rows.update(**nothing, erased_at=timezone.now())


def _rotation(place: Installation, batch: int) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "rotate_keys", "--batch", str(batch)]
    return subprocess.Popen(
        command, cwd=ROOT, env=place.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _left(rows: int) -> int:
    """Return how many people of the register are still under the old key."""
    from django.db import connection

    from dossiers.privacy import sealing

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM dossiers_applicant WHERE address <> '' AND NOT starts_with(address, %s)",
            [sealing.current_prefix()],
        )
        return cursor.fetchone()[0]


def _checked(rows: int, erased: set[int]) -> dict:
    """Return what holds under the new key alone."""
    from dossiers.models import Applicant

    wrong = 0
    last = Applicant.objects.order_by("pk").values_list("pk", flat=True)[rows - 1]  # what clerks wrote comes behind
    # A text that cannot be opened ends the command with SealingError.
    for person in Applicant.objects.filter(pk__lte=last).iterator(chunk_size=2000):
        number = int(person.full_name.split()[-1])
        said = {name: getattr(person, name) for name in _numbers(number)}
        wanted = dict.fromkeys(said, "") if number in erased else _numbers(number)
        wrong += said != wanted
    sample = [number for number in range(0, rows, max(1, rows // 500)) if number not in erased]
    found = sum(Applicant.objects.with_id(_numbers(number)["id_number"]).exists() for number in sample)
    was = Applicant.objects.filter(pk__lte=last)  # a dossier received later is a new statement
    back = sum(was.with_id(_numbers(number)["id_number"]).exists() for number in sorted(erased)[:500])
    return {
        "wrong": wrong,
        "found_by_number": f"{found}/{len(sample)}",
        "erased": len(erased),
        "erased_that_came_back": back,
    }


if __name__ == "__main__":
    main()
