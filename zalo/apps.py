from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kênh Zalo"

    def ready(self) -> None:
        # Message kinds and listeners register themselves on import.
        from zalo import listeners, message_texts, tasks  # noqa: F401
