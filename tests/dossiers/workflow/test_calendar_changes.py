"""A holiday decided under open dossiers: nothing moves by itself, a confirmed move is history (R10)."""

import datetime as dt

import pytest
from django.urls import reverse

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.clock import why_this_date
from dossiers.intake import counter as intake
from dossiers.intake.counter import Intake, Item
from dossiers.letters import acts as letter_acts
from dossiers.models import CalendarException, Dossier, DossierEvent
from dossiers.states import State
from dossiers.workflow import acts, calendar_changes
from tests import factories
from tests.dossiers.letters.test_letters_acts import FRIDAY as LETTER_DAY
from tests.dossiers.letters.test_letters_acts import drafted
from tests.factories import REASON
from tests.people import AN, MONDAY

FRIDAY = MONDAY.date() + dt.timedelta(days=4)


def day_off(agency=None, date=FRIDAY, name="Ngày nghỉ mới"):
    return CalendarException.objects.create(agency=agency, date=date, kind="off", name=name)


def test_an_unconfirmed_day_counts_nowhere(centre, procedure):
    day_off()
    assert factories.dossier(centre, procedure).due_at.date() == dt.date(2026, 11, 23)


def test_the_preview_shows_who_would_move_and_moves_nobody(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    day = day_off()
    (move,) = calendar_changes.preview([centre.agency], adding=[day])
    assert move.dossier == dossier
    assert move.new.at.date() == dt.date(2026, 11, 24)
    assert "Ngày nghỉ mới" in move.new.sentence()
    assert Dossier.objects.get().due_at == dossier.due_at


def test_confirming_a_day_leaves_promised_dates_until_the_moves_are_confirmed_too(centre, procedure):
    dossier = factories.dossier(centre, procedure)
    day = day_off()
    moves = calendar_changes.preview([centre.agency], adding=[day])
    calendar_changes.confirm_days([day], by=centre.administrator, now=MONDAY)
    dossier.refresh_from_db()
    assert dossier.due_at.date() == dt.date(2026, 11, 23)
    done, left = calendar_changes.apply(moves, by=centre.administrator, now=MONDAY, reason="Nghỉ thêm")
    assert (done, left) == (1, [])
    dossier.refresh_from_db()
    assert dossier.due_at.date() == dt.date(2026, 11, 24)
    assert dossier.promised_at.date() == dt.date(2026, 11, 23)
    event = dossier.events.last()
    assert (event.kind, event.actor) == (DossierEvent.Kind.DUE_MOVED, centre.administrator)
    assert event.facts["reason"] == "Nghỉ thêm"
    assert "Ngày nghỉ mới" in why_this_date(dossier)


def test_pauses_stay_in_the_count(centre, procedure):
    dossier = factories.in_state(State.APPRAISING, centre, procedure)
    hour = dt.timedelta(hours=1)
    acts.do("request_supplement", dossier, by=centre.handler, now=MONDAY + hour, reasons=[REASON])
    acts.do("receive_supplement", dossier, by=centre.clerk, now=MONDAY + hour + dt.timedelta(days=2))
    assert dossier.due_at.date() == dt.date(2026, 11, 25)
    (move,) = calendar_changes.preview([centre.agency], adding=[day_off()])
    assert move.new.at.date() == dt.date(2026, 11, 26)


def test_stated_dates_and_finished_dossiers_never_appear(centre, procedure):
    stated = Item(procedure=procedure, due_at=MONDAY + dt.timedelta(days=9))
    intake.receive(Intake(agency=centre.agency, submitter=AN, items=(stated,)), by=centre.clerk, now=MONDAY)
    factories.in_state(State.RESULT_READY, centre, procedure)
    assert calendar_changes.preview([centre.agency], adding=[day_off()]) == []


def test_a_day_of_one_agency_moves_only_its_dossiers(centre, elsewhere, procedure):
    factories.dossier(centre, procedure)
    other = factories.dossier(elsewhere, procedure)
    (move,) = calendar_changes.preview([centre.agency, elsewhere.agency], adding=[day_off(elsewhere.agency)])
    assert move.dossier == other


def test_somebody_else_changed_the_dossier_meanwhile(centre, procedure):
    factories.dossier(centre, procedure)
    moves = calendar_changes.preview([centre.agency], adding=[day_off()])
    Dossier.objects.update(version=9)
    done, left = calendar_changes.apply(moves, by=None, now=MONDAY, reason="x")
    assert done == 0
    assert left == [moves[0].dossier.code]


@pytest.mark.parametrize("ticked", [True, False])
def test_the_page_confirms_the_day_and_moves_only_what_is_ticked(centre, procedure, client, ticked):
    dossier = factories.dossier(centre, procedure)
    day = day_off(centre.agency)
    client.force_login(centre.administrator)
    address = reverse("admin:dossiers_calendar_effect")
    page = client.get(address, {"viec": "confirm", "ngay": str(day.pk)})
    assert dossier.code in page.content.decode()
    data = {"viec": "confirm", "ngay": str(day.pk)} | ({"move": str(dossier.pk)} if ticked else {})
    assert client.post(address, data).status_code == 302
    day.refresh_from_db()
    dossier.refresh_from_db()
    assert day.confirmed
    assert dossier.due_at.date() == dt.date(2026, 11, 24 if ticked else 23)


def test_a_centre_may_not_decide_national_days(centre, client):
    client.force_login(centre.administrator)
    answer = client.get(reverse("admin:dossiers_calendar_effect"), {"viec": "confirm", "ngay": str(day_off().pk)})
    assert answer.status_code == 403


def test_a_day_off_lists_who_was_promised_that_very_day_by_a_letter_too(centre, procedure):
    letter = drafted(centre, procedure)
    letter_acts.do("approve", letter, by=centre.leader, now=LETTER_DAY)
    dossier = Dossier.objects.get(pk=letter.dossier_id)
    promised = dossier.due_at
    day = day_off(date=promised.astimezone(MONDAY.tzinfo).date())
    moves = [move for move in calendar_changes.preview([centre.agency], adding=[day]) if move.dossier == dossier]
    assert [move.later for move in moves] == [True]
    calendar_changes.confirm_days([day], by=centre.administrator, now=LETTER_DAY)
    dossier.refresh_from_db()
    assert dossier.due_at == promised, "nothing moves by itself"
    assert calendar_changes.apply(moves, by=centre.administrator, now=LETTER_DAY, reason="Nghỉ thêm") == (1, [])
    dossier.refresh_from_db()
    assert dossier.due_at > promised and calendar_of(centre.agency).is_working_day(dossier.due_at.date())


def test_a_day_off_somewhere_else_or_later_leaves_a_stated_date_out(centre, elsewhere, procedure):
    letter = drafted(centre, procedure)
    letter_acts.do("approve", letter, by=centre.leader, now=LETTER_DAY)
    promised = Dossier.objects.get(pk=letter.dossier_id).due_at.date()
    for day in (day_off(elsewhere.agency, date=promised), day_off(date=promised + dt.timedelta(days=1))):
        assert letter.dossier_id not in {m.dossier.pk for m in calendar_changes.preview([centre.agency], adding=[day])}
