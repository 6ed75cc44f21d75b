"""Fixtures every suite shares."""

import os

import hypothesis
import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from dossiers import kept
from dossiers.privacy import guessing
from portal.content import use
from tests import emptying, people
from tests.chromium import browser, desktop, open_page, phone, small

__all__ = ["browser", "desktop", "open_page", "phone", "small"]

# A shared machine is slow at times, which is no fault of the code; and one commit gives one verdict in CI. New examples
# are found where people work, and in the long run of docs/measurements.md.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "house")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database as it is made, with what it starts with kept beside it for those who commit."""
    with django_db_blocker.unblock():
        emptying.remember()
    TransactionTestCase._fixture_teardown = lambda case: emptying.put_back()


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
    other database connections and refuses to wait for async code. Where the run on PostgreSQL stands beside this one
    (tests/run), leave to it what would only be the same again: what touches no database, and what a reader sees."""
    if os.environ.get("TEST_ON_POSTGRESQL") == "beside":
        once = {item for item in items if _is_alike_everywhere(item) and not item.get_closest_marker("sqlite_only")}
        once |= {item for item in items if item.get_closest_marker("harder_on_postgresql")}
        config.hook.pytest_deselected(items=list(once))
        items[:] = [item for item in items if item not in once]
    items.sort(key=_in_the_browser)


def _in_the_browser(item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def _is_alike_everywhere(item) -> bool:
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return _in_the_browser(item) or not (asked or item.get_closest_marker("django_db"))


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def elsewhere(db):
    return people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")


@pytest.fixture
def procedure(db):
    return people.procedure()
