"""Kept connections are asked whether they live once in a while, not at every request; no query is compiled.

Django's health check is one more round trip in each request: a third of what the public look-up waits for. A server
that restarts or is shut down says goodbye, and that is seen at the socket without asking. What is lost silently, as
behind a router that forgets, is found by the question, which is still asked after ASKED_EVERY seconds.

Django's own psycopg pool was measured in its place: a request costs half as much CPU again and more, as each takes a
connection out of the pool, asks whether it lives and puts it back (tests/bench/desk/kept_connections.py has the
figures' command, docs/measurements.md the figures).

Compiling (jit) begins where the planner expects much work. On tables of millions it often expects too much, and a page
that reads fifty rows waits 150 ms for machine code it runs once.
"""

from __future__ import annotations

import select
import time

from django.db.backends.postgresql import base

ASKED_EVERY = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for the moment of the health check and for jit."""

    _answered_at = float("-inf")

    def get_new_connection(self, conn_params):
        """Return a connection; it has just answered."""
        connection = super().get_new_connection(conn_params)
        self._answered_at = time.monotonic()
        return connection

    def init_connection_state(self):
        """Make the connection ours, by a statement: poolers refuse settings among the start-up parameters."""
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("SET jit = off")
        if not self.get_autocommit():
            self.connection.commit()

    def close_if_health_check_failed(self):
        """Close a dead connection before it is used; asks the server when it was not asked lately or has spoken."""
        if self.connection is None or self.health_check_done or self._lives():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._answered_at = time.monotonic()

    def _lives(self) -> bool:
        return time.monotonic() - self._answered_at < ASKED_EVERY and not self._has_something_to_read()

    def _has_something_to_read(self) -> bool:
        """Return whether the server said something unasked, as it does when it goes."""
        if self.connection.closed:
            return True
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
