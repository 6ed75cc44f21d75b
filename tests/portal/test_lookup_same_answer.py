"""R7: unknown and mismatched are one answer, in bytes, in work and in time."""

import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers.models import Applicant, Dossier
from dossiers.privacy import guessing, sealing
from tests import factories

KNOWN, UNKNOWN = "H80.05-20261116-0000001", "H80.05-20261116-0000009"


@pytest.fixture
def dossier(centre, procedure):
    row = factories.dossier(centre, procedure)
    assert row.code == KNOWN
    return row


@pytest.fixture
def unlimited(monkeypatch):
    for name in ("SEARCHES", "MISSES", "GUESSES"):
        monkeypatch.setattr(guessing, name, ())


def page(client, **typed) -> bytes:
    return client.post("/tra-cuu/", typed).content


@pytest.mark.parametrize(
    "second",
    [
        {"last4": "7777"},
        {"id_number": "024190004321"},
        {"phone": "0987654321"},
        {"last4": "7777", "full_name": "Ai Đó"},
    ],
)
def test_unknown_and_mismatched_are_the_same_bytes(client, dossier, unlimited, second):
    mismatched = page(client, number=KNOWN, **second)
    # The same question to a database that has never heard of the dossier.
    Dossier.objects.filter(pk=dossier.pk).update(code=UNKNOWN, receipt_number="")
    assert page(client, number=KNOWN, **second) == mismatched
    assert "Không tìm thấy hồ sơ, hoặc thông tin chưa khớp." in mismatched.decode()


@pytest.mark.parametrize("second", [{"phone": "0903111222"}, {"full_name": "Lê Thị Lạ"}])
def test_a_known_id_with_a_wrong_second_fact_is_an_unknown_id(client, dossier, unlimited, second):
    mismatched = page(client, id_number="080085001234", **second)
    Applicant.objects.update(id_hash="-")
    assert page(client, id_number="080085001234", **second) == mismatched


@dataclass(frozen=True)
class Work:
    """What an answer costs that could be told from outside: statements, keyed hashes, unsealings, bytes."""

    statements: tuple[str, ...]
    hashes: int
    unsealed: int
    bytes: int


def work_of(monkeypatch, ask) -> Work:
    done = Counter()

    def counted(name):
        real = getattr(sealing, name)

        def call(*args, **kwargs):
            done[name] += 1
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patched, CaptureQueriesContext(connection) as queries:
        for name in ("_hash", "_parts"):  # inside keyed_hash(es) and unseal, which others import by name
            patched.setattr(sealing, name, counted(name))
        size = len(ask())
    # Numbers and texts cut out: what is left is which statements ran.
    statements = tuple(re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"]) for query in queries)
    return Work(statements, done["_hash"], done["_parts"], size)


def cpu_ms(ask) -> float:
    begun = time.thread_time()
    ask()
    return (time.thread_time() - begun) * 1000


@pytest.mark.parametrize(
    "mismatched, unknown",
    [
        ({"number": KNOWN, "last4": "7777"}, {"number": UNKNOWN, "last4": "7777"}),
        ({"number": KNOWN, "phone": "0903111222"}, {"number": UNKNOWN, "phone": "0903111222"}),
        (
            {"id_number": "080085001234", "phone": "0903111222"},
            {"id_number": "080085007777", "phone": "0903111222"},
        ),
        (
            {"id_number": "080085001234", "full_name": "Lê Thị Lạ"},
            {"id_number": "080085007777", "full_name": "Lê Thị Lạ"},
        ),
    ],
    ids=["code+last4", "code+phone", "id+phone", "id+name"],
)
def test_neither_work_nor_time_tells_unknown_from_mismatched(
    client, dossier, unlimited, monkeypatch, mismatched, unknown
):
    """Seconds on the wall are measured by tests/bench/lookup/walk.py; here the work itself is compared."""
    asks = [lambda: page(client, **mismatched), lambda: page(client, **unknown)]
    for ask in asks:
        ask()
    one, other = (work_of(monkeypatch, ask) for ask in asks)
    assert one == other
    assert one.statements and one.hashes + one.unsealed, "the counters must have seen the look-up"
    # In turns and by this thread's own CPU: a busy machine does not change what the work costs.
    spent = [[cpu_ms(ask) for ask in asks] for _ in range(20)]
    gap = statistics.median(each[0] for each in spent) - statistics.median(each[1] for each in spent)
    assert abs(gap) < 5, spent
