from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "portal.datasets"
    label = "datasets"
    verbose_name = "Gói tra cứu"

    def ready(self):
        from portal.datasets import chat, notices, pages

        chat.register()
        notices.register()
        pages.register()
