"""R7: unknown and mismatched are one answer, in bytes and in time; a walk finds nothing beyond tier 1."""

import re
import statistics
import time

import pytest

from dossiers.models import Applicant, Dossier
from portal import throttle
from tests import factories
from tests.people import BINH

KNOWN, UNKNOWN = "H80.05-20261116-0000001", "H80.05-20261116-0000009"


@pytest.fixture
def dossier(centre, procedure):
    row = factories.dossier(centre, procedure)
    assert row.code == KNOWN
    return row


@pytest.fixture
def unlimited(monkeypatch):
    for name in ("SEARCHES", "MISSES", "GUESSES"):
        monkeypatch.setattr(throttle, name, ())


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


def median_ms(ask, times=40) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def test_time_does_not_tell_unknown_from_mismatched(client, dossier, unlimited):
    asks = {
        "mismatched": lambda: page(client, number=KNOWN, last4="7777"),
        "unknown": lambda: page(client, number=UNKNOWN, last4="7777"),
    }
    for ask in asks.values():
        ask()
    # Taken in turns, so that a busy moment of the machine falls on both.
    rounds = [{name: median_ms(ask, 8) for name, ask in asks.items()} for _ in range(5)]
    gaps = [abs(each["mismatched"] - each["unknown"]) for each in rounds]
    assert statistics.median(gaps) < 5, rounds


def test_time_does_not_tell_a_known_id(client, dossier, unlimited):
    asks = {
        "mismatched": lambda: page(client, id_number="080085001234", phone="0903111222"),
        "unknown": lambda: page(client, id_number="080085007777", phone="0903111222"),
    }
    for ask in asks.values():
        ask()
    rounds = [{name: median_ms(ask, 8) for name, ask in asks.items()} for _ in range(5)]
    assert statistics.median(abs(each["mismatched"] - each["unknown"]) for each in rounds) < 5, rounds


def test_mismatched_and_unknown_ask_the_database_the_same(client, dossier, unlimited, django_assert_num_queries):
    page(client, number=KNOWN, last4="7777")
    for number in (KNOWN, UNKNOWN):
        with django_assert_num_queries(2):
            page(client, number=number, last4="7777")


def test_a_walk_over_many_codes_finds_tier_1_only_and_is_stopped(client, centre, procedure, caplog):
    for _ in range(3):
        factories.dossier(centre, procedure, person=BINH)
    statuses, told = [], ""
    for number in range(1, 400):
        answer = client.post("/tra-cuu/", {"number": f"H80.05-20261116-{number:07}"})
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            told += re.sub(r"Thái Bình", "", answer.content.decode())
        if number > 60:
            break
    assert statuses[:3] == [200, 200, 200] and statuses[-1] == 429
    assert statuses.index(429) <= 3 + throttle.MISSES[0].most + 1
    for secret in ("Trần Thị Bình", "024190004321", "0987654321"):
        assert secret not in told
    assert "lookup_throttled" in caplog.text
