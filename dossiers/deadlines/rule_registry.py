"""The dated rules an installation begins with, in one shape and one list; staff edit the records afterwards.

Each part registers its own when its app is ready: national_defaults, lateness_defaults, feedback.lateness.rules,
feedback.petitions.guide, portal.correspondence.reminder_rules, portal.reporting.tariff, zalo.broadcasts.limits. Written
after every migrate, key by key, and only where no record of the key exists: an edited rule is never touched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from dossiers.deadlines.rule_words import Kind, kind_of
from dossiers.models import LegalRule

BEGINNING = dt.date(2010, 1, 1)
"""Rules of the house hold for every day a dossier may come from: history loaded later must not lack one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One value of one rule between two dates; a change of law is a second one of the same key."""

    key: str
    title: str
    value: Any
    article: str
    unit: str = ""  # what a plain number counts
    confidence: str = "M"  # H: the text was read · M: by a second source · L: lawyers confirm
    since: dt.date = BEGINNING
    until: dt.date | None = None

    @property
    def kind(self) -> Kind:
        return kind_of(self.value)


_rules: dict[str, tuple[Rule, ...]] = {}


def register(rules: Iterable[Rule]) -> None:
    """Add the rules of a part to the list. Raises ValueError for a key another part has, or dates that overlap."""
    for key, found in groupby(sorted(rules, key=attrgetter("key", "since")), attrgetter("key")):
        dated = tuple(found)
        if _rules.get(key, dated) != dated:
            raise ValueError(f"Two parts register the rule {key}.")
        if any(before.until is None or before.until >= after.since for before, after in pairwise(dated)):
            raise ValueError(f"The dates of {key} overlap.")
        _rules[key] = dated


def registered() -> dict[str, tuple[Rule, ...]]:
    """Return the rules of every part by key, the oldest value first."""
    return dict(_rules)


def install(**_signal: object) -> None:
    """Write the rules whose key has no record yet. Two queries at most."""
    known = set(LegalRule.objects.values_list("key", flat=True))
    LegalRule.objects.bulk_create(
        LegalRule(
            key=rule.key,
            title=rule.title,
            value=rule.value,
            unit=rule.unit,
            article=rule.article,
            confidence=rule.confidence,
            valid_from=rule.since,
            valid_to=rule.until,
        )
        for key, dated in _rules.items()
        if key not in known
        for rule in dated
    )
