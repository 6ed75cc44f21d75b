"""Long acts: asked for at the desk, done by a worker, watched, stopped, and never lost with their kick."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dossiers.admin import dossier_list
from dossiers.admin.catalogue import previewing
from dossiers.long_acts import kinds, progress, running
from dossiers.models import CatalogueImport, Dossier, LongAct, Procedure
from tests import factories
from tests.dossiers.catalogue.catalogue_files import json_lines, portal_record

pytestmark = pytest.mark.django_db
ADD = "admin:dossiers_catalogueimport_add"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def chief(client):
    user = User.objects.create_superuser("chief", password="x")
    client.force_login(user)
    return user


def upload(client, tmp_path, *records):
    content = json_lines(tmp_path / "moi.jsonl", records).read_bytes()
    return client.post(reverse(ADD), {"file": SimpleUploadedFile("moi.jsonl", content)})


def test_a_large_file_is_previewed_and_loaded_by_the_worker_with_its_pages(client, chief, tmp_path, monkeypatch):
    monkeypatch.setattr(previewing, "AT_ONCE", 0)
    answer = upload(client, tmp_path, *(portal_record(f"1.{n:06}") for n in range(60)))
    act = LongAct.objects.get()
    assert answer.url == reverse("admin:desk_long_act", args=[act.pk])
    page = client.get(answer.url).content.decode()
    assert "Chờ chạy" in page and "Dừng lại" in page
    running.run(act.pk)
    act.refresh_from_db()
    assert act.state == "done" and not Procedure.objects.exists()
    preview = client.get(act.result["address"])
    words = preview.content.decode()
    assert "Dòng 1–50 trong 60" in words and words.count("<details") >= 50
    second = client.get(reverse("admin:dossiers_catalogueimport_preview") + "?" + preview.context["next"])
    assert "Dòng 51–60 trong 60" in second.content.decode()
    one = client.get(act.result["address"], {"tep": preview.context["token"], "q": "1.000007"}).content.decode()
    assert "trong 1." in one
    loading = client.post(
        reverse("admin:dossiers_catalogueimport_confirm"), {"token": preview.context["token"], "source": ""}
    )
    load = LongAct.objects.first()
    assert loading.url == reverse("admin:desk_long_act", args=[load.pk]) and load.kind == "catalogue-load"
    running.run(load.pk)
    load.refresh_from_db()
    assert Procedure.objects.count() == 60 and CatalogueImport.objects.get().by == chief
    assert "Xem lần nạp" in client.get(loading.url).content.decode()
    assert client.get(load.result["address"]).status_code == 200


def test_stopping_a_load_writes_nothing(client, chief, tmp_path, monkeypatch):
    monkeypatch.setattr(previewing, "AT_ONCE", 0)
    upload(client, tmp_path, portal_record("1.000001"))
    act = LongAct.objects.get()
    LongAct.objects.filter(pk=act.pk).update(
        kind="catalogue-load", asked={**act.asked, "abolish": False, "decision": ""}
    )

    def told(self, rows, total=0, words=""):
        raise progress.Stopped

    monkeypatch.setattr(progress.Progress, "told", told)
    running.run(act.pk)
    act.refresh_from_db()
    assert act.state == "stopped" and not Procedure.objects.exists() and not CatalogueImport.objects.exists()
    assert "chưa ghi gì" in act.result["words"]


def test_a_wish_can_be_stopped_before_and_while_it_runs(client, chief):
    def wish():
        return running.begin("nothing", "Việc thử", {}, by=chief, now=timezone.now())

    waiting = wish()
    assert client.post(reverse("admin:desk_long_act_stop", args=[waiting.pk])).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "stopped"
    seen = []

    def work(act, hand):
        hand.told(1, 3, "bước")
        seen.append(client.get(reverse("admin:desk_long_act_state", args=[act.pk])).json())
        client.post(reverse("admin:desk_long_act_stop", args=[act.pk]))
        hand._last = 0.0
        hand.told(2, 3, "bước")
        seen.append("went on")

    kinds.WORKS["nothing"] = work
    try:
        act = wish()
        running.run(act.pk)
    finally:
        del kinds.WORKS["nothing"]
    act.refresh_from_db()
    assert act.state == "stopped"
    assert [each["done"] for each in seen] == [1]
    assert progress.of(act.pk)["done"] == 0


def test_a_lost_kick_and_a_dead_worker_only_delay(chief):
    done = []
    kinds.WORKS["count"] = lambda act, hand: done.append(act.pk) or {"words": "xong"}
    try:
        now = timezone.now()
        lost = running.begin("count", "Mất lời gọi", {}, by=chief, now=now - dt.timedelta(minutes=1))
        fresh = running.begin("count", "Vừa gửi", {}, by=chief, now=now)
        dead = running.begin("count", "Máy chết", {}, by=chief, now=now - dt.timedelta(hours=2))
        LongAct.objects.filter(pk=dead.pk).update(state="running", started_at=now - dt.timedelta(hours=1))
        running.pick_up(now=now)
        running.run(lost.pk)
    finally:
        del kinds.WORKS["count"]
    assert done == [lost.pk, dead.pk]
    fresh.refresh_from_db()
    assert fresh.state == "waiting"


def test_an_error_is_told_without_its_words(client, chief, caplog):
    def broken(act, hand):
        raise RuntimeError("số 0912345678")

    kinds.WORKS["broken"] = broken
    try:
        act = running.begin("broken", "Việc hỏng", {}, by=chief, now=timezone.now())
        running.run(act.pk)
    finally:
        del kinds.WORKS["broken"]
    page = client.get(reverse("admin:desk_long_act", args=[act.pk])).content.decode()
    assert "Có lỗi bất ngờ" in page and "0912345678" not in page


def test_many_dossiers_are_moved_by_the_worker_each_for_itself(client, centre, procedure, monkeypatch):
    monkeypatch.setattr(dossier_list, "AT_ONCE", 1)
    rows = [factories.dossier(centre, procedure) for _ in range(2)]
    done = factories.in_state("result_ready", centre, procedure)
    client.force_login(centre.leader)
    form = {"act": "assign", "confirmed": "1", "handler": centre.handler.pk, "pk": [row.pk for row in (*rows, done)]}
    answer = client.post(reverse("admin:dossiers_dossier_bulk"), form)
    act = LongAct.objects.get()
    assert answer.url == reverse("admin:desk_long_act", args=[act.pk])
    running.run(act.pk)
    act.refresh_from_db()
    assert "đã làm xong 2 hồ sơ" in act.result["words"] and len(act.result["refused"]) == 1
    assert done.code in client.get(answer.url).content.decode()


def test_an_act_stopped_between_two_dossiers_says_what_stays_done(client, centre, procedure, monkeypatch):
    monkeypatch.setattr(dossier_list, "AT_ONCE", 1)
    refused = factories.in_state("result_ready", centre, procedure)
    rows = [refused, *(factories.dossier(centre, procedure) for _ in range(3))]
    client.force_login(centre.leader)
    form = {"act": "assign", "confirmed": "1", "handler": centre.handler.pk, "pk": [row.pk for row in rows]}
    answer = client.post(reverse("admin:dossiers_dossier_bulk"), form)
    act = LongAct.objects.get()

    def told(self, done, total=0, words=""):
        if done == 2:
            raise progress.Stopped

    monkeypatch.setattr(progress.Progress, "told", told)
    running.run(act.pk)
    act.refresh_from_db()
    assert act.state == "stopped"
    page = client.get(answer.url).content.decode()
    moved = Dossier.objects.filter(state="assigned").count()
    assert f"đã làm xong {moved} hồ sơ, {2 - moved} hồ sơ chưa làm được, 2 hồ sơ chưa xem đến" in page
    assert "Về danh sách" in page


def test_nobody_else_sees_or_stops_an_act(client, centre, chief):
    act = running.begin("count", "Của tôi", {}, by=chief, now=timezone.now())
    client.force_login(centre.administrator)
    for name in ("desk_long_act", "desk_long_act_state"):
        assert client.get(reverse(f"admin:{name}", args=[act.pk])).status_code == 404
    assert client.post(reverse("admin:desk_long_act_stop", args=[act.pk])).status_code == 404
    assert "Của tôi" not in client.get(reverse("admin:desk_long_acts")).content.decode()
