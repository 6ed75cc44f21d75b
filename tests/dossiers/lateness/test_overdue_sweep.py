"""The sweep: who is reminded when, what is drafted, that it repeats without effect and one bad dossier stops nobody."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import sweep as overdue
from dossiers.models import (
    CalendarException,
    DelayCause,
    Dossier,
    LatenessBreach,
    LegalRule,
    Letter,
    Reminder,
    SweepRun,
    WeekPattern,
)
from dossiers.states import State
from dossiers.workflow import acts
from tests import factories, people
from tests.people import MONDAY

DAY = dt.timedelta(days=1)


def at(day: int, hour: int = 8, minute: int = 0) -> dt.datetime:
    """Return a moment of November 2026; the 16th is a Monday, the dossiers are due Monday the 23rd."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def levels(dossier) -> list[str]:
    return sorted(dossier.reminders.values_list("level", flat=True))


def test_levels_are_reminded_one_after_the_other_and_the_letter_is_drafted_two_days_ahead(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    overdue.sweep(now=at(17))
    assert (levels(dossier), dossier.letters.count()) == ([], 0)
    overdue.sweep(now=at(18))
    assert (levels(dossier), dossier.letters.count()) == (["handler"], 0)
    overdue.sweep(now=at(19))
    assert levels(dossier) == ["handler", "supervisor"]
    letter = dossier.letters.get()
    assert (letter.state, letter.round, letter.cause.code) == ("draft", 1, "chua-tham-dinh-xong")
    assert letter.unit_at_fault == centre.land
    assert letter.new_due_at == at(26, 17)
    overdue.sweep(now=at(20))
    assert levels(dossier) == ["handler", "leader", "supervisor"]


def test_a_second_sweep_changes_nothing(centre, procedure):
    for _ in range(3):
        factories.in_state(State.APPRAISING, centre, procedure)
    first = overdue.sweep(now=at(20))
    again = overdue.sweep(now=at(20))
    assert (first.reminders, first.drafts) == (9, 3)
    assert (again.reminders, again.drafts, again.closed) == (0, 0, 0)


def test_days_without_beat_are_caught_up_in_one_sweep(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    run = overdue.sweep(now=at(27))
    assert levels(dossier) == ["handler", "leader", "supervisor"]
    # Counted from today, for the old date has passed.
    assert dossier.letters.get().new_due_at == dt.datetime(2026, 12, 2, 17, tzinfo=ZONE)
    assert (run.late_without_letter, run.passed_new_date, run.holds) == (1, 0, False)
    assert LatenessBreach.objects.get().agency == centre.agency


def test_a_draft_nobody_touched_follows_the_calendar_and_an_edited_one_stays(centre, procedure):
    left, edited = (factories.in_state(State.APPRAISING, centre, procedure) for _ in range(2))
    overdue.sweep(now=at(20))
    chosen = at(25, 17)
    Letter.objects.filter(dossier=edited).update(edited=True, new_due_at=chosen)
    overdue.sweep(now=at(27))
    assert left.letters.get().new_due_at == dt.datetime(2026, 12, 2, 17, tzinfo=ZONE)
    assert edited.letters.get().new_due_at == chosen


@pytest.mark.parametrize("how", ["finished", "waiting", "moved"])
def test_a_draft_is_closed_when_the_dossier_no_longer_needs_it(centre, procedure, how):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    overdue.sweep(now=at(20))
    dossier.refresh_from_db()
    if how == "finished":
        acts.do("finish", dossier, by=centre.handler, now=at(20, 9))
    elif how == "waiting":
        acts.do("request_supplement", dossier, by=centre.handler, now=at(20, 9), reasons=[factories.REASON])
    else:
        Dossier.objects.filter(pk=dossier.pk).update(due_at=at(30, 17))
    run = overdue.sweep(now=at(20, 10))
    assert run.closed == 1
    letter = dossier.letters.get()
    assert letter.state == "cancelled"
    assert "Không còn cần" in letter.note


def test_short_limits_are_left_alone_until_hours_before(centre):
    same_day = people.procedure("2.000815", "Chứng thực bản sao", amount=None)
    same_day.versions.get().time_limits.create(channel="", amount=0, unit="same_day")
    dossier = factories.dossier(centre, same_day, now=at(16, 9))
    assert dossier.due_at == at(16, 17)
    assert overdue.sweep(now=at(16, 10)).drafts == 0
    assert dossier.reminders.count() == 0
    assert overdue.sweep(now=at(16, 15, 30)).drafts == 1


def test_an_agency_counts_by_its_own_week_days_off_and_rules(centre, elsewhere, procedure):
    for opens, closes in ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17, 0))):
        for weekday in range(6):  # works on Saturdays: the 21st is one of the two days before the 23rd
            WeekPattern.objects.create(
                agency=elsewhere.agency,
                weekday=weekday,
                opens_at=opens,
                closes_at=closes,
                valid_from=dt.date(2020, 1, 1),
            )
    here = factories.in_state(State.APPRAISING, centre, procedure)
    there = factories.in_state(State.APPRAISING, elsewhere, procedure)
    assert here.due_at == at(23, 17)
    assert there.due_at == at(21, 17)
    Dossier.objects.filter(pk=there.pk).update(due_at=at(23, 17))
    overdue.sweep(now=at(19))
    assert here.letters.count() == 1
    assert there.letters.count() == 0
    LegalRule.objects.create(
        key="forecast-days-before-due",
        title="x",
        value=3,
        article="x",
        agency=elsewhere.agency,
        valid_from=dt.date(2026, 1, 1),
    )
    overdue.sweep(now=at(19))
    assert there.letters.count() == 1


def test_a_day_off_decided_meanwhile_moves_the_horizon_not_the_promised_date(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    CalendarException.objects.create(date=dt.date(2026, 11, 20), kind="off", name="Nghỉ", confirmed_at=at(1))
    overdue.sweep(now=at(18))
    dossier.refresh_from_db()
    assert dossier.letters.count() == 1
    assert dossier.due_at == at(23, 17)


def test_an_agency_without_hours_is_named_and_the_others_go_on(centre, elsewhere, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    LegalRule.objects.create(
        key="forecast-days-before-due",
        title="x",
        value="hai",
        article="x",
        agency=elsewhere.agency,
        valid_from=dt.date(2026, 1, 1),
    )
    run = overdue.sweep(now=at(20))
    assert dossier.letters.count() == 1
    assert run.problems and elsewhere.agency.name in run.problems[0]


def test_one_dossier_the_database_refuses_is_named_and_the_others_go_on(centre, procedure):
    rows = [factories.in_state(State.APPRAISING, centre, procedure) for _ in range(5)]
    bad = rows[2]
    with poisoned(bad.pk):
        run = overdue.sweep(now=at(20))
    assert run.drafts == 4
    assert Letter.objects.exclude(dossier=bad).filter(new_due_at__isnull=False).count() == 4
    assert [problem for problem in run.problems if bad.code in problem]
    assert overdue.sweep(now=at(20)).drafts == 1


class poisoned:
    """The database refuses every letter of one dossier, as a broken row or a rule of another program would."""

    def __init__(self, pk: int):
        self.pk = pk

    def __enter__(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "CREATE FUNCTION refuse_poison() RETURNS trigger AS "
                    "$$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '23514'; END $$ LANGUAGE plpgsql"
                )
                cursor.execute(
                    "CREATE TRIGGER poison BEFORE INSERT ON dossiers_letter FOR EACH ROW "
                    f"WHEN (NEW.dossier_id = {self.pk}) EXECUTE FUNCTION refuse_poison()"
                )
            else:
                cursor.execute(
                    "CREATE TRIGGER poison BEFORE INSERT ON dossiers_letter "
                    f"WHEN NEW.dossier_id = {self.pk} BEGIN SELECT RAISE(ABORT, 'poison'); END"
                )

    def __exit__(self, *_):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("DROP TRIGGER poison ON dossiers_letter")
                cursor.execute("DROP FUNCTION refuse_poison()")
            else:
                cursor.execute("DROP TRIGGER poison")


def test_a_dossier_without_a_cause_for_its_step_is_drafted_without_one(centre, procedure):
    DelayCause.objects.update(proposed_for="")
    dossier = factories.in_state(State.SIGNING, centre, procedure)
    overdue.sweep(now=at(20))
    assert dossier.letters.get().cause is None


def test_the_command_says_what_it_did_and_refuses_a_wrong_moment(centre, procedure):
    factories.in_state(State.APPRAISING, centre, procedure)
    out = io.StringIO()
    call_command("sweep_deadlines", "--now", "2026-11-27T08:00:00+07:00", stdout=out)
    assert "1 dự thảo mới" in out.getvalue()
    assert "CHƯA BẢO ĐẢM: 1 hồ sơ quá hạn chưa có văn bản" in out.getvalue()
    with pytest.raises(CommandError, match="ISO 8601"):
        call_command("sweep_deadlines", "--now", "hôm qua")


def test_the_cost_does_not_follow_the_number_of_dossiers(centre, procedure, django_assert_max_num_queries):
    for _ in range(12):
        factories.in_state(State.APPRAISING, centre, procedure)
    with django_assert_max_num_queries(60):
        overdue.sweep(now=at(20))


class TestAnyOrder(TestCase):
    """Whatever the order and number of sweeps, the same reminders and drafts stand at the end."""

    @classmethod
    def setUpTestData(cls):
        cls.centre = people.centre("H80.77", "Trung tâm Phục vụ hành chính công xã Tân Tập")
        kind = people.procedure("1.004999", "Thủ tục thử")
        cls.rows = [factories.in_state(State.APPRAISING, cls.centre, kind, now=MONDAY + n * DAY) for n in (0, 1, 2, 7)]

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.integers(16, 30), max_size=4))
    def test_sweeps_before_the_last_one_make_no_difference(self, days):
        for day in sorted(days):
            overdue.sweep(now=at(day, 9))
        overdue.sweep(now=at(30, 16))
        late = sum(row.due_at < at(30, 0) for row in self.rows)
        assert Letter.objects.count() == sum(row.due_at < at(30, 0) + 3 * DAY for row in self.rows)
        assert Reminder.objects.values("dossier", "level", "due_at").distinct().count() == Reminder.objects.count()
        assert SweepRun.objects.order_by("-id").first().late_without_letter == late
