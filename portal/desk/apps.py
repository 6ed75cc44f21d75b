"""The staff desk's admin site takes the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "portal.desk.site.DeskSite"
    verbose_name = "Bàn làm việc"
