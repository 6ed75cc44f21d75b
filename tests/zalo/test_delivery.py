"""From an act on a dossier to the citizen's phone, against the simulated Zalo."""

import pytest
from django.utils import timezone

from tests import factories
from tests.people import BINH
from zalo.models import OutboxMessage, Outcome, Route, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(channel, procedure):
    """A dossier just received; the messages of its own receipt are set aside."""
    row = factories.dossier(channel.centre, procedure, now=timezone.now())
    OutboxMessage.objects.all().delete()
    return row


def test_a_follower_is_told_of_the_receipt_at_once(channel, procedure):
    from dossiers.models import Applicant

    factories.dossier(channel.centre, procedure, now=timezone.now())
    person = Applicant.objects.get()
    channel.follower(applicant=person)
    second = factories.dossier(channel.centre, procedure, now=timezone.now())
    told = OutboxMessage.objects.get(dossier=second, kind="dossier.accepted")
    channel.drain()
    told.refresh_from_db()
    assert told.state == State.SENT and told.route == Route.REPLY and told.remote_id and told.error == ""
    assert told.route_reason and told.latency is not None
    [text] = [text for text in channel.texts(channel="cs") if text]
    assert second.shown_number in text


def test_nobody_linked_and_no_consent_ends_on_the_ledger(channel, procedure):
    dossier = factories.dossier(channel.centre, procedure, now=timezone.now(), person=BINH)
    channel.drain()
    row = OutboxMessage.objects.get(dossier=dossier)
    assert row.state == State.UNREACHABLE and row.outcome == Outcome.NOT_LINKED and row.route_reason
