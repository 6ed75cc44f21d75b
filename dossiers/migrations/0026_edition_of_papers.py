import json

from django.db import migrations, models

# As the form of a version names them in its history.
BY_HAND = {"giấy tờ phải nộp", "trường hợp"}


def mark_what_people_changed(apps, schema_editor):
    """Mark every version of a procedure whose papers or cases somebody changed: later versions carried that over."""
    entries = apps.get_model("admin", "LogEntry").objects.filter(
        content_type__app_label="dossiers", content_type__model="procedureversion", action_flag=2
    )
    versions = apps.get_model("dossiers", "ProcedureVersion").objects
    for object_id, message in entries.values_list("object_id", "change_message").iterator():
        if str(object_id).isdigit() and _names_papers(message):
            procedures = versions.filter(pk=int(object_id)).values("procedure_id")
            versions.filter(procedure_id__in=procedures).update(papers_by_hand=True)


def _names_papers(message: str) -> bool:
    try:
        acts = json.loads(message)
    except ValueError:
        return False
    if not isinstance(acts, list):
        return False
    said = [part for act in acts if isinstance(act, dict) for part in act.values() if isinstance(part, dict)]
    return any(part.get("name") in BY_HAND for part in said)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("dossiers", "0025_ready_reasons_of_corrections"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="procedureversion",
            name="papers_edition",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="procedureversion",
            name="papers_by_hand",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="giấy tờ đã sửa tay"
            ),
        ),
        migrations.RunPython(mark_what_people_changed, migrations.RunPython.noop),
    ]
