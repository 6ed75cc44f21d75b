"""A promise that reaches past the decided calendar says so: to the clerk, the supervisor, check_ready and the API."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from dossiers.deadlines.confirmed import beyond, reaching_beyond, undecided_from
from dossiers.deadlines.working_time import ZONE
from dossiers.letters import draft as letters
from dossiers.models import CalendarException, Dossier, Procedure
from portal.api.models import ApiClient
from tests import factories, people
from tests.people import MONDAY
from tests.portal.api.test_door import CODE, api, body, event

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
SAYS = "vượt quá lịch nghỉ đã xác nhận"


def day(date: dt.date, *, agency=None, confirmed: bool = True) -> CalendarException:
    return CalendarException.objects.create(
        date=date, kind="off", name="Nghỉ lễ", agency=agency, confirmed_at=MONDAY if confirmed else None
    )


@pytest.fixture(autouse=True)
def this_year(db):
    """The year is decided, the next one is not."""
    day(dt.date(2026, 9, 2))
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def long_one() -> Procedure:
    return people.procedure(amount="40")


def test_the_calendar_is_decided_up_to_the_first_year_or_day_nobody_confirmed(centre, elsewhere):
    assert undecided_from(TODAY)[None].first == dt.date(2027, 1, 1)
    day(dt.date(2027, 2, 17))
    assert undecided_from(TODAY)[None].first == dt.date(2028, 1, 1)
    day(dt.date(2027, 2, 19), confirmed=False)
    assert undecided_from(TODAY)[None].first == dt.date(2027, 2, 19)
    day(dt.date(2026, 12, 1), agency=centre.agency, confirmed=False)
    due = dt.datetime(2026, 12, 1, 17, tzinfo=ZONE)
    assert "01/12/2026 mới là đề xuất" in beyond(due, centre.agency.pk, TODAY)
    assert beyond(due, elsewhere.agency.pk, TODAY) == "" and beyond(None, centre.agency.pk, TODAY) == ""


def test_a_day_that_passed_without_a_decision_says_nothing_any_more(centre):
    day(TODAY - dt.timedelta(days=1), confirmed=False)
    assert undecided_from(TODAY)[None].first == dt.date(2027, 1, 1)


def test_the_clerk_reads_it_before_saving_and_on_the_page(client, centre, long_one):
    client.force_login(centre.clerk)
    facts = client.get(reverse("admin:dossiers_intake_procedure"), {"item-0-procedure": long_one.code})
    assert SAYS in facts.content.decode()
    row = factories.dossier(centre, long_one)
    assert row.due_at.year == 2027
    page = reverse("admin:dossiers_dossier_change", args=[row.pk])
    assert SAYS in client.get(page).content.decode()
    day(dt.date(2027, 2, 17))
    assert SAYS not in client.get(page).content.decode()


def test_a_date_typed_by_hand_says_it_as_well(client, centre):
    row = factories.submitted(centre, people.procedure())
    client.force_login(centre.clerk)
    where = reverse("admin:dossiers_dossier_act", args=[row.pk, "accept"])
    answer = client.post(where, {"due_on": "04/01/2027", "version": row.version}, follow=True)
    assert SAYS in answer.content.decode()


def test_a_letter_that_would_promise_such_a_day_says_it(client, centre, procedure):
    row = factories.dossier(centre, procedure)
    letter = letters.draft(row, by=centre.handler, now=timezone.now())
    client.force_login(centre.leader)
    page = reverse("admin:dossiers_letter_change", args=[letter.pk])
    assert SAYS not in client.get(page).content.decode()
    type(letter).objects.filter(pk=letter.pk).update(new_due_at=dt.datetime(2027, 1, 4, 17, tzinfo=ZONE))
    assert SAYS in client.get(page).content.decode()


def test_the_supervisor_is_told_and_led_to_the_rows(client, centre, elsewhere, long_one):
    row = factories.dossier(centre, long_one)
    factories.dossier(elsewhere, long_one)
    for person in (centre.supervisor, centre.administrator):
        client.force_login(person)
        home = client.get(reverse("admin:index")).content.decode()
        assert "1 hồ sơ hẹn trả vào ngày mà lịch nghỉ chưa được xác nhận" in home
        listed = client.get(reverse("admin:dossiers_dossier_changelist") + "?worklist=beyond").content.decode()
        assert row.code in listed and "H24.31" not in listed
    client.force_login(centre.handler)
    assert "lịch nghỉ chưa được xác nhận" not in client.get(reverse("admin:index")).content.decode()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_ready", stdout=out)
    assert "! Không lời hẹn nào vượt lịch đã xác nhận – 2 hồ sơ hẹn" in out.getvalue()


def test_a_dossier_that_waits_or_is_done_has_no_promise_running(centre, long_one):
    row = factories.dossier(centre, long_one)
    assert list(reaching_beyond(Dossier.objects.all(), TODAY)) == [row]
    Dossier.objects.update(clock_open=False)
    assert not reaching_beyond(Dossier.objects.all(), TODAY).exists()


def test_the_other_system_gets_a_warning_for_what_it_promises(centre, long_one):
    door = api(centre.agency, ApiClient.Scope.WRITE)
    sent = body(procedure_code=long_one.code, received_at=MONDAY.isoformat(), due_at="2027-01-04T17:00:00+07:00")
    for _night in range(2):
        [warning] = door("put", CODE, sent).json()["warnings"]
        assert warning["field"] == "due_at" and SAYS in warning["detail"]
    step = event("a", "appraising", MONDAY, due_at="2027-01-05T17:00:00+07:00")
    [warning] = door("post", f"{CODE}/events", step).json()["warnings"]
    assert "05/01/2027" in warning["detail"]
    day(dt.date(2027, 2, 17))
    assert door("put", CODE, sent).json()["warnings"] == []
