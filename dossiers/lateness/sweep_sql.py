"""The statements of the sweep: plain SQL that PostgreSQL and SQLite both run, because the ORM has no INSERT … SELECT.

A sweep over millions of dossiers reads only the partial index of running clocks and writes each row once. The only
place of the project with statements written out.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

# Here for a while, or due within hours: a short limit is not reminded of the day it begins.
RIPE = "(d.received_at < %(settled)s OR d.due_at <= %(soon)s)"

REMIND = f"""
INSERT INTO dossiers_reminder (dossier_id, agency_id, level, due_at, made_at)
SELECT d.id, d.agency_id, %(level)s, d.due_at, %(now)s
FROM dossiers_dossier d
WHERE d.clock_open AND d.due_at < %(before)s AND {RIPE} {{scope}}
  AND NOT EXISTS (SELECT 1 FROM dossiers_reminder r
                  WHERE r.dossier_id = d.id AND r.level = %(level)s AND r.due_at = d.due_at)
ON CONFLICT DO NOTHING
"""

DRAFT = f"""
INSERT INTO dossiers_letter (dossier_id, agency_id, centre_id, form_code, state, round, cause_id, words,
  unit_at_fault_id, attribution, old_due_at, edited, drafted_at, note, version, override_note, signed_file,
  signed_sha256, signed_how, delivered_how)
SELECT d.id, COALESCE(d.competent_agency_id, d.agency_id), d.agency_id, 'apology', 'draft', d.new_dates_given + 1,
  (SELECT MIN(c.id) FROM dossiers_delaycause c WHERE c.active AND c.proposed_for = d.state), '',
  d.unit_id, '[]', d.due_at, %(no)s, %(now)s, '', 1, '', '', '', '', ''
FROM dossiers_dossier d
WHERE d.clock_open AND d.due_at < %(before)s AND {RIPE} {{scope}}
  AND NOT EXISTS (SELECT 1 FROM dossiers_letter l
                  WHERE l.dossier_id = d.id
                    AND (l.state IN ('draft', 'returned', 'submitted') OR (l.state = 'issued' AND l.event_id IS NULL)))
ON CONFLICT DO NOTHING
"""

# A date nobody has touched follows the calendar: counted from the old date, or from today once that has passed.
PROPOSE = """
UPDATE dossiers_letter SET new_due_at = %(new)s
WHERE state = 'draft' AND NOT edited AND old_due_at >= %(since)s AND old_due_at < %(before)s
  AND (new_due_at IS NULL OR new_due_at < %(new)s) {scope}
"""

# The result came, the clock stopped or the date moved: the letter would say what is no longer so.
CLOSE = """
UPDATE dossiers_letter SET state = 'cancelled', note = %(why)s, version = version + 1
WHERE state IN ('draft', 'returned', 'submitted')
  AND EXISTS (SELECT 1 FROM dossiers_dossier d
              WHERE d.id = dossiers_letter.dossier_id
                AND (NOT d.clock_open OR d.due_at IS NULL OR d.due_at <> dossiers_letter.old_due_at))
"""


def run(statement: str, scope: str = "", **values) -> int:
    """Return how many rows the statement wrote; moments are given as the database stores them."""
    adapted = {
        name: connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value
        for name, value in values.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{scope}", scope), adapted)
        return max(cursor.rowcount, 0)


def agencies(column: str, ids: tuple[int, ...] | None, others: tuple[int, ...]) -> str:
    """Return the condition that keeps a statement to some agencies, or away from `others` when `ids` is None."""
    if ids is not None:
        return f" AND {column} IN ({', '.join(str(int(each)) for each in ids)})"
    return f" AND {column} NOT IN ({', '.join(str(int(each)) for each in others)})" if others else ""


def between(column: str, low: int, high: int) -> str:
    """Return the condition that keeps a statement to a range of ids, both included."""
    return f" AND {column} BETWEEN {int(low)} AND {int(high)}"
