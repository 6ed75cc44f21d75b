from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CorrespondenceConfig(AppConfig):
    name = "portal.correspondence"
    label = "correspondence"
    verbose_name = "Văn thư, nhiệm vụ"

    def ready(self) -> None:
        from portal.correspondence import distribution, reminder_rules, rollout, waiting

        post_migrate.connect(reminder_rules.ensure, sender=self)
        distribution.register()
        rollout.register()
        waiting.register()
