"""Whether a file is the result follows from the state of its dossier: the mark beside it, set late, is dropped."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0020_receipt_numbers_by_their_signs")]

    operations = [migrations.RemoveField(model_name="attachment", name="is_result")]
