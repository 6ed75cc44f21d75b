"""What runs out is said a month before: an incident, a letter, a line on the home page; renewing it ends all that."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from portal.desk import notices
from tests.zalo.chat.talk import channel_of
from zalo.account import checks
from zalo.health import endings
from zalo.models import Account, Incident

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def account(centre) -> Account:
    return channel_of(centre)


def said(user) -> list[str]:
    return [each.sentence for each in notices.for_user(user, timezone.now())]


@pytest.mark.parametrize("field", ["verified_until", "package_until"])
def test_four_days_before_the_end_somebody_is_told(centre, account, field):
    today = timezone.localdate()
    Account.objects.update(**{field: today + 4 * DAY})
    checks.check_all()
    [incident] = Incident.objects.filter(account=account, closed_at=None)
    assert "còn 4 ngày" in incident.words and incident.advice
    assert any("còn 4 ngày" in sentence for sentence in said(centre.administrator))
    Account.objects.update(**{field: today + 300 * DAY})
    checks.check_all()
    assert not Incident.objects.filter(closed_at=None).exists()
    assert not any("hết hạn" in sentence for sentence in said(centre.administrator))


def test_a_grant_nobody_used_for_two_months_is_said(account):
    Account.objects.update(grant=Account.Grant.GOOD, refreshed_at=timezone.now() - 61 * DAY)
    account.refresh_from_db()
    [ending] = endings.soon(account, now=timezone.now())
    assert ending.subject == "ends:grant" and "còn 29 ngày" in ending.words


def test_the_same_day_is_said_once(account):
    Account.objects.update(verified_until=timezone.localdate() + 4 * DAY)
    for _ in range(3):
        endings.look(now=timezone.now())
    assert Incident.objects.get().count == 1
