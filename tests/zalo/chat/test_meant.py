"""What people mean without a command's words: looked up, not linked; opted out, not cancelled; danger first of all."""

from __future__ import annotations

import pytest

from dossiers.states import State
from feedback.models import Publication
from tests import factories, people
from tests.people import AN, MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.messages import consent
from zalo.models import ChatMessage, ConsentRecord, ContactLink, LinkCode
from zalo.people import linking

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def citizen(centre):
    return Citizen(channel_of(centre))


def asked(citizen, *turns: str) -> ChatMessage:
    line = None
    for turn in turns:
        line = citizen.says(turn)
    assert line is not None
    return line


@pytest.mark.parametrize(
    "text",
    [
        "Hồ sơ H80.05.01-20261127-0000011 tới đâu rồi ạ",
        "ma ho so cua toi: H 5 6 . 1 4 - 2 6 1 1 1 8 - 0 0 1 2",
        "hs h40.12-260930-0145 sao lau qua vay",
    ],
)
def test_a_code_in_a_sentence_is_looked_up_and_never_tried_as_a_link_code(citizen, text):
    for _ in range(6):
        assert citizen.says(text).command == "ma-ho-so"
    assert not ContactLink.objects.exists()


def test_a_link_code_counts_after_hs_or_alone_and_nothing_like_it_locks_anybody_out(citizen, centre):
    dossier = factories.in_state(State.APPRAISING, centre, people.procedure(), person=AN, now=MONDAY)
    for text in ("#HS AAAAAA", "HS ABX309 nha", "#HS <script>alert(1)</script>") * 3:
        assert citizen.says(text).command == linking.WRONG
    code = linking.issue_code(dossier, now=citizen.now).code
    assert citizen.says(f"#HS {code}").command == "ket-noi"
    assert LinkCode.objects.filter(used_at__isnull=False).count() == 1


def test_a_printed_address_is_understood_in_tier_one(citizen, centre):
    dossier = factories.in_state(State.APPRAISING, centre, people.procedure(), person=AN, now=MONDAY)
    line = citizen.says(f"https://motcua.example.vn/h/{dossier.token}/")
    assert dossier.code in line.text and AN.full_name not in line.text


@pytest.mark.parametrize(
    ("turns", "number"),
    [
        (("có thằng cầm dao rượt chém vợ nó ngoài ngõ",), "113"),
        (("xem hồ sơ của tôi", "trộm đang ở trong nhà em, em trốn trong phòng"), "113"),
        (("phản ánh", "dây điện đứt rơi xuống đường có người bị giật nằm kia kìa"), "115"),
        (("gặp cán bộ", "cháy nhà rồi có người kẹt bên trong cứu với"), "114"),
    ],
)
def test_danger_comes_first_whatever_the_talk_is_about(citizen, turns, number):
    line = asked(citizen, *turns)
    assert line.command == "nguy-hiem" and number in line.text
    buttons = (
        line.outbox.read_content()["message"]["attachment"]["payload"]["buttons"]
        if hasattr(line.outbox, "read_content")
        else []
    )
    assert all(button["type"] == "oa.open.phone" for button in buttons)


@pytest.mark.parametrize("text", ["thôi khỏi gửi tin nữa, phiền quá", "đừng nhắn nữa, phiền quá", "tắt thông báo đi"])
def test_opting_out_in_own_words(citizen, text):
    line = citizen.says(text)
    assert line.command == "dung" and "nhận lại tin" in line.text


@pytest.mark.parametrize(
    "text", ["bo dang ky nhan thong bao", "hủy đăng ký nhận tin giúp em", "ko nhan thong bao nua nhe"]
)
def test_a_refusal_never_switches_messages_on(citizen, text):
    citizen.says("dừng")
    assert citizen.says(text).command in {"dung", "nhan-lai"}
    assert not ConsentRecord.objects.filter(granted=True).exists()


@pytest.mark.parametrize("text", ["hủy hồ sơ", "hủy hồ sơ H80.05.01-20261126-0000074 được không", "dung may lam viec"])
def test_other_things_that_end_stop_no_messages(citizen, text):
    citizen.says("chào")
    assert citizen.says(text).command != "dung"
    assert not ConsentRecord.objects.filter(granted=False).exists()


def test_a_plain_dung_to_an_officers_question_stops_nothing(citizen):
    citizen.says("gặp cán bộ")
    assert citizen.says("dung") is None
    assert not ConsentRecord.objects.filter(granted=False).exists()
    assert consent is not None


def test_a_report_is_cancelled_in_own_words(citizen):
    line = asked(citizen, "phản ánh", "bãi rác tự phát ở chân cầu thối lắm", "thôi không gửi nữa")
    assert line.command == "thoi"


def test_staff_conduct_starts_a_report_and_calls_nobody(citizen):
    assert citizen.says("Cán bộ quầy 2 thái độ không tốt").command == "gop-y"


def test_a_look_up_that_is_not_there_yet_is_told_honestly(citizen):
    line = citizen.says("mai xã Cần Giuộc có cúp điện không")
    assert line.command == "tra-so-lieu" and "chưa tra được lịch cúp điện" in line.text


def test_published_answers_do_not_hijack_by_pieces_of_words(citizen, centre):
    from feedback.cases import answers
    from feedback.cases import handling as cases
    from tests.feedback.conftest import new_case

    case = new_case(centre, text="Đèn đường trú mưa ký túc thường hỏng, đăng lên đây cho biết")
    cases.accept(case, by=centre.handler, now=MONDAY)
    answers.draft(case, by=centre.handler, now=MONDAY, text="Đã thay bóng đèn đường.")
    Publication.objects.create(
        case=case,
        agency=centre.agency,
        title="Đèn đường hỏng",
        question="Đèn đường trúng mưa",
        answer="Đã thay.",
        masked="",
        status="published",
        published_at=MONDAY,
    )
    assert "Đèn đường" not in citizen.says("đăng ký thường trú").text


@pytest.mark.parametrize("text", ["rất hài lòng", "5 sao", "⭐⭐⭐⭐⭐"])
def test_an_invitation_is_answered_in_own_words(citizen, centre, text):
    from feedback.ratings import rating as ratings

    dossier = factories.in_state(State.RESULT_RETURNED, centre, people.procedure(), person=AN, now=MONDAY)
    citizen.says("chào")
    ratings.invite(dossier, now=citizen.now)
    linking.link(_contact(citizen), dossier=dossier, role="owner", proof="staff", now=citizen.now)
    line = citizen.says(text)
    assert line.command == "danh-gia" and "lời nào muốn nhắn thêm" in line.text


def _contact(citizen):
    from zalo.models import Contact

    return Contact.objects.get(user_id=citizen.user_id)
