"""Units that leave citizens untold: their leader is told, each time kept; what runs out is told (S5-03, S5-06)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from dossiers.models import LegalRule
from portal.correspondence import urging
from portal.correspondence.models import Urging
from portal.desk import notices
from tests import factories
from zalo.account import checks
from zalo.health import endings
from zalo.models import Account, Incident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    """Three hours later it is still the same day."""
    with time_machine.travel(dt.datetime(2026, 11, 30, 3, 0, tzinfo=dt.UTC), tick=False):
        yield


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def untold(centre, procedure):
    """A centre on the channel that no account speaks for, with a dossier whose person was not told."""
    centre.leader.email = "lanh-dao@example.vn"
    centre.leader.save(update_fields=["email"])
    factories.dossier(centre, procedure, now=timezone.now())
    return centre


def test_the_leader_is_told_once_a_day_and_the_agency_without_account_is_among_them(untold):
    now = timezone.now()
    found = urging.lines(None, now=now)
    assert sum(line.untold for line in found) >= 1 and all(line.mute for line in found)
    told = urging.urge_all(now=now)
    assert told == len(found) and urging.urge_all(now=now + dt.timedelta(hours=3)) == 0
    letters = [letter for letter in mail.outbox if "Đôn đốc" in letter.subject]
    assert len(letters) == told and letters[0].to == ["lanh-dao@example.vn"]
    assert "chưa gắn vào Official Account" in letters[0].body and "Nguyễn Văn An" not in letters[0].body
    row = Urging.objects.first()
    assert row.letters == 1 and row.told == untold.leader.get_full_name() and row.by is None
    said = [each.sentence for each in notices.for_user(untold.leader, now)]
    assert any("chưa tới người dân" in each for each in said)
    rule = LegalRule.objects.get(key="task-urge-untold-every-days")
    rule.value = 2
    rule.save()
    assert urging.urge_all(now=now + dt.timedelta(days=1)) == 0
    assert urging.urge_all(now=now + dt.timedelta(days=2)) == told
    # A weekend is no two days: nobody is told on it, nor the sooner after it.
    assert urging.urge_all(now=now + dt.timedelta(days=4)) == told
    assert [urging.urge_all(now=now + dt.timedelta(days=day)) for day in (5, 6, 7, 8)] == [0, 0, 0, told]


def test_the_newest_reminder_counts_however_many_are_kept(untold, monkeypatch):
    """The oldest were read: once the table was full every unit was urged again each morning, whatever its rule said."""
    monkeypatch.setattr(urging, "MOST_READ", 1)
    now = timezone.now()
    [line, *_] = urging.lines(None, now=now)
    urging.urge(line, by=None, now=now - dt.timedelta(days=9))
    newest = urging.urge(line, by=None, now=now - dt.timedelta(hours=2))
    [again] = [each for each in urging.lines(None, now=now) if each.unit == line.unit]
    assert again.last == newest


def test_a_supervisor_urges_by_a_click_and_not_twice_in_an_hour(client, untold, elsewhere):
    address = reverse("admin:correspondence_urging_changelist")
    client.force_login(untold.supervisor)
    [line, *_] = client.get(address).context["rows"]
    sent = {"agency": line.agency.pk, "unit": line.unit}
    assert "1 thư đã gửi" in body(client.post(address, sent, follow=True))
    assert "vừa được nhắc" in body(client.post(address, sent, follow=True))
    assert Urging.objects.get().by == untold.supervisor
    page = body(client.get(address))
    assert untold.leader.get_full_name() in page
    assert "không còn tin nào" in body(client.post(address, {**sent, "unit": "Phòng bịa"}, follow=True))
    client.force_login(elsewhere.supervisor)
    assert line.agency not in {each.agency for each in client.get(address).context["rows"]}
    client.post(address, sent)
    assert Urging.objects.count() == 1
    client.force_login(untold.clerk)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("days", [30, 4])
def test_what_runs_out_is_an_incident_a_line_and_a_letter(centre, settings, days):
    """S5-06: with four days left only the colour of a tile had changed."""
    settings.ADMINS = [("Quản trị", "quan-tri@example.vn")]
    now = timezone.now()
    account = Account.objects.create(
        name="Kênh xã", oa_id="388613280878808645", app_id="360846524940903967", keeper=centre.agency,
        verified_until=timezone.localdate(now) + dt.timedelta(days=days),
    )  # fmt: skip
    endings.look(now=now)
    incident = Incident.objects.get(account=account, closed_at=None)
    assert f"còn {days} ngày" in incident.words
    assert [letter.to for letter in mail.outbox] == [["quan-tri@example.vn"]]
    [said] = [each for each in notices.for_user(centre.administrator, now) if "Xác thực OA" in each.sentence]
    assert f"còn {days} ngày" in said.sentence and said.urgent == (days <= 7)
    Account.objects.filter(pk=account.pk).update(verified_until=timezone.localdate(now) + dt.timedelta(days=300))
    endings.look(now=now)
    assert not Incident.objects.filter(account=account, closed_at=None).exists()
    assert checks.endings is endings, "the half-hourly check of accounts asks it"
