"""Pages by the place of the last row: every row once, in order, whatever stands in the address."""

from __future__ import annotations

import datetime as dt

import pytest

from dossiers.lists.keyset import NEWEST, Order, page
from dossiers.models import CatalogueImport

OLDEST = Order(newest_first=False)
BY_MOMENT = Order("started_at", newest_first=False)
AT = dt.datetime(2026, 11, 16, 8, 30, 0, 123456, tzinfo=dt.UTC)


def walked(order: Order, size: int) -> list[int]:
    found, after = [], ""
    while True:
        rows, after = page(CatalogueImport.objects.all(), order, after, size=size)
        found += [row.pk for row in rows]
        if not after:
            return found


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_every_row_comes_once_and_in_order(size):
    for number in range(7):
        # Two a moment: the id decides between them.
        at = AT + dt.timedelta(microseconds=number // 2)
        CatalogueImport.objects.create(file_name=f"{number}.csv", started_at=at)
    ids = list(CatalogueImport.objects.order_by("id").values_list("pk", flat=True))
    assert walked(OLDEST, size) == walked(BY_MOMENT, size) == ids
    assert walked(NEWEST, size) == walked(Order("started_at"), size) == ids[::-1]


@pytest.mark.parametrize("mark", ["", ".", "x", "1.2", "²", "9" * 40, "-1"])
def test_a_mark_nobody_made_is_the_first_page(mark):
    assert NEWEST.place(mark) is None
    assert mark == "1.2" or BY_MOMENT.place(mark) is None
    assert BY_MOMENT.place(f"{10**18 - 1}.1") is None, "further than dates reach"
