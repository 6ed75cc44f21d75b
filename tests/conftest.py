"""Fixtures every suite shares."""

import functools
import os
import re
from pathlib import Path

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
    """Keep the lot this process is to run (tests/run), and leave what needs the browser to the end: its loop stays
    marked as running in this thread, where Django keeps other database connections and refuses to wait for async code.
    """
    if lot := os.environ.get("TEST_LOT"):
        left_out = [item for item in items if not LOTS[lot](item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if LOTS[lot](item)]
    items.sort(key=_in_the_browser)


def _in_the_browser(item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def _marked(item, *names: str) -> bool:
    return any(item.get_closest_marker(name) for name in names)


def _speaks_to_the_database_itself(item) -> bool:
    """Return whether the test's room has SQL of its own, which may mean something else on another database."""
    room = item.path.relative_to(Path(__file__).parent).parent
    return len(room.parts) > 1 and _has_own_sql(room)


@functools.cache
def _has_own_sql(room: Path) -> bool:
    files = (Path(__file__).parents[1] / room).glob("*.py")
    return any(OWN_SQL.search(file.read_text("utf-8")) for file in files)


OWN_SQL = re.compile(r"\bvendor\b|connection\.cursor\(|RawSQL\(")
LOTS = {
    # Everything, on the database of production.
    "postgresql": lambda item: not _in_the_browser(item) and not _marked(item, "sqlite_only"),
    # What need run once and what the demonstration's database may see otherwise.
    "sqlite": lambda item: (
        not _in_the_browser(item)
        and not _marked(item, "postgres", "harder_on_postgresql")
        and (_marked(item, "sqlite_only") or _speaks_to_the_database_itself(item))
    ),
    "browser": _in_the_browser,
}
"""Three lots that make the whole: the first runs beside the other two, one core each (tests/run)."""


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def elsewhere(db):
    return people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")


@pytest.fixture
def procedure(db):
    return people.procedure()
