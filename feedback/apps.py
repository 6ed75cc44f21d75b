from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Tiếng nói người dân"

    def ready(self):
        from dossiers.deadlines import rule_registry
        from feedback import defaults, listeners
        from feedback.lateness import rules
        from feedback.petitions import guide

        listeners.connect()
        rule_registry.register(rules.RULES)
        rule_registry.register(guide.RULES)
        post_migrate.connect(defaults.install, sender=self, dispatch_uid="feedback-defaults")
