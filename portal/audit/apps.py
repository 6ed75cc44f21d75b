from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "portal.audit"
    label = "audit"
    verbose_name = "Kiểm tra nhật ký"

    def ready(self) -> None:
        from portal.audit import exporting, triggers  # noqa: F401 (a worker knows the long act by it)

        pre_migrate.connect(triggers.before_migrating, sender=self, dispatch_uid="audit-triggers-off")
        post_migrate.connect(triggers.after_migrating, sender=self, dispatch_uid="audit-triggers-on")
