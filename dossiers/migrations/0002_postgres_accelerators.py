from django.db import migrations

from dossiers.lists import accelerators


def build(apps, schema_editor):
    sentence = accelerators.build(schema_editor.connection)
    if sentence:
        print(f"\n{sentence}")


def drop(apps, schema_editor):
    accelerators.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [migrations.RunPython(build, drop)]
