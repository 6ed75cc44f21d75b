"""Every address of the API × every kind of key × own, sibling and foreign rows, from the URL table (R8, R13)."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from portal.api import keys
from portal.api.models import ApiClient, Subscription
from tests.people import MONDAY
from tests.portal.api.test_door import body, event
from tests.portal.test_staff_matrix import given_away, known_rows, world, written

__all__ = ["world"]
pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db]
METHODS = ("get", "put", "post", "patch", "delete")
ASKING = Client(raise_request_exception=False)
OPEN = {"api-schema", "api-docs"}
"""What integrators read before they have a key; it shows no row."""
LISTS = {
    "api-dossiers": "",
    "api-dossiers-batch": None,
    "api-procedures": "",
    "api-agencies": "",
    "api-statistics": "?from=2026-01-01&to=2026-12-31",
    "api-subscriptions": "",
}
"""Addresses that name no row, with what is asked of them; walked by themselves."""


def api_addresses(code: str) -> list[tuple[str, str]]:
    """Return (address, name) of every address of the API that names a dossier, or needs no key."""
    found = []
    for pattern in api_patterns():
        address, places = re.subn(r"<(?:str|path):code>", code, f"/api/{pattern.pattern}")
        if pattern.name in LISTS or pattern.name == "api-procedure" or "<int:pk>" in address:
            continue  # walked below; the catalogue is everybody's
        assert "<" not in address, f"{address}: say here what stands in its place"
        found.append((address, pattern.name or ""))
        assert places or pattern.name in OPEN or not pattern.name, f"{address}: a list needs a walk of its own"
    return found


def api_patterns() -> list:
    """Return every pattern below api/."""
    return [
        pattern
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern).startswith("api/") and hasattr(resolver, "url_patterns")
        for pattern in resolver.url_patterns
    ]


@pytest.fixture
def callers(world) -> dict[str, str]:
    """Header by kind of caller."""
    said = {"nobody": "", "wrong": "Api-Key abcd1234.sai-hoan-toan", "bearer": "Bearer abcd"}
    for name, place in (("own", world.own), ("sibling", world.sibling), ("foreign", world.foreign)):
        for scope in ApiClient.Scope.values:
            _, key = keys.create_client(name=f"{name} {scope}", agency=place.agency, scope=scope)
            said[f"{name} {scope}"] = f"Api-Key {key}"
    revoked, key = keys.create_client(name="thu hồi", agency=world.own.agency, scope=ApiClient.Scope.WRITE)
    ApiClient.objects.filter(pk=revoked.pk).update(active=False)
    said["revoked"] = f"Api-Key {key}"
    return said


def ask(header: str, method: str, address: str, sent: dict | None):
    more = {"headers": {"Authorization": header}} if header else {}
    data = json.dumps(sent, ensure_ascii=False) if sent is not None else ""
    if method == "get":
        return ASKING.get(address, **more)
    return getattr(ASKING, method)(address, data, content_type="application/json", **more)


def documents(world, place) -> list[dict | None]:
    """Return what is sent: nothing, a dossier of that place's, of one's own place, a step of it."""
    code = world.procedure.code
    return [
        None,
        body(procedure_code=code, agency_code=place.agency.code),
        body(procedure_code=code, agency_code=world.own.agency.code),
        event("matrix-1", "stopped", MONDAY, reasons=[{"what": "x", "why": "y"}]),
    ]


def test_no_key_reads_or_writes_what_is_another_ones(world, callers):
    faults, everything = [], known_rows()
    places = {"own": world.own, "sibling": world.sibling, "foreign": world.foreign}
    for whose, place in places.items():
        dossier = place.rows["dossiers.Dossier"]
        for address, name in api_addresses(dossier.code):
            for caller, header in callers.items():
                may = name in OPEN or caller.startswith(f"{whose} ")
                for method in METHODS:
                    if may and method != "get":
                        continue  # one's own: what it does is asked elsewhere
                    for sent in documents(world, place) if method in {"put", "post"} else [None]:
                        answer = ask(header, method, address, sent)
                        wrong = _wrong(answer, may, [each for each in places.values() if each is not place or not may])
                        if name not in OPEN and wrong:
                            faults.append((caller, method, address, answer.status_code, wrong))
    mine = {"api.ApiClient", "axes.AccessAttempt"}
    assert {label for label in written(everything)} <= mine
    assert not faults, "\n".join(map(str, faults[:40]))


def _wrong(answer, may: bool, strangers: list) -> str:
    if answer.status_code >= 500:
        return "crashed"
    if not may and answer.status_code < 400:
        return "let in"
    if may and answer.status_code not in {200, 405}:
        return "refused its own"
    if "json" not in answer.headers.get("Content-Type", ""):
        return "no document"
    said = answer.content.decode()
    return ", ".join(word for place in strangers for word in given_away(said, place))


def test_a_key_that_only_reads_writes_nothing_of_its_own(world, callers):
    everything = known_rows()
    for address, name in api_addresses(world.own.rows["dossiers.Dossier"].code):
        for method in METHODS[1:] if name not in OPEN else ():
            for sent in documents(world, world.own):
                assert ask(callers["own read"], method, address, sent).status_code in {403, 405}, (method, address)
    assert set(written(everything)) <= {"api.ApiClient"}


def test_a_dossier_cannot_be_pushed_into_another_agency_or_over_another_ones_code(world, callers):
    """Also with the agency of one's own named: the code is another one's."""
    everything = known_rows()
    for place in (world.sibling, world.foreign):
        taken = place.rows["dossiers.Dossier"].code
        for code in (taken, "MOI-2026-0000001"):
            sent = body(procedure_code=world.procedure.code, agency_code=place.agency.code)
            assert ask(callers["own write"], "put", f"/api/v1/dossiers/{code}", sent).status_code in {400, 403}
        own = body(procedure_code=world.procedure.code, agency_code=world.own.agency.code)
        answer = ask(callers["own write"], "put", f"/api/v1/dossiers/{taken}", own)
        assert answer.status_code in {400, 403, 409} and not given_away(answer.content.decode(), place)
        step = event("m-2", "stopped", MONDAY, reasons=[{"what": "x", "why": "y"}])
        assert ask(callers["own write"], "post", f"/api/v1/dossiers/{taken}/events", step).status_code == 404
    assert set(written(everything)) <= {"api.ApiClient"}


def test_lists_show_each_key_its_own_and_strangers_nothing(world, callers):
    """Also the procedures, where everybody with a key reads the same and nobody writes."""
    everything = known_rows()
    places = {"own": world.own, "sibling": world.sibling, "foreign": world.foreign}
    for name, asked in LISTS.items():
        for caller, header in callers.items():
            address = f"{reverse(name)}{asked or ''}"
            if asked is not None:
                answer = ask(header, "get", address, None)
                known = caller.split()[0] in places and " " in caller
                assert answer.status_code == (200 if known else 401), (name, caller, answer.content)
                others = [place for whose, place in places.items() if whose != caller.split()[0]]
                said = answer.content.decode()
                assert not [word for place in others for word in given_away(said, place)], (name, caller)
            for method in ("post", "put", "patch", "delete"):
                for place in places.values():
                    item = {**body(procedure_code=world.procedure.code, agency_code=place.agency.code)}
                    item["code"] = place.rows["dossiers.Dossier"].code
                    if caller.startswith(next(whose for whose, each in places.items() if each is place)):
                        continue  # one's own: what it does is asked elsewhere
                    answer = ask(header, method, reverse(name), {"items": [item]})
                    refused = answer.status_code in {400, 401, 403, 405}
                    assert refused or answer.json()["taken"] == 0, (name, caller, method, answer.content)
    assert set(written(everything)) <= {"api.ApiClient"}


def test_a_subscription_is_its_keys_alone(world, callers):
    row = Subscription.objects.create(
        client=ApiClient.objects.get(name="own tell"), address="https://ioc.example.vn/Zqminh", secret="whsec_"
    )
    walked = [pattern for pattern in api_patterns() if "<int:pk>" in str(pattern.pattern)]
    assert len(walked) >= 5
    everything = known_rows()
    for pattern in walked:
        address = f"/api/{pattern.pattern}".replace("<int:pk>", str(row.pk))
        for caller, header in callers.items():
            if caller == "own tell":
                continue
            for method in METHODS:
                answer = ask(header, method, address, {} if method == "post" else None)
                assert answer.status_code in {401, 403, 404, 405}, (address, caller, method)
                assert "Zqminh" not in answer.content.decode()
    assert set(written(everything)) <= {"api.ApiClient"}
    assert ask(callers["own tell"], "get", f"/api/v1/subscriptions/{row.pk}", None).status_code == 200
