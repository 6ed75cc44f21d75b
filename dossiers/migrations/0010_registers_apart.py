"""Give every applicant's row to one agency: a row that several agencies' dossiers named is copied for each of them.

In batches of a transaction each, so that millions of rows hold no long lock, and a run that was broken off is simply
started again: rows with an agency are passed by, and only what still points across registers is copied.
"""

from django.db import migrations, transaction

BATCH = 20_000
FIRST_SEEN = """
    UPDATE dossiers_applicant SET agency_id = COALESCE(
        (SELECT d.agency_id FROM dossiers_dossier d WHERE d.owner_id = dossiers_applicant.id ORDER BY d.id LIMIT 1),
        (SELECT d.agency_id FROM dossiers_dossier d WHERE d.submitter_id = dossiers_applicant.id ORDER BY d.id LIMIT 1),
        (SELECT r.agency_id FROM dossiers_receipt r WHERE r.submitter_id = dossiers_applicant.id ORDER BY r.id LIMIT 1)
    ) WHERE agency_id IS NULL AND id > %s AND id <= %s
"""
POINTERS = (
    ("dossiers_dossier", "owner_id"),
    ("dossiers_dossier", "submitter_id"),
    ("dossiers_receipt", "submitter_id"),
)
SHARED = " UNION ".join(
    f"SELECT a.id, p.agency_id FROM dossiers_applicant a JOIN {table} p ON p.{column} = a.id "
    "WHERE a.id > %s AND a.id <= %s AND p.agency_id <> a.agency_id"
    for table, column in POINTERS
)


def keep_apart(apps, schema_editor):
    connection = schema_editor.connection
    Applicant = apps.get_model("dossiers", "Applicant")
    last = Applicant.objects.using(connection.alias).order_by("-id").values_list("id", flat=True).first() or 0
    columns = ", ".join(
        connection.ops.quote_name(field.column)
        for field in Applicant._meta.concrete_fields
        if field.name not in {"id", "agency"}
    )
    copy = (
        f"INSERT INTO dossiers_applicant (agency_id, {columns}) SELECT %s, {columns} FROM dossiers_applicant "
        "WHERE id = %s RETURNING id"
    )
    for first in range(0, last, BATCH):
        batch = [first, first + BATCH]
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(FIRST_SEEN, batch)
            cursor.execute(SHARED, batch * len(POINTERS))
            for person, agency in sorted(cursor.fetchall()):
                cursor.execute(copy, [agency, person])
                ((own,),) = cursor.fetchall()
                for table, column in POINTERS:
                    cursor.execute(
                        f"UPDATE {table} SET {column} = %s WHERE {column} = %s AND agency_id = %s",
                        [own, person, agency],
                    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0009_facts_by_agency")]

    operations = [migrations.RunPython(keep_apart, migrations.RunPython.noop)]
