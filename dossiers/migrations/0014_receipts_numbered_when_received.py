"""A receipt's number is given when it is received: those printed keep theirs, the others follow in order of receiving.

Until now the number came with the first printing, so numbers and days of intake ran against each other; what was
received before and never printed stands after what was printed.
"""

import zoneinfo

from django.conf import settings
from django.db import migrations, models
from django.db.models import Min

ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
CHUNK = 1000


def enter_received(apps, schema_editor):
    IssuedPaper = apps.get_model("dossiers", "IssuedPaper")
    Receipt = apps.get_model("dossiers", "Receipt")
    Counter = apps.get_model("dossiers", "Counter")
    printed = IssuedPaper.objects.filter(
        form_code="receipt", receipt__isnull=False, register_number__isnull=False
    ).values_list("receipt_id", "register_year", "register_number")
    for receipt, year, number in printed.iterator(chunk_size=CHUNK):
        Receipt.objects.filter(pk=receipt).update(register_year=year, register_number=number)
    last = {}
    waiting = []
    rows = Receipt.objects.filter(register_number__isnull=True, dossiers__received_at__isnull=False)
    rows = rows.annotate(received=Min("dossiers__received_at")).order_by("received", "id")
    for receipt in rows.iterator(chunk_size=CHUNK):
        year = receipt.received.astimezone(ZONE).year
        key = f"paper:receipt:{receipt.agency_id}:{year}"
        if key not in last:
            last[key] = Counter.objects.filter(key=key).values_list("last", flat=True).first() or 0
        last[key] += 1
        receipt.register_year, receipt.register_number = year, last[key]
        waiting.append(receipt)
        if len(waiting) == CHUNK:
            Receipt.objects.bulk_update(waiting, ["register_year", "register_number"])
            waiting = []
    Receipt.objects.bulk_update(waiting, ["register_year", "register_number"])
    for key, number in last.items():
        Counter.objects.update_or_create(key=key, defaults={"last": number})


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0013_counter_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='receipt',
            name='register_number',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='số thứ tự trong sổ'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='register_year',
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name='sổ năm'),
        ),
        migrations.RunPython(enter_received, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('register_number__isnull', False)), fields=('agency', 'register_year', 'register_number'), name='receipt_register_line_once'),
        ),
    ]
