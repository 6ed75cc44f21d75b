"""Fixtures every suite shares."""

import pytest
from django.core.cache import cache

from dossiers import agency_cards
from portal import throttle
from portal.templatetags import chrome
from tests import people


@pytest.fixture(autouse=True)
def fresh_memory():
    """What a web process keeps for a while belongs to one test only."""
    for kept in (agency_cards, chrome, throttle):
        kept.forget()
    cache.clear()


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def elsewhere(db):
    return people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")


@pytest.fixture
def procedure(db):
    return people.procedure()
