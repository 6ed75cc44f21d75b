"""R7: walk the look-up through 10,000 numbers, throttled and not; time found, unknown and mismatched.

    DATABASE_URL=… python -m tests.bench.lookup.walk [--codes 10000] [--pairs 300]

Works in this process through the real view, on dossiers it makes in a transaction and takes away again. Prints one
table: what the walk could read, how often it was refused and written down, and how far apart the answers are in time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time

SECRETS = (
    "Nguyễn Văn An",
    "Trần Thị Bình",
    "080085001234",
    "024190004321",
    "0912345678",
    "0987654321",
    "an@example.vn",
)


def main() -> None:
    options = _options()
    os.environ.setdefault("PORTAL_TESTING", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.db import transaction

    with transaction.atomic():
        code = _dossiers(options.dossiers)
        _walk("walk, throttle on", code, options.codes)
        with _unlimited():
            _walk("walk, throttle off", code, options.codes)
            _walk("walk with a guessed second fact, throttle off", code, options.codes // 10, last4="0000")
            _times(code, options.pairs)
            _times_of_doors(code, options.pairs)
        transaction.set_rollback(True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=10_000)
    parser.add_argument("--dossiers", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=300)
    return parser.parse_args()


def _dossiers(count: int) -> str:
    """Make dossiers under consecutive codes; return the code of the first up to its number."""
    from tests import factories, people

    centre, procedure = people.centre("H80.99"), people.procedure("9.999001")
    first = ""
    for number in range(count):
        made = factories.dossier(centre, procedure, person=(people.AN, people.BINH)[number % 2])
        first = first or made.code
    return first


def _unlimited():
    from unittest import mock

    from dossiers.privacy import guessing

    return mock.patch.multiple(guessing, SEARCHES=(), MISSES=(), GUESSES=())


def _walk(title: str, first: str, codes: int, **second) -> None:
    import structlog
    from django.test import Client

    client, stem = Client(), first.rpartition("-")[0]
    found = refused = leaked = 0
    begun = time.perf_counter()
    with structlog.testing.capture_logs() as logs:
        for number in range(1, codes + 1):
            answer = client.post("/tra-cuu/", {"number": f"{stem}-{number:07}", **second})
            page = answer.content.decode()
            refused += answer.status_code == 429
            found += "N*** V** A*" in page or "T*** T** B***" in page
            leaked += any(secret in page for secret in SECRETS)
    written = sum(entry["event"] in {"lookup_throttled", "lookup_missed"} for entry in logs)
    told = any(secret in str(logs) for secret in SECRETS)
    print(
        f"{title}: {codes} asked, {found} seen in tier 1, {leaked} pages beyond tier 1, {refused} refused (429), "
        f"{written} lines in the log, personal data in the log: {'YES' if told else 'no'}, "
        f"{time.perf_counter() - begun:.0f} s",
        flush=True,
    )
    if leaked or told:
        sys.exit("Something beyond tier 1 was shown.")


def _times(code: str, pairs: int) -> None:
    from django.test import Client

    client = Client()
    stem = code.rpartition("-")[0]
    asks = {
        "code found": {"number": code},
        "code unknown": {"number": f"{stem}-9999999"},
        "code and 4 digits mismatched": {"number": code, "last4": "7777"},
        "code and 4 digits unknown": {"number": f"{stem}-9999999", "last4": "7777"},
        "id and phone mismatched": {"id_number": "080085001234", "phone": "0903111222"},
        "id and phone unknown": {"id_number": "080085007777", "phone": "0903111222"},
    }
    taken: dict[str, list[float]] = {name: [] for name in asks}
    worked: dict[str, list[float]] = {name: [] for name in asks}
    for _turn in range(pairs):
        for name, typed in asks.items():
            begun, spent = time.perf_counter(), time.thread_time()
            client.post("/tra-cuu/", typed)
            taken[name].append((time.perf_counter() - begun) * 1000)
            worked[name].append((time.thread_time() - spent) * 1000)
    medians = {name: statistics.median(each) for name, each in taken.items()}
    cpu = {name: statistics.median(each) for name, each in worked.items()}
    for name, median in medians.items():
        print(f"  {name}: median {median:.2f} ms, of them {cpu[name]:.2f} ms of this process's CPU")
    for what in ("code and 4 digits", "id and phone"):
        gap = medians[f"{what} mismatched"] - medians[f"{what} unknown"]
        busy = cpu[f"{what} mismatched"] - cpu[f"{what} unknown"]
        print(f"  {what}: mismatched − unknown = {gap:+.2f} ms, CPU {busy:+.2f} ms (to reach: under 5 ms)")


def _times_of_doors(code: str, pairs: int) -> None:
    """The other doors where a second fact is asked for: mismatched beside unknown, in turns.

    The chat has none: it tells everybody tier 1 of a code, openly, and links by the page /zalo/ket-noi/.
    """
    from django.test import Client
    from django.utils import timezone

    from dossiers.models import Applicant, Dossier
    from feedback.cases import intake
    from feedback.models import Kind
    from tests.zalo.chat.talk import channel_of

    known = Dossier.objects.select_related("agency").get(code=code)
    channel_of(known)
    sent = intake.Sent(kind=Kind.REPORT, agency=known.agency, text="Đèn đường tắt đã lâu", phone="0912345678")
    case = intake.receive(sent, now=timezone.now())
    silent = Dossier.objects.exclude(owner=known.owner).first()
    Applicant.objects.filter(pk=silent.owner_id).update(phone="", phone_hash="", id_number="", id_hash="")
    stem, client = code.rpartition("-")[0], Client()

    def post(address: str, **typed):
        return lambda: client.post(address, typed)

    doors = {
        "/danh-gia/": (
            post("/danh-gia/", number=code, last4="7777"), post("/danh-gia/", number=f"{stem}-9999999", last4="7777"),
        ),
        "/gop-y/tra-ma/": (
            post("/gop-y/tra-ma/", code=case.code, last4="7777"),
            post("/gop-y/tra-ma/", code="YK-00000-00000", last4="7777"),
        ),
        "/zalo/ket-noi/ (a dossier with contacts, one without)": (
            post(f"/zalo/ket-noi/{known.token}/", last4="7777"), post(f"/zalo/ket-noi/{silent.token}/", last4="7777"),
        ),
    }  # fmt: skip
    for door, asks in doors.items():
        taken: tuple[list[float], list[float]] = ([], [])
        worked: tuple[list[float], list[float]] = ([], [])
        for _turn in range(pairs):
            for place, ask in enumerate(asks):
                begun, spent = time.perf_counter(), time.thread_time()
                ask()
                taken[place].append((time.perf_counter() - begun) * 1000)
                worked[place].append((time.thread_time() - spent) * 1000)
        gap, busy = (statistics.median(each[0]) - statistics.median(each[1]) for each in (taken, worked))
        print(f"  {door}: mismatched − unknown = {gap:+.2f} ms, CPU {busy:+.2f} ms (to reach: under 5 ms)")


if __name__ == "__main__":
    main()
