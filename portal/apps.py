from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Cổng thông tin"

    def ready(self):
        from portal import checks, message_files  # noqa: F401
        from portal.desk import roles

        message_files.register()
        # Django tells only apps with models; the core has them.
        post_migrate.connect(roles.ensure, sender=apps.get_app_config("dossiers"))
