from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "portal.transfer"
    label = "transfer"
    verbose_name = "Chuyển dữ liệu"

    def ready(self) -> None:
        # Both register their long acts.
        from portal.transfer import bringing  # noqa: F401
        from portal.transfer.everyday import longer  # noqa: F401
