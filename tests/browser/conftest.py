"""What is in this folder needs Chromium; the fixtures are in tests.chromium."""

import pytest


def pytest_collection_modifyitems(items):
    """Mark everything in this folder, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
