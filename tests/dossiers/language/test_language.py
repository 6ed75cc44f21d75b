"""The learned models: trained the same every time, quick, and able to say why."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from dossiers.language import danger, intents, learning, linear, spelling, voice

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("task", learning.TASKS, ids=lambda task: task.name)
def test_training_gives_the_weights_that_are_committed(task):
    pytest.importorskip("sklearn")
    committed = json.loads(gzip.decompress((linear.FOLDER / f"{task.name}.json.gz").read_bytes()))
    again = json.loads(json.dumps(learning.trained(task)))
    assert (again["classes"], again["pieces"]) == (committed["classes"], committed["pieces"])
    one, other = linear.parsed(again), linear.parsed(committed)
    for row in learning.sentences(task.source)[::40]:
        found = learning.pieces.of(row["text"])
        before, after = one.scores(found).scores, other.scores(found).scores
        # Another processor may round the last step of a weight the other way.
        assert all(abs(before[name] - after[name]) < 0.02 for name in before)


def test_the_weights_stay_small():
    assert sum(path.stat().st_size for path in linear.FOLDER.glob("*.gz")) < 1_700_000


def test_a_text_is_read_in_a_few_milliseconds():
    texts = [row["text"] for row in learning.sentences("voice")[:300]]
    voice.read(texts[0]), intents.guess(texts[0])
    start = time.process_time()
    for text in texts[1:]:
        voice.read(text)
    assert (time.process_time() - start) / len(texts) < 0.005


@pytest.mark.parametrize(
    ("text", "petition"),
    [
        ("Đất nhà tôi bị xã cấp chồng sổ cho ông Ba, tôi không chịu, yêu cầu hủy sổ đó", "khieu_nai"),
        ("Ông trưởng thôn khai khống danh sách hộ nghèo để lấy tiền hỗ trợ chia nhau", "to_cao"),
    ],
)
def test_a_petition_in_plain_words_is_known_and_explained(text, petition):
    read = voice.read(text)
    assert read.petition_margin >= voice.CLEAR and read.petition == petition
    assert read.petition_words and all(word in spelling_of(text) for word in read.petition_words)


def spelling_of(text: str) -> str:
    words = spelling.words(text)
    return " ".join(words) + " " + " ".join(spelling.folded(word) for word in words)


@pytest.mark.parametrize(
    "text",
    [
        "đèn đường xóm tôi hư cả tháng nay",
        "khiếu nại quyết định phạt thì nộp đơn ở đâu, mấy ngày",
        "cô ở quầy 3 dễ thương lắm",
    ],
)
def test_the_harmless_is_left_alone(text):
    assert voice.read(text).petition_margin < voice.DOUBTFUL


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("chay nha roi cuu voi, co nguoi ket ben trong", "114"),
        ("có thằng cầm dao rượt chém người ta ngoài chợ", "113"),
        ("hai nguoi la vua loi dua be truoc cong cho len xe bay cho cho chay ve phia cau, be khoc du lam", "113"),
        ("ba tôi khó thở tím tái, gọi ai bây giờ", "115"),
        ("lũ lên nhanh quá cả nhà trên nóc rồi", "112"),
        ("bình ga xì phì phì, hai người lăn ra ngất, sợ lổ mất", "114"),
        ("dây điện đứt dính người ta giựt nằm im rồi, cứu zới", "115"),
        ("thang nho lot xuong kinh chim mat tieu roi, ai do lan tim gium", "112"),
        ("có cô gái leo qua lan can cầu vượt khóc, hăm nhảy xuống, ai kéo cổ lại với", "113"),
        ("một ông ngồi vắt vẻo trên nóc nhà năm tầng la đòi chết, không ai dám lên", "113"),
    ],
)
def test_danger_is_told_with_its_number_first(text, number):
    assert voice.read(text).urgency == voice.Urgency.DANGER
    assert number in [found.dial for found in danger.numbers(text)[:2]]
    assert {found.dial for found in danger.numbers(text)} == {"112", "113", "114", "115"}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("con tôi bị điện giật, em tôi đang bế cháu lên xe, cứu với", "115"),
        ("bé co giật tím tái, vợ tôi bế bé lên xe rồi mà kẹt đường, gọi ai bây giờ", "115"),
        ("cháy nhà, mới kéo được em bé ra đưa lên xe, còn hai người kẹt bên trong, cứu với", "114"),
        ("hai người lạ kéo con bé trước cổng trường vào xe chạy rồi", "113"),
        ("con tôi bị bắt cóc rồi, cứu với", "113"),
    ],
)
def test_who_is_carried_to_a_car_hurt_is_not_taken_away(text, first):
    assert danger.numbers(text)[0].dial == first


@pytest.mark.parametrize(
    "text",
    ["ban tui leo ra ngoai lan can tang 8 doi nhay", "em đứng trên sân thượng rồi, vĩnh biệt mọi người"],
)
def test_who_threatens_to_jump_is_for_the_police_and_the_rescuers_before_the_ambulance(text):
    assert [found.dial for found in danger.numbers(text)][:2] == ["113", "114"]


def test_who_has_jumped_or_fled_from_the_flood_is_no_threat():
    assert danger.numbers("cả nhà leo lên nóc nhà, nước lũ lên nhanh quá")[0].dial == "112"
    assert danger.numbers("có người nhảy lầu, bất tỉnh, máu chảy nhiều")[0].dial == "115"


@pytest.mark.parametrize(
    "text",
    [
        "Xin mở lớp dạy bơi chống đuối nước cho trẻ trong xã",
        "đám cháy nhà bên dập xong tuần trước rồi, nhờ dọn gạch vụn",
        "chờ lâu muốn xỉu, như ngồi trên đống lửa",
        "app treo hoài, ngộp luôn, cứu em với ad ơi",
        "nhờ xe cấp cứu tới kịp mà mẹ tôi qua cơn nguy kịch, cảm ơn các anh",
        "nghe trên loa kể vụ cháy tỉnh bạn, xin phường tập huấn cho dân",
        "cầu Gãy ở xóm trên ọp ẹp, năm tới xã có kế hoạch làm lại không",
        "mùi chuồng bò muốn chết ngạt, mấy năm nay rồi",
    ],
)
def test_the_past_lessons_and_figures_of_speech_raise_no_alarm(text):
    assert voice.read(text).urgency == voice.Urgency.ORDINARY


def test_danger_told_calmly_in_the_middle_of_something_else_is_danger():
    text = (
        "Chào xã, tôi định hỏi giờ làm việc, nhưng bác hàng xóm vừa gục xuống sân, gọi không thưa, thở yếu lắm, "
        "tôi ở một mình"
    )
    assert voice.read(text).urgency == voice.Urgency.DANGER and danger.numbers(text)[0] == danger.AMBULANCE


@pytest.mark.parametrize(
    "text",
    [
        "xe đưa rước học sinh phanh không ăn, tài xế có mùi rượu, chiều nay lại chở các cháu",
        "bờ bao xóm tui rỉ nước, khuya nay triều lên",
    ],
)
def test_harm_within_hours_is_noticed(text):
    assert voice.read(text).urgency == voice.Urgency.SOON


def test_what_is_barely_urgent_and_told_as_past_or_talk_is_not():
    scores = {"thuong": 0.0, "gap": -1.0, "khan_cap": -0.3}
    assert voice.urgency_of(scores, set()) == voice.Urgency.DANGER
    assert voice.urgency_of(scores, {"gover_and_done"}) == voice.Urgency.ORDINARY
    assert voice.urgency_of({"thuong": 0.0, "gap": 0.1, "khan_cap": -1.0}, set()) == voice.Urgency.SOON


def test_who_writes_and_where_they_live_is_not_read_as_what_happened():
    written = "Đường vào ấp lầy lội quá, xin đổ đá giùm."
    signed = f"{written} Nguyễn Văn Cháy, số 12/4 ấp Cứu, 0905 227 816"
    assert voice.read(signed).urgency_scores.scores == voice.read(written).urgency_scores.scores
    assert voice.read(signed).petition_margin == voice.read(written).petition_margin


def test_regions_that_spell_one_sound_apart_are_read_alike():
    for one, other in (("no", "lo"), ("chong", "trong"), ("xap", "sap"), ("ron", "dong"), ("mac", "mat"), ("ky", "ki")):
        assert spelling.sound(one) == spelling.sound(other)


def test_shorthand_dialect_and_raw_telex_are_read_as_meant():
    assert spelling.words("hsơ mìh tới đâu r") == "hồ sơ mình tới đâu rồi".split()
    assert spelling.words("hoof sow cuar tooi") == "ho so cua toi".split()
    assert intents.guess("hsơ mìh tới đâu r").name == "my_dossiers"
    assert intents.guess("ddanhs gias dichj vuj").name == "rating"


def test_sentences_held_back_are_judged_by_the_pieces_the_model_itself_learns(monkeypatch):
    asked = []

    def vocabulary(sets, least_seen=0):
        asked.append(least_seen)
        raise StopIteration

    monkeypatch.setattr(learning, "vocabulary", vocabulary)
    for task in learning.TASKS:
        for judged in (learning.trained, learning.cross_validated):
            with pytest.raises(StopIteration):
                judged(task)
    assert asked == [task.least_seen for task in learning.TASKS for _twice in range(2)]
