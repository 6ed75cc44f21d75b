"""The throttle: what counts, what does not, who waits and how the page says so."""

import pytest
from django.core.cache import cache

from dossiers.models import GuessCount
from dossiers.privacy import guessing
from dossiers.privacy.guessing import GUESSES, MISSES, SEARCHES, TooMany
from tests import factories


@pytest.fixture
def dossier(centre, procedure):
    return factories.dossier(centre, procedure)


def test_a_found_qr_address_touches_no_counter(client, dossier, monkeypatch):
    def touched(*_args, **_kwargs):
        raise AssertionError("the cache was asked")

    client.get(f"/h/{dossier.token}/")
    for name in ("get", "add", "incr", "set"):
        monkeypatch.setattr(cache, name, touched)
    monkeypatch.setattr(guessing, "_count", touched)
    assert client.get(f"/h/{dossier.token}/").status_code == 200


def test_guessing_the_last_four_locks_that_code_for_everybody_and_the_qr_still_opens(client, dossier):
    for _ in range(GUESSES[0].most):
        client.post("/tra-cuu/", {"number": dossier.code, "last4": "7777"})
    locked = client.post("/tra-cuu/", {"number": dossier.code, "last4": "1234"}, REMOTE_ADDR="10.9.9.9")
    assert locked.status_code == 429 and int(locked["Retry-After"]) > 0
    assert "Hãy chờ" in locked.content.decode() and "no-store" in locked["Cache-Control"]
    assert client.post("/tra-cuu/", {"number": dossier.code}, REMOTE_ADDR="10.9.9.9").status_code == 200
    assert client.get(f"/h/{dossier.token}/", REMOTE_ADDR="10.9.9.9").status_code == 200
    behind_the_qr = client.post(f"/h/{dossier.token}/", {"last4": "1234"}, REMOTE_ADDR="10.9.9.9")
    assert behind_the_qr.status_code == 429, "one limit, whichever door the same fact is guessed at by"


def test_another_spelling_of_the_code_is_the_same_guess(client, dossier):
    spellings = [dossier.code, dossier.code.lower(), dossier.code.replace("-", " "), f" {dossier.code} ", dossier.code]
    for spelling in spellings:
        client.post("/tra-cuu/", {"number": spelling, "last4": "7777"})
    assert client.post("/tra-cuu/", {"number": dossier.code, "last4": "1234"}).status_code == 429


def test_guessing_under_the_qr_page_is_limited_too(client, dossier):
    answers = [
        client.post(f"/h/{dossier.token}/", {"last4": f"{n:04}"}).status_code for n in range(GUESSES[0].most + 1)
    ]
    assert answers[0] == 200 and answers[-1] == 429


def test_one_subscriber_of_ipv6_is_one_caller_however_many_addresses_it_has(client, db):
    def missed(address: str) -> int:
        return client.post("/tra-cuu/", {"number": "H99.01-260101-0001"}, REMOTE_ADDR=address).status_code

    codes = [missed(f"2001:db8:1:2:{number:x}::1") for number in range(MISSES[0].most + 1)]
    assert codes[-1] == 429 and set(codes[:-1]) == {200}
    assert missed("2001:db8:1:3::1") == 200, "the neighbour goes on"
    codes = [missed(f"::ffff:192.0.2.{1 + number % 2}") for number in range(2)]
    assert codes == [200, 200]
    for _ in range(MISSES[0].most):
        last = missed("192.0.2.1")
    assert last == 429, "an IPv4 address written as IPv6 is that address"


def test_misses_are_counted_by_address_and_others_go_on(client, db):
    for number in range(MISSES[0].most + 1):
        last = client.post("/tra-cuu/", {"number": f"H99.01-260101-{number:04}"})
    assert last.status_code == 429
    assert client.post("/tra-cuu/", {"number": "H99.01-260101-0001"}, REMOTE_ADDR="10.1.1.1").status_code == 200


def test_found_look_ups_are_limited_by_address_in_the_end(client, dossier):
    statuses = {client.post("/tra-cuu/", {"number": dossier.code}).status_code for _ in range(SEARCHES[0].most + 2)}
    assert statuses == {200, 429}


def test_a_new_window_begins_afresh(db):
    for _ in range(MISSES[0].most):
        guessing.missed("10.0.0.1", now=1_000_000.0)
    with pytest.raises(TooMany) as over:
        guessing.missed("10.0.0.1", now=1_000_000.0)
    assert 0 < over.value.seconds <= MISSES[0].seconds + 1
    guessing.missed("10.0.0.1", now=1_000_000.0 + MISSES[0].seconds)


def test_processes_count_together(db):
    """A second process knows nothing of what the first counted but through the database."""
    for _ in range(MISSES[0].most):
        guessing.missed("10.0.0.2", now=2_000_000.0)
        guessing.forget()
    with pytest.raises(TooMany):
        guessing.missed("10.0.0.2", now=2_000_000.0)


def test_found_look_ups_reach_the_cache_in_steps(db, monkeypatch):
    told = []
    monkeypatch.setattr(cache, "incr", lambda key, by=1: told.append(by) or sum(told))
    for _ in range(guessing.STEP * 2):
        guessing.searched("10.0.0.3", now=3_000_000.0)
    assert told == [guessing.STEP] * 2 * len(SEARCHES)


def test_a_dead_cache_never_refuses_a_citizen_but_still_counts(client, dossier, monkeypatch):
    def dead(*_args, **_kwargs):
        raise ConnectionError("redis is down")

    for name in ("get", "add", "incr", "set"):
        monkeypatch.setattr(cache, name, dead)
    assert client.post("/tra-cuu/", {"number": dossier.code, "last4": "1234"}).status_code == 200
    for _ in range(GUESSES[0].most):
        client.post("/tra-cuu/", {"number": dossier.code, "last4": "7777"})
    assert client.post("/tra-cuu/", {"number": dossier.code, "last4": "1234"}).status_code == 429


def test_keys_carry_nothing_personal(db):
    guessing.attempt("10.7.7.7", ["080085001234", "+84912345678"])
    keys = list(GuessCount.objects.values_list("key", flat=True))
    assert len(keys) == 6
    assert not any(secret in key for key in keys for secret in ("10.7.7.7", "080085001234", "912345678"))


def test_the_address_behind_the_proxy_is_the_one_counted(client, db, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(MISSES[0].most + 1):
        last = client.post(
            "/tra-cuu/", {"number": f"H99.01-260101-{number:04}"}, HTTP_X_FORWARDED_FOR=f"1.2.3.{number}, 10.4.4.4"
        )
    assert last.status_code == 429, "what the caller writes into the header does not help"
