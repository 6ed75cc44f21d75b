"""Up to which moment everything that was ever written is there to read.

A row carries the time it was written, and is there only once its transaction is committed: whoever reads on behind a
cursor would miss for ever what is written before the cursor and committed after. So nobody reads past the beginning of
the oldest transaction that still writes.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

MARGIN = dt.timedelta(seconds=1)
"""Between the time put on a row and the first write of its transaction; other machines' clocks differ by less."""


def horizon() -> dt.datetime:
    """Return the moment before which every row is committed or given up. One query on PostgreSQL.

    A worker of autovacuum holds a transaction as long as a table takes, and writes nobody's rows: nobody waits for it.
    SQLite has one writer at a time, which takes its turn before it puts the time on its row: the margin is enough.
    """
    oldest = None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT clock_timestamp() - min(xact_start) FROM pg_stat_activity "
                "WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid() "
                "AND backend_type <> 'autovacuum worker'"
            )
            (oldest,) = cursor.fetchone()
    return timezone.now() - MARGIN - (oldest or dt.timedelta())
