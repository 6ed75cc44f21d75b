"""The rules an installation begins with: one list of one shape, each with its article, dates and kind, each read."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from dossiers.deadlines import rule_registry
from dossiers.deadlines.rule_registry import Rule
from dossiers.deadlines.rule_words import Kind, from_words, how_to_write, in_words
from dossiers.models import LegalRule
from feedback.petitions.guide import guide

ROOT = Path(settings.BASE_DIR)
QUOTED_ONLY = {"apology-days-before-due", "return-after-appraisal-days"}
"""What the law says beside what the house does: staff read it in the list of rules, nothing is counted by it."""
REGISTERED = rule_registry.registered()


def test_every_part_is_in_the_list():
    for key in ("deadline-day-zero", "reminder-leader-days", "pakn-answer-limit", "pakn-guide-complaint"):
        assert key in REGISTERED
    assert len(REGISTERED) > 45
    assert {dated[0].kind for dated in REGISTERED.values()} == set(Kind)


@pytest.mark.parametrize("key", REGISTERED)
def test_a_rule_says_whence_it_is_and_from_when(key):
    for rule in REGISTERED[key]:
        assert rule.key == key and rule.title and rule.article and rule.confidence in "HML"
        assert rule.kind is REGISTERED[key][0].kind, "a key keeps its kind"
        assert from_words(in_words(rule.value), rule.value) == rule.value
        assert how_to_write(rule.value)


def test_every_rule_is_read_somewhere():
    sources = "\n".join(
        path.read_text()
        for app in ("dossiers", "feedback", "zalo", "portal")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    )
    unread = set()
    for key, dated in REGISTERED.items():
        if re.search("complaint|denunciation", key):
            read = f'"{re.sub("(complaint|denunciation).*", "{", key)}' in sources  # the two natures in one f-string
        elif named := re.search(rf'^(\w+) = Rule\(\s+key="{re.escape(key)}"', sources, re.M):
            read = len(re.findall(rf"\b{named[1]}\b", sources)) > 2  # beside its making and the list of its part
        else:
            read = len(re.findall(f'{re.escape(key)}["-]', sources)) > len(dated)
        if not read:
            unread.add(key)
    assert unread == QUOTED_ONLY


@pytest.mark.django_db
def test_every_rule_has_its_records_and_an_edited_one_is_left_alone():
    rows = {(row.key, row.valid_from): row for row in LegalRule.objects.all()}
    for dated in REGISTERED.values():
        for rule in dated:
            assert rows[rule.key, rule.since].value == rule.value
    LegalRule.objects.filter(key="reminder-leader-days").update(value=2)
    rule_registry.install()
    assert LegalRule.objects.count() == len(rows)
    assert LegalRule.objects.get(key="reminder-leader-days").value == 2


def test_two_parts_cannot_mean_different_things_by_one_key():
    with pytest.raises(ValueError, match="Two parts"):
        rule_registry.register([Rule(key="reminder-leader-days", title="Khác", value=9, article="x")])
    first = Rule(key="thu", title="Thử", value=1, article="x")
    with pytest.raises(ValueError, match="overlap"):
        rule_registry.register([first, Rule(key="thu", title="Thử", value=2, article="x", since=date(2026, 1, 1))])
    assert rule_registry.registered() == REGISTERED


@pytest.mark.django_db
def test_where_to_file_is_a_rule_people_edit(admin_client):
    """A change of law is a new record, not a new release."""
    row = LegalRule.objects.get(key="pakn-guide-complaint")
    words = in_words(row.value)
    assert words.count("Nộp ở đâu: ") == 4 and words.startswith("Tiêu đề: Khiếu nại có trình tự")
    page = admin_client.get(reverse("admin:dossiers_legalrule_change", args=[row.pk])).content.decode()
    assert "Mỗi dòng một đoạn" in page
    changed = date(2027, 1, 1)
    sent = {
        "key": row.key,
        "title": row.title,
        "value": words.replace("Thời hiệu là 90 ngày", "Thời hiệu là 60 ngày"),
        "unit": "",
        "article": "Luật Khiếu nại mới",
        "confidence": "M",
        "agency": "",
        "valid_from": changed.isoformat(),
        "valid_to": "",
    }
    answer = admin_client.post(reverse("admin:dossiers_legalrule_add"), sent)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert "90 ngày" in guide("complaint", changed - timedelta(days=1))["where"][1]
    after = guide("complaint", changed)
    assert "60 ngày" in after["where"][1] and after["basis"] == "Luật Khiếu nại mới"
