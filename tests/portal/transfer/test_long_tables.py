"""Tables of more rows than one waits for, by the worker; and the first passwords of accounts a file made."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse

from dossiers.long_acts import progress, running
from dossiers.models import LongAct
from feedback.models import FaqEntry
from portal.transfer import bringing
from portal.transfer.everyday import lists, sending, trying
from portal.transfer.models import SentTable
from tests.portal.transfer.test_everyday_tables import page_of, sent, tried, written

pytestmark = pytest.mark.django_db
ROWS = "Câu hỏi,Trả lời\n" + "".join(f"Câu {number}?,x\n" for number in range(7))


@pytest.fixture
def short(monkeypatch):
    """Five rows are what one waits for, two a piece of work."""
    monkeypatch.setattr(lists.Questions, "most", 5)
    monkeypatch.setattr(trying, "PIECE", 2)
    monkeypatch.setattr(progress, "GAP", 0)


def done(answer) -> LongAct:
    act = LongAct.objects.latest("id")
    assert answer.status_code == 302 and answer["Location"] == reverse("admin:desk_long_act", args=[act.pk])
    running.run(act.pk)
    act.refresh_from_db()
    return act


def test_a_long_file_is_tried_and_written_by_the_worker(keeper, centre, short):
    act = done(sent(keeper, "hoi-dap", ROWS, centre.agency))
    one = SentTable.objects.get()
    assert act.state == LongAct.State.DONE and act.result["address"] == reverse("admin:table_sent", args=[one.pk])
    assert one.counts == {"new": 7} and not FaqEntry.objects.exists()
    address = reverse("admin:table_write", args=[one.pk])
    answer = keeper.post(address)
    progress.ask_to_stop(LongAct.objects.latest("id").pk)
    assert done(answer).state == LongAct.State.STOPPED and not FaqEntry.objects.exists()
    assert done(keeper.post(address)).state == LongAct.State.DONE
    assert FaqEntry.objects.count() == 7 and SentTable.objects.get().written_at
    assert not sending.is_kept(one) and LogEntry.objects.filter(user=centre.administrator).count() == 7


def test_a_stop_in_the_middle_writes_nothing(keeper, centre, short, monkeypatch):
    done(sent(keeper, "hoi-dap", ROWS, centre.agency))
    told = []
    monkeypatch.setattr(progress, "is_asked_to_stop", lambda pk: False)
    real = progress.Progress.told

    def stop_at_four(self, count, total=0, words=""):
        told.append((count, total))
        if count == 4:
            progress.ask_to_stop(self.pk)
        real(self, count, total, words)

    monkeypatch.setattr(progress.Progress, "told", stop_at_four)
    act = done(keeper.post(reverse("admin:table_write", args=[SentTable.objects.get().pk])))
    assert act.state == LongAct.State.STOPPED and told == [(2, 7), (4, 7)] and not FaqEntry.objects.exists()


def test_a_right_lost_meanwhile(keeper, centre, short):
    answer = sent(keeper, "hoi-dap", ROWS, centre.agency)
    centre.administrator.groups.clear()
    act = done(answer)
    assert act.state == LongAct.State.FAILED and "không còn quyền" in act.result["words"]


def test_no_file_is_longer_than_the_worker_takes(keeper, centre, short, monkeypatch):
    monkeypatch.setattr(lists.Questions, "most_later", 6)
    act = done(sent(keeper, "hoi-dap", ROWS, centre.agency))
    assert act.state == LongAct.State.FAILED and "Tệp có hơn 6 dòng" in act.result["words"]


def test_first_passwords_are_listed_for_who_made_the_accounts(client, keeper, centre, elsewhere, mailoutbox):
    text = "Tài khoản,Họ và tên,Email,Vai trò\nmoi1,Trần Thị Mới,a@b.vn,Thụ lý\nmoi2,Lê Hai,,Thụ lý\n"
    one = tried(keeper, "can-bo", text, centre.agency)
    address = reverse("admin:table_links", args=[one.pk])
    assert "đặt mật khẩu lần đầu" in keeper.post(address, follow=True).content.decode()  # nothing is written yet
    assert not LogEntry.objects.filter(change_message__contains="In đường dẫn").exists()
    written(keeper, one)
    assert "2 tài khoản mới chưa đặt mật khẩu" in page_of(keeper, one)
    assert keeper.get(address).status_code == 405
    links = [row[1] for row in keeper.post(address).context["found"]]
    assert len(links) == 2 and not mailoutbox
    assert LogEntry.objects.filter(change_message__contains="In đường dẫn", user=centre.administrator).count() == 2
    answer = keeper.post(address)
    assert "no-store" in answer["Cache-Control"]
    newer = [row[1] for row in answer.context["found"]]
    client.logout()
    for link, works in (*((link, False) for link in links), *((link, True) for link in newer)):
        page = client.get(link[link.index("/admin/") :], follow=True)
        assert ("new_password1" in page.content.decode()) == works, link
    chosen = User.objects.get(username="moi1")
    chosen.set_password("Mot-hai-3-bon")
    chosen.save()
    client.force_login(centre.administrator)
    assert [row[0].username for row in client.post(address).context["found"]] == ["moi2"]
    client.force_login(elsewhere.administrator)
    assert client.post(address).status_code == 404


ACCOUNTS = "Tài khoản,Họ và tên,Email,Vai trò\nmoi1,Trần Thị Mới,a@b.vn,Thụ lý\nmoi2,Lê Hai,,Thụ lý\n"


@pytest.fixture
def rights_asked(monkeypatch):
    """The accounts whose rights were asked one by one, and what is to happen each time."""
    kind, asked, then = type(admin.site._registry[User]), [], []
    real = kind.has_change_permission

    def asking(self, request, obj=None):
        if obj is not None:
            asked.append(obj.username)
            for act in then:
                act(obj)
        return real(self, request, obj)

    monkeypatch.setattr(kind, "has_change_permission", asking)
    return asked, then


def test_a_password_chosen_while_links_are_printed_stands(keeper, centre, rights_asked):
    one = written(keeper, tried(keeper, "can-bo", ACCOUNTS, centre.agency))

    def choose(user):
        if user.username == "moi1":
            chosen = User.objects.get(pk=user.pk)
            chosen.set_password("Mot-hai-3-bon")
            chosen.save()

    rights_asked[1].append(choose)
    answer = keeper.post(reverse("admin:table_links", args=[one.pk]))
    assert [user.username for user, _ in answer.context["found"]] == ["moi2"]
    assert User.objects.get(username="moi1").check_password("Mot-hai-3-bon")


def test_looking_at_a_file_asks_no_account_and_reads_its_outcome_once(keeper, centre, rights_asked, monkeypatch):
    one = written(keeper, tried(keeper, "can-bo", ACCOUNTS, centre.agency))
    reads, real = [], sending.outcome_of
    monkeypatch.setattr(sending, "outcome_of", lambda sent: reads.append(sent.pk) or real(sent))
    rights_asked[0].clear()
    assert "2 tài khoản mới chưa đặt mật khẩu" in page_of(keeper, one)
    assert not rights_asked[0] and reads == [one.pk]


def test_a_writing_that_dies_with_its_outcome_unkept_wrote_nothing(keeper, centre, monkeypatch):
    one = tried(keeper, "can-bo", ACCOUNTS, centre.agency)
    with monkeypatch.context() as patch, pytest.raises(OSError, match="hết chỗ"):
        patch.setattr(sending, "_keep_outcome", full)
        keeper.post(reverse("admin:table_write", args=[one.pk]))
    assert not User.objects.filter(username="moi1").exists()
    assert "2 tài khoản mới chưa đặt mật khẩu" in page_of(keeper, written(keeper, one))


def test_an_outcome_is_put_in_the_place_of_the_one_before(keeper, centre, rf, monkeypatch):
    one = tried(keeper, "hoi-dap", ROWS, centre.agency)
    before, request = sending.outcome_of(one), rf.get("/")
    request.user = centre.administrator
    with monkeypatch.context() as patch, pytest.raises(OSError, match="hết chỗ"):
        patch.setattr(type(sending.default_storage), "save", full, raising=False)
        sending.try_again(one, request)
    assert before["lines"] and sending.outcome_of(one) == before
    sending.try_again(one, request)
    assert {each for each in bringing._names() if one.stored in each} == {one.stored, f"{one.stored}.json"}
    with monkeypatch.context() as patch:  # asked for in the moment it went
        sending.default_storage.delete(f"{one.stored}.json")
        patch.setattr(type(sending.default_storage), "exists", lambda *args: True, raising=False)
        assert sending.outcome_of(one) == {}


def full(*args, **kwargs):
    raise OSError("hết chỗ")
