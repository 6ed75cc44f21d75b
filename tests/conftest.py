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
from portal.reporting.questions import asked as questions
from tests import emptying, lighter, people
from tests.chromium import browser, desktop, open_page, phone, small

__all__ = ["browser", "desktop", "open_page", "phone", "small"]

# A shared machine is slow at times, which is no fault of the code; and one commit gives one verdict in CI. New examples
# are found where people work, and in the long run of docs/measurements.md.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "house")
lighter.find_static_files_once()


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
    questions.forget()
    cache.clear()


def pytest_ignore_collect(collection_path: Path):
    """Leave a file unread that can hold nothing of the lot: reading all of them takes half a minute a lane."""
    lot = os.environ.get("TEST_LOT")
    if not lot or not collection_path.name.startswith("test_"):
        return None
    return not MAY_HOLD[lot](collection_path) or None


def pytest_collection_finish():
    lighter.keep_what_is_loaded()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep the lot this process is to run (tests/run), and leave what needs the browser to the end: its loop stays
    marked as running in this thread, where Django keeps other database connections and refuses to wait for async code.
    """
    if lot := os.environ.get("TEST_LOT"):
        left_out = [item for item in items if not LOTS[lot](item)]
        if lost := [item.nodeid for item in left_out if not _is_run_somewhere(item)]:
            raise pytest.UsageError(f"in no lot of tests/conftest.py: {lost}")
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if LOTS[lot](item)]
    items.sort(key=_in_the_browser)


def _is_run_somewhere(item) -> bool:
    return any(MAY_HOLD[lot](item.path) and holds(item) for lot, holds in LOTS.items())


def _in_the_browser(item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


def _marked(item, *names: str) -> bool:
    return any(item.get_closest_marker(name) for name in names)


@functools.cache
def _speaks_to_the_database_itself(test: Path) -> bool:
    """Return whether the test names a module of its room with SQL of its own, which may mean something else on another
    database.
    """
    room = test.relative_to(Path(__file__).parent).parent
    modules = [file.stem for file in (Path(__file__).parents[1] / room).glob("*.py") if _has_own_sql(file)]
    words = "|".join(name.removesuffix("_sql") for name in modules)
    return bool(modules) and re.search(rf"\b({words})\b", test.read_text("utf-8")) is not None


@functools.cache
def _has_own_sql(module: Path) -> bool:
    return OWN_SQL.search(module.read_text("utf-8")) is not None


OWN_SQL = re.compile(r"\bvendor\b|connection\.cursor\(|RawSQL\(")
LOTS = {
    # Everything, on the database of production.
    "postgresql": lambda item: not _in_the_browser(item) and not _marked(item, "sqlite_only"),
    # What need run once and what the demonstration's database may see otherwise.
    "sqlite": lambda item: (
        not _in_the_browser(item)
        and not _marked(item, "postgres", "harder_on_postgresql")
        and (_marked(item, "sqlite_only") or _speaks_to_the_database_itself(item.path))
    ),
    "browser": _in_the_browser,
}
"""Three lots that make the whole: the first runs beside the other two, one core each (tests/run)."""
WITH_A_BROWSER = re.compile(r"def \w+\([^)]*\b(browser|open_page|desktop|phone|small)\b")
MAY_HOLD = {
    "postgresql": lambda file: True,
    "sqlite": lambda file: "sqlite_only" in file.read_text("utf-8") or _speaks_to_the_database_itself(file),
    "browser": lambda file: WITH_A_BROWSER.search(file.read_text("utf-8")) is not None,
}


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def elsewhere(db):
    return people.centre("H24.31", "Trung tâm Phục vụ hành chính công xã Sơn Động")


@pytest.fixture
def procedure(db):
    return people.procedure()
