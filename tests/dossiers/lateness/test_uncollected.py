"""Reminders of results nobody came for: by dated rules, once a day, a few times, never another system's dossiers."""

import datetime as dt

import pytest
import time_machine

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import sweep as overdue
from dossiers.lateness import uncollected
from dossiers.models import Dossier, DossierEvent, LegalRule
from dossiers.states import State
from dossiers.workflow import acts
from portal.audit import passage
from tests import factories

Kind = DossierEvent.Kind


def at(day: int, hour: int = 9, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def ready(centre, procedure) -> Dossier:
    return factories.in_state(State.RESULT_READY, centre, procedure)  # Monday 16 November


def reminders(dossier) -> list[dt.date]:
    rows = dossier.events.filter(kind=Kind.RESULT_REMINDED).order_by("at")
    return [row.at.astimezone(ZONE).date() for row in rows]


def test_a_result_is_reminded_of_after_some_days_then_now_and_then_at_most_so_often(ready):
    for day in range(16, 31):
        uncollected.remind(now=at(day))
    for day in range(1, 32):
        uncollected.remind(now=at(day, month=12))
    days = reminders(ready)
    assert days[0] == dt.date(2026, 11, 24)
    assert len(days) == 3
    assert all(day.weekday() < 5 for day in days)
    assert [row.facts["reminder"] for row in ready.events.filter(kind=Kind.RESULT_REMINDED).order_by("at")] == [1, 2, 3]


def test_twice_on_a_day_is_once(ready):
    assert [uncollected.remind(now=at(25)), uncollected.remind(now=at(25, 10))] == [1, 0]


def test_a_day_off_waits_for_the_next_working_day(ready):
    assert uncollected.remind(now=at(28)) == 0
    assert uncollected.remind(now=at(30)) == 1


def test_who_came_or_has_no_result_is_not_reminded(centre, procedure, ready):
    factories.in_state(State.APPRAISING, centre, procedure)
    acts.do("return_result", Dossier.objects.get(pk=ready.pk), by=centre.clerk, now=at(17))
    assert uncollected.remind(now=at(30)) == 0


def test_another_systems_dossier_is_left_alone(ready):
    with passage.opened("Phần mềm khác báo"):
        DossierEvent.objects.filter(dossier=ready, kind=Kind.RESULT_READY).update(source=DossierEvent.Source.API)
    assert uncollected.remind(now=at(30)) == 0


def test_the_agencys_own_rule_goes_before_the_common_one(centre, ready):
    rule = LegalRule.objects.get(key="result-reminders-most")
    rule.pk, rule.agency, rule.value = None, centre.agency, 0
    rule.save()
    assert uncollected.remind(now=at(30)) == 0


def test_the_state_and_the_clock_stay_as_they_are(ready):
    uncollected.remind(now=at(25))
    overdue.sweep(now=at(25))
    after = Dossier.objects.get(pk=ready.pk)
    assert (after.state, after.state_changed_at, after.version) == (
        State.RESULT_READY,
        ready.state_changed_at,
        ready.version,
    )


def test_the_desk_says_how_long_and_how_often(centre, ready, client):
    uncollected.remind(now=at(25))
    client.force_login(centre.leader)
    with time_machine.travel(at(26), tick=False):
        page = client.get("/admin/dossiers/letter/tre-han/?ds=uncollected").content.decode()
    assert "đã 8 ngày làm việc" in page
    assert "1 lần" in page
    assert "gần nhất 25/11/2026" in page
