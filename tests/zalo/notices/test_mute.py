"""An agency live with its regulation and attached to no account: nothing about it is silent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Applicant
from dossiers.workflow import acts
from portal.desk import notices, roles
from tests import factories
from tests.feedback.conftest import new_case
from tests.people import member
from zalo.models import AccountAgency, Incident, OutboxMessage, Outcome, State
from zalo.notices import mute, reconcile, untold_letters
from zalo.outbox import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(channel, procedure):
    """A dossier of a centre that is live; its row among those an account serves was forgotten."""
    service = AccountAgency.objects.get()
    AccountAgency.objects.all().delete()
    dossier = factories.dossier(channel.centre, procedure, now=timezone.now())
    return dossier, service


def lines(dossier):
    return OutboxMessage.objects.filter(dossier=dossier, required=True).order_by("pk")


def test_every_event_leaves_a_line_among_the_untold_and_on_the_call_list(channel, silent):
    dossier, _ = silent
    acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    rows = list(lines(dossier))
    assert [row.kind for row in rows] == ["dossier.accepted", "dossier.assigned"]
    assert {(row.account, row.state, row.outcome) for row in rows} == {(None, State.UNREACHABLE, Outcome.NO_CHANNEL)}
    assert "chưa được gắn vào Official Account" in rows[0].route_reason
    agency = [dossier.agency_id]
    assert list(ledger.call_list(agency, everything=True)) == rows
    start, end = timezone.now() - dt.timedelta(days=1), timezone.now() + dt.timedelta(days=1)
    assert sum(unit.untold for unit in ledger.by_unit(agency, start=start, end=end)) == 2
    assert reconcile.tell_forgotten(now=timezone.now() + dt.timedelta(hours=1)) == 0


def test_the_desk_says_so_everywhere(client, channel, silent):
    dossier, _ = silent
    [incident] = Incident.objects.all()
    assert (incident.account, incident.agency) == (None, dossier.agency) and incident.advice
    administrator = channel.centre.administrator
    said = [each.sentence for each in notices.for_user(administrator, timezone.now())]
    assert any("Chưa gắn vào Official Account nào" in sentence for sentence in said)
    client.force_login(administrator)
    table = client.get(reverse("admin:dossiers_agency_rollout")).content.decode()
    assert "Official Account (gắn cơ quan vào tài khoản)" in table
    editor = member(dossier.agency, "kenh-2", roles.EDITOR, "Kênh")
    client.force_login(editor)
    assert incident.words in client.get(reverse("admin:zalo_health")).content.decode()
    client.post(reverse("admin:zalo_incident_close", args=[incident.pk]))
    incident.refresh_from_db()
    assert incident.closed_at
    page = client.get(reverse("admin:zalo_outboxmessage_change", args=[lines(dossier)[0].pk])).content.decode()
    assert "Chưa gắn Official Account" in page


def test_the_acts_of_one_agency_do_not_wait_for_each_other_on_its_incident(channel, silent):
    """The line stands open once; an act that counted on it would hold it locked until its commit."""
    [before] = Incident.objects.values()
    with CaptureQueriesContext(connection) as asked:
        acts.do("assign", silent[0], by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    written = [each["sql"] for each in asked if not each["sql"].startswith("SELECT")]
    assert not [sql for sql in written if Incident._meta.db_table in sql]
    assert list(Incident.objects.values()) == [before] and lines(silent[0]).count() == 2


def test_the_morning_letter_names_units_and_the_mute_agency_once(channel, silent):
    clerk = channel.centre.clerk
    type(clerk).objects.filter(pk=clerk.pk).update(email="tiepnhan@example.vn")
    acts.do("assign", silent[0], by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    assert untold_letters.send() == 1
    assert untold_letters.send() == 0, "one letter a morning"
    [letter] = [each for each in mail.outbox if each.to == ["tiepnhan@example.vn"]]
    assert "chưa gắn vào Official Account nào" in letter.body
    assert "1 tin chưa tới người dân" in letter.body
    assert silent[0].code not in letter.body
    OutboxMessage.objects.update(handled_at=timezone.now())
    assert untold_letters.by_unit(timezone.now()) == {}


def test_once_attached_what_waited_goes_out_in_order_and_the_incident_ends(channel, silent):
    dossier, service = silent
    channel.follower(applicant=Applicant.objects.get())
    acts.do("assign", dossier, by=channel.centre.leader, now=timezone.now(), handler=channel.centre.handler)
    service.pk = None
    service.save()
    assert mute.look(now=timezone.now()) == 2
    assert not Incident.objects.filter(closed_at=None).exists()
    assert {row.account for row in lines(dossier)} == {channel.account}
    channel.drain()
    assert not lines(dossier).filter(outcome=Outcome.NO_CHANNEL).exists()


def test_a_question_to_a_mute_agency_leaves_a_line_too(channel, silent):
    case = new_case(channel.centre)
    assert OutboxMessage.objects.get(feedback_event__case=case).outcome == Outcome.NO_CHANNEL
