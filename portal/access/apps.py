from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "portal.access"
    label = "access"
    verbose_name = "Đăng nhập"

    def ready(self) -> None:
        from portal.access import places, sessions
        from portal.desk import notices

        sessions.register()
        if places.told_before_the_end not in notices.SOURCES:
            notices.SOURCES.append(places.told_before_the_end)
