"""A file, a link, an event of another's asked for below a row of one's own, and the other way round (R13)."""

from __future__ import annotations

import re

import pytest

from tests.portal.test_staff_matrix import Colleague, addresses, world

__all__ = ["world"]
pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db]


def test_no_foreign_part_opens_under_ones_own_row(world):
    """By who has every role of the own centre: the address names one's own row first, then another's part of one."""
    client, faults = Colleague(world, "every_role"), []
    own, foreign = parts(world.own), parts(world.foreign)
    assert len(own) > 5
    for name, address in own.items():
        for forged in mixed(address, foreign[name]):
            for answer in (client.get(forged), client.post(forged, {"confirmed": "1", "post": "yes"})):
                if answer.status_code == 200 or world.foreign.mark in answer.content.decode("utf-8", "replace"):
                    faults.append((forged, name, answer.status_code))
    assert not faults, "\n".join(map(str, faults))


def parts(place) -> dict[str, str]:
    """Return name → address of every address that names two rows, one below the other."""
    found = addresses(place, acts=False, rows_only=True)
    return {name: address for address, name in found if len(re.findall(r"/\d+(?=/)", address)) == 2}


def mixed(own: str, foreign: str) -> list[str]:
    """Return the own address with the foreign one's second number, and the foreign one with the own first number."""
    (first, second), (other, last) = (re.findall(r"/(\d+)(?=/)", address) for address in (own, foreign))
    return [
        re.sub(rf"/{second}/(?!.*/\d+/)", f"/{last}/", own),
        re.sub(rf"/{other}/", f"/{first}/", foreign, count=1),
    ]
