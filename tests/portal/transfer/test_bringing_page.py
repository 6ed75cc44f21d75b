"""Old dossiers brought over at the desk: tried, looked at, taken by the worker, stopped, reported row by row."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from dossiers.long_acts import progress, running
from dossiers.models import Dossier, LongAct, Membership
from portal.transfer import bringing, dossier_files
from tests.portal.transfer.test_import_dossiers import FILE
from zalo.models import OutboxMessage

pytestmark = pytest.mark.django_db
SEND = "/admin/chuyen-ho-so/"


@pytest.fixture
def keeper(client, centre, procedure):
    client.force_login(centre.administrator)
    return client


def sent(client, agency, text: str = FILE, name: str = "so-cu.csv") -> LongAct:
    """Send a file as a person does, let the worker do its part, and return the act."""
    answer = client.post(SEND, {"agency": agency.pk, "file": ContentFile(text.encode(), name=name)})
    assert answer.status_code == 302, answer.content.decode()
    return worked()


def worked() -> LongAct:
    act = LongAct.objects.latest("pk")
    running.run(act.pk)
    return LongAct.objects.get(pk=act.pk)


def page_of(client, act: LongAct) -> str:
    return client.get(act.result["address"]).content.decode()


def test_a_file_is_tried_looked_at_taken_and_reported(keeper, centre):
    tried = sent(keeper, centre.agency)
    assert tried.result["words"] == "Sẽ nhận mới 2, đã có 0, không nhận 4." and not Dossier.objects.exists()
    page = page_of(keeper, tried)
    for said in ("không dùng cột Ghi chú", "9.999999", "31/02/2025", "bay màu", "(trống)", "Chuyển 2 hồ sơ mới vào"):
        assert said in page, said
    assert tried.result["address"] in keeper.get(reverse("admin:desk_long_act", args=[tried.pk])).content.decode()
    stored = tried.result["stored"]
    with open(default_storage.path(stored), "rb") as raw:
        assert b"079085001234" not in raw.read(), "kept open on the disk"
    answer = keeper.post(reverse("admin:dossiers_brought_take", args=[tried.pk]))
    taken = worked()
    assert answer["Location"] == reverse("admin:desk_long_act", args=[taken.pk])
    assert taken.result["words"] == "Nhận mới 2, đã có 0, không nhận 4." and Dossier.objects.count() == 2
    assert not OutboxMessage.objects.exists()
    assert "nhận mới 2, không nhận 4" in LogEntry.objects.latest("pk").get_change_message()
    file = keeper.get(reverse("admin:dossiers_brought_report", args=[taken.pk]))
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 7 and "MC-1,nhận mới" in lines[1] and "31/02/2025" in lines[4]
    again = keeper.post(reverse("admin:dossiers_brought_take", args=[tried.pk]), follow=True).content.decode()
    assert "Tệp này đã được chuyển" in again and LongAct.objects.filter(kind="dossiers-take").count() == 1
    assert "Chuyển 2 hồ sơ mới vào" not in page_of(keeper, tried)
    assert bringing.forget_old(now=timezone.now()) == 1 and not default_storage.exists(stored)
    assert sent(keeper, centre.agency).result["words"] == "Sẽ nhận mới 0, đã có 2, không nhận 4."


def test_it_stops_between_two_batches_and_the_same_file_goes_on(keeper, centre, monkeypatch):
    monkeypatch.setattr(dossier_files, "BATCH", 1)
    monkeypatch.setattr(progress, "GAP", 0)
    tried = sent(keeper, centre.agency)
    keeper.post(reverse("admin:dossiers_brought_take", args=[tried.pk]))
    act = LongAct.objects.latest("pk")
    told = progress.Progress.told

    def stop_soon(self, done, total=0, words=""):
        if done == 1 and self.pk == act.pk:
            progress.ask_to_stop(act.pk)
        told(self, done, total, words)

    monkeypatch.setattr(progress.Progress, "told", stop_soon)
    act = worked()
    assert act.state == LongAct.State.STOPPED and "Phần đã nhận vẫn giữ" in act.result["words"]
    assert [each.code for each in Dossier.objects.all()] == ["MC-1"] and "Đã dừng" in page_of(keeper, act)
    keeper.post(reverse("admin:dossiers_brought_take", args=[tried.pk]))
    assert worked().result["words"] == "Nhận mới 1, đã có 1, không nhận 4."


def test_files_that_are_none_and_people_who_may_not(client, keeper, centre, elsewhere):
    for text, name in (("không có gì", "a.csv"), ("\x00\x01", "a.xlsx"), (FILE, "anh.png")):
        act = sent(keeper, centre.agency, text, name)
        if name == "anh.png":
            assert act.state == LongAct.State.DONE, "a table is read by what it holds"
        else:
            assert act.state == LongAct.State.FAILED and "Chưa ghi gì" in act.result["words"], act.result
    foreign = keeper.post(SEND, {"agency": elsewhere.agency.pk, "file": ContentFile(b"x", name="a.csv")})
    assert foreign.status_code == 200 and foreign.context["form"].errors["agency"]
    tried = LongAct.objects.filter(state="done").latest("pk")
    for user in (centre.clerk, centre.leader, elsewhere.administrator):
        client.force_login(user)
        expected = 404 if user == elsewhere.administrator else 403
        for name in ("dossiers_brought", "dossiers_brought_report"):
            assert client.get(reverse(f"admin:{name}", args=[tried.pk])).status_code == expected
        assert client.post(reverse("admin:dossiers_brought_take", args=[tried.pk])).status_code == expected
    client.force_login(centre.clerk)
    assert client.get(SEND).status_code == 403
    client.force_login(centre.administrator)
    client.post(SEND, {"agency": centre.agency.pk, "file": ContentFile(FILE.encode(), name="b.csv")})
    centre.administrator.groups.clear()
    assert "không còn quyền" in worked().result["words"]


def test_no_text_of_the_file_is_a_formula_of_the_report(keeper, centre):
    act = sent(keeper, centre.agency, FILE.replace("MC-3;", "=cmd();"))
    file = keeper.get(reverse("admin:dossiers_brought_report", args=[act.pk]))
    assert ",'=cmd()," in b"".join(file.streaming_content).decode("utf-8-sig")


def test_who_is_erased_is_not_brought_back_by_a_file_that_waits(keeper, centre):
    tried = sent(keeper, centre.agency)
    keeper.post(reverse("admin:dossiers_brought_take", args=[tried.pk]))
    worked()
    other = sent(keeper, centre.agency, name="lan-hai.csv")
    said = StringIO()
    call_command("erase_person", id="079085001234", stdout=said)
    assert "tệp hồ sơ cũ đang giữ" in said.getvalue() and not default_storage.exists(other.result["stored"])
    assert not bringing.kept()


def test_the_rows_are_of_who_still_sees_the_agency(keeper, centre, elsewhere):
    act = sent(keeper, centre.agency)
    pages = [reverse(f"admin:dossiers_brought{page}", args=[act.pk]) for page in ("", "_report")]
    assert [keeper.get(page).status_code for page in pages] == [200, 200]
    Membership.objects.filter(user=act.by).update(agency=elsewhere.agency)
    assert [keeper.get(page).status_code for page in pages] == [404, 404]


def test_files_are_kept_for_a_week(keeper, centre):
    tried = sent(keeper, centre.agency)
    assert bringing.forget_old(now=timezone.now() + dt.timedelta(days=6)) == 0
    assert bringing.forget_old(now=timezone.now() + dt.timedelta(days=8)) >= 2
    assert not default_storage.exists(tried.result["stored"])
    page = page_of(keeper, tried)
    assert "Tải báo cáo" not in page and "Sẽ nhận mới 2" in page
