"""The form of a legal rule: values in words, read back as they were; a change of law is a new record."""

import re

import pytest
from django.urls import reverse

from dossiers.deadlines.rule_words import from_words, how_to_write, in_words
from dossiers.models import LegalRule

pytestmark = pytest.mark.django_db


def rule(key: str) -> LegalRule:
    return LegalRule.objects.filter(key=key).latest("valid_from")


def sent(row: LegalRule, **changed) -> dict:
    data = {name: getattr(row, name) or "" for name in ("key", "title", "unit", "article", "confidence", "valid_from")}
    return data | {"agency": "", "valid_to": "", "value": in_words(row.value)} | changed


def test_every_rule_reads_back_from_its_words():
    rows = list(LegalRule.objects.all())
    assert len(rows) > 30
    for row in rows:
        assert from_words(in_words(row.value), row.value) == row.value, row.key
        assert not {"[", "{", '"'} & set(in_words(row.value)), row.key
        assert not re.search(r"[a-z]{3,}_[a-z]|online|progress|payment", in_words(row.value)), row.key


@pytest.mark.parametrize(
    ("key", "words", "value"),
    [
        ("reminder-handler-days", " 4 ", 4),
        ("reminder-handler-days", "1,5", 1.5),
        ("deadline-day-zero", "Không", False),
        ("deadline-same-day-cut-off", "14:30", "14:30"),
        ("deadline-unit-when-unstated", "Ngày", "calendar_day"),
        ("pakn-answer-limit", "15  Ngày làm việc", {"unit": "working_day", "amount": "15"}),
        ("pakn-answer-limit", "2,5 ngày làm việc", {"unit": "working_day", "amount": "5/2"}),
        ("pakn-score18-classes", "14: Xuất sắc\n\n 0 : Yếu", [[14, "Xuất sắc"], [0, "Yếu"]]),
    ],
)
def test_words_become_a_value(key, words, value):
    assert from_words(words, rule(key).value) == value


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("reminder-handler-days", "ba"),
        ("reminder-handler-days", "-1"),
        ("reminder-handler-days", "1e3"),
        ("reminder-handler-days", "NaN"),
        ("reminder-handler-days", "²"),
        ("deadline-day-zero", "1"),
        ("deadline-unit-when-unstated", "tuần"),
        ("pakn-answer-limit", "15"),
        ("pakn-answer-limit", "15 tuần"),
        ("pakn-answer-limit", "999999 ngày"),
        ("pakn-answer-limit", ""),
        ("pakn-score18-classes", "12: Tốt\n15: Xuất sắc\n0: Yếu"),
        ("pakn-score18-classes", "15: Xuất sắc"),
        ("pakn-score18-classes", "Xuất sắc"),
        ("pakn-index766-weights", "online: 12; 50"),
        ("pakn-index766-weights", "online: mười"),
    ],
)
def test_other_words_are_refused_with_how_to_write_them(key, words):
    like = rule(key).value
    with pytest.raises(ValueError, match=r"Gõ|Mỗi dòng|Chọn") as refused:
        from_words(words, like)
    assert str(refused.value) == how_to_write(like)


def test_a_change_of_law_starts_from_the_rule_in_force_and_leaves_it(admin_client):
    before = rule("pakn-answer-limit")
    page = admin_client.get(reverse("admin:dossiers_legalrule_change", args=[before.pk])).content.decode()
    assert "15 ngày làm việc" in page and "Thêm giá trị mới kể từ một ngày" in page
    given = admin_client.get(
        f"{reverse('admin:dossiers_legalrule_add')}?key=pakn-answer-limit&value=15+ng%C3%A0y"
    ).content.decode()
    assert "Gõ số và đơn vị" in given
    answer = admin_client.post(
        reverse("admin:dossiers_legalrule_add"), sent(before, value="10 ngày làm việc", valid_from="2027-01-01")
    )
    assert answer.status_code == 302
    assert rule("pakn-answer-limit").value == {"unit": "working_day", "amount": "10"}
    before.refresh_from_db()
    assert before.value["amount"] == "15"


def test_a_wrong_value_comes_back_with_its_sentence_and_changes_nothing(admin_client):
    row = rule("pakn-answer-limit")
    answer = admin_client.post(reverse("admin:dossiers_legalrule_change", args=[row.pk]), sent(row, value="mười lăm"))
    assert answer.status_code == 200 and "Gõ số và đơn vị" in answer.content.decode()
    row.refresh_from_db()
    assert row.value["amount"] == "15"


@pytest.mark.parametrize(("key", "taken"), [("apology-override-role", True), ("deadline-same-day-cut-off", False)])
def test_nothing_is_a_value_only_where_it_means_nobody(admin_client, key, taken):
    row = rule(key)
    answer = admin_client.post(reverse("admin:dossiers_legalrule_change", args=[row.pk]), sent(row, value=""))
    assert answer.status_code == (302 if taken else 200)
    before, _ = row.value, row.refresh_from_db()
    assert row.value == ("" if taken else before)


def test_a_key_nobody_reads_cannot_be_sent(admin_client):
    row = rule("pakn-answer-limit")
    answer = admin_client.post(reverse("admin:dossiers_legalrule_add"), sent(row, key="pakn-answer-limits"))
    assert answer.status_code == 200 and not LegalRule.objects.filter(key="pakn-answer-limits").exists()


def test_the_key_of_a_rule_stays(admin_client):
    row = rule("pakn-answer-limit")
    admin_client.post(
        reverse("admin:dossiers_legalrule_change", args=[row.pk]), sent(row, key="deadline-day-zero", title="Khác")
    )
    row.refresh_from_db()
    assert (row.key, row.title) == ("pakn-answer-limit", "Khác")
