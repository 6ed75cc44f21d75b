"""Fill a PostgreSQL database with dossiers and their history by SQL alone, for the look-up measurements.

    DATABASE_URL=postgresql://…/bench_lookup_5m python -m tests.bench.lookup.data 5000000

Four events a dossier. Indexes are dropped while filling and built again at the end. Running it again on a filled
database does nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

CHUNK = 250_000
AGENCIES = 60
PROCEDURES = 120
TABLES = ("dossiers_applicant", "dossiers_dossier", "dossiers_dossierevent")

_APPLICANTS = """
insert into dossiers_applicant (id, kind, full_name, name_folded, id_number, id_hash, phone, phone_hash, email,
  email_hash, address, representative, representative_id, representative_position, created_at, updated_at)
select i, 'person', 'Nguyễn Văn ' || i, 'nguyen van ' || i, %(id_number)s, md5('id' || i), %(phone)s, md5('phone' || i),
  '', '', '', '', '', '', now(), now()
from generate_series(%(first)s, %(last)s) i
"""
_DOSSIERS = """
insert into dossiers_dossier (id, code, receipt_number, external_code, token, agency_name, procedure_name, content,
  channel, sets, owner_name, owner_name_folded, state, state_changed_at, submitted_at, received_at, limit_amount,
  limit_unit, due_at, promised_at, due_explanation, clock_open, supplement_rounds, new_dates_given, fee_total, fee_paid,
  result_place, version, updated_at, agency_id, owner_id, submitter_id, procedure_id, unit_id)
select i, 'H80.' || lpad((10 + i %% 50)::text, 2, '0') || '-'
    || to_char(date '2024-01-01' + (i / 8000)::int, 'YYYYMMDD') || '-' || lpad(i::text, 7, '0'),
  '', '', substr(md5('t' || i), 1, 22), 'Trung tâm Phục vụ hành chính công xã số ' || (1 + i %% %(agencies)s),
  'Thủ tục hành chính số ' || (1 + i %% %(procedures)s) || ' về đất đai, hộ tịch và xây dựng', '', 'counter', 1,
  'Nguyễn Văn ' || (1 + i %% %(applicants)s), 'nguyen van ' || (1 + i %% %(applicants)s),
  case when i %% 50 = 0 then 'appraising' else 'result_returned' end, now(), now() - interval '9 days',
  now() - interval '9 days', 5, 'working_day', now() - interval '1 day', now() - interval '1 day', %(why)s::jsonb,
  i %% 50 = 0, 0, 0, 15000, true, '', 5, now(), 1 + i %% %(agencies)s, 1 + i %% %(applicants)s,
  1 + i %% %(applicants)s, 1 + i %% %(procedures)s, 1 + i %% %(agencies)s
from generate_series(%(first)s, %(last)s) i
"""
_EVENTS = """
insert into dossiers_dossierevent (id, kind, from_state, to_state, at, recorded_at, actor_name, source, external_id,
  public_note, reasons, facts, dossier_id, unit_id)
select i * 4 + n, s.kind, s.before, s.kind, now() - interval '9 days' + n * interval '1 day', now(), 'Trần Thị Bình',
  'staff', '', '', '[]', %(facts)s::jsonb, i, 1 + i %% %(agencies)s
from generate_series(%(first)s, %(last)s) i,
  (values (0, 'accepted', ''), (1, 'assigned', 'accepted'), (2, 'appraising', 'assigned'),
          (3, 'result_returned', 'appraising')) s(n, kind, before)
"""
_INDEXES = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, i.indrelid::regclass::text,
  pg_get_constraintdef(c.oid)
from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'u'
where i.indrelid = any(%s::regclass[]) and not i.indisprimary
"""


def fill(dossiers: int) -> None:
    """Bring the configured database to `dossiers` dossiers; does nothing when it has them."""
    from django.db import connection

    from dossiers.models import Dossier

    if Dossier.objects.filter(pk=dossiers).exists():
        return
    started = time.monotonic()
    _few_rows()
    values = _values(dossiers)
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set synchronous_commit = off")
        cursor.execute(_INDEXES, [list(TABLES)])
        indexes = cursor.fetchall()
        for name, _definition, constraint, table, _text in indexes:
            cursor.execute(f"alter table {table} drop constraint {constraint}" if constraint else f"drop index {name}")
        for first in range(1, values["applicants"] + 1, CHUNK):
            last = min(first + CHUNK - 1, values["applicants"])
            cursor.execute(_APPLICANTS, {**values, "first": first, "last": last})
        for first in range(1, dossiers + 1, CHUNK):
            span = {**values, "first": first, "last": min(first + CHUNK - 1, dossiers)}
            cursor.execute(_DOSSIERS, span)
            cursor.execute(_EVENTS, span)
            print(f"{span['last']:>9,} dossiers  {time.monotonic() - started:6.0f} s", flush=True)
        cursor.execute("set maintenance_work_mem = '512MB'")
        for _name, definition, constraint, table, text in indexes:
            cursor.execute(f"alter table {table} add constraint {constraint} {text}" if constraint else definition)
        cursor.execute("vacuum (analyze) dossiers_applicant, dossiers_dossier, dossiers_dossierevent")
    print(f"filled in {time.monotonic() - started:.0f} s", flush=True)


def _values(dossiers: int) -> dict:
    from dossiers.deadlines.due import DEFAULT_WEEK, ZONE, TimeLimit, Unit, WorkingCalendar, due
    from dossiers.privacy.sealing import seal

    received = dt.datetime(2026, 11, 16, 8, 30, tzinfo=ZONE)
    why = due(received, TimeLimit(5, Unit.WORKING_DAY), WorkingCalendar(DEFAULT_WEEK)).explanation.as_dict()
    facts = {
        "code": "H80.10-20261116-0000001",
        "procedure": "Thủ tục hành chính",
        "agency": "Trung tâm",
        "due_at": None,
    }
    return {
        "agencies": AGENCIES,
        "procedures": PROCEDURES,
        "applicants": max(1000, dossiers // 5),
        "why": json.dumps(why, ensure_ascii=False),
        "facts": json.dumps(facts, ensure_ascii=False),
        "id_number": seal("080085001234", "id_number"),
        "phone": seal("+84912345678", "phone"),
    }


def _few_rows() -> None:
    from dossiers.models import Agency, AgencyVersion, Hotline, Procedure, Unit

    for number in range(1, AGENCIES + 1):
        name = f"Trung tâm Phục vụ hành chính công xã số {number}"
        agency = Agency.objects.create(id=number, code=f"H80.{number:03}", kind="centre", name=name)
        AgencyVersion.objects.create(
            agency=agency, name=name, code=agency.code, address="Số 1 đường Chính", valid_from=dt.date(2015, 1, 1)
        )
        Unit.objects.create(id=number, agency=agency, code="mot-cua", name="Bộ phận Một cửa")
        Hotline.objects.create(agency=agency, label="Hướng dẫn", phone="02723874001", hours="Giờ hành chính")
    for number in range(1, PROCEDURES + 1):
        Procedure.objects.create(id=number, code=f"1.{number:06}", name=f"Thủ tục hành chính số {number}")


if __name__ == "__main__":
    import django

    django.setup()
    fill(int(sys.argv[1]))
