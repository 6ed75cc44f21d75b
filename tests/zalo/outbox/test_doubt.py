"""A doubtful message is never sent twice, and never silences its dossier."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.workflow import acts
from tests import factories
from tests.people import AN, BINH
from zalo.models import Account, OutboxMessage, Outcome, Route, State
from zalo.notices import reconcile
from zalo.outbox import ledger
from zalo.outbox import rows as outbox

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def by_phone(channel):
    """The account may write to phones; the phone host breaks every answer after the request."""
    Account.objects.update(phone_basis=Account.PhoneBasis.PUBLIC_TASK)
    channel.map_templates()
    return channel.zalo.fault("html", where="business", path="/message/template", status=502)


def dossiers(channel, procedure, *, count: int, person) -> list[Dossier]:
    factories.received(channel.centre, procedure, now=timezone.now(), count=count, person=person)
    return list(Dossier.objects.order_by("pk"))


def beat(channel, *, start: dt.datetime, minutes: range) -> None:
    """What beat does, minute by minute."""
    for minute in minutes:
        now = start + minute * MINUTE
        outbox.rescue(now=now)
        reconcile.prove(now=now)
        channel.drain(now=now)


def test_later_news_goes_by_email_and_says_what_is_doubtful(channel, procedure, by_phone):
    person = dataclasses.replace(AN, phone="0912000102", email="an@example.vn")
    [dossier] = dossiers(channel, procedure, count=1, person=person)
    now = timezone.now()
    channel.drain(now=now)
    first = OutboxMessage.objects.get(required=True)
    assert (first.state, first.route) == (State.UNCERTAIN, Route.PHONE)
    acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    beat(channel, start=now, minutes=range(1, 16))
    later = OutboxMessage.objects.filter(required=True).latest("pk")
    assert (later.state, later.route) == (State.SENT, Route.EMAIL)
    [letter] = mail.outbox
    assert "phân công" in letter.body
    assert "Tin trước có thể chưa tới ông/bà: Đã tiếp nhận" in letter.body
    first.refresh_from_db()
    assert first.state == State.UNCERTAIN, "and the doubtful one is still not repeated"
    assert channel.zalo.count(channel="phone") == 0


def test_a_storm_of_faults_holds_nobody_longer_than_an_hour(channel, procedure, by_phone):
    """50 of 50 doubtful on the phone host, 50 later messages behind them: all sent or on the call list in an hour."""
    half = [dataclasses.replace(AN, phone="0912000102", email="an@example.vn"), dataclasses.replace(BINH, email="")]
    rows = dossiers(channel, procedure, count=25, person=half[0])
    rows = dossiers(channel, procedure, count=25, person=half[1])
    now = timezone.now()
    for _ in range(40):
        channel.drain(now=now)
        if not OutboxMessage.objects.filter(required=True, state__in=("queued", "waiting")).exists():
            break
        now += 6 * MINUTE
    doubtful = OutboxMessage.objects.filter(required=True, state=State.UNCERTAIN)
    held_before = doubtful.count()
    for dossier in rows:
        acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    OutboxMessage.objects.filter(kind="dossier.assigned").update(created_at=now, next_at=now)
    beat(channel, start=now, minutes=range(0, 60, 3))
    later = OutboxMessage.objects.filter(kind="dossier.assigned")
    end = now + 60 * MINUTE
    listed = set(ledger.call_list([channel.centre.agency.pk], everything=True, now=end).values_list("pk", flat=True))
    silent = [row for row in (*later, *doubtful) if row.state not in (State.SENT, "delivered") and row.pk not in listed]
    assert silent == [], [(row.kind, row.state, row.route, row.error) for row in silent]
    assert held_before >= 25 and later.filter(state=State.SENT, route=Route.EMAIL).count() == 25
    assert channel.zalo.repeated() == {} and channel.zalo.count(channel="phone") == 0


def test_a_call_ends_the_doubt_and_nothing_is_sent_afterwards(channel, procedure, by_phone):
    person = dataclasses.replace(AN, phone="0912000102", email="")
    dossiers(channel, procedure, count=1, person=person)
    now = timezone.now()
    channel.drain(now=now)
    row = OutboxMessage.objects.get(required=True)
    agency = [row.agency_id]
    assert list(ledger.call_list(agency, everything=True, now=now + 10 * MINUTE)) == []
    assert list(ledger.call_list(agency, everything=True, now=now + 31 * MINUTE)) == [row]
    assert outbox.handle(row, by=channel.centre.clerk, now=now, note="Đã gọi")
    channel.zalo.lift()
    beat(channel, start=now, minutes=range(31, 60, 5))
    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.UNREACHABLE, Outcome.FAILED) and row.handled_at
    assert channel.zalo.count() == 0


def test_a_receipt_settles_the_doubt_even_after_a_day(channel, procedure, by_phone):
    person = dataclasses.replace(AN, phone="0912000102", email="")
    dossiers(channel, procedure, count=1, person=person)
    now = timezone.now()
    channel.drain(now=now)
    row = OutboxMessage.objects.get(required=True)
    for hours in (1, 25):
        OutboxMessage.objects.filter(state=State.UNCERTAIN).update(next_at=now)
        reconcile.prove(now=now + dt.timedelta(hours=hours))
    row.refresh_from_db()
    assert row.state == State.UNREACHABLE
    assert outbox.mark_delivered(row.account_id, at=now, remote_id="z1", tracking_id=row.tracking_id)
    row.refresh_from_db()
    assert (row.state, row.outcome, row.remote_id) == (State.DELIVERED, Outcome.DELIVERED, "z1")
