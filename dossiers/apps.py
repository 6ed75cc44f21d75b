from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = "Hồ sơ một cửa"

    def ready(self):
        from dossiers.deadlines import lateness_defaults, national_defaults

        post_migrate.connect(national_defaults.ensure, sender=self)
        post_migrate.connect(lateness_defaults.ensure, sender=self)
