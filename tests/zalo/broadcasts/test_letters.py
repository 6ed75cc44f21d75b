"""A notice by e-mail: asked for and confirmed on pages, HTML with its text, ended by a press, stopped, not repeated."""

from __future__ import annotations

import datetime as dt
import re
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from dossiers.models import Applicant, LegalRule
from dossiers.workflow.moving import ActError
from tests.zalo.broadcasts.notices import crowd, draft, go
from zalo.broadcasts import acts, letters, results
from zalo.inbound import retention
from zalo.models import Broadcast, BroadcastLetter, MailReader, OutboxMessage
from zalo.people import forgetting, mail_readers

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 30, 5, 0, tzinfo=dt.UTC)
LINK = re.compile(r"https?://[^/]+(/nhan-tin/thu/\S+/)")


@pytest.fixture(autouse=True)
def at_noon(channel):
    with time_machine.travel(NOON, tick=False):
        yield


def readers(channel, count: int) -> list[MailReader]:
    made = []
    for number in range(count):
        reader = MailReader(
            agency=channel.centre.agency, address=f"ba.con{number}@thu.vn", asked_at=NOON, confirmed_at=NOON
        )
        reader.seal_hashes()
        reader.save()
        made.append(reader)
    return made


def mailed(channel, **more) -> Broadcast:
    """Return one that has been approved, by e-mail as well."""
    row = draft(channel, NOON, **more)
    said = {"title": row.title, "text": "Nghỉ <b>1/1</b> & 2/1.", "asked": row.audience, "link": "https://vi-du.vn/a"}
    acts.do("edit", row, by=channel.centre.editor, now=NOON, by_mail=True, **said)
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    return row


def test_a_mailbox_is_told_nothing_before_it_confirmed_and_nothing_after_one_press(channel, client):
    code = channel.centre.agency.code
    page = client.get("/nhan-tin/thu/").content.decode()
    assert channel.centre.agency.name in page and "/nhan-tin/thu/" in client.get("/nhan-tin/").content.decode()
    wrong = client.post("/nhan-tin/thu/", {"agency": code, "address": "khong-phai-thu"})
    assert "chưa đúng" in wrong.content.decode() and not MailReader.objects.exists()
    assert "chọn cơ quan" in client.post("/nhan-tin/thu/", {"agency": "X", "address": "a@thu.vn"}).content.decode()
    asked = {"agency": code, "address": "Ba.Con@thu.vn"}
    assert "Đã gửi thư xác nhận" in client.post("/nhan-tin/thu/", asked).content.decode()
    confirm = LINK.search(mail.outbox[-1].body)[1]
    assert "Xác nhận" in client.get(confirm).content.decode()
    crowd(channel, 1, NOON)
    mailed(channel)
    go(channel, NOON)
    assert len(mail.outbox) == 1, "opening the link is not yet a yes"
    assert "Đã xác nhận" in client.post(confirm).content.decode()
    row = mailed(channel, title="Lịch nghỉ Tết")
    page = as_leader(channel).get(reverse("admin:zalo_broadcast_change", args=[row.pk])).content.decode()
    go(channel, NOON)
    letter = mail.outbox[-1]
    html, kind = letter.alternatives[0]
    assert (letter.to, letter.subject, kind) == (["Ba.Con@thu.vn"], "Lịch nghỉ Tết", "text/html")
    assert "Nghỉ <b>1/1</b> & 2/1." in letter.body and "Nghỉ &lt;b&gt;1/1&lt;/b&gt; &amp; 2/1." in html
    assert "https://vi-du.vn/a" in letter.body and 'href="https://vi-du.vn/a"' in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    end = LINK.search(letter.extra_headers["List-Unsubscribe"])[1]
    assert end in letter.body and end in html
    page = as_leader(channel).get(reverse("admin:zalo_broadcast_change", args=[row.pk])).content.decode()
    assert "Máy chủ thư đã nhận <b>1</b>" in page
    assert "Thôi nhận" in client.get(end).content.decode() and MailReader.objects.exists()
    pressed = Client(enforce_csrf_checks=True).post(end, {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200 and not MailReader.objects.exists()
    assert "Đã thôi nhận" in client.get(end).content.decode() and client.get(confirm).status_code == 404
    assert letters.counts(row) == [("Máy chủ thư đã nhận", 1)], "the count stays, the mailbox does not"


def as_leader(channel) -> Client:
    client = Client()
    client.force_login(channel.centre.leader)
    return client


def test_who_looks_ahead_sees_the_letters_and_personal_notices_never_go_by_mail(channel):
    readers(channel, 3)
    crowd(channel, 1, NOON)
    row = draft(channel, NOON)
    Broadcast.objects.filter(pk=row.pk).update(by_mail=True)
    page = as_leader(channel).get(reverse("admin:zalo_broadcast_change", args=[row.pk])).content.decode()
    assert re.search(r"Thư điện tử cho người đã đăng ký, ngoài số trên, miễn phí</th>\s*<td class=\"zd-num\">3<", page)
    row.refresh_from_db()
    row.category = "collect"
    assert letters.expected(row) == 0


def test_stopped_between_two_letters_it_goes_on_without_a_repeat(channel, monkeypatch):
    readers(channel, 4)
    crowd(channel, 1, NOON)
    row, one = mailed(channel), letters._one

    def one_then_stopped(*asked):
        done = one(*asked)
        acts.do("stop", Broadcast.objects.get(pk=row.pk), by=channel.centre.editor, now=NOON)
        return done

    with monkeypatch.context() as stopped:
        stopped.setattr(letters, "_one", one_then_stopped)
        go(channel, NOON)
    assert len(mail.outbox) == 1 and letters.waiting(row)
    acts.do("resume", Broadcast.objects.get(pk=row.pk), by=channel.centre.leader, now=NOON)
    go(channel, NOON)
    assert sorted(letter.to[0] for letter in mail.outbox) == [f"ba.con{number}@thu.vn" for number in range(4)]
    assert Broadcast.objects.get(pk=row.pk).state == Broadcast.State.DONE


def test_a_mail_server_that_is_away_is_waited_for_and_an_address_it_refuses_is_said(channel, monkeypatch):
    readers(channel, 2)
    crowd(channel, 1, NOON)
    row, one = mailed(channel), letters._one

    def away(*asked):
        raise ConnectionRefusedError

    def refuse(message, **more):
        raise SMTPRecipientsRefused({})

    def refused(broadcast, letter, connection):
        if letter.reader.address.startswith("ba.con1"):
            monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
        return one(broadcast, letter, connection)

    with monkeypatch.context() as broken:
        broken.setattr(letters, "_one", away)
        go(channel, NOON)
    row.refresh_from_db()
    assert not mail.outbox and row.state == Broadcast.State.RUNNING, "it is not done while letters wait"
    monkeypatch.setattr(letters, "_one", refused)
    go(channel, NOON + dt.timedelta(minutes=11))
    assert letters.counts(row) == [("Máy chủ thư đã nhận", 1), ("Máy chủ thư không nhận", 1)]
    row.refresh_from_db()
    assert row.state == Broadcast.State.DONE


def test_a_mailbox_refused_for_a_while_is_asked_again_and_stands_before_nobody(channel, monkeypatch):
    readers(channel, 3)
    crowd(channel, 1, NOON)
    row, send, code = mailed(channel), EmailMessage.send, {"now": 451}

    def refuse_the_first(message, **more):
        if message.to == ["ba.con0@thu.vn"]:
            raise SMTPDataError(code["now"], b"no")
        if message.to == ["ba.con1@thu.vn"]:
            raise SMTPRecipientsRefused({"ba.con1@thu.vn": (code["now"], b"no")})
        return send(message, **more)

    monkeypatch.setattr(EmailMessage, "send", refuse_the_first)
    go(channel, NOON)
    assert letters.counts(row) == [("Chưa gửi", 2), ("Máy chủ thư đã nhận", 1)]
    go(channel, NOON + dt.timedelta(minutes=5))
    assert len(mail.outbox) == 1
    code["now"] = 550
    go(channel, NOON + dt.timedelta(minutes=11))
    assert letters.counts(row) == [("Máy chủ thư đã nhận", 1), ("Máy chủ thư không nhận", 2)]


def test_a_mail_server_away_keeps_nothing_from_the_phones_and_letters_grow_old(channel, monkeypatch):
    readers(channel, 2)
    crowd(channel, 2, NOON)
    row = mailed(channel)

    def away(*asked):
        raise ConnectionRefusedError

    monkeypatch.setattr(letters, "_one", away)
    go(channel, NOON)
    assert row.people.filter(result="told").count() == 2 and letters.waiting(row)
    go(channel, NOON + dt.timedelta(hours=25))
    assert letters.counts(row) == [("Quá một ngày chưa gửi được", 2)]


def test_letters_of_an_article_leave_although_zalo_has_it(channel):
    readers(channel, 2)
    crowd(channel, 1, NOON)
    row = mailed(channel)
    Broadcast.objects.filter(pk=row.pk).update(started_at=NOON, way=Broadcast.Way.POST, state="done")
    row.refresh_from_db()
    letters.choose(row)
    go(channel, NOON)
    assert len(mail.outbox) == 2 and not letters.waiting(row)


def test_who_takes_the_wish_back_meanwhile_gets_no_letter(channel, monkeypatch):
    first, second = readers(channel, 2)
    crowd(channel, 1, NOON)
    row, one = mailed(channel), letters._one

    def one_then_gone(*asked):
        done = one(*asked)
        MailReader.objects.filter(pk=second.pk).delete()
        return done

    monkeypatch.setattr(letters, "_one", one_then_gone)
    go(channel, NOON)
    assert [letter.to for letter in mail.outbox] == [[first.address]] and not letters.waiting(row)


def test_a_letter_of_a_dead_worker_goes_again_under_the_same_name(channel):
    [reader] = readers(channel, 1)
    crowd(channel, 1, NOON)
    row = mailed(channel)
    lost = BroadcastLetter.objects.create(broadcast=row, reader=reader, state="leaving", at=NOON)
    go(channel, NOON)
    assert not mail.outbox, "another worker may be at it"
    go(channel, NOON + dt.timedelta(minutes=11))
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<tin-{row.pk}-{lost.pk}@")


def test_nobody_fills_a_strangers_mailbox_and_what_was_not_confirmed_is_forgotten(channel, client):
    asked = {"agency": channel.centre.agency.code, "address": "nguoi.khac@thu.vn"}
    answers = [client.post("/nhan-tin/thu/", asked).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429] and len(mail.outbox) == 3
    link = LINK.search(mail.outbox[0].body)[1]
    with time_machine.travel(NOON + dt.timedelta(days=3), tick=False):
        assert client.get(link).status_code == 404
        assert retention.sweep(now=NOON + dt.timedelta(days=3))["mailboxes"] == 1
    assert not MailReader.objects.exists()


def test_erasing_a_person_ends_the_wishes_of_the_mailbox_they_stated(channel):
    [reader] = readers(channel, 1)
    person = Applicant(full_name="Nguyễn Văn An", kind="person", email="BA.con0@thu.vn")
    done = forgetting.forget(
        phones=(), mailboxes=[person.email], applicant_ids=(), dossier_ids=(), case_ids=(), now=NOON
    )
    assert done["đăng ký nhận tin qua thư"] == 1 and mail_readers.to_end("x") is None
    assert not MailReader.objects.filter(pk=reader.pk).exists()


def test_a_notice_for_mailboxes_alone_says_so_counts_them_in_the_typed_number_and_in_the_file(channel):
    readers(channel, 3)
    LegalRule.objects.filter(key="broadcast-typed-from").update(value=3)
    row, leader = draft(channel, NOON), as_leader(channel)
    page = reverse("admin:zalo_broadcast_change", args=[row.pk])
    said = {"title": row.title, "text": "Nghỉ 1/1.", "asked": {}}
    acts.do("edit", row, by=channel.centre.editor, now=NOON, by_mail=False, **said)
    with pytest.raises(ActError, match="Chưa chọn người nhận"):
        acts.do("submit", row, by=channel.centre.editor, now=NOON)
    acts.do("edit", row, by=channel.centre.editor, now=NOON, by_mail=True, **said)
    shown = leader.get(page).content.decode()
    assert '<b class="zd-big">3</b> hộp thư sẽ nhận' in shown and "chỉ gửi thư điện tử" in shown
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    with pytest.raises(ActError, match="gõ đúng số 3"):
        acts.do("approve", row, by=channel.centre.leader, now=NOON)
    acts.do("approve", row, by=channel.centre.leader, now=NOON, typed="3")
    go(channel, NOON)
    row.refresh_from_db()
    assert row.state == Broadcast.State.DONE and len(mail.outbox) == 3
    assert not OutboxMessage.objects.filter(broadcast=row).exists()
    assert [each.note for each in row.records.all() if each.act == "Duyệt, gửi"] == ["Gửi cho 3 hộp thư điện tử"]
    table = b"".join(leader.get(reverse("admin:zalo_broadcast_export", args=[row.pk])).streaming_content).decode()
    assert table.count("Máy chủ thư đã nhận") == 3 and "Thư điện tử" in table and "@" not in table
    listed = leader.get(reverse("admin:zalo_broadcast_people", args=[row.pk]) + "?ket-qua=thu").content.decode()
    assert listed.count("Hộp thư số") == 3 and "@thu.vn" not in listed


def test_mailboxes_are_typed_with_the_people_and_stand_behind_them_in_the_file(channel):
    crowd(channel, 2, NOON)
    readers(channel, 1)
    LegalRule.objects.filter(key="broadcast-typed-from").update(value=3)
    row = draft(channel, NOON)
    said = {"title": row.title, "text": "Nghỉ 1/1.", "asked": row.audience}
    acts.do("edit", row, by=channel.centre.editor, now=NOON, by_mail=True, **said)
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    with pytest.raises(ActError, match="gõ đúng số 3"):
        acts.do("approve", row, by=channel.centre.leader, now=NOON, typed="2")
    acts.do("approve", row, by=channel.centre.leader, now=NOON, typed="3")
    go(channel, NOON)
    lines = [line[1:3] for line in results.export(row)]
    assert [who.split(" …")[0] for who, _ in lines[1:3]] == ["Người dùng Zalo"] * 2
    assert lines[3][0].startswith("Hộp thư số") and len(lines) == 4
    assert "2 người, 1 hộp thư" in row.records.get(act="Duyệt, gửi").note


def test_nobody_wrote_down_a_mailbox_yet(channel):
    row = draft(channel, NOON)
    acts.do("edit", row, by=channel.centre.editor, now=NOON, by_mail=True, title="Lịch nghỉ", text="Nghỉ.", asked={})
    with pytest.raises(ActError, match="Chưa hộp thư nào đăng ký"):
        acts.do("submit", row, by=channel.centre.editor, now=NOON)
