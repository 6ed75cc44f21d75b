"""A broadcast from approval to the phones: everybody once, nobody forgotten, stopped at once, lawful to each."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from dossiers.models import Applicant
from dossiers.workflow.moving import ActError
from tests.zalo.broadcasts.notices import HOUR, approved, crowd, draft, go, result_of
from tests.zalo.channel import only
from zalo.broadcasts import acts, planning, results, sending
from zalo.messages import consent
from zalo.models import (
    Account,
    AreaSubscription,
    Broadcast,
    BroadcastRecipient,
    Contact,
    ContactLink,
    OutboxMessage,
    Outcome,
    Template,
)
from zalo.models import State as Sending
from zalo.people import followers

pytestmark = pytest.mark.django_db
Result, State = BroadcastRecipient.Result, Broadcast.State


def noon() -> dt.datetime:
    """Today at noon: no night rule of the channel holds anything."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def test_everybody_is_told_once_and_the_broadcast_ends(channel):
    now = noon()
    crowd(channel, 25, now)
    row = approved(channel, now)
    go(channel, now)
    row.refresh_from_db()
    told = Counter(message["user_id"] for message in channel.zalo.messages(channel="cs"))
    assert len(told) == 25 and set(told.values()) == {1}
    assert (row.state, row.recipients) == (State.DONE, 25)
    assert results.of(row).told == 25
    [first, *_] = channel.zalo.messages(channel="cs")
    assert first["content"]["text"].startswith("Lịch nghỉ lễ\n\n") and "dừng tin tức" in first["content"]["text"]
    buttons = first["content"]["buttons"]
    assert [each["title"] for each in buttons] == ["Thôi nhận tin này"]


def test_who_left_said_no_had_enough_or_cannot_be_reached_is_not_told_and_counted_so(channel, settings):
    now = noon()
    people = crowd(channel, 6, now)
    row = approved(channel, now)
    while not row.chosen_at:
        assert sending.choose(row, now=now)
    left, no, capped, away, late, fine = people
    followers.unfollow(left, at=now)
    followers.restrict(no, ["news"], how="Nhắn “dừng tin tức”", now=now)
    for number in range(3):
        old = Broadcast.objects.create(
            account=channel.account, category="news", title=f"Tin {number}", started_at=now - 25 * HOUR
        )
        BroadcastRecipient.objects.create(
            broadcast=old, contact=capped, result=Result.TOLD, at=now - 24 * HOUR, message=_message(channel, capped)
        )
    Contact.objects.filter(pk=away.pk).update(unreachable_until=now + 24 * HOUR)
    Contact.objects.filter(pk=late.pk).update(last_interaction_at=now - 60 * HOUR)
    go(channel, now)
    found = {each.pk: result_of(row, each) for each in people}
    assert found == {
        left.pk: Result.LEFT, no.pk: Result.REFUSED, capped.pk: Result.CAPPED, away.pk: Result.UNREACHABLE,
        late.pk: Result.UNREACHABLE, fine.pk: Result.TOLD,
    }  # fmt: skip
    assert [message["user_id"] for message in channel.zalo.messages(channel="cs")] == [fine.user_id]
    figures = results.of(row)
    assert (figures.total, figures.told, figures.counts[Result.UNREACHABLE]) == (6, 1, 2)


def test_a_person_who_follows_two_accounts_is_one_where_that_is_known(channel):
    """By a shared telephone, the id in the same app, or a link to the same applicant; an agent's link is no proof."""
    now = noon()
    other = Account.objects.create(name="Kênh tỉnh", oa_id="2", app_id="3")
    applicant, agent_of = (
        Applicant.objects.create(full_name=name, kind="person") for name in ("Nguyễn Văn An", "Lê Thị Bình")
    )
    here = crowd(channel, 6, now)
    there = [Contact.objects.create(account=other, user_id=f"x{n}", is_follower=True) for n in range(6)]
    phone, app, link, agent, stranger, both = zip(here, there, strict=True)
    for each in (*phone, *both):
        each.phone = "0912000777" if each in phone else "0912000778"
        each.seal_hashes()
        each.save()
    Contact.objects.filter(pk__in=[each.pk for each in (*app, *both)]).update(user_id_by_app="a1")
    Contact.objects.filter(pk__in=[each.pk for each in both]).update(user_id_by_app="a2")
    for pair, who, role in ((link, applicant, "owner"), (agent, agent_of, "other")):
        for each in pair:
            ContactLink.objects.create(contact=each, applicant=who, role=role, proof="code", linked_at=now)
    for number in range(2):
        old = Broadcast.objects.create(account=other, category="news", title=f"Tin {number}", started_at=now - HOUR)
        for each in there:
            BroadcastRecipient.objects.create(
                broadcast=old, contact=each, result=Result.TOLD, at=now - HOUR, message=_message(channel, each)
            )
    first = Broadcast.objects.create(account=channel.account, category="news", title="Đầu", started_at=now - HOUR)
    for each in (phone[0], app[0], link[0], agent[0], stranger[0]):
        BroadcastRecipient.objects.create(
            broadcast=first, contact=each, result=Result.TOLD, at=now - HOUR, message=_message(channel, each)
        )
    row = approved(channel, now)
    go(channel, now)
    capped = [result_of(row, pair[0]) for pair in (phone, app, link)]
    assert capped == [Result.CAPPED] * 3, "one message here and two there are three"
    assert [result_of(row, pair[0]) for pair in (agent, stranger)] == [Result.TOLD] * 2
    assert result_of(row, both[0]) == Result.TOLD, "known to be one by two signs is still one: two messages, not four"


def _message(channel, contact) -> OutboxMessage:
    now = timezone.now()
    return OutboxMessage.objects.create(
        account=channel.account, contact=contact, kind="broadcast.news", purpose="news", next_at=now, happened_at=now,
        created_at=now, dedupe_key=f"old{OutboxMessage.objects.count()}", state=Sending.SENT,
    )  # fmt: skip


def test_outside_the_window_the_mapped_template_goes_with_its_price(channel):
    now = noon()
    channel.map_templates()
    [person] = crowd(channel, 1, now)
    Contact.objects.filter(pk=person.pk).update(last_interaction_at=now - 60 * HOUR)
    channel.zalo.set_now(now.isoformat())
    row = draft(channel, now)
    plan = planning.look(row, now=now)
    assert (plan.by_template, plan.by_reply, plan.price) == (1, 0, plan.price_each) and plan.price > 0
    acts.do("submit", row, by=channel.centre.editor, now=now)
    acts.do("approve", row, by=channel.centre.leader, now=now)
    go(channel, now)
    [message] = channel.zalo.messages(channel="uid")
    assert row.title in message["content"]["text"] and row.number in message["content"]["text"]


def test_a_template_zalo_refuses_meanwhile_tells_nobody_else_and_says_so(channel):
    """The first message meets it at Zalo or waits queued; whoever comes after is counted as not to be reached."""
    now = noon()
    channel.map_templates()
    people = crowd(channel, 2, now)
    Contact.objects.update(last_interaction_at=now - 60 * HOUR)
    channel.zalo.set_now(now.isoformat())
    row = approved(channel, now)
    sending.tick(now=now)
    assert OutboxMessage.objects.filter(broadcast=row, state="queued").count() == len(people)
    template = planning.usable_template(row, now=now)
    type(template).objects.filter(pk=template.pk).update(status="REJECT")
    channel.drain(now=now)
    assert not channel.zalo.messages(channel="uid") and not OutboxMessage.objects.filter(state="sent").exists()
    later = draft(channel, now, title="Tin sau")
    acts.do("submit", later, by=channel.centre.editor, now=now)
    with pytest.raises(ActError, match="Cả 2 người đều không nhận được"):
        acts.do("approve", later, by=channel.centre.leader, now=now)


def test_a_template_that_cannot_go_by_user_id_goes_by_the_phone_a_person_shared_and_proved(channel):
    """Who typed a phone nobody proved, said no by phone, or shares another since the proof is told nothing there."""
    now = noon()
    channel.map_templates()
    Template.objects.update(by_uid=False)
    channel.zalo.behave(unknown_users="accept")
    channel.zalo.set_now(now.isoformat())
    owners = [
        Applicant.objects.create(full_name=f"Người {n}", kind="person", phone=f"+8491200088{n}") for n in range(5)
    ]
    proved, typed, _refused, before, meanwhile = people = crowd(channel, 5, now)
    for person, owner in zip(people, owners, strict=True):
        channel.zalo.person(owner.full_name, owner.phone)
        person.phone = owner.phone
        person.seal_hashes()
        person.save()
        proof = "code" if person == typed else "phone"
        ContactLink.objects.create(contact=person, applicant=owner, proof=proof, linked_at=now)
    consent.record("news", False, how="Zalo báo", now=now, phone=owners[2].phone)
    Contact.objects.update(last_interaction_at=now - 60 * HOUR)
    share(before, "+84912000991")
    row = draft(channel, now)
    plan = planning.look(row, now=now)
    assert (plan.by_phone, plan.by_template, plan.no_way) == (2, 0, 3)
    assert plan.price == 2 * plan.price_by_phone > 0
    acts.do("submit", row, by=channel.centre.editor, now=now)
    acts.do("approve", row, by=channel.centre.leader, now=now)
    sending.tick(now=now)
    share(meanwhile, "+84912000992")
    go(channel, now)
    [message] = channel.zalo.messages(channel="phone")
    assert row.title in message["content"]["text"]
    told = OutboxMessage.objects.get(broadcast=row, contact=proved)
    assert (told.route, told.price) == ("phone", plan.price_by_phone)
    assert "không còn là số đang chia sẻ" in OutboxMessage.objects.get(broadcast=row, contact=meanwhile).route_reason
    assert results.of(row).told == 1 and results.of(row).paid == plan.price_by_phone


def share(person: Contact, phone: str) -> None:
    """What Zalo's form does: whatever was typed there is their phone now, and nothing is proved of it."""
    person.refresh_from_db()
    person.phone = phone
    person.seal_hashes()
    person.save()


def test_what_everybody_had_this_week_and_what_the_quota_holds_stand_in_the_look_ahead(channel):
    now = noon()
    channel.map_templates()
    one, two, _fresh = crowd(channel, 3, now)
    for number, people in enumerate(([one, two], [two], [two])):
        old = Broadcast.objects.create(
            account=channel.account, category="news", title=f"Tin {number}", started_at=now - 25 * HOUR
        )
        for each in people:
            BroadcastRecipient.objects.create(
                broadcast=old, contact=each, result=Result.TOLD, at=now - HOUR, message=_message(channel, each)
            )
    Contact.objects.filter(pk=one.pk).update(last_interaction_at=now - 60 * HOUR)
    channel.account.template_quota_left = 0
    row = draft(channel, now)
    plan = planning.look(row, now=now)
    assert plan.week == ((0, 1), (1, 1), (3, 1))
    assert (plan.reached, plan.capped, plan.by_template, plan.beyond_quota) == (2, 1, 1, 1)
    channel.account.template_quota_left = None
    assert planning.look(row, now=now).beyond_quota == 0


def test_stopping_is_at_once_and_resuming_repeats_nobody(channel):
    now = noon()
    crowd(channel, 30, now)
    row = approved(channel, now)
    sending.tick(now=now)
    acts.do("stop", Broadcast.objects.get(pk=row.pk), by=channel.centre.editor, now=now)
    channel.drain(now=now)
    assert channel.zalo.messages(channel="cs") == []
    assert OutboxMessage.objects.filter(broadcast=row, state=Sending.QUEUED).count() == 30
    acts.do("resume", Broadcast.objects.get(pk=row.pk), by=channel.centre.leader, now=now)
    go(channel, now)
    told = Counter(message["user_id"] for message in channel.zalo.messages(channel="cs"))
    assert len(told) == 30 and set(told.values()) == {1}


def test_ended_for_good_leaves_the_rest_untold_and_counted(channel):
    now = noon()
    crowd(channel, 5, now)
    row = approved(channel, now)
    sending.tick(now=now)
    acts.do("end", Broadcast.objects.get(pk=row.pk), by=channel.centre.leader, now=now, note="Sai ngày")
    go(channel, now)
    assert channel.zalo.messages(channel="cs") == []
    assert results.of(row).counts == {results.WITHDRAWN: 5}
    assert set(OutboxMessage.objects.values_list("outcome", flat=True)) == {Outcome.WITHDRAWN}


def test_pressed_twice_is_once(channel):
    now = noon()
    crowd(channel, 3, now)
    row = draft(channel, now)
    acts.do("submit", row, by=channel.centre.editor, now=now)
    twin = Broadcast.objects.get(pk=row.pk)
    acts.do("approve", row, by=channel.centre.leader, now=now)
    with pytest.raises(ActError):
        acts.do("approve", twin, by=channel.centre.leader, now=now)
    go(channel, now)
    sending.tick(now=now)
    assert len(channel.zalo.messages(channel="cs")) == 3


def test_two_notices_that_meet_one_person_become_one_message(channel):
    now = noon()
    crowd(channel, 4, now)
    first = approved(channel, now, title="Lịch nghỉ lễ")
    second = approved(channel, now, title="Quy định mới về đất")
    go(channel, now)
    messages = channel.zalo.messages(channel="cs")
    assert len(messages) == 4
    assert all(each["content"]["text"].startswith("2 thông báo gửi cùng lúc:") for each in messages)
    assert all("1. Lịch nghỉ lễ" in each["content"]["text"] and "2. Quy định mới" in each["content"]["text"]
               for each in messages)  # fmt: skip
    sender = str(channel.centre.agency)
    assert all(each["content"]["text"].count(sender) == 1 for each in messages), "said once below both"
    assert results.of(first).told == results.of(second).told == 4
    assert results.of(first).together == results.of(second).together == 4


def texts(channel) -> list[str]:
    return [each["content"]["text"] for each in channel.zalo.messages(channel="cs")]


def test_a_stopped_notice_leaves_with_no_other_and_goes_by_itself_afterwards(channel):
    now = noon()
    crowd(channel, 3, now)
    first, second = approved(channel, now, title="Lịch nghỉ lễ"), approved(channel, now, title="Quy định mới")
    sending.tick(now=now)
    assert OutboxMessage.objects.exclude(payload="").count() == 3
    acts.do("stop", Broadcast.objects.get(pk=second.pk), by=channel.centre.editor, now=now)
    go(channel, now)
    assert len(texts(channel)) == 3 and not any("Quy định mới" in text for text in texts(channel))
    first.refresh_from_db()
    assert first.state == State.DONE and results.of(second).counts == {"": 3}
    acts.do("resume", Broadcast.objects.get(pk=second.pk), by=channel.centre.leader, now=now)
    go(channel, now)
    assert len(texts(channel)) == 6 and results.of(second).told == 3


def test_ending_one_notice_takes_nothing_from_another_that_went_with_it(channel):
    now = noon()
    crowd(channel, 3, now)
    first, second = approved(channel, now, title="Lịch nghỉ lễ"), approved(channel, now, title="Quy định mới")
    sending.tick(now=now)
    second.refresh_from_db()
    assert second.state == State.RUNNING, "its words are still under way with the first one's"
    acts.do("end", Broadcast.objects.get(pk=first.pk), by=channel.centre.leader, now=now, note="Sai ngày")
    go(channel, now)
    assert len(texts(channel)) == 3 and not any("Lịch nghỉ lễ" in text for text in texts(channel))
    assert results.of(first).counts == {results.WITHDRAWN: 3} and results.of(second).told == 3


def test_a_third_notice_does_not_ride_with_a_message_made_before_it(channel):
    now = noon()
    people = crowd(channel, 3, now)
    AreaSubscription.objects.create(
        contact=people[1], topic="power_cut", area="can giuoc", area_name="xã Cần Giuộc", at=now, how="chat"
    )
    first = approved(channel, now, title="Tin của xã", areas=["can giuoc"])
    second = approved(channel, now, title="Tin chung")
    for row in (first, second):
        while not row.chosen_at:
            sending.choose(row, now=now)
    sending.feed(first, now=now)
    assert result_of(second, people[1]) == Result.TOLD
    third = approved(channel, now, title="Tin sau")
    while not third.chosen_at:
        sending.choose(third, now=now)
    sending.feed(second, now=now)
    assert [result_of(third, each) for each in people] == [Result.TOLD, Result.WAITING, Result.TOLD]
    go(channel, now)
    assert sum("Tin sau" in text for text in texts(channel)) == 3 and results.of(third).told == 3


def test_only_whole_texts_of_one_kind_are_put_together(channel):
    now = noon()
    [person] = crowd(channel, 1, now)
    AreaSubscription.objects.create(
        contact=person, topic="power_cut", area="can giuoc", area_name="xã Cần Giuộc", at=now, how="chat"
    )
    for number in (1, 2):
        row = draft(channel, now, title=f"Tin {number}")
        said = f"{'chữ ' * 300}hết tin {number}."
        acts.do("edit", row, by=channel.centre.editor, now=now, title=row.title, text=said, asked=row.audience)
        acts.do("submit", row, by=channel.centre.editor, now=now)
        acts.do("approve", row, by=channel.centre.leader, now=now)
    approved(channel, now, category="power_cut", title="Cúp điện", areas=["can giuoc"])
    go(channel, now)
    assert len(texts(channel)) == 3 and all(any(f"hết tin {n}." in text for text in texts(channel)) for n in (1, 2))


def test_a_person_gets_dossier_news_before_the_news_of_all_and_an_emergency_before_both(channel):
    now = noon()
    crowd(channel, 3, now)
    news = approved(channel, now)
    urgent = draft(channel, now, category="urgent", title="Bão số 9")
    acts.do("send_urgent", urgent, by=channel.centre.leader, now=now, note="Công điện 15", typed="3")
    sending.tick(now=now)
    lanes = dict(OutboxMessage.objects.values_list("broadcast", "lane").distinct())
    assert lanes == {news.pk: 3, urgent.pk: 1}


def test_however_many_run_at_once_each_has_only_so_many_waiting(channel, monkeypatch):
    now = noon()
    crowd(channel, 8, now)
    monkeypatch.setattr(sending, "LOOKED_AT", 4 * sending.LOOKED_AT // sending.AHEAD)
    monkeypatch.setattr(sending, "AHEAD", 4)
    monkeypatch.setattr(sending, "FEED", 2)
    for number in range(5):
        row = draft(channel, now, category="urgent", title=f"Bão số {number}")
        acts.do("send_urgent", row, by=channel.centre.leader, now=now, note="Công điện", typed="8")
    for _ in range(3):
        sending.tick(now=now)
    assert Counter(OutboxMessage.objects.values_list("broadcast", flat=True)).most_common()[0][1] == 4
    go(channel, now)
    assert len(channel.zalo.messages(channel="cs")) == 5 * 8


def test_news_wait_for_the_morning_an_emergency_does_not(channel):
    night = noon().replace(hour=23)
    crowd(channel, 2, night)
    news = approved(channel, night)
    sending.tick(now=night)
    assert not OutboxMessage.objects.exists() and planning.quiet_until(news, now=night).hour == 6
    urgent = draft(channel, night, category="urgent", title="Xả lũ")
    acts.do("send_urgent", urgent, by=channel.centre.leader, now=night, note="Công điện", typed="2")
    go(channel, night)
    assert len(channel.zalo.messages(channel="cs")) == 2


def test_power_cuts_reach_those_who_asked_even_when_they_want_no_news(channel):
    now = noon()
    asked, other = crowd(channel, 2, now)
    AreaSubscription.objects.create(
        contact=asked, topic="power_cut", area="can giuoc", area_name="xã Cần Giuộc", at=now, how="chat"
    )
    followers.restrict(asked, ["news"], how="dừng tin tức", now=now)
    row = approved(channel, now, category="power_cut", title="Cúp điện", areas=["can giuoc"], topics=["power_cut"])
    go(channel, now)
    assert [message["user_id"] for message in channel.zalo.messages(channel="cs")] == [asked.user_id]
    assert not BroadcastRecipient.objects.filter(broadcast=row, contact=other).exists()


def test_who_ended_the_wish_meanwhile_is_not_told(channel):
    now = noon()
    [asked] = crowd(channel, 1, now)
    wish = AreaSubscription.objects.create(
        contact=asked, topic="power_cut", area="can giuoc", area_name="xã Cần Giuộc", at=now, how="chat"
    )
    row = approved(channel, now, category="power_cut", title="Cúp điện", areas=["can giuoc"])
    while not row.chosen_at:
        sending.choose(row, now=now)
    wish.ended_at = now
    wish.save()
    go(channel, now)
    assert result_of(row, asked) == Result.REFUSED and not OutboxMessage.objects.exists()


def test_a_stop_between_queue_and_sender_is_honoured(channel):
    now = noon()
    [person] = crowd(channel, 1, now)
    row = approved(channel, now)
    sending.tick(now=now)
    followers.restrict(person, ["news"], how="dừng tin tức", now=now)
    go(channel, now)
    assert only().outcome == Outcome.REFUSED and results.of(row).counts == {Result.REFUSED: 1}


def test_a_scheduled_one_starts_by_itself_at_its_hour(channel):
    now = noon()
    crowd(channel, 2, now)
    row = draft(channel, now)
    acts.do("submit", row, by=channel.centre.editor, now=now)
    acts.do("approve", row, by=channel.centre.leader, now=now, scheduled_at=now + HOUR)
    go(channel, now)
    assert not OutboxMessage.objects.exists()
    go(channel, now + HOUR)
    row.refresh_from_db()
    assert row.state == State.DONE and len(channel.zalo.messages(channel="cs")) == 2


def test_late_news_wait_for_somebody_to_look_at_them(channel):
    now = noon()
    crowd(channel, 2, now)
    row = draft(channel, now)
    acts.do("submit", row, by=channel.centre.editor, now=now)
    acts.do("approve", row, by=channel.centre.leader, now=now, scheduled_at=now + HOUR)
    go(channel, now + 48 * HOUR)  # the machine was off for two days
    row.refresh_from_db()
    assert row.state == State.REJECTED and row.approver is None and not OutboxMessage.objects.exists()
    assert "quá giờ hẹn" in row.records.last().note

    running = approved(channel, now, title="Họp dân")
    go(channel, now + 48 * HOUR)
    running.refresh_from_db()
    assert running.state == State.STOPPED and not channel.zalo.messages(channel="cs")
    acts.do("resume", running, by=channel.centre.leader, now=now + 48 * HOUR)
    go(channel, now + 48 * HOUR)
    running.refresh_from_db()
    assert running.state == State.DONE


@pytest.mark.parametrize("step", ["_tell_rows", "insert_select", "_make_messages"])
def test_a_machine_that_dies_in_the_middle_of_a_step_leaves_nothing_half_done(channel, monkeypatch, step):
    now = noon()
    crowd(channel, 8, now)
    row = approved(channel, now)

    def die(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(sending, step, die)
        sending.tick(now=now)
        channel.drain(now=now)
    assert channel.zalo.messages(channel="cs") == [] and not OutboxMessage.objects.exists()
    assert set(BroadcastRecipient.objects.values_list("result", flat=True)) <= {""}
    go(channel, now)
    told = Counter(message["user_id"] for message in channel.zalo.messages(channel="cs"))
    assert len(told) == 8 and set(told.values()) == {1} and results.of(row).told == 8
