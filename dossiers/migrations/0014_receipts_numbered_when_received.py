"""A receipt's number is given when it is received: the columns of its line in the register.

Those received before get theirs in 0018_number_received, in batches: here they would hold the table until the last.
"""

from django.conf import settings
from django.db import migrations, models


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
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(condition=models.Q(('register_number__isnull', False)), fields=('agency', 'register_year', 'register_number'), name='receipt_register_line_once'),
        ),
    ]
