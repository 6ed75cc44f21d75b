from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "portal.correspondence"
    label = "correspondence"
    verbose_name = "Văn thư, nhiệm vụ"

    def ready(self) -> None:
        from dossiers.deadlines import rule_registry
        from portal.correspondence import distribution, reminder_rules, rollout, waiting

        rule_registry.register(reminder_rules.RULES)
        distribution.register()
        rollout.register()
        waiting.register()
