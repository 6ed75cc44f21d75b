"""A rule keeps the kind of value its key has: what would stop the sweep or a desk is refused with a sentence."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from dossiers.models import LegalRule

pytestmark = pytest.mark.django_db


def rule(key: str, value) -> LegalRule:
    return LegalRule(
        key=key, title="Thử", value=value, article="Quyết định thử", valid_from=dt.date(2026, 12, 1), confidence="L"
    )


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("reminder-handler-days", "ba", "con số từ 0"),
        ("reminder-handler-days", -1, "con số từ 0"),
        ("reminder-handler-days", True, "con số từ 0"),
        ("reminder-handler-days", 10**9, "con số từ 0"),
        ("reminder-handler-days", [3], "con số từ 0"),
        ("deadline-same-day-cut-off", "15h", "giờ dạng 15:00"),
        ("deadline-same-day-cut-off", 15, "giờ dạng 15:00"),
        ("deadline-day-zero", 1, "có hoặc không"),
        ("apology-override-role", 5, "chữ, không quá 255"),
        ("reminder-handler-day", 3, "Không có quy tắc mang mã này"),
    ],
)
def test_a_value_of_another_kind_is_refused(key, value, sentence):
    with pytest.raises(ValidationError, match=sentence):
        rule(key, value).full_clean()


def test_every_rule_an_installation_begins_with_is_one_it_would_take():
    for row in LegalRule.objects.all():
        row.full_clean()
