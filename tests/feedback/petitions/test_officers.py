"""Naming who opens complaints: proposed in the centre, confirmed from outside, told to those already named."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Agency, Membership
from feedback.cases import intake
from feedback.cases.routing import Nature
from feedback.models import RestrictedOfficer
from feedback.petitions import acts as petition_acts
from feedback.petitions import restricted
from portal.desk import roles
from tests import people
from tests.feedback.conftest import sent
from tests.people import MONDAY

pytestmark = pytest.mark.django_db
ADD = "admin:feedback_restrictedofficer_add"
LIST = "admin:feedback_restrictedofficer_changelist"
WORDS = "Ông giám đốc trung tâm nhận tiền của tôi ngày 12/11"


@pytest.fixture
def record(centre):
    return intake.receive(sent(centre, text=WORDS, nature=Nature.DENUNCIATION, sender_name="Lê Thị Kín"), now=MONDAY)


@pytest.fixture
def above(centre):
    """The province above the centre, and its administrator who sees what is below."""
    province = Agency.objects.create(code="H80", kind=Agency.Kind.PROVINCE, name="UBND tỉnh Tây Ninh")
    Agency.objects.filter(pk=centre.agency.pk).update(parent=province)
    user = people.member(province, "quan-tri-tinh", roles.ADMINISTRATOR, "Quản trị tỉnh")
    Membership.objects.filter(user=user).update(sees_subordinates=True)
    return user


def propose(client, by, user, agency, **more):
    client.force_login(by)
    form = {"user": user.pk, "agency": agency.pk, "decision": "QĐ 15", "valid_from": "01/01/2026", **more}
    assert client.post(reverse(ADD), form).status_code == 302
    return RestrictedOfficer.objects.get(user=user)


def confirm(client, by, row) -> None:
    client.force_login(by)
    client.post(reverse(LIST), {"action": "confirm_selected", "_selected_action": row.pk})
    row.refresh_from_db()


def test_three_steps_no_longer_lead_a_centres_administrator_to_the_complaints(client, centre, record):
    client.force_login(centre.administrator)
    new = {"username": "bu-nhin", "password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai"}
    client.post(reverse("admin:auth_user_add"), new | {"usable_password": "true"})
    puppet = User.objects.get(username="bu-nhin")
    place = {"user": puppet.pk, "agency": centre.agency.pk, "title": "Mới", "valid_from": "01/11/2026"}
    assert client.post(reverse("admin:dossiers_membership_add"), place).status_code == 302
    row = propose(client, centre.administrator, puppet, centre.agency)
    for user in (puppet, centre.administrator):
        confirm(client, user, row)
        assert row.confirmed_at is None
    second = people.member(centre.agency, "quan-tri-2", roles.ADMINISTRATOR, "Quản trị 2")
    confirm(client, second, row)
    assert row.confirmed_at is None
    client.force_login(puppet)
    page = client.get(reverse("admin:feedback_transferrecord_change", args=[record.pk]))
    assert page.status_code == 403 and "nhận tiền" not in page.content.decode()


def test_somebody_above_confirms_and_it_opens(client, centre, record, above):
    row = propose(client, centre.administrator, centre.supervisor, centre.agency)
    assert not restricted.visible_to(centre.supervisor, timezone.now()).exists()
    client.force_login(above)
    assert "được mở đơn khiếu nại, tố cáo của" in client.get(reverse("admin:index")).content.decode()
    confirm(client, above, row)
    assert (row.named_by, row.confirmed_by) == (centre.administrator, above)
    assert list(restricted.visible_to(centre.supervisor, timezone.now())) == [record]


def test_another_agency_confirms_nothing(client, centre, elsewhere):
    row = propose(client, centre.administrator, centre.supervisor, centre.agency)
    confirm(client, elsewhere.administrator, row)
    assert row.confirmed_at is None


def test_those_already_named_are_told_of_the_proposal_and_of_the_confirmation(client, centre, above):
    people.named_officer(centre.leader, centre.agency)
    row = propose(client, centre.administrator, centre.supervisor, centre.agency)
    client.force_login(centre.leader)
    assert "đang chờ xác nhận" in client.get(reverse("admin:index")).content.decode()
    confirm(client, above, row)
    client.force_login(centre.leader)
    assert "đã xác nhận" in client.get(reverse("admin:index")).content.decode()
    client.force_login(centre.handler)
    assert "QĐ 15" not in client.get(reverse("admin:index")).content.decode()


def test_a_change_asks_anew_but_an_earlier_end_does_not(client, centre, above):
    row = propose(client, centre.administrator, centre.supervisor, centre.agency)
    confirm(client, above, row)
    client.force_login(centre.administrator)
    address = reverse("admin:feedback_restrictedofficer_change", args=[row.pk])
    form = {"user": centre.supervisor.pk, "agency": centre.agency.pk, "decision": "QĐ 15", "valid_from": "01/01/2026"}
    assert client.post(address, form | {"valid_to": "31/12/2026"}).status_code == 302
    row.refresh_from_db()
    assert (row.valid_to, row.confirmed_by) == (dt.date(2026, 12, 31), above)
    assert client.post(address, form | {"user": centre.leader.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.user, row.confirmed_at) == (centre.leader, None)


def test_an_officers_account_is_out_of_the_centres_reach(client, centre, above):
    row = propose(client, centre.administrator, centre.supervisor, centre.agency)
    confirm(client, above, row)
    client.force_login(centre.administrator)
    password = {"password1": "mot-mat-khau-dai", "password2": "mot-mat-khau-dai"}
    address = reverse("admin:auth_user_password_change", args=[centre.supervisor.pk])
    assert client.post(address, password).status_code == 403
    centre.supervisor.refresh_from_db()
    assert centre.supervisor.check_password("x")


def test_ending_a_place_does_not_open_what_is_against_it(client, centre, record):
    officer = centre.supervisor
    people.named_officer(officer, centre.agency)
    petition_acts.do("against", record, by=officer, now=MONDAY, unit=None, agency=centre.agency)
    Membership.objects.filter(user=officer).update(valid_to=dt.date(2026, 1, 1))
    assert not restricted.visible_to(User.objects.get(pk=officer.pk), MONDAY).exists()
    client.force_login(centre.administrator)
    place = officer.memberships.get()
    assert client.post(reverse("admin:dossiers_membership_delete", args=[place.pk]), {"post": "yes"}).status_code == 403


def test_one_who_sees_all_but_works_in_the_centre_does_not_confirm(client, centre):
    row = propose(client, centre.administrator, centre.supervisor, centre.agency)
    own = people.member(centre.agency, "toan-tinh", roles.ADMINISTRATOR, "Toàn tỉnh")
    own.user_permissions.add(Permission.objects.get(codename="search_all_agencies"))
    confirm(client, own, row)
    assert row.confirmed_at is None


def test_a_petition_nobody_may_open_is_told_until_somebody_may(client, centre, above, record, elsewhere):
    """How many and where, to those who can do something about it; not to a centre it was not sent to."""
    told = "1 đơn gửi đến"

    def home(person) -> str:
        client.force_login(person)
        return client.get(reverse("admin:index")).content.decode()

    def ready() -> str:
        out = io.StringIO()
        with pytest.raises(CommandError):
            call_command("check_ready", stdout=out)
        return out.getvalue()

    for person in (centre.supervisor, centre.leader, centre.administrator, above):
        assert told in home(person), person
    assert told not in home(centre.handler) and told not in home(elsewhere.supervisor)
    assert WORDS not in home(centre.supervisor) and "tố cáo" not in home(centre.supervisor).partition(told)[2][:200]
    assert f"{centre.agency.name}: 1" in ready()
    row = propose(client, centre.administrator, centre.handler, centre.agency)
    assert told in home(centre.supervisor), "proposed is not named yet"
    confirm(client, above, row)
    assert told not in home(centre.supervisor) and "! Đơn khiếu nại" not in ready()
    record.against.set([centre.handler])
    assert told in home(centre.supervisor), "the only officer is the one it is against"


def test_a_petition_that_was_sent_on_waits_no_more(client, centre, record):
    type(record).objects.update(status="sent")
    client.force_login(centre.supervisor)
    assert "1 đơn gửi đến" not in client.get(reverse("admin:index")).content.decode()
