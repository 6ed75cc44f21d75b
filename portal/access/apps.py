from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "portal.access"
    label = "access"
    verbose_name = "Đăng nhập"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from portal.access import factor, places, sessions
        from portal.desk import notices

        user_logged_in.connect(factor.mark, dispatch_uid="portal.access.factor")
        sessions.register()
        if places.told_before_the_end not in notices.SOURCES:
            notices.SOURCES.append(places.told_before_the_end)
