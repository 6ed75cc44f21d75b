"""What is kept for a short time: read once, read anew when old, the old value while reading fails."""

from __future__ import annotations

import pytest

from dossiers import kept
from dossiers.kept import Kept

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(kept.time, "monotonic", lambda: now[0])
    return now


def test_a_value_is_read_once_for_its_seconds_and_each_key(clock):
    asked = []
    names = Kept(lambda key: asked.append(key) or key.upper(), 30)
    assert [names.get("a"), names.get("a"), names.get("b")] == ["A", "A", "B"]
    clock[0] += 31
    assert names.get("a") == "A" and asked == ["a", "b", "a"]
    assert names.get("a", within=0) == "A" and len(asked) == 4


def test_while_reading_fails_the_next_one_tries_again(clock):
    answers = iter([1, RuntimeError(), 2])

    def read():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    numbers = Kept(read, 30)
    assert numbers.get() == 1
    clock[0] += 31
    with pytest.raises(RuntimeError):
        numbers.get()
    assert numbers.get() == 2


def test_who_comes_while_another_reads_gets_the_old_value(clock):
    seen = []
    numbers: Kept[int] = Kept(lambda: seen.append(numbers.get() if seen else 0) or len(seen), 30)
    assert numbers.get() == 1
    clock[0] += 31
    assert numbers.get() == 2 and seen == [0, 1]


def test_no_more_keys_are_kept_than_asked_for(clock):
    squares = Kept(lambda n: n * n, 30, most=3)
    assert [squares.get(n) for n in range(5)] == [0, 1, 4, 9, 16]
    assert len(squares._values) <= 3
    kept.forget_all()
    assert not squares._values
