"""The demonstration's centre has documents, tasks and proposals in every stage, once."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.correspondence import seeding
from portal.correspondence.models import Assignment, Document, Proposal
from portal.desk import roles
from portal.seeding import agencies, staff
from tests.people import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def test_the_demonstration_shows_some_of_everything_and_nothing_twice():
    roles.ensure()
    agencies.plant(MONDAY.date(), MONDAY.date() - dt.timedelta(days=60))
    staff.engage()
    assert "4 văn bản" in seeding.seed_month(now=MONDAY, seed=1)
    assert seeding.seed_month(now=MONDAY, seed=1) == ""
    states = sorted(Document.objects.values_list("state", flat=True))
    assert states == ["issued", "received", "received", "submitted"]
    assert Assignment.objects.count() == 2 and Proposal.objects.count() == 2
    later = MONDAY.replace(month=12, day=5)
    assert seeding.reminding.make_recurring(now=later) == 1
