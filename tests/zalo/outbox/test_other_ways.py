"""An allowance used up, a feature closed, a phone without Zalo: the next way is taken, a person told, no row hangs."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from dossiers.models import Applicant
from dossiers.workflow import acts
from tests import factories
from tests.people import BINH
from zalo.models import Account, Contact, Incident, OutboxMessage, Outcome, Route, RouteStop, State
from zalo.outbox import ledger, routes
from zalo.outbox import rows as outbox

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def queue(channel, procedure, *, person=BINH, follows: bool = True, interacted: dt.timedelta = 3 * DAY, count: int = 1):
    """Messages of as many dossiers just received, from somebody who spoke to the OA that long ago."""
    factories.dossier(channel.centre, procedure, now=timezone.now(), person=person)
    if follows:
        contact = channel.follower(applicant=Applicant.objects.get())
        Contact.objects.filter(pk=contact.pk).update(last_interaction_at=timezone.now() - interacted)
    OutboxMessage.objects.all().delete()
    for _ in range(count):
        factories.dossier(channel.centre, procedure, now=timezone.now(), person=person)
    OutboxMessage.objects.filter(required=False).delete()
    return list(OutboxMessage.objects.order_by("pk"))


def fresh(row: OutboxMessage) -> OutboxMessage:
    return OutboxMessage.objects.get(pk=row.pk)


@pytest.mark.parametrize("code", [-211, -218])
def test_an_allowance_used_up_after_48_hours_sends_the_template_and_is_told(channel, procedure, code):
    channel.map_templates()
    [row] = queue(channel, procedure)
    channel.zalo.fault("error", where="openapi", path="/v3.0/oa/message/cs", code=code)
    channel.drain()
    assert (fresh(row).state, fresh(row).route) == (State.SENT, Route.UID)
    incident = Incident.objects.get(closed_at=None, code=code)
    assert incident.advice


def test_a_paid_allowance_used_up_is_asked_once_and_leaves_free_replies_alone(channel, procedure):
    channel.map_templates()
    queue(channel, procedure, count=5)
    channel.zalo.fault("error", where="openapi", path="/v3.0/oa/message/cs", code=-211)
    channel.drain()
    assert set(OutboxMessage.objects.values_list("state", "route")) == {(State.SENT, Route.UID)}
    assert RouteStop.objects.get().route == routes.PAID_REPLY
    channel.zalo.lift()
    Contact.objects.update(last_interaction_at=timezone.now())
    factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
    channel.drain()
    assert OutboxMessage.objects.filter(required=True).latest("pk").route == Route.REPLY


def test_without_another_way_the_allowance_of_tomorrow_is_waited_for_visibly(channel, procedure):
    [row] = queue(channel, procedure)
    channel.zalo.fault("error", where="openapi", path="/v3.0/oa/message/cs", code=-218)
    now = timezone.now()
    channel.drain(now=now)
    row = fresh(row)
    assert row.state == State.WAITING and row.next_at > now
    listed = ledger.call_list([row.agency_id], everything=True, now=now + 59 * MINUTE)
    assert list(listed) == [row], "within the hour the counter may call"
    assert ledger.standing(row).startswith("Chờ")


@pytest.mark.parametrize("code", [-223, -224])
def test_a_closed_feature_stops_its_route_not_the_account(channel, procedure, code):
    channel.map_templates()
    [row] = queue(channel, procedure)
    channel.zalo.fault("error", where="openapi", path="/v3.0/oa/message/cs", code=code)
    channel.drain()
    assert (fresh(row).state, fresh(row).route) == (State.SENT, Route.UID)
    assert not RouteStop.objects.filter(route=RouteStop.ANY).exists()


def test_email_goes_on_while_the_account_is_stopped(channel, procedure):
    person = dataclasses.replace(BINH, email="binh@example.vn")
    [row] = queue(channel, procedure, person=person, follows=False)
    now = timezone.now()
    RouteStop.objects.create(account=channel.account, route=RouteStop.ANY, until=now + DAY, words="OA bị khoá")
    OutboxMessage.objects.update(created_at=now - 31 * MINUTE)
    channel.drain(now=now)
    assert (fresh(row).state, fresh(row).route) == (State.SENT, Route.EMAIL)
    assert [letter.to for letter in mail.outbox] == [["binh@example.vn"]]


@pytest.mark.parametrize("trouble", ["host", "account", "token"])
def test_a_follower_with_email_is_told_within_the_hour_whatever_zalo_does(channel, procedure, trouble):
    person = dataclasses.replace(BINH, email="binh@example.vn")
    [row] = queue(channel, procedure, person=person, interacted=dt.timedelta(0))
    now = timezone.now()
    if trouble == "host":
        channel.zalo.fault("refuse")
    elif trouble == "account":
        RouteStop.objects.create(account=channel.account, route=RouteStop.ANY, until=now + DAY, words="OA bị khoá")
    else:
        Account.objects.update(access_token="", refresh_token="")
    for minute in range(0, 60, 4):
        channel.drain(now=now + minute * MINUTE)
    assert (fresh(row).state, fresh(row).route) == (State.SENT, Route.EMAIL)


def test_a_phone_without_zalo_is_asked_once(channel, procedure):
    Account.objects.update(phone_basis=Account.PhoneBasis.PUBLIC_TASK)
    channel.map_templates()
    rows = queue(channel, procedure, follows=False)
    now = timezone.now()
    channel.drain(now=now)
    factories.dossier(channel.centre, procedure, now=now, person=BINH)
    channel.drain()
    asked = OutboxMessage.objects.filter(required=True).exclude(tried=[])
    assert list(asked) == rows, "the second message knew"
    later = OutboxMessage.objects.filter(required=True).latest("pk")
    assert (later.state, later.outcome) == (State.UNREACHABLE, Outcome.NOT_LINKED)
    assert "không có tài khoản Zalo" in later.route_reason
    factories.dossier(channel.centre, procedure, now=now, person=BINH)
    OutboxMessage.objects.filter(state=State.QUEUED).update(expires_at=None)
    channel.drain(now=now + 31 * DAY)
    assert OutboxMessage.objects.filter(required=True).exclude(tried=[]).count() == 2, "after a month it is asked again"


def test_an_expired_request_for_supplements_reaches_the_call_list_and_the_figures_until_it_is_handled(
    channel, procedure, client
):
    from dossiers.states import State as Step

    factories.in_state(Step.SUPPLEMENT_REQUESTED, channel.centre, procedure, now=timezone.now(), person=BINH)
    row = OutboxMessage.objects.get(kind="dossier.supplement_requested")
    OutboxMessage.objects.exclude(pk=row.pk).delete()
    channel.drain(now=row.expires_at + MINUTE)
    assert (fresh(row).state, fresh(row).outcome) == (State.UNREACHABLE, Outcome.EXPIRED)
    assert list(ledger.call_list([row.agency_id])) == [row]
    assert "portal_messages_to_mend 1.0" in client.get("/metrics").content.decode()
    outbox.handle(row, by=channel.centre.supervisor, now=row.expires_at + MINUTE, note="Đã gọi")
    assert "portal_messages_to_mend 0.0" in client.get("/metrics").content.decode()


def test_a_person_who_is_linked_is_never_called_unlinked(channel, procedure):
    [row] = queue(channel, procedure, interacted=8 * DAY)
    channel.drain()
    row = fresh(row)
    assert (row.state, row.outcome) == (State.UNREACHABLE, Outcome.FAILED)
    assert "7 ngày" in row.route_reason and "mẫu tin" in row.route_reason
    assert "hưa kết nối" not in row.get_outcome_display() + row.route_reason


def test_when_it_goes_again_is_the_time_it_goes(channel, procedure):
    """A retry that falls into quiet hours is shown for the morning, not for the middle of the night."""
    [row] = queue(channel, procedure, interacted=dt.timedelta(0))
    dossier = row.dossier
    OutboxMessage.objects.all().delete()
    acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    row = OutboxMessage.objects.get()
    evening = timezone.make_aware(dt.datetime.combine(timezone.localdate() + DAY, dt.time(21, 29, 58)))
    channel.account.services.update(quiet_from=dt.time(21, 30), quiet_to=dt.time(6, 5))
    Contact.objects.update(last_interaction_at=evening)
    channel.zalo.fault("error", where="openapi", code=-200)
    channel.drain(now=evening)
    local = timezone.localtime(fresh(row).next_at)
    assert (local.hour, local.minute) == (6, 5)
