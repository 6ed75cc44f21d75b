from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "portal.content"
    label = "content"
    verbose_name = "Nội dung"

    def ready(self) -> None:
        from portal.content import information
        from zalo.chat import support

        support.lead_also_to(information.of_the_province)
