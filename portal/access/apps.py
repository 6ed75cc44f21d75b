from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "portal.access"
    label = "access"
    verbose_name = "Đăng nhập"

    def ready(self) -> None:
        from portal.access import sessions

        sessions.register()
