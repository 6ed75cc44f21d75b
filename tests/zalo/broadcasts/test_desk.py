"""The desk of broadcasts by its pages: who sees what, looking before sending, two people, typed numbers, results."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.models import LegalRule, Membership
from dossiers.workflow.moving import ActError
from portal.desk import roles
from tests import factories, people
from tests.zalo.broadcasts.notices import approved, crowd, draft, go
from zalo.broadcasts import acts, audience, sending
from zalo.messages import broadcast_words
from zalo.models import AccountAgency, Broadcast, ConsentRecord, Conversation, OutboxMessage, RouteStop, Template
from zalo.people import area_wishes

pytestmark = pytest.mark.django_db
State = Broadcast.State
NOON = dt.datetime(2026, 11, 30, 5, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def at_noon(channel):
    with time_machine.travel(NOON, tick=False):
        yield


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(row: Broadcast, name: str = "change", *more) -> str:
    return reverse(f"admin:zalo_broadcast_{name}", args=[row.pk, *more])


def do(client: Client, row: Broadcast, name: str, **said):
    row.refresh_from_db()
    return client.post(address(row, "act", name), {"version": row.version, **said})


def people_of(channel) -> dict:
    return {"title": "Lịch nghỉ", "text": "Trung tâm nghỉ ngày 1/1.", "way": "each", "everyone": "on"}


def test_from_the_editor_over_the_look_ahead_and_the_leader_to_the_phones(channel):
    channel.account.keeper = channel.centre.agency
    channel.account.save()
    crowd(channel, 4, NOON)
    editor, leader = as_(channel.centre.editor), as_(channel.centre.leader)
    answer = editor.post(
        reverse("admin:zalo_broadcast_changelist"),
        {"category": "news", "account": channel.account.pk, "agency": channel.centre.agency.pk, "title": "Lịch nghỉ"},
    )
    row = Broadcast.objects.get()
    assert answer.status_code == 302 and answer.url == address(row)
    refused = do(editor, row, "submit")
    assert refused.status_code == 409 and "Chưa có nội dung" in refused.content.decode()
    do(editor, row, "edit", **{**people_of(channel), "everyone": ""})
    refused = do(editor, row, "submit")
    assert refused.status_code == 409 and "Chưa chọn người nhận" in refused.content.decode()
    assert do(editor, row, "edit", **people_of(channel)).status_code == 302
    page = editor.get(address(row)).content.decode()
    assert '<b class="zd-big">4</b> người sẽ nhận' in page and "Trung tâm nghỉ ngày 1/1." in page
    assert do(editor, row, "submit").status_code == 302
    assert do(editor, row, "approve").status_code == 403, "who writes has no right to approve"
    page = leader.get(address(row)).content.decode()
    assert "Duyệt, gửi" in page and "dừng tin tức" in page
    assert do(leader, row, "approve").status_code == 302
    go(channel, NOON)
    row.refresh_from_db()
    assert row.state == State.DONE and len(channel.zalo.messages(channel="cs")) == 4
    assert "4</b> / 4 người đã xong" in leader.get(address(row, "progress")).content.decode()
    listed = leader.get(address(row, "people")).content.decode()
    assert listed.count("Người dùng Zalo …") == 4
    table = b"".join(leader.get(address(row, "export")).streaming_content).decode()
    assert table.count("\n") == 5 and "Tin tư vấn Zalo" in table


def test_the_number_is_typed_over_the_threshold_and_an_own_text_is_approved_by_another(channel):
    LegalRule.objects.filter(key="broadcast-typed-from").update(value=3)
    crowd(channel, 3, NOON)
    row = draft(channel, NOON)
    acts.do("submit", row, by=channel.centre.leader, now=NOON)
    leader = as_(channel.centre.leader)
    for typed in ("", "2", "ba", "30"):
        answer = do(leader, row, "approve", typed=typed)
        assert answer.status_code == 409 and "Hãy gõ đúng số 3" in answer.content.decode()
    assert do(leader, row, "approve", typed=" 3 ").status_code == 302
    mine = draft(channel, NOON)
    Broadcast.objects.filter(pk=mine.pk).update(author=channel.centre.leader)
    do(leader, mine, "submit")
    answer = do(leader, mine, "approve", typed="3")
    assert answer.status_code == 409 and "không tự duyệt" in answer.content.decode()


def test_an_emergency_goes_on_one_word_with_its_ground_and_is_looked_at_by_another(channel):
    crowd(channel, 2, NOON)
    row = draft(channel, NOON, category="urgent", title="Xả lũ")
    editor, leader = as_(channel.centre.editor), as_(channel.centre.leader)
    assert "Tin khẩn không qua bước trình duyệt" in editor.get(address(row)).content.decode()
    assert "Tin khẩn không qua bước trình duyệt" not in leader.get(address(row)).content.decode()
    assert do(editor, row, "send_urgent", note="x", typed="2").status_code == 403
    assert do(leader, row, "send_urgent", note="", typed="2").status_code == 422
    assert do(leader, row, "send_urgent", note="Công điện 15", typed="").status_code == 409
    assert do(leader, row, "send_urgent", note="Công điện 15", typed="2").status_code == 302
    go(channel, NOON)
    told = channel.zalo.messages(channel="cs")
    assert len(told) == 2 and all(each["content"]["text"].startswith("THÔNG BÁO KHẨN CẤP\n\nXả lũ") for each in told)
    assert "<summary>Đã xem lại tin khẩn" not in leader.get(address(row)).content.decode()
    answer = do(leader, row, "review")
    assert answer.status_code == 409 and "không tự xem lại" in answer.content.decode()
    told = row.records.get(act="Gửi khẩn")
    assert told.by == channel.centre.leader and "Công điện 15" in told.note
    second = people.member(channel.centre.agency, "pho-giam-doc", roles.LEADER, "Phó giám đốc")
    User.objects.filter(pk=second.pk).update(first_name="", last_name="")
    assert "<summary>Đã xem lại tin khẩn" in as_(second).get(address(row)).content.decode()
    assert do(as_(second), row, "review", note="Đã xem, đúng công điện").status_code == 302
    assert f"Xem lại tin khẩn</b> · {second.get_username()}" in as_(second).get(address(row)).content.decode()
    row.refresh_from_db()
    seen = row.records.get(by=second)
    assert row.approver == second and seen.note == "Đã xem, đúng công điện"


def test_only_an_emergency_is_sent_on_one_word_and_nobody_takes_the_name_of_who_approved(channel):
    crowd(channel, 2, NOON)
    row = draft(channel, NOON)
    leader = as_(channel.centre.leader)
    answer = do(leader, row, "send_urgent", note="Gấp", typed="2")
    assert answer.status_code == 409 and "trình người khác duyệt" in answer.content.decode()
    Broadcast.objects.filter(pk=row.pk).update(state=State.RUNNING, approver=channel.centre.administrator)
    answer = do(leader, row, "review")
    assert answer.status_code == 409 and "không cần xem lại" in answer.content.decode()
    row.refresh_from_db()
    assert row.approver == channel.centre.administrator and not OutboxMessage.objects.filter(broadcast=row).exists()


def test_others_see_nothing_and_neither_does_another_agency(channel, elsewhere):
    row = approved_draft(channel)
    for user in (channel.centre.clerk, channel.centre.handler, channel.centre.supervisor, channel.centre.administrator):
        assert as_(user).get(address(row)).status_code == 403
        assert as_(user).get(reverse("admin:zalo_broadcast_changelist")).status_code == 403
    for user in (elsewhere.leader, elsewhere.editor):
        assert as_(user).get(address(row)).status_code == 404
        assert do(as_(user), row, "edit", **people_of(channel)).status_code in (403, 404)


def approved_draft(channel) -> Broadcast:
    crowd(channel, 2, NOON)
    return draft(channel, NOON)


def test_an_agency_that_does_not_keep_the_channel_tells_its_own_people_only(channel, elsewhere):
    channel.account.keeper = elsewhere.agency
    channel.account.save()
    AccountAgency.objects.create(account=channel.account, agency=elsewhere.agency, valid_from=dt.date(2026, 1, 1))
    row = approved_draft(channel)
    editor = as_(channel.centre.editor)
    answer = do(editor, row, "submit")
    assert answer.status_code == 409 and "Chỉ cơ quan quản lý Official Account" in answer.content.decode()
    answer = do(editor, row, "edit", **{**people_of(channel), "everyone": "", "agencies": [elsewhere.agency.pk]})
    assert answer.status_code == 422, "another's people are not offered"


def test_an_account_that_does_not_speak_for_the_agency_tells_nobody_in_its_name(channel, elsewhere):
    centre = channel.centre
    Membership.objects.create(user=centre.editor, agency=elsewhere.agency, valid_from=dt.date(2020, 1, 1))
    asked = {"category": "news", "account": channel.account.pk, "agency": elsewhere.agency.pk, "title": "Lịch nghỉ"}
    answer = as_(centre.editor).post(reverse("admin:zalo_broadcast_changelist"), asked)
    assert answer.status_code == 422 and "không nhắn thay" in answer.content.decode()
    assert not Broadcast.objects.exists()
    row = draft(channel, NOON)  # served when it was begun, no longer when it is handed in
    Broadcast.objects.filter(pk=row.pk).update(agency=elsewhere.agency)
    row.refresh_from_db()
    with pytest.raises(ActError, match="không nhắn thay"):
        acts.do("submit", row, by=None, now=NOON)


def test_dossiers_of_another_agency_choose_nobody(channel, elsewhere, procedure):
    channel.account.keeper = elsewhere.agency
    channel.account.save()
    dossier = factories.in_state("result_ready", elsewhere, procedure, now=NOON - dt.timedelta(days=2))
    person = channel.follower("lan", dossier=dossier)
    Conversation.objects.create(contact=person, account=channel.account, agency=channel.centre.agency)
    row = draft(channel, NOON, agencies=[channel.centre.agency.pk])
    assert list(audience.contacts(row, now=NOON)) == [person]
    row.audience["procedures"] = [procedure.pk]
    assert not audience.contacts(row, now=NOON).exists()
    row.audience = {"areas": list(area_wishes.of_agencies([channel.centre.agency.pk])), "procedures": [procedure.pk]}
    with pytest.raises(ActError, match="hồ sơ của cơ quan khác"):
        audience.check(row, by=channel.centre.editor)


def test_stale_pages_wrong_forms_and_odd_addresses_say_so(channel):
    row = approved_draft(channel)
    editor = as_(channel.centre.editor)
    assert editor.post(address(row, "act", "edit"), {"version": 999, **people_of(channel)}).status_code == 409
    long = {**people_of(channel), "text": "ạ" * 1601}
    answer = do(editor, row, "edit", **long)
    assert answer.status_code == 409 and "nhiều nhất 1600" in answer.content.decode()
    answer = do(editor, row, "edit", **{**people_of(channel), "everyone": "", "procedures": "9.999999"})
    assert answer.status_code == 422 and "Không có thủ tục mã 9.999999" in answer.content.decode()
    assert editor.post(address(row, "act", "xoa")).status_code == 404
    assert editor.get(address(row, "people") + "?ket-qua=²³&truoc=lạ").status_code == 200
    assert editor.get(address(row, "edition", "fax")).status_code == 404
    aloud = editor.get(address(row, "edition", "loa")).content.decode("utf-8-sig")
    assert "Kính thưa bà con" in aloud and "phút" in aloud


def test_edited_while_sending_is_refused_and_the_account_without_grant_sends_nothing(channel):
    crowd(channel, 2, NOON)
    row = approved(channel, NOON)
    refused = do(as_(channel.centre.editor), row, "edit", **{**people_of(channel), "text": "Bản tôi vừa sửa."})
    assert refused.status_code == 409 and "Bản tôi vừa sửa." in refused.content.decode(), "what was typed is not lost"
    other = draft(channel, NOON)
    acts.do("submit", other, by=channel.centre.editor, now=NOON)
    channel.account.__class__.objects.update(grant="consent_needed")
    answer = do(as_(channel.centre.leader), other, "approve", typed="2")
    assert answer.status_code == 409 and "chưa kết nối" in answer.content.decode()


def test_what_keeps_messages_back_is_said_while_it_runs_and_before(channel):
    crowd(channel, 2, NOON)
    row, other = approved(channel, NOON), draft(channel, NOON)
    sending.tick(now=NOON)
    leader, until = as_(channel.centre.leader), NOON + dt.timedelta(hours=12)
    OutboxMessage.objects.update(state="waiting", error="Đã hết hạn mức")
    RouteStop.objects.create(account=channel.account, route="uid", until=until, words="Đã hết hạn mức trong ngày")
    channel.map_templates()
    kept = "Đã hết hạn mức trong ngày: “Tin theo mẫu tới người quan tâm” chờ đến"
    for page in (address(row), address(row, "progress"), address(other)):
        assert kept in leader.get(page).content.decode()
    assert "Đã hết hạn mức" in leader.get(address(row, "people") + "?ket-qua=dang-gui").content.decode()
    Broadcast.objects.filter(pk=other.pk).update(way="article")
    assert "Thôi nhận" not in leader.get(address(other)).content.decode(), "an article has no way out of its own"
    Template.objects.update(status="REJECT")
    assert "Zalo không cho dùng mẫu" in leader.get(address(row, "progress")).content.decode()


def test_those_who_followed_since_a_day_are_chosen_among_everybody(channel):
    crowd(channel, 2, NOON)
    row, editor = draft(channel, NOON), as_(channel.centre.editor)
    asked = {"title": "Chào người mới", "text": "Cảm ơn đã quan tâm.", "way": "each", "everyone": "on"}
    assert do(editor, row, "edit", **asked, since="01/01/2026").status_code == 302
    said = audience.words(Broadcast.objects.get(pk=row.pk))
    assert said == ["Mọi người quan tâm kênh", "Quan tâm từ ngày 01/01/2026"]
    assert do(editor, row, "edit", **asked, agencies=channel.centre.agency.pk).status_code == 422


def test_nobody_in_the_group_is_refused_with_what_to_do(channel):
    row = draft(channel, NOON)
    answer = do(as_(channel.centre.editor), row, "submit")
    assert answer.status_code == 409 and "Không có ai trong nhóm" in answer.content.decode()


def test_the_link_in_the_message_ends_this_kind_and_opening_it_changes_nothing(channel, client):
    [person] = crowd(channel, 1, NOON)
    approved(channel, NOON)
    go(channel, NOON)
    [message] = channel.zalo.messages(channel="cs")
    url = message["content"]["buttons"][-1]["payload"]["url"]
    path = re.sub(r"^https?://[^/]+", "", url)
    assert client.get(path).status_code == 200 and not ConsentRecord.objects.exists()
    assert "Đã ghi nhận" in client.post(path).content.decode()
    newest = ConsentRecord.objects.get()
    assert (newest.contact, newest.purpose, newest.granted) == (person, "news", False)
    for wrong in ("abc", "x" * 300, path.split("/")[-2][:-3] + "xyz"):
        assert client.get(f"/zalo/thoi-nhan/{wrong}/").status_code == 404
    assert broadcast_words.read_way_out("") is None


def test_the_link_says_when_it_would_end_the_news_of_ones_own_files(channel, client):
    [person] = crowd(channel, 1, NOON)
    for purpose, ends_all in (("dossier", True), ("news", False)):
        path = re.sub(r"^https?://[^/]+", "", broadcast_words.way_out(person.pk, purpose))
        page = client.get(path).content.decode()
        assert ("mọi tin về hồ sơ của bạn" in page) == ends_all and ("Tin về hồ sơ và các" in page) != ends_all


def test_the_code_typed_to_the_channel_shows_the_draft_to_its_writer_alone(channel):
    from tests.zalo.chat.talk import Citizen
    from zalo.broadcasts import trial

    row = approved_draft(channel)
    page = as_(channel.centre.editor).get(address(row)).content.decode()
    code = trial.code_of(row, now=timezone.now())
    assert f"gửi thử {code}" in page
    me = Citizen(channel.account, NOON)
    assert "[GỬI THỬ] Lịch nghỉ lễ" in me.hears(f"gửi thử {code}")
    assert "không đúng" in me.hears("gửi thử ABCDEF")
    assert not OutboxMessage.objects.filter(broadcast__isnull=False).exists()


def test_watching_counts_once_for_everybody_and_a_finished_notice_waits_for_nobody(channel):
    crowd(channel, 3, NOON)
    row = approved(channel, NOON)
    leader = as_(channel.centre.leader)
    leader.get(address(row, "progress"))
    with CaptureQueriesContext(connection) as asked:
        leader.get(address(row, "progress"))
    assert not [query for query in asked.captured_queries if "COUNT(" in query["sql"] and "recipient" in query["sql"]]
    go(channel, NOON)
    row.refresh_from_db()
    assert row.state == State.DONE
    page = leader.get(address(row)).content.decode()
    assert "Tin đã gửi xong, không còn việc gì." in page and "thuộc người khác" not in page
