"""Generated inputs: the chat never falls over and always gives one answer that fits Zalo's limits."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers.states import State
from tests import factories
from tests.people import MONDAY
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import commands as chat_commands
from zalo.chat.words import Said, distance, phrase_alike, spoken_code, spoken_digits, untelex
from zalo.messages.registry import TEXT_LIMIT
from zalo.messages.reply import fitting
from zalo.people import linking

QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PURE = settings(max_examples=150, deadline=None)
VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềệốồộứừự 0123456789#.-?!,", max_size=60)
PHRASES = st.sampled_from(
    [phrase for command in chat_commands.all_commands() for phrase in command.phrases]
    + "1 2 3 9 gửi thôi có không đúng dừng #HS 123456 1234 một hai ba bốn".split()
    + ["H80.05-20261116-0000001", "YK-4F7K9-QWM2X", "1.004441", "khai sinh", "tôi tố cáo ông A nhận hối lộ"]
)
SAID = st.one_of(PHRASES, VIETNAMESE, st.text(max_size=200), st.builds("{} {}".format, PHRASES, VIETNAMESE))


@pytest.fixture
def citizen(db, centre, procedure):
    account = channel_of(centre)
    person = Citizen(account, MONDAY)
    person.says("menu")
    row = factories.in_state(State.RESULT_RETURNED, centre, procedure)
    linking.link(person.contact, dossier=row, role="owner", proof="staff", now=MONDAY)
    return person


@QUIET
@given(said=st.lists(SAID, min_size=1, max_size=5))
def test_one_answer_to_everything(citizen, said):
    for words in said:
        waiting = citizen.conversation.mode != "bot"
        line = citizen.says(words)
        if line is None:
            assert waiting
            continue
        assert line.text.strip()
        message = line.outbox.content["message"]
        assert 0 < len(message["text"]) <= TEXT_LIMIT
        payload = message.get("attachment", {}).get("payload", {})
        assert len(payload.get("buttons", [])) <= 5
        for button in payload.get("buttons", []):
            assert 0 < len(button["title"]) <= 100
    if citizen.conversation.mode != "bot":
        citizen.says("máy trả lời")
    citizen.later(hours=1)


@PURE
@given(text=st.text(max_size=300))
def test_reading_never_raises_and_is_stable(text):
    said = Said(text)
    chat_commands.find(said)
    assert Said(said.plain).folded == said.folded
    assert said.digits == "" or said.digits.isdigit()
    spoken_code(text)
    fitting(text)


@PURE
@given(word=st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12), other=st.text(max_size=12))
def test_distances_are_symmetric_enough(word, other):
    assert distance(word, word, 2) == 0
    assert distance(word, other, 2) == distance(other, word, 2)
    assert phrase_alike((word,), (word,))
    assert len(untelex(word)) <= len(word)


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("một hai ba bốn", "1234"),
        ("tám mươi hai", "82"),
        ("mười", "10"),
        ("bốn tám hai một chín ba", "482193"),
        ("không năm", "05"),
        ("chín lăm", "95"),
        ("một trăm", ""),
        ("anh hai", ""),
        ("", ""),
    ],
)
def test_spoken_numbers(words, digits):
    assert spoken_digits(Said(words).folded.split()) == digits


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("ho so cua toi", "ho-so-cua-toi"),
        ("HỒ SƠ CỦA TÔI", "ho-so-cua-toi"),
        ("hoof sow cuar tooi", "ho-so-cua-toi"),
        ("cho em xin xem hồ sơ của em với", "ho-so-cua-toi"),
        ("hs cua toi", "ho-so-cua-toi"),
        ("thur tucj khai sinh", "thu-tuc"),
        ("thủ tuc dat dai", "thu-tuc"),
        ("tthc", "thu-tuc"),
        ("gop y", "gop-y"),
        ("góp í", "gop-y"),
        ("phản ánh", "gop-y"),
        ("pakn", "gop-y"),
        ("danh gia", "danh-gia"),
        ("đánh gía", "danh-gia"),
        ("ho tro", "ho-tro"),
        ("hotline", "ho-tro"),
        ("gặp cán bộ", "gap-can-bo"),
        ("gap can boo", "gap-can-bo"),
        ("cho tôi gặp người thật", "gap-can-bo"),
        ("huong dan", "huong-dan"),
        ("huongdan", "huong-dan"),
        ("menu", "menu"),
        ("meun", "menu"),
        ("thông tin", "thong-tin"),
        ("nộp hồ sơ", "nop-ho-so"),
        ("xin chào", "chao"),
        ("cám ơn nhiều ạ", "cam-on"),
    ],
)
def test_commands_are_found_however_they_are_typed(typed, slug):
    found = chat_commands.find(Said(typed))
    assert found is not None
    assert found.command.slug == slug


@pytest.mark.parametrize("typed", ["", "zzz", "hôm nay mưa", "123", "#", "nhà tôi ở gần chợ"])
def test_what_is_no_command_is_none(typed):
    assert chat_commands.find(Said(typed)) is None


def test_another_app_adds_and_replaces_commands(citizen):
    from zalo.messages.reply import Reply

    old = chat_commands.get("thong-tin")
    try:
        chat_commands.register(
            chat_commands.Command(
                slug="thong-tin",
                title="Tra cứu",
                phrases=("thông tin",),
                answer=lambda turn: Reply(f"Tìm: {turn.rest}"),
            )
        )
        assert citizen.hears("thông tin cúp điện xã An Lập") == "Tìm: cup dien xa an lap"
    finally:
        chat_commands.register(old)


def test_a_fault_in_a_command_still_gets_an_answer(citizen):
    def broken(turn):
        raise RuntimeError

    chat_commands.register(chat_commands.Command(slug="hong", title="", phrases=("hỏng hóc",), answer=broken))
    try:
        assert "gặp cán bộ" in citizen.hears("hỏng hóc")
    finally:
        chat_commands._commands.pop("hong")
    assert citizen.later(minutes=1).now > MONDAY + dt.timedelta(minutes=1)
