"""Five steps in one evening are one message in the morning, in order; letters and dates stay messages of their own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dossiers.deadlines.due import stated
from dossiers.models import Applicant
from dossiers.workflow import acts
from tests import factories
from zalo.models import Contact, OutboxMessage, Outcome, State

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def evening(channel, procedure):
    """A dossier of a follower; from now on nothing happens before the morning of the next day."""
    dossier = factories.dossier(channel.centre, procedure, now=timezone.now())
    channel.follower(applicant=Applicant.objects.get())
    OutboxMessage.objects.all().delete()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    at = timezone.make_aware(dt.datetime.combine(tomorrow, dt.time(22, 0)))
    channel.account.services.update(quiet_from=dt.time(21, 30), quiet_to=dt.time(6, 5))
    Contact.objects.update(last_interaction_at=at)
    return dossier, at


def act(channel, dossier, at: dt.datetime, *steps) -> None:
    for number, step in enumerate(steps):
        step(dossier, at + number * MINUTE)
        latest = OutboxMessage.objects.latest("pk")
        OutboxMessage.objects.filter(pk=latest.pk).update(
            created_at=at + number * MINUTE, next_at=at + number * MINUTE, happened_at=at + number * MINUTE
        )
    channel.drain(now=at + 5 * MINUTE)


def steps_of(channel):
    centre = channel.centre
    return (
        lambda dossier, at: acts.do("assign", dossier, by=centre.leader, now=at, handler=centre.handler),
        lambda dossier, at: acts.do("start_appraisal", dossier, by=centre.handler, now=at),
        lambda dossier, at: acts.do("send_to_signing", dossier, by=centre.handler, now=at),
        lambda dossier, at: acts.do("sign", dossier, by=centre.leader, now=at),
    )


def morning(at: dt.datetime) -> dt.datetime:
    return at + dt.timedelta(hours=8, minutes=6)


def test_what_waited_overnight_is_one_message_in_order(channel, evening):
    dossier, at = evening
    act(channel, dossier, at, *steps_of(channel))
    assert channel.zalo.count() == 0
    channel.drain(now=morning(at))
    [text] = channel.texts()
    assert text.startswith("Từ hôm qua:\n• Phân công thụ lý, 22 giờ 00")
    assert text.index("Phân công") < text.index("Thẩm định") < text.index("Trình ký") < text.index("đã có kết quả")
    rows = list(OutboxMessage.objects.order_by("pk"))
    assert [row.outcome for row in rows[:-1]] == [Outcome.FOLDED] * 3
    assert all("Đã có kết quả" in row.route_reason for row in rows[:-1])
    assert rows[-1].state == State.SENT


def test_a_new_date_stays_a_message_of_its_own(channel, evening):
    dossier, at = evening
    first, second, third, _ = steps_of(channel)

    def moved(dossier, at):
        due = stated(dossier.due_at + dt.timedelta(days=7), dossier.received_at, "thông báo của cơ quan")
        acts.do("move_due_date", dossier, due=due, by=channel.centre.leader, now=at, reason="Nghỉ bù")

    act(channel, dossier, at, first, second, moved, third)
    channel.drain(now=morning(at))
    kinds = list(OutboxMessage.objects.filter(state=State.SENT).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["dossier.due_moved", "dossier.signing"]
    assert len(channel.texts()) == 2


def test_by_day_every_step_is_told(channel, evening):
    dossier, at = evening
    noon = at + dt.timedelta(hours=14)
    act(channel, dossier, noon, *steps_of(channel))
    assert len(channel.texts()) == 4
