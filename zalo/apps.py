from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kênh Zalo"

    def ready(self) -> None:
        # Message kinds and listeners register themselves on import.
        from zalo import listeners, tasks  # noqa: F401
        from zalo.messages import texts as message_texts  # noqa: F401
