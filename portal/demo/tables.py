"""The tables of a new demonstration: straight from the models, as the tests make them, in seconds and not a minute."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings


def prepare() -> None:
    """Bring the database to the newest shape. One that is kept is migrated; a new one is only noted as migrated.

    What an installation starts with is put in after every migrate (post_migrate), and changes of old rows find none.
    """
    if not connection.introspection.table_names():
        with override_settings(MIGRATION_MODULES={app.label: None for app in apps.get_app_configs()}):
            call_command("migrate", run_syncdb=True, verbosity=0)
        call_command("migrate", fake=True, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
