from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "portal.correspondence"
    label = "correspondence"
    verbose_name = "Văn thư, nhiệm vụ"
