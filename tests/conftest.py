"""Fixtures every suite shares."""

import os

import hypothesis
import pytest
from django.core.cache import cache

from dossiers import kept
from dossiers.privacy import guessing
from portal.content import use
from tests import people
from tests.chromium import browser, desktop, open_page, phone, small

__all__ = ["browser", "desktop", "open_page", "phone", "small"]

# A shared machine is slow at times, which is no fault of the code; and one commit gives one verdict in CI. New examples
# are found where people work, and in the long run of docs/measurements.md.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "house")


@pytest.fixture(autouse=True)
def fresh_memory():
    """What a web process keeps for a while belongs to one test only."""
    kept.forget_all()
    guessing.forget()
    use.forget()
    cache.clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave what needs the browser to the end: its loop stays marked as running in this thread, where Django keeps
    other database connections and refuses to wait for async code. Where another run beside this one does (tests/run),
    leave to it what touches no database, which would only be the same again."""
    if os.environ.get("TEST_WITHOUT_A_DATABASE") == "elsewhere":
        once = [item for item in items if not _touches_a_database(item) and not item.get_closest_marker("sqlite_only")]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in set(once)]
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def _touches_a_database(item) -> bool:
    asked = {"db", "transactional_db", "live_server"}
    return bool(asked & set(getattr(item, "fixturenames", ()))) or item.get_closest_marker("django_db") is not None


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def elsewhere(db):
    return people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")


@pytest.fixture
def procedure(db):
    return people.procedure()
