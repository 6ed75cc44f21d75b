"""A receipt that was received before numbers came with receiving gets its number: printed ones keep theirs.

The others follow in order of receiving, after what was printed. In batches of a transaction each, the register's counter
locked for the batch alone: people go on working beside it, and a run that was broken off is simply started again, for
what has its number is passed by. Measured by tests/bench/bulk/migrations.py.
"""

import zoneinfo

from django.db import migrations, transaction
from django.db.models import Min

ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
BATCH = 5000
WRITE = (
    "UPDATE dossiers_receipt SET register_year = %s, register_number = %s WHERE id = %s AND register_number IS NULL"
)


def number_received(apps, schema_editor):
    IssuedPaper = apps.get_model("dossiers", "IssuedPaper")
    Receipt = apps.get_model("dossiers", "Receipt")
    printed = IssuedPaper.objects.filter(
        form_code="receipt", register_number__isnull=False, receipt__register_number=None
    ).values_list("register_year", "register_number", "receipt_id")
    for batch in batches(printed.exclude(receipt=None).iterator(chunk_size=BATCH)):
        write(schema_editor.connection, batch)
    rows = Receipt.objects.filter(register_number=None, dossiers__received_at__isnull=False)
    rows = rows.annotate(received=Min("dossiers__received_at")).order_by("received", "id")
    waiting = rows.values_list("id", "agency_id", "received")
    for batch in batches(waiting.iterator(chunk_size=BATCH)):
        with transaction.atomic(using=schema_editor.connection.alias):
            write(schema_editor.connection, numbered(apps, batch))


def batches(rows):
    """Yield the rows in lists of BATCH."""
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def numbered(apps, batch):
    """Return (year, number, id) of each receipt, the counters of their registers gone on and locked until commit."""
    Counter = apps.get_model("dossiers", "Counter")
    keys = {}
    for pk, agency, received in batch:
        year = received.astimezone(ZONE).year
        keys.setdefault(f"paper:receipt:{agency}:{year}", (year, []))[1].append(pk)
    Counter.objects.bulk_create([Counter(key=key) for key in sorted(keys)], ignore_conflicts=True)
    found = []
    for counter in Counter.objects.select_for_update().filter(key__in=list(keys)).order_by("key"):
        year, ids = keys[counter.key]
        found += [(year, counter.last + place, pk) for place, pk in enumerate(ids, start=1)]
        counter.last += len(ids)
        counter.save(update_fields=["last"])
    return found


def write(connection, rows):
    with connection.cursor() as cursor:
        cursor.executemany(WRITE, rows)


class Migration(migrations.Migration):
    atomic = False

    # It landed beside the one it stands behind; nothing of it needs the other.
    dependencies = [("dossiers", "0017_training_and_long_acts")]

    operations = [migrations.RunPython(number_received, migrations.RunPython.noop)]
