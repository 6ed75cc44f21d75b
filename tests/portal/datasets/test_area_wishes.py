"""Being told about a commune: asked for in chat, ended by a word, used by the notices that write themselves."""

from __future__ import annotations

import pytest
import time_machine

from dossiers.models import Agency
from portal.datasets import acts, cut_notices
from portal.datasets.models import DatasetVersion
from tests.portal.datasets.conftest import NOON
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.models import AreaSubscription, Broadcast, Contact
from zalo.people import area_wishes, followers

SCHEDULE = "Xã,Khu vực,Ngày,Từ giờ,Đến giờ\nXã Cần Giuộc,Ấp 2,17/11/2026,7h30,11h\nXã Mỹ Lộc,Ấp 5,18/11/2026,8h,16h\n"


@pytest.fixture(autouse=True)
def noon(db):
    for code, name in (("H80.90", "Ủy ban nhân dân xã Mỹ Lộc"), ("H80.91", "Ủy ban nhân dân phường Long An")):
        Agency.objects.create(code=code, kind=Agency.Kind.COMMUNE, name=name)
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def citizen(centre):
    person = Citizen(channel_of(centre), NOON)
    person.follows()
    return person


def wishes(citizen) -> set[tuple[str, str]]:
    return {(each.topic, each.area) for each in area_wishes.of(citizen.contact)}


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("báo tôi khi cúp điện ở xã Cần Giuộc", ("power_cut", "can giuoc")),
        ("bao toi khi cup dien o xa can giuoc", ("power_cut", "can giuoc")),
        ("nhắc tôi khi mất điện xã Mỹ Lộcc", ("power_cut", "my loc")),
        ("đăng ký báo khẩn cấp phường Long An", ("urgent", "long an")),
    ],
)
def test_a_wish_is_noted_in_ones_own_words(citizen, said, wish):
    heard = citizen.hears(said)
    assert "Đã ghi" in heard and "dừng báo" in heard
    assert wishes(citizen) == {wish}
    assert "từ trước" in citizen.hears(said)
    assert AreaSubscription.objects.get().how.startswith("Nhắn “")


def test_the_commune_is_asked_for_and_an_unknown_one_asked_again(citizen):
    assert "xã, phường nào" in citizen.hears("báo tôi khi cúp điện")
    assert "xã, phường nào" in citizen.hears("xã Không Tên Này")
    assert "Đã ghi" in citizen.hears("mỹ lộc")
    assert wishes(citizen) == {("power_cut", "my loc")}


def test_a_wish_ends_by_a_word_and_with_every_other_message(citizen):
    citizen.hears("báo tôi khi cúp điện ở xã Cần Giuộc")
    citizen.hears("báo tôi khi cúp điện ở xã Mỹ Lộc")
    assert "Mỹ Lộc" in citizen.hears("đang nhận tin gì")
    assert "Đã thôi" in citizen.hears("dừng báo cúp điện xã Mỹ Lộc")
    assert wishes(citizen) == {("power_cut", "can giuoc")}
    citizen.hears("dừng")
    assert wishes(citizen) == set()
    assert AreaSubscription.objects.filter(ended_at__isnull=False).count() == 2, "kept as the proof of consent"


def test_a_commune_whose_name_sounds_urgent_is_a_commune(citizen, monkeypatch):
    monkeypatch.setattr(area_wishes, "communes", lambda: {"an khanh": "Xã An Khánh"})
    citizen.hears("báo tôi khi cúp điện ở xã An Khánh")
    assert wishes(citizen) == {("power_cut", "an khanh")}
    assert "ở xã nào" in citizen.hears("dừng báo cúp điện ở xã Không Tên Này")
    assert wishes(citizen) == {("power_cut", "an khanh")}


def test_whoever_is_erased_or_stops_following_is_told_no_more(citizen):
    citizen.hears("báo tôi khi cúp điện ở xã Cần Giuộc")
    assert area_wishes.wanting("power_cut", ["can giuoc"]).count() == 1
    followers.erase(citizen.contact, how="thử", now=NOON)
    assert area_wishes.wanting("power_cut", ["can giuoc"]).count() == 0
    assert not AreaSubscription.objects.filter(contact=Contact.objects.get()).exists()


def test_a_schedule_that_goes_live_writes_its_notices_for_approval_and_a_newer_one_replaces_them(citizen, load):
    citizen.hears("báo tôi khi cúp điện ở xã Cần Giuộc")
    load(SCHEDULE, "power_cut", title="Lịch cúp điện")
    (notice,) = Broadcast.objects.all()
    assert notice.state == "submitted" and notice.recipients == 1 and notice.approver is None
    assert "07:30–11:00 17/11/2026" in notice.text and "Ấp 5" not in notice.text and "dừng báo" in notice.text
    assert notice.audience["areas"] == ["can giuoc"]
    assert notice.audience["over"] == "2026-11-17", "nobody is told of a cut that is past"
    load(SCHEDULE.replace("7h30", "9h00"), "power_cut", title="Lịch cúp điện")
    states = list(Broadcast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "submitted"]
    version = DatasetVersion.objects.get(state="live")
    assert [each.pk for each in cut_notices.of(version.dataset)] == [Broadcast.objects.order_by("pk").last().pk]
    acts.do("undo", acts.before(version.dataset), by=version.approved_by, now=NOON, today=NOON.date())
    (again,) = cut_notices.of(version.dataset)
    assert "07:30" in again.text and "09:00" not in again.text
    acts.do("withdraw", DatasetVersion.objects.get(state="live"), by=None, now=NOON)
    assert cut_notices.of(version.dataset) == []


def test_a_notice_of_an_old_schedule_does_not_leave_at_the_hour_it_was_approved_for(citizen, load):
    citizen.hears("báo tôi khi cúp điện ở xã Cần Giuộc")
    load(SCHEDULE, "power_cut", title="Lịch cúp điện")
    for number, state in enumerate(("approved", "rejected", "draft", "running"), start=1):
        Broadcast.objects.order_by("pk").filter(state="submitted").update(state=state)
        load(SCHEDULE.replace("7h30", f"{number}h00"), "power_cut", title="Lịch cúp điện")
    states = list(Broadcast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "cancelled", "cancelled", "running", "submitted"]
