"""The labeller of names, homes and numbers: learned the same every time, quick, and careful with streets."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from dossiers.language import label_learning, labelling, made_up

pytestmark = pytest.mark.sqlite_only


def found(text: str, kind: str) -> list[str]:
    return [text[one.start : one.end] for one in labelling.find(text) if one.kind == kind]


def test_the_weights_are_of_the_sentences_that_are_committed():
    kept = json.loads(gzip.decompress(labelling.FILE.read_bytes()))
    assert kept["learned from"] == label_learning.fingerprint(), "run manage.py learn_language"


def test_the_same_sentences_give_the_same_weights():
    pytest.importorskip("numpy")
    rows = label_learning.marked()[:80]
    assert label_learning.trained(rows, others=False) == label_learning.trained(rows, others=False)


def test_there_are_enough_marked_sentences_each_once():
    rows = label_learning.marked()
    assert len(rows) > 900 and len(rows) == len(set(rows))
    for row in rows:
        text, stretches = made_up.joined(made_up.parsed(row))
        assert "[" not in text and all(text[start:end].strip() for start, end, _kind in stretches)


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("Đường thôn lầy lội quá, mong sớm làm. Vũ Thị Khuê", "name", "Vũ Thị Khuê"),
        ("duong thon lay loi qua, mong som lam. vu thi khue", "name", "vu thi khue"),
        ("tôi tên đặng văn hưởng ở xóm trên hỏi cái thẻ bảo hiểm", "name", "đặng văn hưởng"),
        ("Mình là Y Bhăm Êban, xin hỏi cấp đất rẫy", "name", "Y Bhăm Êban"),
        ("Bà Sáu Lượm bán nước đầu ngõ bị đuổi", "name", "Sáu Lượm"),
        ("Tôi ở số 27/4 ấp Bình Thuận, xã Tân Hưng xin hỏi", "home", "số 27/4 ấp Bình Thuận, xã Tân Hưng"),
        ("goi toi so 0918 770 145 nhe", "number", "0918 770 145"),
    ],
)
def test_names_homes_and_numbers_are_found_however_they_are_written(text, kind, wanted):
    assert wanted in found(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "Đường Phan Đình Giót ngập nặng",
        "Trường tiểu học Nguyễn Bá Ngọc thu tiền nước uống",
        "Trưởng ấp ăn nói khó nghe lắm",
        "Chợ Bà Bầu đông quá, xe không vào được",
        "nam nay lua mat mua, ba con kho qua",
    ],
)
def test_streets_schools_and_offices_are_nobody(text):
    assert not found(text, "name")


def test_every_find_says_why():
    (name,) = labelling.find("Tôi là Hoàng Văn Tấn, xin hỏi giấy khai sinh")
    assert name.why and all(name.why)


def test_a_text_is_labelled_in_a_few_milliseconds():
    texts = [made_up.joined(made_up.parsed(row))[0] for row in label_learning.marked()[:200]]
    labelling.find(texts[0])
    start = time.process_time()
    for text in texts:
        labelling.find(text)
    assert (time.process_time() - start) / len(texts) < 0.02
