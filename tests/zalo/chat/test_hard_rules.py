"""What the chat must never do, whatever is said: each rule over many sentences.

Hard is: a dossier of somebody else, messages stopped that nobody wanted stopped, a link code used up by a sentence,
danger passed over, the words of a report changed.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.dossier_codes import find_codes
from dossiers.language import learning
from tests import people
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.chat import consent, danger, link_words, menu, voice
from zalo.chat.words import Said
from zalo.models import ConsentRecord

INTENTS = [row for row in learning.sentences("intents") if "after" not in row]
REPORTS = [row["text"] for row in learning.sentences("voice") if row["urgency"] == "thuong"]
CODES = ["H80.05-20261116-0000042", "H40.12-261105-0912", "000.17.22.H56-210531-0001", "h80.05.01 20261127 0000011"]
COMMANDS = ["menu", "hỗ trợ", "dừng", "hồ sơ của tôi", "gặp cán bộ", "đánh giá", "5 sao", "thủ tục khai sinh", "hủy"]


@given(st.sampled_from(INTENTS), st.sampled_from(CODES), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_sentence_with_a_dossier_code_is_never_tried_as_a_link_code(row, code, first):
    text = f"{code} {row['text']}" if first else f"{row['text']} {code}"
    if find_codes(text) and "#" not in text:
        assert not link_words.code_in(Said(text), strict=False)


@given(st.sampled_from([row for row in INTENTS if row["intent"] not in ("opt_out", "cancel_dialogue")]))
@settings(max_examples=300, deadline=None)
def test_nothing_but_a_wish_to_stop_is_read_as_the_words_that_stop(row):
    said = Said(row["text"])
    assert said.folded not in consent._STOP_ALL - consent._BARE


@pytest.mark.parametrize("row", [row for row in INTENTS if row["intent"] == "danger"][::9], ids=lambda row: row["text"])
def test_danger_is_answered_in_the_middle_of_anything(row):
    reply = danger.emergency(SimpleNamespace(said=Said(row["text"])))
    if len(row["text"].split()) >= danger._SHORT:
        assert reply is not None and {button.kind for button in reply.buttons} == {"oa.open.phone"}


@given(st.sampled_from(REPORTS), st.sampled_from(COMMANDS), st.integers(0, 2))
@settings(max_examples=200, deadline=None)
def test_a_report_that_holds_words_of_commands_does_not_leave_the_dialogue(report, command, where):
    text = (f"{command} {report}", f"{report} {command}", f"{report}, {command}, {report}")[where]
    assert not menu.wants_out(Said(text))
    assert voice.is_written({"step": "gop-y:text"}, Said(text))


@pytest.mark.django_db
@pytest.mark.parametrize("at", range(0, len(REPORTS), len(REPORTS) // 6))
def test_a_report_is_written_down_letter_by_letter(at):
    citizen = Citizen(channel_of(people.centre()))
    text = f"{REPORTS[at]} {CODES[at % len(CODES)]}, {COMMANDS[at % len(COMMANDS)]}"
    citizen.says("phản ánh")
    line = citizen.says(text)
    if line.command == "gop-y":
        kept = citizen.conversation.memory
        assert Said(text).plain in kept.replace("\\n", "\n").replace('\\"', '"')
    assert not ConsentRecord.objects.filter(granted=False).exists()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("H80.05-2026 1116-0000042", ["H80.05-20261116-0000042"]),
        ("h80 05 01 2026 11 20 0000033", ["H80.05.01-20261120-0000033"]),
        ("mãH80.05.01-20261120-0000033xong chưa", ["H80.05.01-20261120-0000033"]),
        ("H80/05/01-20261120/0000033", ["H80.05.01-20261120-0000033"]),
        ("H40.12-261105-0912 và 0913", ["H40.12-261105-0912", "H40.12-261105-0913"]),
        ("hắc bốn mươi chấm mười hai gạch hai sáu mười một không năm gạch không chín một hai", ["H40.12-261105-0912"]),
        ("h8o.o5.o1-2o261120-0000033", ["H80.05.01-20261120-0000033"]),
        ("sinh ngày 20/11/2026, số 0912345678", []),
    ],
)
def test_codes_are_read_however_they_are_written(text, codes):
    assert link_words.codes_in(text) == codes


@pytest.mark.parametrize("text", ["#HSWQE777", "#HS482I93", "#HS AAAAAA"])
def test_what_only_looks_like_a_link_code_is_explained_and_not_tried(text):
    assert link_words.like_a_code(Said(text)) and not link_words.code_in(Said(text), strict=False)
