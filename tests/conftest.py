"""Fixtures every suite shares."""

import pytest

from tests import people


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def elsewhere(db):
    return people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")


@pytest.fixture
def procedure(db):
    return people.procedure()
