"""A dossier that another system only submits: the citizen is told of the submission, later of the acceptance."""

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.models import Dossier
from portal.api.models import ApiClient
from tests.portal.api.test_door import CODE, api, body, event
from zalo.models import OutboxMessage

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(OutboxMessage.objects.filter(required=True).order_by("pk").values_list("kind", flat=True))


def test_the_citizen_is_told_of_the_submission_and_later_of_the_acceptance(channel, procedure):
    door = api(channel.centre.agency, ApiClient.Scope.WRITE)
    submitted = timezone.now() - dt.timedelta(hours=2)
    sent = body(state="submitted", channel="online", received_at=submitted.isoformat())
    assert door("put", CODE, sent).status_code == 201
    assert told() == ["dossier.submitted"]
    door("put", CODE, sent)
    assert told() == ["dossier.submitted"], "sent again every night, told once"
    accepted = submitted + dt.timedelta(hours=1)
    assert door("post", f"{CODE}/events", event("a", "accepted", accepted)).status_code == 201
    assert told() == ["dossier.submitted", "dossier.accepted"]
    assert "đã tiếp nhận" in OutboxMessage.objects.get(kind="dossier.accepted").content["text"].casefold()
    assert Dossier.objects.get().due_at
