from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kênh Zalo"

    def ready(self) -> None:
        # Message kinds and listeners register themselves on import.
        from dossiers.admin.setup import going_live
        from dossiers.deadlines import rule_registry
        from zalo import listeners, tasks  # noqa: F401
        from zalo.account import agencies_served
        from zalo.broadcasts import limits
        from zalo.messages import texts as message_texts  # noqa: F401

        rule_registry.register(limits.RULES)
        going_live.register("Official Account (gắn cơ quan vào tài khoản)", agencies_served.with_account)
        going_live.register("mẫu tin cho mọi bước", agencies_served.with_templates, must=False)
