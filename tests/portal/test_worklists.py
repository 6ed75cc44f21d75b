"""Every worklist of the desk: its tile, its number and its list agree, and the sweep means the same by its words."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from dossiers import kept
from dossiers.admin.letters import list as letter_list
from dossiers.deadlines.working_time import ZONE
from dossiers.lateness import horizons, sweep, worklists
from dossiers.letters import acts as letter_acts
from dossiers.lists.urgency import urgency
from dossiers.models import Dossier, LegalRule, Letter
from dossiers.states import State
from feedback.cases import worklists as case_worklists
from feedback.cases.search import urgency as case_urgency
from feedback.lateness import late_cases
from feedback.models import Case
from feedback.states import OPEN
from portal.correspondence import worklists as office
from portal.desk import home
from tests import factories, people
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted
from tests.feedback.conftest import case_in
from zalo.admin import conversation

pytestmark = pytest.mark.django_db
EVE, DUE, AFTER = (dt.datetime(2026, 11, day, 9, tzinfo=ZONE) for day in (20, 23, 24))
LONG_AFTER = dt.datetime(2026, 12, 18, 9, tzinfo=ZONE)
ROLES = ("clerk", "handler", "leader", "supervisor", "editor", "administrator")
REGISTRIES = {
    "dossiers": worklists.WORKLISTS,
    "letters": letter_list.WORKLISTS,
    "cases": case_worklists.WORKLISTS,
    "conversations": conversation.WORKLISTS,
    "documents": office.DOCUMENTS,
    "tasks": office.TASKS,
    "proposals": office.PROPOSALS,
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A dossier in every state, two of them promised again, a letter in some steps, a case in every open status.

    One for the whole module, rolled back at its end; whoever needs a database without it stands above its first user.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        centre, procedure = people.centre(), people.procedure()
        for state in State.values:
            factories.in_state(state, centre, procedure)
        for _ in range(2):
            letter_acts.do("approve", drafted(centre, procedure), by=centre.leader, now=FRIDAY)
        for status in OPEN:
            case_in(status, centre, now=FRIDAY)
        yield centre
        transaction.set_rollback(True)


def tiles_of(user, now) -> list[home.Tile]:
    makers = (home.dossier_tiles, home.letter_tiles, home.case_tiles, home.office_tiles, home.channel_tiles)
    return [tile for make in makers for tile in make(user, now).tiles]


@pytest.mark.parametrize("now", [EVE, DUE, AFTER])
@pytest.mark.parametrize("days", [2, 4])
def test_the_sweep_drafts_what_the_lists_call_late_today_and_soon(centre, procedure, days, now):
    """Also where an agency's own rule looks further ahead than the others'."""
    if days != 2:
        known = LegalRule.objects.get(key="forecast-days-before-due")
        LegalRule.objects.create(
            agency=centre.agency, key=known.key, title=known.title, value=days, article="x", valid_from=known.valid_from
        )
    for begun in range(5):
        factories.in_state(
            State.APPRAISING, centre, procedure, now=dt.datetime(2026, 11, 16 - begun, 8, 30, tzinfo=ZONE)
        )
    for begun in range(3):
        factories.in_state(State.ASSIGNED, centre, procedure, now=dt.datetime(2026, 11, 17 + begun, 8, tzinfo=ZONE))
    kept.forget_all()
    run = sweep.sweep(now=now)
    drafted_for = set(Letter.objects.values_list("dossier", flat=True))
    lists = {name: set(_on(name, centre.leader, now)) for name in ("late", "today", "soon", "no-letter")}
    # One younger than the days looked ahead is drafted for hours before its day.
    young = set(Dossier.objects.filter(received_at__gte=_settled(centre.agency, now)).values_list("pk", flat=True))
    assert drafted_for == lists["late"] | lists["today"] | (lists["soon"] - young)
    assert lists["soon"], "there is something to compare"
    assert run.late_without_letter == len(lists["no-letter"]) == len(lists["late"])
    looks = {row.pk: urgency(row, now).level for row in Dossier.objects.filter(clock_open=True)}
    for name in ("late", "today", "soon"):
        assert {pk for pk, level in looks.items() if level == name} == lists[name], name


@pytest.mark.parametrize("now", [EVE, AFTER, LONG_AFTER])
def test_a_tile_counts_what_its_list_shows(world, now):
    told = set()
    for role in ROLES:
        user, client = fresh(getattr(world, role)), Client()
        with time_machine.travel(now, tick=False):
            client.force_login(user)
            for tile in tiles_of(user, now):
                shown = client.get(tile.address)
                assert shown.status_code == 200, (role, tile.address)
                rows = shown.context.get("rows", shown.context.get("incidents"))
                assert int(tile.count) == len(rows), (role, tile.label, tile.address)
                told |= {tile.label} if rows else set()
    assert len(told) > 6, "most lists hold something"


@pytest.mark.parametrize("now", [EVE, LONG_AFTER])
def test_a_tab_counts_what_it_shows(world, now):
    client, seen = Client(), 0
    addresses = {
        "/admin/dossiers/dossier/?worklist=": [each.name for each in worklists.WORKLISTS.values()],
        "/admin/dossiers/letter/tre-han/?ds=": [each.name for each in worklists.LATENESS],
        "/admin/feedback/case/?worklist=": list(case_worklists.WORKLISTS),
        "/admin/dossiers/letter/?buoc=": list(letter_list.WORKLISTS),
    }
    with time_machine.travel(now, tick=False):
        client.force_login(fresh(world.leader))
        for address, names in addresses.items():
            for name in names:
                page = client.get(address + name)
                count = _number_beside(page.content.decode(), name)
                assert count in {None, len(page.context["rows"])}, (address, name)
                seen += count is not None
        assert seen > 15, "the numbers are found on the pages"
        for name in (each.name for each in worklists.LATENESS):
            on_desk = {row[0].pk for row in client.get("/admin/dossiers/letter/tre-han/", {"ds": name}).context["rows"]}
            on_list = {row[0].pk for row in client.get("/admin/dossiers/dossier/", {"worklist": name}).context["rows"]}
            assert on_desk == on_list, name


def _number_beside(page: str, name: str) -> int | None:
    """The number in the link that leads to the list; None where the page shows none."""
    found = re.search(rf'<a[^>]*href="\?[^"]*=({re.escape(name)})"[^>]*aria-current="page"[^>]*>(.*?)</a>', page, re.S)
    number = re.search(r"<b>(\d+)</b>", found[2]) if found else None
    return int(number[1]) if number else None


def test_the_sweep_counts_the_new_dates_that_passed(world):
    run = sweep.sweep(now=LONG_AFTER)
    assert run.passed_new_date == len(_on("new-date-passed", world.leader, LONG_AFTER)) == 2
    assert run.late_without_letter == len(_on("no-letter", world.leader, LONG_AFTER)) > 2
    promised = {tile.label: tile.count for tile in home.dossier_tiles(fresh(world.leader), AFTER).tiles}
    assert promised["Lỡ hẹn đầu, chờ theo văn bản xin lỗi"] == "2"


def test_the_sweep_of_cases_apologises_for_what_the_list_calls_late(world):
    late = set(case_worklists.on_worklist(Case.objects.all(), "late", None, LONG_AFTER).values_list("pk", flat=True))
    levels = {row.pk for row in Case.objects.all() if case_urgency(row, LONG_AFTER).level == "late"}
    assert late == levels and late
    held = set(Case.objects.filter(status="held").values_list("pk", flat=True))
    assert late_cases.sweep(now=LONG_AFTER).apologised == len(late - held)


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_registry_names_its_lists_once(name):
    lists = REGISTRIES[name]
    assert all(each.name == key and each.label for key, each in lists.items())
    labels = [each.label for each in lists.values()] + [each.tile for each in lists.values() if each.tile]
    assert len(labels) == len(set(labels)), "two lists of one name cannot be told apart"


def fresh(user: User) -> User:
    """The user as another request finds them."""
    return User.objects.get(pk=user.pk)


def _settled(agency, now: dt.datetime) -> dt.datetime:
    groups, _problems = horizons.groups(now)
    return next(group.horizons.settled for group in groups if group.agency_ids in {None, (agency.pk,)})


def _on(name: str, user, now: dt.datetime) -> list[int]:
    rows = worklists.on_worklist(Dossier.objects.filter(agency__in=[user.memberships.get().agency_id]), name, user, now)
    return list(rows.values_list("pk", flat=True))
