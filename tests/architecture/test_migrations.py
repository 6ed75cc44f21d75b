"""Migrations a running version survives: the structure changes first, then one process after another is renewed.

Read from the operations of every migration newer than BEFORE. One that must do more says in its class why nothing that
runs is harmed, `two_versions = "…"`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

BEFORE = {
    "dossiers": 25,
    "feedback": 7,
    "zalo": 12,
    "access": 2,
    "api": 2,
    "audit": 1,
    "content": 5,
    "correspondence": 1,
    "datasets": 4,
    "print_studio": 1,
    "reporting": 5,
    "submission": 1,
    "transfer": 2,
}
"""The newest migration of each app when this began to be asked; nothing before ran anywhere while it was changed."""
GONE = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
LARGE = {
    "dossiers": {"dossier", "dossierevent", "applicant", "receipt", "holding", "personaldataread"},
    "zalo": {"outboxmessage", "contact", "inboxevent", "broadcastrecipient", "chatmessage"},
    "feedback": {"case", "rating"},
    "api": {"delivery"},
}
"""Tables of millions of rows: no index is built on them while writers wait."""


def faults(app: str, migration: migrations.Migration, before: ProjectState) -> Iterator[str]:
    """Yield what would break, or hold up, the version that runs while this is applied."""
    if getattr(migration, "two_versions", ""):
        return
    state, made = before.clone(), set()
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif (said := _fault(app, operation, state)) and not _is_new(operation, made):
            yield f"{operation.describe()}: {said}"
        elif isinstance(operation, migrations.RunPython | migrations.RunSQL) and migration.atomic:
            yield f"{operation.describe()}: rows are changed in one transaction; atomic = False, and in pieces"
        operation.state_forwards(app, state)


def _fault(app: str, operation, state: ProjectState) -> str:
    if isinstance(operation, GONE):
        return "the version that runs still reads it; drop it a release after nothing names it"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        nothing = field.null or field.many_to_many or field.has_db_default()
        return "" if nothing else "the version that runs inserts without it; null=True or db_default"
    if isinstance(operation, migrations.AlterField):
        return _narrower(state.models[app, operation.model_name_lower].fields[operation.name], operation.field)
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        left = [each for each in operation.state_operations if isinstance(each, migrations.RemoveField)]
        fields = [state.models[app, each.model_name_lower].fields[each.name] for each in left]
        bare = [field for field in fields if not (field.null or field.has_db_default())]
        return "the new version inserts without the column that stays; null=True or db_default" if bare else ""
    large = getattr(operation, "model_name", "").lower() in LARGE.get(app, ())
    if isinstance(operation, migrations.AddIndex) and not isinstance(operation, AddIndexConcurrently) and large:
        return "writers wait until it is built; AddIndexConcurrently"
    if isinstance(operation, migrations.AddConstraint) and large:
        return "the whole table is read under a lock; AddConstraintNotValid, then ValidateConstraint"
    return ""


def _narrower(old: models.Field, new: models.Field) -> str:
    if old.null and not new.null:
        return "the version that runs may write NULL"
    if old.get_internal_type() != new.get_internal_type():
        return "the table is written anew under a lock"
    if (old.max_length or 0) > (new.max_length or old.max_length or 0):
        return "the version that runs may write longer"
    return ""


def _is_new(operation, made: set[str]) -> bool:
    return getattr(operation, "model_name", getattr(operation, "name", "")).lower() in made


def test_a_running_version_survives_every_migration():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    found = []
    for (app, name), migration in loader.disk_migrations.items():
        number = name.partition("_")[0]
        if app in BEFORE and number.isdigit() and int(number) > BEFORE[app]:
            state = loader.project_state([(app, name)], at_end=False)
            found += [f"{app}.{name}: {said}" for said in faults(app, migration, state)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        (migrations.RemoveField("dossier", "note"), "still reads it"),
        (migrations.RenameField("dossier", "note", "words"), "still reads it"),
        (migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("dossier", "note")]), ""),
        (migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("dossier", "code")]), "stays"),
        (migrations.DeleteModel("Dossier"), "still reads it"),
        (migrations.AddField("dossier", "kind", models.CharField(max_length=9, default="")), "inserts without it"),
        (migrations.AddField("dossier", "kind", models.CharField(max_length=9, db_default="")), ""),
        (migrations.AddField("dossier", "kind", models.CharField(max_length=9, null=True)), ""),
        (migrations.AlterField("dossier", "note", models.CharField(max_length=50, null=True)), "may write longer"),
        (migrations.AlterField("dossier", "note", models.CharField(max_length=200)), "may write NULL"),
        (migrations.AlterField("dossier", "note", models.TextField(null=True)), "written anew"),
        (migrations.AlterField("dossier", "note", models.CharField(max_length=200, null=True)), ""),
        (migrations.AddIndex("dossier", models.Index(fields=["note"], name="x")), "writers wait"),
        (AddIndexConcurrently("dossier", models.Index(fields=["note"], name="x")), ""),
        (migrations.RunPython(migrations.RunPython.noop), "one transaction"),
    ],
)
def test_what_would_break_it_is_named(operation, says):
    fields = [("id", models.BigAutoField(primary_key=True)), ("note", models.CharField(max_length=100, null=True))]
    fields.append(("code", models.CharField(max_length=20)))
    state = ProjectState({("dossiers", "dossier"): ModelState("dossiers", "Dossier", fields)})
    migration = migrations.Migration("9999_x", "dossiers")
    migration.operations = [operation]
    said = list(faults("dossiers", migration, state))
    assert [each for each in said if says in each] if says else not said, said
    migration.two_versions = "không bản nào đang chạy dùng nó"
    assert not list(faults("dossiers", migration, state))


@pytest.mark.parametrize("rows", [migrations.RunPython(migrations.RunPython.noop), migrations.RunSQL("SELECT 1")])
def test_a_table_made_beside_them_excuses_no_change_of_rows(rows):
    made = migrations.CreateModel("Beside", [("id", models.BigAutoField(primary_key=True))])
    migration = migrations.Migration("9999_x", "dossiers")
    migration.operations = [made, rows]
    assert "one transaction" in "".join(faults("dossiers", migration, ProjectState()))
    migration.atomic = False
    assert not list(faults("dossiers", migration, ProjectState()))
