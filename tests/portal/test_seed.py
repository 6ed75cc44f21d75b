"""The pilot seed: a believable month, the contract's users, nothing twice."""

import datetime as dt
import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction

from dossiers import identity_numbers, ownership
from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import ZONE
from dossiers.models import (
    Agency,
    AgencySuccession,
    Applicant,
    CalendarException,
    Channel,
    Dossier,
    DossierEvent,
    Procedure,
)
from dossiers.states import CLOCK_RUNS, OPEN, State
from portal.datasets.models import DatasetVersion
from portal.desk import roles
from portal.seeding import pilot
from portal.seeding.agencies import CAN_GIUOC, ELSEWHERE

NOW = dt.datetime(2026, 11, 17, 10, 12, tzinfo=ZONE)
DOSSIERS = 70


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    """One seeded month for the whole module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        pilot.sow(now=NOW, seed=3, dossiers=DOSSIERS)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _use(month, db):
    pass


def test_users_of_the_contract_can_sign_in():
    groups = {
        "tiepnhan": [roles.RECEPTION],
        "thuly": [roles.HANDLER],
        "lanhdao": [roles.LEADER],
        "kenh": [roles.EDITOR],
        "giamsat": [roles.SUPERVISOR],
        "ngoai": [roles.HANDLER, roles.RECEPTION],
    }
    for name, expected in groups.items():
        user = User.objects.get(username=name)
        assert user.check_password(f"demo-{name}") and user.is_staff and not user.is_superuser
        assert sorted(user.groups.values_list("name", flat=True)) == sorted(expected)
        code = ELSEWHERE if name == "ngoai" else CAN_GIUOC
        assert [row.agency.code for row in user.memberships.all()] == [code]
    assert User.objects.get(username="admin").is_superuser
    others = User.objects.exclude(username__in=[*groups, "admin"])
    assert others.count() > 10 and not any(user.has_usable_password() for user in others)


def test_who_loaded_a_pack_of_the_demonstration_may_open_it():
    versions = list(DatasetVersion.objects.select_related("dataset"))
    people = {version.uploaded_by for version in versions} | {version.approved_by for version in versions}
    assert {person.username for person in people - {None}} == {"kenh", "lanhdao"}
    for person in people - {None}:
        mine = [version for version in versions if person in (version.uploaded_by, version.approved_by)]
        assert all(ownership.may_write(person, version.dataset) for version in mine)


def test_every_kind_of_body_the_sources_name_is_there():
    """S3-30, S5-22: the vertical bodies, the power company, the post, the press."""
    kinds = set(Agency.objects.values_list("kind", flat=True))
    assert kinds == set(Agency.Kind.values) - {Agency.Kind.OTHER}


def test_mergers_of_2025_are_dated_successions():
    district = Agency.objects.get(name="Ủy ban nhân dân huyện Cần Giuộc")
    heirs = AgencySuccession.objects.filter(predecessor=district, effective_on=dt.date(2025, 7, 1))
    assert {row.successor.name.rpartition("xã ")[2] for row in heirs} == {
        "Cần Giuộc",
        "Phước Lý",
        "Mỹ Lộc",
        "Phước Vĩnh Tây",
        "Tân Tập",
    }
    assert district.rollout == Agency.Rollout.ENDED and not district.active
    assert district.version_on(dt.date(2019, 6, 6)).name == "Ủy ban nhân dân huyện Cần Giuộc"
    assert district.version_on(dt.date(2025, 7, 1)) is None
    centre = Agency.objects.get(code=CAN_GIUOC)
    assert centre.is_on_channel(NOW.date()) and centre.regulation_published_on < centre.rollout_from
    centre.full_clean()


def test_a_believable_month():
    rows = Dossier.objects.select_related("owner", "submitter", "agency", "unit")
    assert rows.count() >= DOSSIERS
    assert set(rows.values_list("agency__kind", flat=True)) == {Agency.Kind.CENTRE}
    states = set(rows.values_list("state", flat=True))
    assert {State.RESULT_RETURNED, State.APPRAISING} <= states and len(states) >= 6
    calendars = {}
    for row in rows:
        first, last = NOW - dt.timedelta(days=31), NOW
        assert first.date() <= row.submitted_at.astimezone(ZONE).date() and row.state_changed_at <= last
        if row.channel != Channel.ONLINE:
            calendar = calendars.setdefault(row.agency_id, calendar_of(row.agency_id))
            assert calendar.opening(row.received_at) == row.received_at.astimezone(ZONE).replace(
                second=0, microsecond=0
            )
        if row.state in CLOCK_RUNS:
            assert row.due_at and row.clock_open
        if row.state == State.APPRAISING:
            assert row.handler and row.unit
    # The first promise has passed: the sweep has written the letter with the new date meanwhile.
    assert rows.filter(clock_open=True, promised_at__lt=NOW - dt.timedelta(days=1)).exists(), "some are late"
    assert rows.filter(state__in=OPEN).count() > 8


def test_histories_are_in_order_and_carry_their_actors():
    for row in Dossier.objects.prefetch_related("events"):
        events = sorted(row.events.all(), key=lambda event: event.pk)
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert events[-1].at <= NOW and events[0].at == row.submitted_at
        assert all(event.actor for event in events[1:])
    assert all(
        item["what"] and item["why"]
        for event in DossierEvent.objects.filter(kind=DossierEvent.Kind.SUPPLEMENT_REQUESTED)
        for item in event.reasons
    )


def test_people_have_valid_numbers():
    for person in Applicant.objects.all():
        if person.kind == Applicant.Kind.PERSON:
            assert identity_numbers.normalise_personal_id(person.id_number, today=NOW.date()) == person.id_number
        else:
            assert identity_numbers.normalise_tax_code(person.id_number) == person.id_number
        if person.phone:
            assert identity_numbers.normalise_phone(person.phone) == person.phone
        assert len(person.full_name.split()) >= 2


def test_holidays_of_two_years_are_confirmed_but_doubtful_ones_wait_for_a_person():
    days = CalendarException.objects.filter(agency__isnull=True)
    assert {day.date.year for day in days} == {2026, 2027}
    assert days.get(date=dt.date(2026, 2, 17)).confirmed_by.username == "admin"
    doubtful = days.get(date=dt.date(2026, 11, 24))
    assert not doubtful.confirmed


def test_procedures_can_be_received():
    rows = Procedure.objects.all()
    assert 40 <= rows.count() <= 60
    for row in rows:
        version = row.version_on(NOW.date())
        assert version.papers.exists() and version.time_limits.exists() and version.fees.exists()


def test_second_run_adds_nothing():
    before = (Dossier.objects.count(), DossierEvent.objects.count(), User.objects.count(), Agency.objects.count())
    assert "đã có" in pilot.sow(now=NOW + dt.timedelta(days=3), seed=4, dossiers=DOSSIERS)[0]
    assert before == (
        Dossier.objects.count(),
        DossierEvent.objects.count(),
        User.objects.count(),
        Agency.objects.count(),
    )


def test_sample_is_a_dossier_with_a_phone():
    found = pilot.sample()
    assert Dossier.objects.get(code=found["code"]).submitter.phone.endswith(found["phone_end"])


def test_seed_refuses_a_public_installation(settings):
    settings.ON_LOOPBACK = False
    with pytest.raises(CommandError, match="dữ liệu giả"):
        call_command("seed", "--scenario", "pilot", stdout=io.StringIO())


def test_seed_refuses_a_senseless_number():
    with pytest.raises(CommandError, match="từ 1 trở lên"):
        call_command("seed", "--scenario", "pilot", "--dossiers", "0", stdout=io.StringIO())
