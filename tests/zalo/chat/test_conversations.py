"""Conversations: handed to staff, kept, given back by rule; consent by word; erasing; files citizens send."""

import datetime as dt

import pytest

from dossiers import outer_host
from dossiers.workflow.moving import ActError, Forbidden
from feedback.models import Case, TransferRecord
from tests import factories
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, buttons, channel_of
from zalo.chat import conversations
from zalo.inbound import media
from zalo.models import ChatMessage, ConsentRecord, MediaFile, OutboxMessage, State
from zalo.people import followers, linking

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.fixture
def citizen(account):
    return Citizen(account, MONDAY)


def test_every_answer_is_kept_with_what_it_answered(citizen):
    citizen.says("thủ tục khai sinh")
    asked, told = citizen.lines()
    assert (asked.author, asked.text) == ("citizen", "thủ tục khai sinh")
    assert (told.author, told.command) == ("bot", "thu-tuc")
    assert told.outbox.lane == 0
    assert asked.event is not None


def test_answers_of_one_person_leave_in_order(citizen):
    for words in ("menu", "hỗ trợ", "thông tin"):
        citizen.says(words)
    keys = {row.order_key for row in citizen.outbox(kind="chat.answer")}
    assert keys == {f"c{citizen.contact.pk}"}


def test_who_waits_keeps_the_place_in_the_queue(citizen):
    citizen.says("gặp cán bộ")
    first = citizen.conversation.asked_person_at
    citizen.later(minutes=5).says("anh ơi")
    conversations.ask_person(citizen.conversation, agency=None, topic="", now=citizen.now)
    assert citizen.conversation.asked_person_at == first
    assert citizen.conversation.unread == 2


def test_who_waits_is_told_how_many_are_before(citizen, account):
    Citizen(account, MONDAY).says("gặp cán bộ")
    assert "1 người chờ trước bạn" in citizen.later(minutes=1).hears("gặp cán bộ")
    assert "chờ trước" not in Citizen(account, MONDAY - dt.timedelta(minutes=1)).hears("gặp cán bộ")


def test_who_holds_dossiers_of_one_centre_is_not_asked_which(centre, elsewhere, procedure):
    account = channel_of(centre, elsewhere)
    person = Citizen(account, MONDAY)
    assert "ở đâu" in person.hears("gặp cán bộ")
    person.says("thôi")
    dossier = factories.dossier(elsewhere, procedure)
    linking.link(person.contact, dossier=dossier, role="owner", proof="staff", now=person.now)
    assert elsewhere.agency.name in person.hears("gặp cán bộ")
    assert person.conversation.agency == elsewhere.agency


def test_outside_hours_the_next_working_time_is_told(citizen):
    citizen.now = MONDAY.replace(hour=20)
    assert "từ 07:30 ngày 17/11" in citizen.hears("gặp cán bộ")


def test_the_machine_returns_after_staff_fall_silent(citizen, centre):
    citizen.says("gặp cán bộ")
    conversations.reply(citizen.conversation, "Chào bác", by=centre.clerk, now=citizen.now)
    assert citizen.says("dạ") is None
    citizen.later(hours=11)
    assert conversations.return_due(now=citizen.now) == 0
    citizen.later(hours=2)
    assert conversations.return_due(now=citizen.now) == 1
    assert citizen.conversation.mode == "bot"
    assert not citizen.lines().filter(command="het-cho").exists()


def test_who_waited_in_vain_gets_an_apology_once(citizen):
    citizen.says("gặp cán bộ")
    citizen.later(hours=25)
    assert conversations.return_due(now=citizen.now) == 1
    assert conversations.return_due(now=citizen.now) == 0
    assert "Xin lỗi" in citizen.lines().last().text


def test_two_members_of_staff_do_not_answer_over_each_other(citizen, centre):
    citizen.says("gặp cán bộ")
    conversations.reply(citizen.conversation, "Chào bác", by=centre.clerk, now=citizen.now)
    with pytest.raises(ActError, match="đang trả lời"):
        conversations.reply(citizen.conversation, "Tôi cũng chào", by=centre.handler, now=citizen.now)
    conversations.assign(citizen.conversation, to=centre.handler, by=centre.clerk, now=citizen.now)
    conversations.reply(citizen.conversation, "Tôi nhận", by=centre.handler, now=citizen.now)
    assert citizen.conversation.assigned_to == centre.handler


def test_only_those_allowed_may_answer(citizen, centre, elsewhere):
    citizen.says("gặp cán bộ")
    for user in (centre.supervisor, elsewhere.clerk):
        with pytest.raises(Forbidden):
            conversations.reply(citizen.conversation, "x", by=user, now=citizen.now)
    with pytest.raises(Forbidden):
        conversations.assign(citizen.conversation, to=elsewhere.clerk, by=centre.clerk, now=citizen.now)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_empty_and_too_long_replies_are_refused(citizen, centre, text):
    citizen.says("gặp cán bộ")
    with pytest.raises(ActError):
        conversations.reply(citizen.conversation, text, by=centre.clerk, now=citizen.now)


def test_with_several_centres_the_person_is_asked_which(centre, elsewhere):
    account = channel_of(centre, elsewhere)
    citizen = Citizen(account, MONDAY)
    line = citizen.says("gặp cán bộ")
    assert len(buttons(line)) == 2
    citizen.says("Sơn Động")
    assert citizen.conversation.agency == elsewhere.agency
    assert not conversations.visible_to(centre.clerk).exists()
    assert conversations.visible_to(elsewhere.clerk).get() == citizen.conversation


# --- Consent by word


def test_stop_withdraws_every_purpose_and_what_waits(citizen, centre, procedure):
    citizen.follows()
    dossier = factories.dossier(centre, procedure)
    row = OutboxMessage.objects.filter(dossier=dossier).first()
    OutboxMessage.objects.filter(pk=row.pk).update(contact=citizen.contact)
    citizen.says("dừng")
    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.CANCELLED, "refused")
    newest = dict(citizen.contact.consents.order_by("id").values_list("purpose", "granted"))
    assert newest == dict.fromkeys(ConsentRecord.Purpose.values, False)
    assert citizen.hears("menu")  # a stop never stops the chat itself


def test_stop_works_even_while_staff_answer(citizen, centre):
    citizen.says("gặp cán bộ")
    assert "Đã dừng mọi tin" in citizen.hears("STOP")


def test_erasing_is_asked_twice_and_then_done(citizen):
    citizen.says("xoá dữ liệu của tôi")
    assert "Chưa xoá gì" in citizen.hears("ừ")
    citizen.says("xoá dữ liệu")
    citizen.says("xoá hết")
    contact = citizen.contact
    assert followers.erase_due(now=citizen.now) == 0
    citizen.later(minutes=3)
    assert followers.erase_due(now=citizen.now) == 1
    contact.refresh_from_db()
    assert contact.erased_at is not None
    assert not ChatMessage.objects.exists()


# --- Memory


def test_a_dialogue_is_forgotten_after_half_an_hour(citizen):
    citizen.says("góp ý")
    citizen.says("2")
    citizen.later(minutes=31)
    citizen.says("gửi")
    assert not Case.objects.exists()
    assert citizen.conversation.memory == "" or "gop-y" not in citizen.conversation.memory


def test_a_denunciation_leaves_no_words_behind(citizen):
    secret = "Tôi tố cáo ông Nguyễn Văn X nhận hối lộ của dân"
    event_text = citizen.says(secret).conversation.lines.first()
    citizen.says("1")
    assert TransferRecord.objects.get().text.startswith("Tôi tố cáo")
    assert not Case.objects.exists()
    assert not any("hối lộ" in line.text and line.author == "citizen" for line in citizen.lines())
    assert event_text.event.__class__.objects.get(pk=event_text.event_id).raw == ""
    assert not any("Nguyễn Văn X" in row.content.get("text", "") for row in citizen.outbox())


# --- Files


@pytest.fixture
def real(simulated_zalo, settings, citizen):
    settings.ZALO_MEDIA_HOSTS = [simulated_zalo.url.removeprefix("http://")]
    settings.TESTING = True
    return simulated_zalo


def fetched(real, citizen, **specimen):
    made = real.specimen(**specimen)
    citizen.sends("image", {"url": made["url"], "thumbnail": ""})
    media.fetch_due(now=citizen.later(seconds=5).now)
    return MediaFile.objects.order_by("-id").first()


def test_a_picture_is_fetched_named_and_typed_by_its_content(real, citizen, settings, tmp_path):
    import base64
    import io

    from PIL import Image

    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(picture, "PNG")
    found = fetched(real, citizen, base64=base64.b64encode(picture.getvalue()).decode(), content_type="text/html")
    assert (found.state, found.content_type, found.source_url) == ("stored", "image/png", "")
    assert found.name.endswith(".png")
    with found.file.open("rb") as stored:
        assert stored.read() == picture.getvalue()


@pytest.mark.parametrize(
    "specimen",
    [
        {"base64": "PGh0bWw+PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "content_type": "image/png"},
        {"base64": "TVqQAAMAAAAEAAAA", "content_type": "image/png"},
        {"base64": "", "content_type": "image/png"},
        {"base64": "iVBORw0KGgo=", "redirect_to": "http://127.0.0.1:9/", "content_type": "image/png"},
        {"base64": "iVBORw0KGgo=", "pretend_size": 30 * 1024 * 1024, "content_type": "image/png"},
        {"base64": "iVBORw0KGgo=", "status": 404, "content_type": "image/png"},
    ],
    ids=["html", "program", "empty", "redirect", "too large", "gone"],
)
def test_hostile_files_are_refused_with_a_reason(real, citizen, settings, tmp_path, specimen):
    settings.MEDIA_ROOT = tmp_path
    found = fetched(real, citizen, **specimen)
    assert found.state == "refused"
    assert found.reason
    assert not any(tmp_path.rglob("*.*"))


def test_a_failing_host_is_tried_again(real, citizen):
    found = fetched(real, citizen, base64="iVBORw0KGgo=", status=503, content_type="image/png")
    assert (found.state, found.attempts) == ("waiting", 1)
    assert found.next_at > citizen.now


@pytest.mark.parametrize(
    "url",
    [
        "http://f1.zdn.vn/a.jpg",
        "https://evil.example/a.jpg",
        "https://zdn.vn.evil.example/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://user:pw@f1.zdn.vn/a.jpg",
        "https://f1.zdn.vn:8443/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://f1.zdn.vn/a",
        "https://f1.zdn.vn/a\r\nHost: x",
        "//f1.zdn.vn/a",
        "",
        "https://",
        "https://f1.zdn.vn:99999/",
    ],
)
def test_addresses_off_zalos_hosts_are_never_asked(settings, url, monkeypatch):
    monkeypatch.setattr(media, "_resolved", lambda host, port, inner_allowed: "203.0.113.7")
    settings.ZALO_MEDIA_HOSTS = ["zdn.vn", "*.zdn.vn"]
    with pytest.raises(media.FetchRefused):
        media.check_address(url)


def test_a_listed_host_that_points_inside_is_refused(settings, monkeypatch):
    settings.ZALO_MEDIA_HOSTS = ["*.zdn.vn"]
    for inner in ("127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"):
        found = [(2, 1, 6, "", (inner, 443))]
        monkeypatch.setattr(outer_host.socket, "getaddrinfo", lambda *a, found=found, **k: found)
        with pytest.raises(media.FetchRefused):
            media.check_address("https://f1.zdn.vn/a.jpg")
    monkeypatch.setattr(outer_host.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("203.0.114.7", 443))])
    assert media.check_address("https://f1.zdn.vn/a.jpg?x=1").path == "/a.jpg?x=1"


def test_an_inner_host_with_a_port_counts_only_in_demo_and_tests(settings):
    settings.ZALO_MEDIA_HOSTS = ["127.0.0.1:8001"]
    settings.TESTING = settings.DEMO = False
    with pytest.raises(media.FetchRefused):
        media.check_address("http://127.0.0.1:8001/media/x")
