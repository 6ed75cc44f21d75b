"""The same seed draws the same month: what was seen with a number can be seen again."""

import datetime as dt

import pytest
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Dossier
from portal.seeding import pilot

# The dice are Python's, alike on every database.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.django_db]
NOW = dt.datetime(2026, 11, 17, 10, 12, tzinfo=ZONE)
DRAWN = ("code", "owner_name", "state", "content", "due_at", "handler__username")


def sown(seed: int) -> list[tuple]:
    with transaction.atomic():
        pilot.sow(now=NOW, seed=seed, dossiers=12)
        found = list(Dossier.objects.order_by("id").values_list(*DRAWN))
        transaction.set_rollback(True)
    return found


def test_same_seed_same_month():
    first = sown(3)
    assert len(first) >= 12 and sown(3) == first
