"""The core wired up: what is written after each migrate, and what the search index watches."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = "Hồ sơ một cửa"

    def ready(self):
        from dossiers import tasks  # noqa: F401
        from dossiers.catalogue.importing import catalogue_loaded
        from dossiers.deadlines import lateness_defaults, national_defaults, rule_registry
        from dossiers.procedure_search import current
        from dossiers.workflow import ready_reasons

        rule_registry.register(national_defaults.RULES)
        rule_registry.register(lateness_defaults.RULES)
        post_migrate.connect(rule_registry.install, sender=self)
        post_migrate.connect(national_defaults.ensure, sender=self)
        post_migrate.connect(lateness_defaults.ensure, sender=self)
        post_migrate.connect(ready_reasons.ensure, sender=self)
        for model in current.READ_BY_THE_INDEX:
            post_save.connect(current.touched, sender=model)
            post_delete.connect(current.touched, sender=model)
        catalogue_loaded.connect(current.touched)
