"""What writes a notice by itself, articles on the OA, the rules of templates, the same notice on the site."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from dossiers.models import CalendarException
from dossiers.workflow.moving import ActError
from portal.content import acts as content_acts
from portal.content import told_to_many, writing
from portal.content.kinds import Kind
from portal.content.models import Piece
from tests import factories
from tests.zalo.broadcasts.notices import crowd, draft, go
from zalo.admin.broadcast_forms import EditForm
from zalo.broadcasts import acts, articles, audience, sending, sources
from zalo.broadcasts.template_rules import Proposed, faults
from zalo.models import AreaSubscription, Broadcast, BroadcastRecord, OutboxMessage
from zalo.people import area_wishes, followers

pytestmark = pytest.mark.django_db
State = Broadcast.State
NOON = dt.datetime(2026, 11, 30, 5, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def at_noon(channel):
    with time_machine.travel(NOON, tick=False):
        channel.account.keeper = channel.centre.agency
        channel.account.save()
        yield


def test_a_closing_writes_one_draft_for_a_run_of_days_and_none_is_sent_without_two_people(channel):
    today, agency = timezone.localdate(), channel.centre.agency
    for day in (3, 4):
        CalendarException.objects.create(
            agency=agency, date=today + dt.timedelta(days=day), kind="off", name="Sửa trụ sở", confirmed_at=NOON
        )
    CalendarException.objects.create(date=today + dt.timedelta(days=5), kind="off", name="Nghỉ lễ", confirmed_at=NOON)
    CalendarException.objects.create(date=today + dt.timedelta(days=6), kind="off", name="Đề xuất")
    assert sources.prepare(now=NOON) == 2 and sources.prepare(now=NOON) == 0
    national, own = Broadcast.objects.order_by("pk")
    over = [(today + dt.timedelta(days=days)).isoformat() for days in (5, 4)]
    assert [row.audience for row in (national, own)] == [
        {"everyone": True, "over": over[0]},
        {"agencies": [agency.pk], "over": over[1]},
    ]
    assert "Nghỉ lễ" in national.text and "Đề xuất" not in national.text
    assert "03/12/2026 đến 04/12/2026" in own.text
    assert {row.state for row in (national, own)} == {State.DRAFT} and own.author is None
    crowd(channel, 2, NOON)
    sending.tick(now=NOON)
    assert not OutboxMessage.objects.exists()
    acts.do("submit", national, by=channel.centre.editor, now=NOON)
    assert national.author == channel.centre.editor
    with pytest.raises(ActError, match="không tự duyệt"):
        acts.writing.approve(national, by=channel.centre.editor, now=NOON)


def test_a_draft_goes_with_its_case_and_is_written_anew_when_the_case_comes_back_changed(channel):
    """A closing taken back or moved, a piece taken off the site, results fetched meanwhile."""
    today, agency, by = timezone.localdate(), channel.centre.agency, channel.centre.editor
    crowd(channel, 2, NOON)
    days = [
        CalendarException.objects.create(
            date=today + dt.timedelta(days=day), kind="off", name="Lễ", confirmed_at=NOON, agency=None
        )
        for day in (3, 4)
    ]
    assert sources.prepare(now=NOON) == 1
    first = Broadcast.objects.get()
    acts.do("submit", first, by=by, now=NOON)
    days[1].delete()
    with pytest.raises(ActError, match="lịch nghỉ đã bị bỏ hoặc đổi ngày"):
        acts.do("approve", Broadcast.objects.get(), by=channel.centre.leader, now=NOON)
    assert sources.prepare(now=NOON) == 1 and sources.prepare(now=NOON) == 0
    first.refresh_from_db()
    assert first.state == State.CANCELLED and "đổi ngày" in first.records.last().note
    second = Broadcast.objects.exclude(pk=first.pk).get()
    assert "đến" not in second.title and second.state == State.DRAFT
    days[0].delete()
    gone = [
        Broadcast.objects.create(
            account=channel.account, agency=agency, category="collect", title=origin, text="Mời nhận", origin=origin,
            audience={"uncollected": 15, "agencies": [agency.pk]},
        )
        for origin in (f"collect:{today:%Y-%m}:{agency.pk}", "piece:999:1", "closing:seed")
    ]  # fmt: skip
    sources.drop_vanished(now=NOON)
    states = [Broadcast.objects.get(pk=row.pk).state for row in (second, *gone)]
    assert states == ["cancelled", "cancelled", "cancelled", "draft"], "what names no case is left to people"


def test_an_odd_row_is_left_to_people_and_what_was_approved_leaves_in_the_next_month_too(channel, procedure):
    agency, month_ago = channel.centre.agency, NOON - dt.timedelta(days=31)
    factories.in_state("result_ready", channel.centre, procedure, now=month_ago)
    odd, approved, waiting = [
        Broadcast.objects.create(
            account=channel.account, agency=agency, category="collect", title=origin, text="Mời nhận", origin=origin,
            audience={"uncollected": 15}, state=state,
        )
        for origin, state in (
            ("closing:2026-12-03:1:oa", State.SUBMITTED),
            (f"collect:2026-10:{agency.pk}", State.APPROVED),
            (f"collect:2026-09:{agency.pk}", State.SUBMITTED),
        )
    ]  # fmt: skip
    sources.drop_vanished(now=NOON)
    states = [Broadcast.objects.get(pk=row.pk).state for row in (odd, approved, waiting)]
    assert states == [State.SUBMITTED, State.APPROVED, State.CANCELLED]


def test_a_long_closing_is_told_whole_when_its_first_day_comes_near_and_not_again_day_by_day(channel):
    today = timezone.localdate()
    for day in range(6, 12):
        CalendarException.objects.create(
            date=today + dt.timedelta(days=day), kind="off", name="Tết", confirmed_at=NOON, agency=None
        )
    assert sources.closings(NOON) == 1
    assert "từ 06/12/2026 đến 11/12/2026" in Broadcast.objects.get().text
    for later in (1, 5, 6, 8, 11):
        assert sources.closings(NOON + dt.timedelta(days=later)) == 0


def test_a_reminder_of_results_is_for_those_whose_result_lies_there(channel):
    crowd(channel, 2, NOON)
    row = draft(channel, NOON, category="collect", title="Tin chung")
    with pytest.raises(ActError, match="Có kết quả chưa nhận quá"):
        acts.do("submit", row, by=channel.centre.editor, now=NOON)


def test_results_that_lie_long_write_a_reminder_to_their_owners_alone(channel, procedure):
    long_ago = NOON - dt.timedelta(days=20)
    dossiers = [factories.in_state("result_ready", channel.centre, procedure, now=long_ago) for _ in range(5)]
    owner = channel.follower("lan", dossier=dossiers[0])
    crowd(channel, 2, NOON)
    followers.restrict(owner, ["news"], how="dừng tin tức", now=NOON)
    assert sources.uncollected(NOON) == 1
    row = Broadcast.objects.get()
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    go(channel, NOON)
    told = OutboxMessage.objects.filter(broadcast=row)
    assert [message.contact for message in told] == [owner], "a dossier's own news is not what was stopped"


def test_a_policy_published_on_the_site_writes_a_notice_that_leads_to_it(channel):
    centre = channel.centre
    facts = {"doc_number": "18/NQ", "doc_date": dt.date(2026, 11, 1), "effective_on": dt.date(2026, 12, 1)}
    piece = writing.begin(
        centre.agency, Kind.POLICY, "Giảm lệ phí", by=centre.editor, now=NOON, summary="Giảm một nửa.", **facts
    )
    content_acts.do("submit", piece, by=centre.editor, now=NOON)
    content_acts.do("approve", piece, by=centre.leader, now=NOON)
    assert told_to_many.of_pieces(NOON) == 1 and told_to_many.of_pieces(NOON) == 0
    row = Broadcast.objects.get()
    assert row.category == "policy" and row.link.endswith(piece.address)
    assert "Giảm một nửa." in row.text and "18/NQ" in row.text and "01/12/2026" in row.text


def test_an_emergency_of_a_commune_is_written_for_whoever_asked_for_the_communes_too(channel, elsewhere):
    """Where another agency keeps the channel: its own people and the subscribers of its commune, nobody else."""
    channel.account.keeper = elsewhere.agency
    channel.account.save()
    asked, stranger = crowd(channel, 2, NOON)
    [area] = area_wishes.of_agencies([channel.centre.agency.pk])
    AreaSubscription.objects.create(contact=asked, topic="urgent", area=area, area_name=area, at=NOON, how="nhắn tin")
    centre = channel.centre
    piece = writing.begin(
        centre.agency, Kind.EMERGENCY, "Xả lũ", by=centre.editor, now=NOON, summary="Hồ xả lũ.",
        body="<p>Hồ xả lũ.</p>", shown_until=NOON + dt.timedelta(days=1),
    )  # fmt: skip
    content_acts.do("submit", piece, by=centre.editor, now=NOON)
    content_acts.do("approve", piece, by=centre.leader, now=NOON)
    assert told_to_many.of_pieces(NOON) == 1
    row = Broadcast.objects.get()
    assert row.is_urgent and row.audience == {"agencies": [centre.agency.pk], "areas": [area]}
    assert list(audience.contacts(row, now=NOON)) == [asked] and stranger


def test_one_text_for_the_phones_and_the_site_approved_by_the_same_person(channel):
    crowd(channel, 1, NOON)
    row = draft(channel, NOON, title="Đổi giờ làm việc")
    Broadcast.objects.filter(pk=row.pk).update(on_site=True)
    row.refresh_from_db()
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    piece = Piece.objects.get()
    assert piece.state == "published" and piece.public.title == "Đổi giờ làm việc"
    go(channel, NOON)
    [message] = channel.zalo.messages(channel="cs")
    assert message["content"]["buttons"][0]["payload"]["url"].endswith(piece.address)
    assert told_to_many.of_pieces(NOON) == 0


def test_what_is_approved_for_an_hour_stands_on_the_site_from_that_hour_on(channel):
    crowd(channel, 1, NOON)
    row = draft(channel, NOON, title="Đổi giờ làm việc")
    Broadcast.objects.filter(pk=row.pk).update(on_site=True)
    for hour in (1, 3):  # put off once: it stands there once
        row.refresh_from_db()
        acts.do("submit", row, by=channel.centre.editor, now=NOON)
        at = NOON + dt.timedelta(hours=hour)
        acts.do("approve", row, by=channel.centre.leader, now=NOON, scheduled_at=at)
        assert not Piece.objects.exists() and not row.link
        if hour == 1:
            acts.do("hold", row, by=channel.centre.leader, now=NOON, note="Chờ văn bản")
    with time_machine.travel(at, tick=False):
        go(channel, at)
    piece = Piece.objects.get()
    assert piece.state == "published" and piece.published_at == at
    [message] = channel.zalo.messages(channel="cs")
    assert message["content"]["buttons"][0]["payload"]["url"].endswith(piece.address)


def test_a_closing_that_is_past_is_told_to_nobody(channel):
    crowd(channel, 1, NOON)
    row = draft(channel, NOON, title="Nghỉ Tết", everyone=True, over="2026-12-02")
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    late = NOON + dt.timedelta(days=4)
    with time_machine.travel(late, tick=False), pytest.raises(ActError, match="đã qua"):
        acts.do("approve", row, by=channel.centre.leader, now=late)


def test_an_emergency_that_stands_on_the_site_as_well_writes_no_second_notice(channel):
    crowd(channel, 1, NOON)
    row = draft(channel, NOON, category="urgent", title="Xả lũ")
    Broadcast.objects.filter(pk=row.pk).update(on_site=True, link="https://example.vn/cong-dien")
    row.refresh_from_db()
    acts.do("send_urgent", row, by=channel.centre.leader, now=NOON, note="Công điện 15", typed="1")
    assert Piece.objects.get().state == "published" and row.link == "https://example.vn/cong-dien"
    assert told_to_many.of_pieces(NOON) == 0


def article(channel, way: str) -> Broadcast:
    row = draft(channel, NOON)
    Broadcast.objects.filter(pk=row.pk).update(way=way)
    row.refresh_from_db()
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    return row


def test_an_article_stands_on_the_oa_and_is_pushed_once(channel):
    channel.zalo.set_now(NOON.isoformat())
    channel.follower("lan"), channel.follower("hung")
    row = article(channel, "article")
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    for _ in range(3):
        sending.tick(now=NOON)
    row.refresh_from_db()
    assert row.state == State.DONE and row.article_id and row.recipients == 2
    assert len(channel.zalo.messages(channel="broadcast")) == 2
    post = article(channel, "post")
    acts.do("approve", post, by=channel.centre.leader, now=NOON)
    sending.tick(now=NOON)
    post.refresh_from_db()
    assert post.state == State.DONE and post.article_id and len(channel.zalo.messages(channel="broadcast")) == 2


def test_an_article_to_all_is_refused_while_somebody_stopped_news(channel):
    followers.restrict(channel.follower("lan"), ["news"], how="dừng tin tức", now=NOON)
    row = article(channel, "article")
    with pytest.raises(ActError, match="1 người đã dừng loại tin này"):
        acts.do("approve", row, by=channel.centre.leader, now=NOON)


def test_a_lost_answer_of_the_push_is_never_repeated_by_itself(channel):
    channel.zalo.set_now(NOON.isoformat())
    channel.follower("lan")
    row = article(channel, "article")
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    channel.zalo.fault("swallow", where="openapi", path="/v2.0/oa/message", times=1)
    for _ in range(3):
        sending.tick(now=NOON)
    row.refresh_from_db()
    assert row.state == State.STOPPED and "quản trị OA" in BroadcastRecord.objects.filter(broadcast=row).last().note


@pytest.mark.parametrize("way", ["article", "post"])
def test_two_clocks_at_once_make_one_article_and_a_stop_in_that_moment_does_not_push_it_again(
    channel, monkeypatch, way
):
    channel.zalo.set_now(NOON.isoformat())
    channel.follower("lan")
    row = article(channel, way)
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    asked, call = [], articles._call

    def meanwhile(mine, now, ask):
        asked.append(mine.pk)
        if len(asked) == 1:
            sending.tick(now=now)
        answer = call(mine, now, ask)
        if len(asked) == 3:
            acts.do("stop", Broadcast.objects.get(pk=row.pk), by=channel.centre.editor, now=now)
        return answer

    monkeypatch.setattr(articles, "_call", meanwhile)
    for _ in range(3):
        sending.tick(now=NOON)
    row.refresh_from_db()
    assert row.state == State.DONE and len(asked) == (3 if way == "article" else 2)
    assert len(channel.zalo.messages(channel="broadcast")) == (1 if way == "article" else 0)


def test_a_quota_used_up_at_zalo_stops_with_words(channel):
    channel.zalo.set_now(NOON.isoformat())
    channel.follower("lan")
    row = article(channel, "article")
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    channel.zalo.behave(broadcast_quota=0)
    sending.tick(now=NOON)
    row.refresh_from_db()
    assert row.state == State.STOPPED and BroadcastRecord.objects.filter(broadcast=row, act="Tự dừng").exists()
    channel.zalo.behave(broadcast_quota=1)
    acts.do("resume", row, by=channel.centre.leader, now=NOON)
    sending.tick(now=NOON)
    row.refresh_from_db()
    assert row.state == State.DONE


GOOD = Proposed("Thông báo của cơ quan", "Kính gửi <ten_khach_hang>, <noi_dung> mời ông/bà xem.", "CUSTOMER_CARE")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"title": ""}, "Chưa có tiêu đề"),
        ({"title": "x" * 66}, "nhiều nhất 65"),
        ({"title": "THÔNG BÁO KHẨN CẤP"}, "viết hoa"),
        ({"text": ""}, "Chưa có nội dung"),
        ({"text": "<ten_khach_hang> " + "chữ " * 120}, "nhiều nhất 400"),
        ({"text": "Kính gửi <Tên Khách> về việc này"}, "viết chưa đúng"),
        ({"text": "Kính gửi <ten_khach_hang>, a < b là sai"}, "viết lẻ"),
        ({"text": "Kính gửi quý ông bà, có tin mới"}, "ai hoặc việc gì"),
        ({"text": "Kính gửi <ten_khach_hang>, xem https://a.vn nhé"}, "Liên kết chỉ được đặt ở nút"),
        ({"text": "Kính gửi <ten_khach_hang>, gọi 02723 874 001 nhé"}, "Số gọi chỉ được đặt ở nút"),
        ({"text": "Kính gửi <ten_khach_hang>, khuyến mãi lớn hôm nay"}, "lời truyền thông"),
        ({"text": "Kính gửi <ten_khach_hang>, gửi mật khẩu cho chúng tôi"}, "cấm"),
        ({"text": "Kính gửi <ten_khach_hang>, tin mới!!!"}, "liền nhau"),
        ({"tag": "KHAC"}, "Chọn loại"),
        ({"buttons": (("Xem", "http://a.vn"),)}, "https"),
        ({"buttons": (("x" * 31, "https://a.vn"),)}, "từ 1 đến 30"),
    ],
)
def test_templates_are_checked_before_they_are_handed_in(change, words):
    found = faults(Proposed(**{"title": GOOD.title, "text": GOOD.text, "tag": GOOD.tag, **change}))
    assert (found == []) if not words else any(words in fault for fault in found), found


def test_an_article_is_for_nobody_in_particular_and_says_so(channel):
    row = draft(channel, NOON, areas=["can giuoc"])
    Broadcast.objects.filter(pk=row.pk).update(way="article")
    row.refresh_from_db()
    with pytest.raises(ActError, match="không cho chọn theo xã"):
        acts.do("submit", row, by=channel.centre.editor, now=NOON)
    Broadcast.objects.filter(pk=row.pk).update(audience={"everyone": True})
    row.refresh_from_db()
    assert audience.words(row) == ["Mọi người quan tâm Official Account"]


def test_an_article_is_narrowed_by_zalo_alone_and_only_an_article(channel):
    channel.zalo.set_now(NOON.isoformat())
    channel.follower("lan")
    asked = {"ages": ["2", "7"], "gender": ["2"], "cities": ["15", "48"]}
    row = draft(channel, NOON, **asked)
    written = {"title": row.title, "text": row.text, "way": "article", **asked, "gender": "2"}
    form = EditForm(written, row=row, user=channel.centre.editor)
    assert form.is_valid() and form.arguments()["asked"] == asked and form.initial["gender"] == "2"
    with pytest.raises(ActError, match="chỉ dùng cho “Bài gửi chung"):
        acts.do("submit", row, by=channel.centre.editor, now=NOON)
    Broadcast.objects.filter(pk=row.pk).update(way="article")
    row.refresh_from_db()
    assert audience.words(row) == [
        "Người quan tâm Official Account có hồ sơ Zalo: 18–24, từ 65 tuổi; nữ; Tây Ninh, Long An"
    ]
    acts.do("submit", row, by=channel.centre.editor, now=NOON)
    acts.do("approve", row, by=channel.centre.leader, now=NOON)
    for _ in range(3):
        sending.tick(now=NOON)
    row.refresh_from_db()
    (message,) = channel.zalo.messages(channel="broadcast")
    assert message["content"]["target"] == {"ages": "2,7", "gender": "2", "cities": "15,48"}
    assert row.state == State.DONE and row.recipients == 0, "Zalo does not say how many of them there are"
