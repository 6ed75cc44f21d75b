"""Sums by agency beside the daily figures, filled from the days that are counted already."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Sum

COUNTS = (
    "received", "online", "settled", "stopped", "unreceived", "promised", "kept", "early", "on_day", "late", "waited",
    "wait_seconds",
)


def fill(apps, _schema_editor):
    apart = apps.get_model("reporting", "DossierDay").objects.order_by()
    whole = apps.get_model("reporting", "AgencyDay")
    rows = apart.values("day", "agency_id").annotate(**{f"n_{name}": Sum(name) for name in COUNTS})
    made = (
        whole(day=row["day"], agency_id=row["agency_id"], **{name: row[f"n_{name}"] for name in COUNTS})
        for row in rows.iterator(chunk_size=5000)
    )
    whole.objects.bulk_create(made, batch_size=5000)


class Migration(migrations.Migration):

    dependencies = [
        ("reporting", "0001_daily_figures_and_reports"),
    ]

    operations = [
        migrations.CreateModel(
            name='AgencyDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='ngày')),
                ('received', models.PositiveIntegerField(default=0, verbose_name='tiếp nhận')),
                ('online', models.PositiveIntegerField(default=0, verbose_name='trong đó trực tuyến')),
                ('settled', models.PositiveIntegerField(default=0, verbose_name='giải quyết xong')),
                ('stopped', models.PositiveIntegerField(default=0, verbose_name='trong đó dừng, trả lại')),
                ('unreceived', models.PositiveIntegerField(default=0, verbose_name='trong đó chưa từng tiếp nhận')),
                ('promised', models.PositiveIntegerField(default=0, verbose_name='xong, có ngày hẹn đầu')),
                ('kept', models.PositiveIntegerField(default=0, verbose_name='xong, đúng ngày hẹn đầu')),
                ('early', models.PositiveIntegerField(default=0, verbose_name='xong trước hạn')),
                ('on_day', models.PositiveIntegerField(default=0, verbose_name='xong đúng hạn')),
                ('late', models.PositiveIntegerField(default=0, verbose_name='xong quá hạn')),
                ('waited', models.PositiveIntegerField(default=0, verbose_name='xong, biết ngày nhận')),
                ('wait_seconds', models.PositiveBigIntegerField(default=0, verbose_name='tổng thời gian chờ (giây)')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='dossiers.agency')),
            ],
            options={
                'verbose_name': 'số hồ sơ theo ngày, cơ quan',
                'verbose_name_plural': 'số hồ sơ theo ngày, cơ quan',
                'indexes': [models.Index(fields=['day'], name='agency_day_day')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'day'), name='agency_day_once')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
