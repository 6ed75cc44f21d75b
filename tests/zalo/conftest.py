"""Fixtures of the channel's suites."""

import pytest

from tests.fakes.zalo import simulated_zalo, simulated_zalo_process, webhook_trap
from tests.zalo.channel import Channel, connect
from zalo.outbox import attachments

__all__ = ["channel", "simulated_zalo", "simulated_zalo_process", "webhook_trap"]


@pytest.fixture
def zalo_hosts(settings, simulated_zalo):
    """The three base addresses point at the simulated Zalo."""
    settings.ZALO_OAUTH_BASE_URL = settings.ZALO_OPENAPI_BASE_URL = settings.ZALO_BUSINESS_BASE_URL = simulated_zalo.url
    return simulated_zalo


@pytest.fixture
def channel(zalo_hosts, centre):
    """A connected account of a centre on the channel."""
    return Channel(zalo_hosts, connect(zalo_hosts, centre), centre)


@pytest.fixture(autouse=True)
def no_files(monkeypatch):
    """The channel by itself: portal registers who makes files, and a test that wants one registers its own."""
    monkeypatch.setattr(attachments, "_makers", {})
