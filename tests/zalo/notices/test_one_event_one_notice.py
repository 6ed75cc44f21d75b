"""One event, one notice: nothing is told twice, nothing ends without a visible outcome."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from dossiers.deadlines.due import stated
from dossiers.letters import acts as letter_acts
from dossiers.models import DossierEvent
from dossiers.workflow import acts
from portal.seeding import pilot
from tests import factories
from tests.dossiers.letters.test_letters_acts import FRIDAY, drafted
from zalo.messages import registry as messages
from zalo.models import OutboxMessage
from zalo.notices import reconcile
from zalo.seeding import demo

pytestmark = pytest.mark.django_db


def an_hour_later() -> dt.datetime:
    return timezone.now() + dt.timedelta(hours=1)


def test_the_date_change_inside_a_letter_is_told_by_the_letter_alone(channel, procedure):
    letter = letter_acts.do("approve", drafted(channel.centre, procedure), by=channel.centre.leader, now=FRIDAY)
    moved = letter.dossier.events.get(kind=DossierEvent.Kind.DUE_MOVED)
    assert reconcile.tell_forgotten(now=an_hour_later()) == 0
    assert not OutboxMessage.objects.filter(event=moved).exists()
    kinds = OutboxMessage.objects.filter(event=letter.event, required=True).values_list("kind", flat=True)
    assert list(kinds) == ["dossier.letter"]


def test_whoever_calls_about_a_letter_reads_out_its_new_date(channel, procedure):
    letter = letter_acts.do("approve", drafted(channel.centre, procedure), by=channel.centre.leader, now=FRIDAY)
    script = OutboxMessage.objects.get(event=letter.event, required=True).content["script"]
    new, old = (timezone.localtime(each) for each in (letter.dossier.due_at, letter.old_due_at))
    assert f"{new:%d/%m/%Y}" in script and f"{old:%d/%m/%Y}" not in script and letter.dossier.shown_number in script


def test_a_date_change_of_its_own_that_was_forgotten_is_told(channel, procedure):
    dossier = factories.dossier(channel.centre, procedure, now=timezone.now())
    due = stated(dossier.due_at + dt.timedelta(days=7), dossier.received_at, "thông báo của cơ quan")
    event = acts.do(
        "move_due_date", dossier, due=due, by=channel.centre.leader, now=timezone.now(), reason="Nghỉ bù theo thông báo"
    )
    OutboxMessage.objects.filter(event=event).delete()
    assert reconcile.tell_forgotten(now=an_hour_later()) == 1
    assert reconcile.tell_forgotten(now=an_hour_later()) == 0


@pytest.mark.harder_on_postgresql
def test_the_simulated_month_tells_every_event_once(zalo_hosts, settings):
    settings.DEMO = True
    pilot.sow(now=timezone.now(), seed=5, dossiers=60)
    demo.connect()
    assert reconcile.tell_forgotten(now=an_hour_later()) == 0, "everything was told when it happened"
    for hours in range(1, 30):
        _drain(now=timezone.now() + dt.timedelta(hours=hours))
    owed = {name for kind in messages.all_kinds() if kind.required for name in kind.events}
    events = DossierEvent.objects.filter(kind__in=owed).filter(facts__told_elsewhere__isnull=True)
    rows = OutboxMessage.objects.filter(event__isnull=False, required=True)
    told = Counter(rows.values_list("event_id", "contact_id", "applicant_id"))
    assert set(told.values()) == {1}
    assert {event for event, *_ in told} == set(events.values_list("pk", flat=True))
    waiting = [row for row in rows if not row.outcome and row.state != "sent"]
    assert zalo_hosts.repeated() == {}, "nobody got the same words twice"
    assert waiting == [], [(row.kind, row.state, row.error) for row in waiting]


def _drain(now: dt.datetime) -> None:
    from zalo.outbox import delivery

    while delivery.drain(now=now).more:
        pass
