"""Being told about a commune: asked for in chat, ended by a word, used by the notices that write themselves."""

from __future__ import annotations

import pytest
import time_machine

from dossiers.models import Agency
from dossiers.workflow.moving import ActError
from portal.datasets import acts, area_notices
from portal.datasets.models import DatasetVersion
from tests import factories
from tests.portal.datasets.conftest import NOON
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.broadcasts import acts as broadcast_acts
from zalo.models import Account, AreaSubscription, Broadcast, Contact, OutboxMessage
from zalo.people import area_wishes, followers, linking

WARNINGS = (
    "Xã,Khu vực,Tình huống,Từ,Đến\nXã Cần Giuộc,Ấp 2,Triều cường,18h ngày 16/11/2026,8h ngày 18/11/2026\n"
    "Xã Mỹ Lộc,Bến đò,Sạt lở bờ sông,4h ngày 16/11/2026,8h ngày 19/11/2026\nXã Long Hậu,Ấp 1,Ngập,,\n"
)
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
    assert "• Ấp 2 – 07:30–11:00 17/11/2026\n" in notice.text, "the commune is said once"
    assert "Ấp 5" not in notice.text and "dừng báo" in notice.text
    assert notice.audience["areas"] == ["can giuoc"]
    assert notice.audience["over"] == "2026-11-17", "nobody is told of a cut that is past"
    load(SCHEDULE.replace("7h30", "9h00"), "power_cut", title="Lịch cúp điện")
    states = list(Broadcast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "submitted"]
    version = DatasetVersion.objects.get(state="live")
    assert [each.pk for each in area_notices.of(version.dataset)] == [Broadcast.objects.order_by("pk").last().pk]
    acts.do("undo", acts.before(version.dataset), by=version.approved_by, now=NOON, today=NOON.date())
    (again,) = area_notices.of(version.dataset)
    assert "07:30" in again.text and "09:00" not in again.text
    acts.do("withdraw", DatasetVersion.objects.get(state="live"), by=None, now=NOON)
    assert area_notices.of(version.dataset) == []


def test_a_notice_of_an_old_schedule_does_not_leave_at_the_hour_it_was_approved_for(citizen, load):
    citizen.hears("báo tôi khi cúp điện ở xã Cần Giuộc")
    load(SCHEDULE, "power_cut", title="Lịch cúp điện")
    for number, state in enumerate(("approved", "rejected", "draft", "running"), start=1):
        Broadcast.objects.order_by("pk").filter(state="submitted").update(state=state)
        load(SCHEDULE.replace("7h30", f"{number}h00"), "power_cut", title="Lịch cúp điện")
    states = list(Broadcast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "cancelled", "cancelled", "running", "submitted"]


def test_an_emergency_writes_its_notices_for_the_people_of_each_commune_and_nobody_is_told_before_a_person_says_so(
    citizen, load, client
):
    citizen.hears("báo tôi khi có thông báo khẩn cấp xã Cần Giuộc")
    version = load(WARNINGS, "emergency", title="Cảnh báo khẩn cấp")
    (notice,) = Broadcast.objects.all()
    assert (notice.category, notice.state, notice.approver) == ("urgent", "submitted", None)
    assert notice.recipients == 1 and not OutboxMessage.objects.filter(broadcast=notice).exists()
    assert notice.audience["areas"] == ["can giuoc"] and notice.audience["over"] == "2026-11-18"
    assert "Triều cường" in notice.text and "Sạt lở" not in notice.text and "dừng báo" not in notice.text
    assert area_notices.of(version.dataset) == [notice]
    client.force_login(version.approved_by)
    page = client.get(f"/admin/datasets/dataset/ban/{version.pk}/").content.decode()
    assert "Gửi khẩn ngay" in page and "Không soạn tin cho: Xã Long Hậu, Xã Mỹ Lộc" in page
    Account.objects.update(grant=Account.Grant.GOOD)
    notice = Broadcast.objects.get()
    with pytest.raises(ActError, match="gõ đúng số 1"):
        broadcast_acts.do("send_urgent", notice, by=version.approved_by, now=NOON, note="Công điện 15", typed="")
    notice = Broadcast.objects.get()
    broadcast_acts.do("send_urgent", notice, by=version.approved_by, now=NOON, note="Công điện 15", typed="1")
    load(WARNINGS.replace("Triều cường", "Triều cường rút"), "emergency", title="Cảnh báo khẩn cấp")
    states = list(Broadcast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["running", "submitted"], "what left has left; what changed is asked anew"


def test_an_emergency_is_also_for_who_dealt_with_a_centre_of_the_commune(citizen, load, centre, procedure):
    load(WARNINGS, "emergency", title="Cảnh báo khẩn cấp")
    assert not Broadcast.objects.exists(), "it meets nobody yet"
    dossier = factories.dossier(centre, procedure, now=NOON)
    linking.link(citizen.contact, dossier=dossier, role="owner", proof="staff", now=NOON)
    load(WARNINGS, "emergency", title="Cảnh báo khẩn cấp")
    (notice,) = Broadcast.objects.all()
    assert notice.recipients == 1 and notice.audience["agencies"] == [centre.agency.pk]


def test_an_emergency_without_communes_is_refused_and_a_long_one_keeps_whole_rows(citizen, load):
    with pytest.raises(ActError, match="Xã, phường"):
        load("Khu vực,Tình huống\nẤp 2,Ngập\n", "emergency", slug="khong-xa")
    citizen.hears("đăng ký báo khẩn cấp xã Cần Giuộc")
    rows = "".join(f"Xã Cần Giuộc,Ấp {n},{'Nước lên nhanh ' * 20}{n}\n" for n in range(9))
    load("Xã,Khu vực,Tình huống\n" + rows, "emergency")
    text = Broadcast.objects.get().text
    assert len(text) <= 1600 and area_notices.MORE in text and text.split("\n")[-1].startswith("Nguồn: ")
