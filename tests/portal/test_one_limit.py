"""R7 on all doors together: whoever guesses goes from door to door, and every door counts in the same place.

Doors: looking up by number and by identity number, the slip's address, the sheet of a rating, the code of an opinion,
linking, a filing's link, a pack with a protected key; in the chat linking by phone and the pack.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count, cycle, islice

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from dossiers.privacy import guessing
from dossiers.privacy.guessing import Limit
from portal.submission.models import OnlineProcedure
from tests import factories, people
from tests.architecture.sources import dotted, modules, tree
from tests.portal.datasets.conftest import NOON, make_live
from tests.portal.submission.conftest import Filer, sent
from tests.zalo.chat.talk import Citizen, channel_of

pytestmark = pytest.mark.django_db
PACK = "/thong-tin/goi/"
KEYED = "Số hồ sơ;Ngày sinh;Kết quả\n800001;12/05/2008;Đạt\n800002;13/05/2008;Đạt\n"
NUMBERS = count(1)


class World:
    """A centre with a channel, a dossier at the counter, one filed online, and a pack with a protected key."""

    def __init__(self):
        self.centre, procedure = people.centre(), people.procedure()
        self.account = channel_of(self.centre)
        OnlineProcedure.objects.create(
            agency=self.centre.agency, procedure=procedure, valid_from=dt.date(2026, 1, 1), basis="QĐ 1"
        )
        self.filer = Filer(procedure, self.centre.agency)
        self.filed = sent(self.filer)
        self.dossier = factories.dossier(self.centre, procedure)
        make_live(self.centre, KEYED, columns=_protected)


def _protected(columns):
    roles = {"Số hồ sơ": "key", "Ngày sinh": "secret"}
    kinds = {"Số hồ sơ": "code", "Ngày sinh": "date"}
    return [
        replace(column, role=roles.get(column.title, "shown"), type=kinds.get(column.title, column.type))
        for column in columns
    ]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOON, tick=False):
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def doors(world, client, *, number: str = "") -> dict[str, Callable]:
    """Return the doors of the site, each as one wrong guess: at `number`, else at whatever it names anew each time."""

    def fact() -> str:
        return number or f"H80.05-20251116-{next(NUMBERS):07}"

    def person() -> dict:
        return {"id_number": f"0800850{next(NUMBERS):05}", "phone": "0900000001"}

    return {
        "look-up": lambda: client.post("/tra-cuu/", {"number": fact(), "last4": "7777"}),
        "identity": lambda: client.post("/tra-cuu/", person()),
        "slip": lambda: client.post(f"/h/{world.dossier.token}/", {"last4": "7777"}),
        "rating": lambda: client.post("/danh-gia/", {"number": fact(), "last4": "7777"}),
        "opinion": lambda: client.post("/gop-y/tra-ma/", {"code": fact(), "last4": "7777"}),
        "linking": lambda: client.post(f"/zalo/ket-noi/{world.dossier.token}/", {"last4": "7777"}),
        "filing": lambda: client.post(f"{world.filer.link}mo/", {"last4": "7777"}),
        "pack": lambda: client.post(PACK, {"k0": number or f"9{next(NUMBERS):05}", "secret": "01/01/1999"}),
    }


def test_whoever_goes_from_door_to_door_is_one_caller(world, monkeypatch):
    """Each guess at another fact, each by another door: the ninth is refused, by whichever door it comes."""
    every = doors(world, Client())
    monkeypatch.setattr(guessing, "MISSES", (Limit("miss", len(every), 600),))
    monkeypatch.setattr(guessing, "GUESSES", (Limit("guess", 99, 900),))
    assert {name: door().status_code for name, door in every.items()} == dict.fromkeys(every, 200)
    assert {name: door().status_code for name, door in every.items()} == dict.fromkeys(every, 429)
    neighbour = Client(REMOTE_ADDR="203.0.113.77")
    assert {door().status_code for door in doors(world, neighbour).values()} == {200}


@pytest.mark.parametrize("first", ["slip", "filing"])
def test_one_fact_is_one_fact_at_every_door_it_has(world, monkeypatch, first):
    """The dossier's second fact, guessed at from a new address each time."""
    dossier = world.dossier if first == "slip" else world.filed
    own = {"slip": ("look-up", "rating", "opinion", "slip", "linking"), "filing": ("look-up", "rating", "filing")}[
        first
    ]

    def guess(name: str) -> int:
        client = Client(REMOTE_ADDR=f"203.0.113.{next(NUMBERS) % 250}")
        return doors(world, client, number=dossier.code)[name]().status_code

    most = guessing.GUESSES[0].most
    assert {guess(name) for name in islice(cycle(own), most)} == {200}
    assert {name: guess(name) for name in own} == dict.fromkeys(own, 429)


def test_the_number_of_a_pack_is_one_fact_on_the_page_and_in_the_chat(world, client):
    for number in range(guessing.GUESSES[0].most):
        client.post(PACK, {"k0": "800.001", "secret": f"{number + 1:02}/01/1999"})
    citizen = Citizen(world.account, NOON)
    citizen.hears("thông tin gói thử 800001")
    assert "Hãy chờ" in citizen.hears("12/05/2008"), "right, but too late"


def test_one_person_in_the_chat_guesses_by_every_road_together(world):
    citizen = Citizen(world.account, NOON)
    citizen.shares(phone="84912345678")
    for number in range(guessing.GUESSES[0].most - 2):
        citizen.says(f"{number:04}")
    for number in range(2):
        citizen.says(f"thông tin gói thử 80000{number + 1}")
        assert "Không có dòng nào khớp" in citizen.hears("01/01/1999")
    citizen.says("thông tin gói thử 800002")
    assert "Hãy chờ" in citizen.hears("13/05/2008")
    citizen.says("thôi")
    citizen.shares(phone="84912345678")
    assert "sai nhiều lần" in citizen.hears("1234")


WALKED = {
    "portal.pages.lookup_pages": 2,  # look-up and identity; slip
    "feedback.cases.visitors": 1,  # rating, opinion
    "zalo.views": 1,  # linking
    "portal.submission.pages": 1,  # filing
    "portal.datasets.pages": 1,  # pack
    "portal.datasets.chat": 1,
    "zalo.people.linking": 1,
}


def test_every_door_that_counts_guesses_is_walked_here():
    """A new one fails this until it is a door above."""
    calls = Counter(dotted(path) for path in modules() for node in ast.walk(tree(path)) if _guesses(node))
    assert calls == WALKED


def _guesses(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "guessing.attempt"
