from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Tiếng nói người dân"

    def ready(self):
        from feedback import defaults, listeners

        listeners.connect()
        post_migrate.connect(defaults.install, sender=self, dispatch_uid="feedback-defaults")
