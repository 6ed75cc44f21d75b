"""Several things asked for in one message: each is answered, in order; what belongs together is never cut."""

from __future__ import annotations

import pytest

from dossiers.language import learning
from tests import people
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import requests
from zalo.messages.reply import MOST_BUTTONS, TEXT_LIMIT, Reply, joined, say


def wants(text: str) -> list[str]:
    return [request.wants for request in requests.read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hồ sơ của tôi tới đâu rồi, với lại làm khai sinh cần giấy gì", ["my_dossiers", "procedure_search"]),
        ("cho em hỏi thứ 7 có làm việc không ạ? và làm căn cước cần gì", ["support", "procedure_search"]),
        ("ho so cua toi toi dau roi, mai co lam viec khong", ["my_dossiers", "support"]),
        (
            "H80.05-20261116-0000042 xong chưa? cho hỏi phí làm hộ chiếu",
            ["lookup_by_code", "procedure_search"],
        ),
        (
            "xin giấy xác nhận độc thân cần gì. Con tôi 14 tuổi làm căn cước ở đâu?",
            ["procedure_search", "procedure_search"],
        ),
        ("mai có cúp điện không, hồ sơ tui xong chưa", ["dataset_lookup", "my_dossiers"]),
        ("cho tui xem hồ sơ rồi cho gặp cán bộ luôn", ["my_dossiers", "human"]),
    ],
)
def test_several_requests_are_read_in_order(text, expected):
    assert wants(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "làm khai sinh cần gì, phí bao nhiêu, mấy ngày",
        "khai sinh, nhập hộ khẩu, bhyt cho con",
        "mấy giờ mở cửa, địa chỉ ở đâu, số điện thoại nhiêu",
        "Dạ em gửi mã H80.05.01-20261118-0000501, nhờ anh chị kiểm tra giúp em hồ sơ đã xong chưa ạ",
        "cán bộ quầy 3 quát dân, gọi số điện thoại hỗ trợ không ai nghe, hồ sơ của tôi trễ hai tháng",
        "cháy nhà rồi, xã ở đâu, gọi ai bây giờ",
    ],
)
def test_what_belongs_together_is_one_request(text):
    assert len(wants(text)) == 1


def test_hardly_any_sentence_that_asks_one_thing_is_cut():
    rows = learning.sentences("intents")[::7]
    assert sum(len(wants(row["text"])) > 1 for row in rows) <= len(rows) * 0.005


@pytest.mark.django_db
def test_each_is_answered_and_the_whole_fits_one_message(procedure):
    citizen = Citizen(channel_of(people.centre()))
    line = citizen.says("hồ sơ của tôi tới đâu rồi, với lại làm khai sinh cần giấy gì")
    assert line.command == "ho-so-cua-toi+thu-tuc"
    assert "chưa kết nối hồ sơ nào" in line.text and "Không tìm thấy thủ tục" in line.text
    line = citizen.says("cho tui xem hồ sơ rồi cho gặp cán bộ luôn")
    assert line.command == "ho-so-cua-toi+gap-can-bo"
    assert citizen.conversation.mode == "waiting"


@pytest.mark.django_db
def test_what_is_too_much_for_one_answer_is_named_and_a_person_is_called_all_the_same(procedure):
    citizen = Citizen(channel_of(people.centre()))
    three = "hồ sơ của tôi tới đâu rồi? Mai có làm việc không? Làm khai sinh cần giấy gì?"
    four = f"{three} Xin giấy xác nhận độc thân cần gì?"
    line = citizen.says(four)
    assert line.command.count("+") >= 1 and not line.command.endswith("+")
    assert "Bạn nhắn riêng việc còn lại: “Xin giấy xác nhận độc thân cần gì" in line.text
    line = citizen.says(f"{four} Cho tôi gặp cán bộ")
    assert citizen.conversation.mode == "waiting" and "Làm khai sinh cần giấy gì" in line.text


@pytest.mark.django_db
def test_a_report_with_words_of_commands_is_written_down_whole():
    citizen = Citizen(channel_of(people.centre()))
    text = "Hồ sơ H80.05-20261116-0000042 trễ hai tháng, gọi số điện thoại hỗ trợ không ai nghe, menu quầy thì hư"
    citizen.says("phản ánh")
    line = citizen.says(text)
    assert line.command == "gop-y" and f"{len(text)} ký tự" in line.text


def test_joined_replies_keep_within_zalos_limits():
    long = Reply(
        "\n".join(f"dòng {at} " + "x" * 80 for at in range(60)) + "\nĐầy đủ: https://a.vn/", (say("A"), say("B"))
    )
    whole = joined([long, long, Reply("ngắn", (say("C"), say("D"), say("E"), say("F")), command="menu")])
    assert len(whole.text) <= TEXT_LIMIT and whole.text.count("Đầy đủ: https://a.vn/") == 2
    assert len(whole.buttons) == MOST_BUTTONS and whole.buttons[1].title == "C"
