from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "portal.reporting"
    label = "reporting"
    verbose_name = "Số liệu, báo cáo"

    def ready(self) -> None:
        from dossiers.admin import panels
        from dossiers.deadlines import rule_registry
        from dossiers.lookup import asked_after
        from feedback.ratings import results
        from portal.reporting import kept_results, tariff
        from portal.reporting.questions import asked, panel

        rule_registry.register(tariff.RULES)
        results.kept.append(kept_results.read)
        panels.DOSSIER.register(panel.panel)
        asked_after.listeners.append(asked.heard)
