"""R7: somebody walks through the numbers: beyond tier 1 there is nothing, the walk is slowed and written down.

The walk of 10,000 codes against a database full of dossiers, with its times, is tests/bench/lookup/walk.py.
"""

import logging
import re

import pytest

from dossiers.privacy import guessing
from tests import factories
from tests.people import AN, BINH

REAL = 3
SECRETS = [
    *("Nguyễn Văn An", "Trần Thị Bình", "080085001234", "024190004321", "0912345678", "0987654321", "+8498", "+8491"),
    *("an@example.vn", "Ấp 2", "Xã Sơn Động", "Đơn đăng ký theo mẫu"),
]


@pytest.fixture
def dossiers(centre, procedure):
    return [factories.dossier(centre, procedure, person=(AN, BINH)[number % 2]) for number in range(REAL)]


class Clock:
    """The throttle's clock, moved by hand."""

    moment = 1_795_000_200.0  # the beginning of a window of ten minutes

    def time(self) -> float:
        return self.moment


@pytest.fixture
def clock(monkeypatch):
    standing = Clock()
    monkeypatch.setattr(guessing, "time", standing)
    return standing


@pytest.fixture
def unlimited(monkeypatch):
    for name in ("SEARCHES", "MISSES", "GUESSES"):
        monkeypatch.setattr(guessing, name, ())


def walk(client, codes: range, clock: Clock | None = None, **second):
    """Yield (status, page) for every code asked for in turn; by the clock, one a second."""
    for number in codes:
        if clock:
            clock.moment += 1
        answer = client.post("/tra-cuu/", {"number": f"H80.05-20261116-{number:07}", **second})
        yield answer.status_code, answer.content.decode()


def told_of(answers: list[tuple[int, str]]) -> str:
    return " ".join(page for _status, page in answers)


def test_a_walk_is_stopped_after_a_few_dozen_misses_and_logged(client, dossiers, clock, caplog):
    caplog.set_level(logging.INFO)
    answers = list(walk(client, range(1, 251), clock))
    statuses = [status for status, _page in answers]
    most = REAL + guessing.MISSES[0].most
    assert statuses == [200] * most + [429] * (250 - most)
    assert not [secret for secret in SECRETS if secret in told_of(answers)]
    assert caplog.text.count("lookup_throttled") >= 250 - most
    assert caplog.text.count("lookup_missed") >= guessing.MISSES[0].most
    assert not [secret for secret in [*SECRETS, "127.0.0.1"] if secret in caplog.text]


def test_a_patient_walker_meets_the_limit_of_the_day(client, dossiers, clock):
    told = 0
    for _window in range(14):
        clock.moment += guessing.MISSES[0].seconds
        told += sum(status == 200 for status, _page in walk(client, range(900, 932), clock))
    assert told <= guessing.MISSES[1].most, "10,000 codes would take more than a month"


def test_without_the_throttle_a_walk_still_finds_tier_1_only(client, dossiers, unlimited):
    answers = list(walk(client, range(1, 151)))
    assert {status for status, _page in answers} == {200}
    glances = [page for _status, page in answers if "N*** V** A*" in page or "T*** T** B***" in page]
    assert len(glances) == REAL
    assert not [secret for secret in SECRETS if secret in told_of(answers)]


def test_a_walk_with_a_guessed_second_fact_finds_one_page_even_without_the_throttle(client, dossiers, unlimited):
    answers = list(walk(client, range(1, 101), last4="0000"))
    assert len({re.sub(r"H80\.05-20261116-\d{7}", "", page) for _status, page in answers}) == 1
    assert not [secret for secret in SECRETS if secret in told_of(answers)]


def test_guesses_at_one_code_from_many_addresses_end_at_the_limit_of_the_day(client, dossiers, clock):
    code, answers = dossiers[0].code, []
    for guess in range(100):
        clock.moment += guessing.GUESSES[0].seconds / 4
        caller = f"10.0.0.{guess}"
        answer = client.post("/tra-cuu/", {"number": code, "last4": f"{guess:04}"}, REMOTE_ADDR=caller)
        answers.append((answer.status_code, answer.content.decode()))
    assert sum(status == 200 for status, _page in answers) <= guessing.GUESSES[1].most * 2, "two days are touched"
    assert not [secret for secret in SECRETS if secret in told_of(answers)]
