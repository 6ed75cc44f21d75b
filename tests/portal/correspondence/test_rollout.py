"""The roll-out of a province: what each agency lacks, the switch of many behind a check of each (S1-39, S4-03)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.admin.setup import rollout_switch
from dossiers.long_acts import progress, running
from dossiers.models import Agency, LongAct, TrainingDone
from dossiers.written_dates import written_day
from portal.correspondence.models import RolloutStep
from portal.desk import notices
from tests import people
from tests.people import roles
from zalo.models import Account, AccountAgency, Incident
from zalo.notices import mute

pytestmark = pytest.mark.django_db
WORD = rollout_switch.WORD


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def province(centre):
    """The province above two centres, both on trial: one is attached to an account, the other to none."""
    above = Agency.objects.create(code="H80", kind="province", name="UBND tỉnh")
    other = people.centre("H80.06", "Trung tâm xã Chưa Đủ")
    for each in (centre.agency, other.agency):
        each.rollout, each.parent = Agency.Rollout.PILOT, above
        each.save()
    account = Account.objects.create(name="Kênh tỉnh", oa_id="388613280878808645", app_id="360846524940903967")
    AccountAgency.objects.create(account=account, agency=centre.agency, valid_from=dt.date(2026, 1, 1))
    keeper = people.member(above, "quan-tri-tinh", roles.PROVINCE, "Quản trị")
    return keeper, other


def switch(client, **sent):
    day = written_day(timezone.localdate())
    return client.post(reverse("admin:dossiers_agency_rollout_switch"), {"day": day, "below": "", **sent})


def test_the_switch_says_who_goes_and_who_not_and_asks_for_the_word(client, centre, elsewhere, province):
    keeper, other = province
    client.force_login(keeper)
    page = client.get(reverse("admin:dossiers_agency_rollout_switch"))
    assert [each.agency for each in page.context["going"]] == [centre.agency]
    [staying] = [each for each in page.context["staying"] if each.agency == other.agency]
    assert staying.stops == ["Official Account (gắn cơ quan vào tài khoản)"]
    assert "Việc triển khai: xong 0/4; còn dán mã QR, tập huấn" in body(page)
    refused = switch(client, sure="ừ")
    assert refused.status_code == 422 and f"gõ đúng chữ {WORD}" in body(refused)
    assert switch(client, sure=WORD, day="32/13/2026").status_code == 422
    centre.agency.refresh_from_db()
    assert centre.agency.rollout == "pilot"
    today = timezone.localdate()
    done = client.post(
        reverse("admin:dossiers_agency_rollout_switch"), {"day": written_day(today), "sure": WORD.lower()}, follow=True
    )
    assert f"Đã chuyển 1 cơ quan sang chính thức từ ngày {written_day(today)}" in body(done)
    for each in (centre.agency, other.agency, elsewhere.agency):
        each.refresh_from_db()
    assert centre.agency.rollout == "live"
    assert centre.agency.rollout_from == dt.date(2026, 1, 1), "the trial's first days stay days on the channel"
    assert other.agency.rollout == "pilot"
    kept = centre.agency.history.first()
    assert kept.history_user == keeper
    assert kept.history_change_reason == f"{rollout_switch.REASON} từ ngày {written_day(today)}"


def test_an_agency_on_trial_is_not_taken_off_the_channel_until_a_day_to_come(client, centre, province):
    """Switched for 2030 it had begun nowhere until then: nothing more was told to its citizens."""
    keeper, _other = province
    client.force_login(keeper)
    ahead = switch(client, sure=WORD, day="01/12/2030")
    assert ahead.status_code == 422 and "kênh ngừng gửi tin" in body(ahead)
    centre.agency.refresh_from_db()
    assert centre.agency.rollout == "pilot" and centre.agency.is_on_channel(timezone.localdate())
    Agency.objects.filter(pk=centre.agency.pk).update(rollout="planned")
    assert "từ ngày 01/12/2030" in body(
        client.post(reverse("admin:dossiers_agency_rollout_switch"), {"day": "01/12/2030", "sure": WORD}, follow=True)
    )


def test_many_go_in_the_background_and_only_those_still_ready(client, centre, province, monkeypatch):
    keeper, _other = province
    monkeypatch.setattr(rollout_switch, "AT_ONCE", 0)
    client.force_login(keeper)
    assert switch(client, sure=WORD).status_code == 302
    act = LongAct.objects.get()
    monkeypatch.setattr(rollout_switch, "AT_ONCE", 20)
    AccountAgency.objects.all().delete()
    running.run(act.pk)
    act.refresh_from_db()
    centre.agency.refresh_from_db()
    assert act.state == "done" and centre.agency.rollout == "pilot", act.result
    assert act.result["refused"] == [f"{centre.agency}: còn thiếu Official Account (gắn cơ quan vào tài khoản)."]


def test_a_switch_stopped_half_way_says_what_stays_done(centre, province, monkeypatch):
    keeper, other = province
    monkeypatch.setattr(rollout_switch, "AT_ONCE", 1)
    asked = {"agencies": [centre.agency.pk, other.agency.pk], "day": "2030-12-01"}
    act = running.begin("go-live", "Chuyển hai cơ quan", asked, by=keeper, now=timezone.now())

    def told(self, done, total=0, words=""):
        if done:
            raise progress.Stopped

    monkeypatch.setattr(progress.Progress, "told", told)
    running.run(act.pk)
    act.refresh_from_db()
    gone = Agency.objects.filter(pk__in=asked["agencies"], rollout="live").count()
    assert act.state == "stopped"
    assert f"Đã chuyển {gone} cơ quan" in act.result["words"] and "1 cơ quan chưa xét đến" in act.result["words"]


def test_a_centre_switches_nobody_elses_and_who_keeps_no_agency_nothing(client, centre, province):
    _keeper, other = province
    client.force_login(centre.clerk)
    assert client.get(reverse("admin:dossiers_agency_rollout_switch")).status_code == 403
    client.force_login(centre.administrator)
    page = client.get(reverse("admin:dossiers_agency_rollout_switch"))
    assert {each.agency for each in page.context["going"] + page.context["staying"]} == {centre.agency}
    assert rollout_switch.go_live([other.agency], dt.date(2030, 1, 1), by=centre.administrator)[0] == 0


def test_the_table_tells_the_work_of_the_roll_out_and_who_has_learnt(client, centre, province):
    client.force_login(centre.administrator)
    table = reverse("admin:dossiers_agency_rollout")
    assert "xong 0/4; còn dán mã QR" in body(client.get(table))
    sent = {"agency": centre.agency.pk, "what": "qr", "due_on": "", "done_on": "12/11/2026", "note": ""}
    assert client.post(reverse("admin:correspondence_rolloutstep_add"), sent).status_code == 302
    RolloutStep.objects.create(agency=centre.agency, what="taught", due_on=dt.date(2026, 1, 5))
    TrainingDone.objects.create(user=centre.clerk, handbook="quay-mot-cua", done_at=timezone.now())
    page = body(client.get(table))
    assert "xong 1/4; còn tập huấn (hạn 05/01/2026 đã qua), tờ hướng dẫn" in page
    assert "Đã học sổ tay: 1/6 cán bộ" in page
    assert RolloutStep.objects.get(what="qr").done_by == centre.administrator


def test_an_agency_live_without_an_account_is_an_incident_that_is_told(centre):
    now = timezone.now()
    mute.look(now=now)
    assert Incident.objects.get(agency=centre.agency, closed_at=None).subject == mute.SUBJECT
    said = [each.sentence for each in notices.for_user(centre.administrator, now) if each.urgent]
    assert any("Chưa gắn vào Official Account nào" in each for each in said)
