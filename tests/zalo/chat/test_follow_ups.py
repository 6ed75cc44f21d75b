"""Questions that rest on what was told before: by procedure, by dossier, half an hour at most, never a stranger's."""

from __future__ import annotations

import pytest

from dossiers.models import Procedure, ProcedureVersion, SearchChoice
from dossiers.states import State
from tests import factories, people
from tests.people import AN, BINH, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat.words import Said
from zalo.people import linking

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def citizen(centre):
    return Citizen(channel_of(centre))


@pytest.fixture
def catalogue(procedure):
    """Two procedures, the first with limit, fee and papers."""
    version = procedure.versions.first()
    version.reception_address = "Bộ phận Một cửa cấp xã"
    version.online_level = ProcedureVersion.Online.FULL
    version.save()
    return procedure


def ask(citizen, catalogue):
    line = citizen.says(f"thủ tục {catalogue.code}")
    assert catalogue.code in line.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("phí bao nhiêu", "Lệ phí"),
        ("het bao nhieu tien", "Lệ phí"),
        ("mấy ngày thì xong", "Thời hạn"),
        ("thế còn giấy tờ?", "Giấy tờ"),
        ("nộp ở đâu vậy", "Nơi nộp: Bộ phận Một cửa cấp xã"),
        ("làm trên mạng được hông", "Nộp trực tuyến: toàn trình"),
        ("mẫu tờ khai ở đâu", "Mẫu đơn, tờ khai"),
    ],
)
def test_a_question_without_a_name_is_about_the_procedure_told_last(citizen, catalogue, text, told):
    ask(citizen, catalogue)
    line = citizen.says(text)
    assert line.command == "thu-tuc" and told in line.text and catalogue.code in line.text


def test_several_in_a_row_stay_with_it_and_courtesy_does_not_end_it(citizen, catalogue):
    ask(citizen, catalogue)
    for text in ("phí bao nhiêu", "cảm ơn em", "mấy ngày có"):
        line = citizen.says(text)
    assert "Thời hạn" in line.text and catalogue.code in line.text


def test_after_half_an_hour_nothing_is_rested_on(citizen, catalogue):
    ask(citizen, catalogue)
    citizen.later(minutes=20)
    assert catalogue.code in citizen.hears("phí bao nhiêu")
    citizen.later(minutes=11)
    assert catalogue.code not in citizen.hears("phí bao nhiêu")


def test_without_anything_told_it_is_asked_back(citizen, catalogue):
    assert catalogue.code not in citizen.hears("phí bao nhiêu")


def test_a_command_rests_on_nothing(citizen, catalogue):
    ask(citizen, catalogue)
    assert citizen.says("ho troo").command == "ho-tro"
    ask(citizen, catalogue)
    assert citizen.says("hồ sơ của tôi").command == "ho-so-cua-toi"


def test_the_dossier_told_last_is_told_again_in_tier_one(citizen, centre, catalogue):
    dossier = factories.in_state(State.APPRAISING, centre, catalogue, person=AN, now=MONDAY)
    citizen.says(dossier.code)
    for text in ("bao giờ xong", "ai đang giữ", "sao lâu vậy"):
        line = citizen.says(text)
        assert line.command == "ma-ho-so" and dossier.code in line.text and AN.full_name not in line.text


def test_a_question_after_ones_own_dossier_never_shows_anothers(citizen, centre, catalogue):
    own = factories.in_state(State.APPRAISING, centre, catalogue, person=AN, now=MONDAY)
    other = factories.in_state(State.APPRAISING, centre, catalogue, person=BINH, now=MONDAY)
    citizen.says("chào")
    linking.link(citizen.contact, dossier=own, role="owner", proof="staff", now=citizen.now)
    citizen.says("hồ sơ của tôi")
    line = citizen.says("bao giờ xong")
    assert own.code in line.text and other.code not in line.text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2", "2"),
        ("số hai", "2"),
        ("cái thứ hai", "2"),
        ("cho xem cái số 2", "2"),
        ("cái đầu tiên", "1"),
        ("thứ nhất", "1"),
    ],
)
def test_a_place_in_a_list_is_read_as_people_say_it(text, place):
    assert Said(text).place == place


def test_what_was_picked_is_counted_without_a_word_about_the_person(citizen):
    for code, name in (
        ("1.000001", "Đăng ký nuôi con nuôi trong nước"),
        ("1.000002", "Đăng ký lại việc nuôi con nuôi"),
    ):
        Procedure.objects.create(code=code, name=name)
    line = citizen.says("thủ tục con nuôi 079085001234")
    assert "1." in line.text and "2." in line.text
    citizen.says("cái thứ hai")
    choice = SearchChoice.objects.get()
    assert choice.times == 1 and "079085001234" not in choice.folded and "con nuoi" in choice.folded


def test_who_waits_for_staff_is_still_told_a_dossier_by_code(citizen, centre, catalogue):
    dossier = factories.in_state(State.APPRAISING, centre, catalogue, person=AN, now=MONDAY)
    citizen.says("gặp cán bộ")
    line = citizen.says(dossier.code)
    assert dossier.code in line.text and "vẫn đang chờ cán bộ" in line.text
    assert citizen.conversation.mode == "waiting"
    assert citizen.says("tôi muốn hỏi chuyện khác") is None


def test_a_question_after_several_codes_is_about_those_dossiers(citizen, centre, procedure):
    codes = [factories.in_state(State.ASSIGNED, centre, procedure).code for _ in range(2)]
    citizen.says(f"{codes[0]} và {codes[1]}")
    told = citizen.hears("bao giờ thì xong vậy")
    assert all(code in told for code in codes), "not the person's own dossiers, of which there are none"
