"""Fixtures of the channel's suites."""

from tests.fakes.zalo import simulated_zalo, simulated_zalo_process, webhook_trap

__all__ = ["simulated_zalo", "simulated_zalo_process", "webhook_trap"]
