from django.apps import AppConfig


class PrintStudioConfig(AppConfig):
    name = "portal.print_studio"
    label = "print_studio"
    verbose_name = "Ấn phẩm"

    def ready(self) -> None:
        from portal.print_studio import packing, scans  # noqa: F401  (registers the long act)

        scans.listen()
