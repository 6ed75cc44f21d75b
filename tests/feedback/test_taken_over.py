"""The voices of an agency that was taken over are its heir's: counted once, opened as they were counted, and said."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.urls import reverse

from dossiers.models import AgencySuccession
from dossiers.states import State
from feedback.cases.search import Asked, matching
from feedback.figures.periods import Period
from feedback.models import Rating
from feedback.ratings import figures as rating_figures
from feedback.ratings import rating as ratings
from tests.factories import in_state
from tests.feedback.conftest import new_case
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
MERGED_ON = MONDAY.date() + dt.timedelta(days=4)
NOVEMBER = {"tu": "01/11/2026", "den": "30/11/2026"}
BEFORE = {"tu": "01/11/2026", "den": f"{MERGED_ON - dt.timedelta(days=1):%d/%m/%Y}"}


@pytest.fixture
def merged(centre, elsewhere):
    """Three voices of the agency that goes on, two of the one it takes over in the middle of November."""
    for of in (centre, centre, centre, elsewhere, elsewhere):
        new_case(of)
    AgencySuccession.objects.create(
        predecessor=elsewhere.agency, successor=centre.agency, kind="merge", effective_on=MERGED_ON
    )
    return {"co-quan": centre.agency.code}


def board_of(client, user, **asked):
    client.force_login(user)
    page = client.get(reverse("admin:feedback_boards"), asked)
    assert page.status_code == 200
    return page.context["board"], page.content.decode()


def opened(user, address: str) -> int:
    return matching(Asked.from_query(QueryDict(address.split("?")[1])), user, MONDAY).count()


def test_the_heirs_voices_hold_both_and_open_what_was_counted(client, centre, elsewhere, merged):
    root = User.objects.create_superuser("root", "", "x")
    for asked in ({}, merged):
        board, text = board_of(client, root, **NOVEMBER, **asked)
        assert [(name, tally.received) for name, tally in board.by_agency] == [(centre.agency.name, 5)]
        assert opened(root, board.total.to["received"]) == board.total.received == 5
        assert opened(root, board.by_agency[0][1].to["received"]) == 5
        assert f"kế thừa {elsewhere.agency} từ ngày {MERGED_ON:%d/%m/%Y}" in text
    listed = client.get(board.total.to["received"]).content.decode()
    assert f"của {centre.agency}, {elsewhere.agency}" in listed
    board, text = board_of(client, root, **BEFORE)
    assert sorted(tally.received for _, tally in board.by_agency) == [2, 3] and "kế thừa" not in text
    # The agency of before is still asked for by itself.
    elsewhere.agency.active = False
    elsewhere.agency.save()
    board, _text = board_of(client, root, **NOVEMBER, **{"co-quan": elsewhere.agency.code})
    assert [(name, tally.received) for name, tally in board.by_agency] == [(elsewhere.agency.name, 2)]
    assert board.notes[0].endswith("ở đây chỉ có số của cơ quan cũ.")


def test_the_heirs_people_see_the_figures_and_only_their_own_cases(client, centre, merged):
    board, text = board_of(client, centre.supervisor, **NOVEMBER)
    assert board.total.received == 5 and not board.total.to and not board.by_agency[0][1].to
    assert "chỉ có ý kiến trong phạm vi của bạn" in text
    sheet = client.post(reverse("admin:feedback_boards_export"), {**NOVEMBER, "tep": "csv"})
    lines = b"".join(sheet.streaming_content).decode().splitlines()
    assert "kế thừa" not in lines[0] and "bạn được xem" in lines[0] and len(lines) == 2 + 3
    board, text = board_of(client, centre.supervisor, **BEFORE)
    assert board.total.received == 3 == opened(centre.supervisor, board.total.to["received"])


def test_sheets_and_indices_of_both_stand_on_the_heirs_line(client, centre, elsewhere, procedure, merged):
    for of in (centre, centre, centre, elsewhere, elsewhere):
        invitation = ratings.invitation_of(in_state(State.RESULT_RETURNED, of, procedure))
        ratings.give(invitation, {"attitude": 4, "result": 3}, now=MONDAY + dt.timedelta(hours=2))
    client.force_login(centre.supervisor)
    page = client.get(reverse("admin:feedback_boards"), NOVEMBER)
    shown = page.context["board"].ratings
    assert (shown.total.count, shown.invited) == (5, 5)
    assert [(name, row.count) for name, row in shown.by_agency] == [(centre.agency.name, 5)]
    assert page.context["sheet"].indices[2].counted == 5
    # A month of too few sheets of the one taken over never shows in its heir's, whoever may be the one rated.
    of_handler = rating_figures.shown(
        centre.handler, Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)), now=MONDAY + dt.timedelta(days=60)
    )
    assert of_handler.total.hidden


def test_two_agencies_of_one_name_stand_beside_each_other_and_officers_are_named_to_their_own(
    client, centre, elsewhere, procedure, merged
):
    type(centre.agency).objects.filter(pk=elsewhere.agency.pk).update(name=centre.agency.name)
    for of in (*[elsewhere] * 5, centre):
        invitation = ratings.invitation_of(in_state(State.RESULT_RETURNED, of, procedure))
        ratings.give(invitation, {"attitude": 4, "result": 3}, now=MONDAY + dt.timedelta(hours=2))
    Rating.objects.filter(agency=elsewhere.agency).update(officer=elsewhere.handler)
    board, _text = board_of(client, User.objects.create_superuser("root", "", "x"), **BEFORE)
    assert len(board.ratings.by_agency) == 2
    november, later = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)), MONDAY + dt.timedelta(days=60)
    assert rating_figures.by_officer(elsewhere.supervisor, november, now=later)
    assert not rating_figures.by_officer(centre.supervisor, november, now=later)
