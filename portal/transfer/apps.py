from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "portal.transfer"
    label = "transfer"
    verbose_name = "Chuyển dữ liệu"

    def ready(self) -> None:
        from portal.transfer import bringing  # noqa: F401 (registers its long acts)
