"""The sending pace: never more than the limit in any minute, shared through one row, urgent before bulk."""

import datetime as dt

import pytest

from zalo.health import rate_limit
from zalo.models import SendRate

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 16, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def limit(settings):
    settings.ZALO_MAX_RATE_PER_MINUTE = 600
    return 600


def moments(count: int, now: dt.datetime) -> list[float]:
    first, step = rate_limit.book("app", count, now=now)
    return [max(first + n * step, now.timestamp()) for n in range(count)]


def test_no_minute_ever_holds_more_than_the_limit(limit):
    sends: list[float] = []
    for tenth in range(1500):
        now = NOW + dt.timedelta(seconds=tenth / 10)
        count = rate_limit.room("app", now=now, most=50)
        if tenth % 300 < 250 and count:
            sends += moments(count, now)
    sends.sort()
    most = max(sum(1 for other in sends if at <= other < at + 60) for at in sends[::25])
    assert most <= limit
    assert most >= limit * 0.85, "and the allowance is used"


def test_a_statement_per_batch(django_assert_num_queries):
    with django_assert_num_queries(1):
        rate_limit.book("app", 100, now=NOW)


def test_bookings_never_overlap():
    one, two = moments(40, NOW), moments(40, NOW)
    rate_limit.book("another app", 500, now=NOW)
    assert max(one) <= min(two)


def test_what_was_not_used_is_not_saved_up():
    moments(1, NOW)
    late = NOW + dt.timedelta(hours=1)
    booked = moments(rate_limit.room("app", now=late, most=10_000), late)
    assert sum(1 for at in booked if at < late.timestamp() + 1) <= 600 // rate_limit.BURST + 11


def test_bulk_leaves_room_for_what_is_urgent():
    bulk = rate_limit.room("app", now=NOW, most=10_000, horizon=rate_limit.BULK_HORIZON)
    rate_limit.book("app", bulk, now=NOW)
    assert rate_limit.room("app", now=NOW, most=10_000, horizon=rate_limit.BULK_HORIZON) == 0
    assert rate_limit.room("app", now=NOW, most=10_000) >= 10


def test_too_fast_pauses_the_app():
    rate_limit.slow_down("app", 5, now=NOW)
    assert rate_limit.room("app", now=NOW, most=10) == 0
    assert rate_limit.room("app", now=NOW + dt.timedelta(seconds=6), most=10) == 10


def test_zero_switches_it_off(settings, django_assert_num_queries):
    settings.ZALO_MAX_RATE_PER_MINUTE = 0
    with django_assert_num_queries(0):
        assert rate_limit.room("app", now=NOW, most=77) == 77
        assert rate_limit.book("app", 77, now=NOW) == (NOW.timestamp(), 0.0)
    assert not SendRate.objects.exists()


def test_a_drain_keeps_the_pace(channel, procedure, settings):
    """Twenty messages at six a second take their time, whatever the batch."""
    from django.utils import timezone

    from dossiers.models import Applicant
    from tests import factories
    from zalo.models import OutboxMessage

    settings.ZALO_MAX_RATE_PER_MINUTE = 360
    factories.dossier(channel.centre, procedure, now=timezone.now())
    channel.follower(applicant=Applicant.objects.get())
    factories.received(channel.centre, procedure, now=timezone.now(), count=24)
    OutboxMessage.objects.filter(required=False).delete()
    OutboxMessage.objects.filter(contact=None).delete()
    while channel.drain().more:
        pass
    sent = sorted(OutboxMessage.objects.values_list("requested_at", flat=True))
    assert len(sent) == 24 and channel.zalo.count() == 24
    burst = 360 // rate_limit.BURST
    assert (sent[-1] - sent[0]).total_seconds() > (24 - burst) / 6 * 0.7
