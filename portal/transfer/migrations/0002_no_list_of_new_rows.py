from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('transfer', '0001_tables_brought_in'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='senttable',
            name='made',
        ),
    ]
