"""Enter the receipts printed so far in their register, under the numbers they bear.

Until now a receipt's paper bore the id of its row. Those papers are in people's hands and stay as they are; the series
of the year goes on after the highest of them, so that no number is given twice.
"""

import json
import zoneinfo

from django.db import migrations
from django.db.models import Q

ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")


def register_printed(apps, schema_editor):
    IssuedPaper = apps.get_model("dossiers", "IssuedPaper")
    Counter = apps.get_model("dossiers", "Counter")
    highest, seen = {}, set()
    printed = IssuedPaper.objects.filter(form_code="receipt", receipt__isnull=False)
    unregistered = printed.filter(Q(register_number__isnull=True)).select_related("receipt")
    for paper in unregistered.order_by("id").iterator(chunk_size=500):
        if paper.receipt_id in seen:
            # Printed twice at the same moment: the first is the receipt's paper, the other stays with its dossier.
            paper.dossier = paper.receipt.dossiers.order_by("id").first()
            paper.receipt = None
            paper.save(update_fields=["dossier", "receipt"])
            continue
        seen.add(paper.receipt_id)
        head = json.loads(paper.context)["head"]
        year = paper.receipt.issued_at.astimezone(ZONE).year
        series = f"paper:receipt:{paper.receipt.agency_id}:{year}"
        paper.register_agency_id = paper.receipt.agency_id
        paper.register_year = year
        paper.register_number = head["number"]
        paper.number = f"{head['number']:02d}/{head['symbol']}"
        paper.save(update_fields=["register_agency", "register_year", "register_number", "number"])
        highest[series] = max(highest.get(series, 0), head["number"])
    for series, number in highest.items():
        Counter.objects.update_or_create(key=series, defaults={"last": number})


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_postgres_accelerators")]

    operations = [migrations.RunPython(register_printed, migrations.RunPython.noop, elidable=True)]
