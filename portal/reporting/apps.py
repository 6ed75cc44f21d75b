from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "portal.reporting"
    label = "reporting"
    verbose_name = "Số liệu, báo cáo"

    def ready(self) -> None:
        from dossiers.deadlines import rule_registry
        from portal.reporting import tariff

        rule_registry.register(tariff.RULES)
