"""Everything here needs real locking between processes: PostgreSQL."""

import pytest
from django.db import connection


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/concurrency" in str(item.fspath):
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("cần PostgreSQL")
