from django.apps import AppConfig


class SubmissionConfig(AppConfig):
    name = "portal.submission"
    label = "submission"
    verbose_name = "Nộp trực tuyến"

    def ready(self) -> None:
        from dossiers.admin import panels
        from portal.submission import panel

        panels.DOSSIER.register(panel.filed_online)
