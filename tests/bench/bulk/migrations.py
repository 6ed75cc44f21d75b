# ruff: noqa: E402 (Django is set up before its models can be imported)
"""The migrations of data on a province's rows: how long, how long one lock at most, and going on after a break.

    DATABASE_URL=postgresql://…/empty python -m tests.bench.bulk.migrations [--rows 1000000]

Needs an empty database with the newest structure. Writes as many applicants without an agency, receipts without a
number and dossiers as asked, every fiftieth dossier of a person another agency knows; breaks each migration off in its
third batch, starts it again, and counts what is left undone.
"""

from __future__ import annotations

import argparse
import importlib
import os
import time
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Count, F

from dossiers.models import Agency, Applicant, Dossier, Field, Procedure, Receipt
from portal.seeding.bulk import NULL, Table

AGENCIES = 200
STEPS = (
    ("0010_registers_apart", "keep_apart", "người nộp về sổ từng cơ quan"),
    ("0018_number_received", "number_received", "giấy tiếp nhận được đánh số"),
)


class Broken(Exception):
    """The plug was pulled."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    if connection.vendor != "postgresql" or Dossier.objects.exists():
        raise SystemExit("Cần DATABASE_URL của một cơ sở dữ liệu PostgreSQL trống, chỉ để đo.")
    began = time.monotonic()
    fill(rows)
    print(f"{rows} hồ sơ, giấy tiếp nhận, người nộp: ghi trong {time.monotonic() - began:.0f} s")
    for module, name, words in STEPS:
        migrate = getattr(importlib.import_module(f"dossiers.migrations.{module}"), name)
        stopped, _ = run(migrate, stop_at=3)
        seconds, longest = run(migrate)
        print(f"{words}: ngắt ở lô thứ ba sau {stopped:.0f} s; chạy lại {seconds:.0f} s,", end=" ")
        print(f"giao dịch dài nhất {longest:.2f} s")
    print("còn sót:", left())


def fill(rows: int) -> None:
    """Write the rows as they stood before the two migrations, by INSERT … SELECT."""
    agencies = [Agency.objects.create(code=f"B{n:03d}", kind="centre", name=f"Trung tâm {n}") for n in range(AGENCIES)]
    procedure = Procedure.objects.create(
        code="9.999999", name="Thủ tục đo", field=Field.objects.get_or_create(name="Đo")[0]
    )
    agency = f"{agencies[0].pk} + n %% {AGENCIES}"
    moment = "timestamptz '2026-01-05 01:00+00' + n %% 400 * interval '1 day' + n %% 30000 * interval '1 second'"
    number = "'B' || n"
    write(Applicant, rows, id="n", full_name=number, name_folded=number, created_at="now()", updated_at="now()")
    write(
        Receipt, rows, id="n", number=number, agency=agency, submitter="n", token="'t' || n || 'xxxxxxxxxxxxxxxx'",
        issued_at=moment,
    )  # fmt: skip
    owner = "CASE WHEN n %% 50 = 0 THEN n - 1 ELSE n END"  # who is known to another agency too
    write(
        Dossier, rows, id="n", code=number, token="'d' || n || 'xxxxxxxxxxxxxxxx'", agency=agency,
        procedure=str(procedure.pk), owner=owner, submitter="n", receipt="n", state="'accepted'",
        state_changed_at=moment, submitted_at=moment, received_at=moment, updated_at="now()",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write(model: type[models.Model], rows: int, **given: str) -> None:
    """Write rows 1…`rows` of the model: `given` are SQL of n by field name, the model's defaults elsewhere."""
    table = Table(model)
    values = ["NULL" if value == NULL else f"'{value}'" for value in table.blank]
    for name, sql in given.items():
        values[table.at[name]] = sql
    columns = ", ".join(f'"{column}"' for column in table.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table.name}" ({columns}) SELECT {", ".join(values)} FROM generate_series(1, %s) n', [rows]
        )
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), %s)", [rows])


def run(migrate, *, stop_at: int = 0) -> tuple[float, float]:
    """Return the seconds of the migration and of its longest transaction; broken off in one of its batches if asked."""
    whole, lengths, real = time.monotonic(), [], transaction.atomic

    class Timed:
        def __init__(self, **options):
            self.block = real(**options)

        def __enter__(self):
            self.began = time.monotonic()
            return self.block.__enter__()

        def __exit__(self, kind, error, trace):
            lengths.append(time.monotonic() - self.began)
            if stop_at and len(lengths) >= stop_at:
                self.block.__exit__(Broken, Broken(), None)
                raise Broken
            return self.block.__exit__(kind, error, trace)

    with connection.schema_editor(atomic=False) as editor, mock.patch.object(transaction, "atomic", Timed):
        try:
            migrate(apps, editor)
        except Broken:
            pass
    return time.monotonic() - whole, max(lengths)


def left() -> dict[str, int]:
    """Return what should have been done and is not, by name."""
    doubled = Receipt.objects.values("agency", "register_year", "register_number").annotate(many=Count("pk"))
    return {
        "người nộp chưa về sổ": Applicant.objects.filter(agency=None).count(),
        "hồ sơ trỏ sang sổ khác": Dossier.objects.exclude(owner__agency=F("agency")).count(),
        "giấy tiếp nhận chưa có số": Receipt.objects.filter(register_number=None).count(),
        "số trùng": doubled.filter(many__gt=1).count(),
    }


if __name__ == "__main__":
    main()
