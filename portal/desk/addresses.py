"""Addresses of the desk that belong to no list: quick find, the bell, help, long acts, colleagues."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path


def of(site: AdminSite) -> list[URLPattern]:
    """Return them, each behind the site's sign-in."""
    from dossiers.admin import long_act_page
    from portal.desk import bell, colleague, find, help_pages

    page = site.admin_view
    return [
        path("tim-nhanh/", page(find.view), name="desk_find"),
        path("chuong/", page(bell.view), name="desk_bell"),
        path("tro-giup/", page(help_pages.index), name="desk_help"),
        path("tro-giup/da-hoc/", page(help_pages.trained), name="desk_trained"),
        path("tro-giup/<slug:slug>/", page(help_pages.handbook), name="desk_handbook"),
        path("viec/", page(long_act_page.latest), name="desk_long_acts"),
        path("viec/<int:pk>/", page(long_act_page.view), name="desk_long_act"),
        path("viec/<int:pk>/tien-do/", page(long_act_page.state), name="desk_long_act_state"),
        path("viec/<int:pk>/dung/", page(long_act_page.stop), name="desk_long_act_stop"),
        path("dong-nghiep/", page(colleague.view), name="desk_colleague"),
        path("mat-khau-dau/<uidb64>/<token>/", colleague.FirstPassword.as_view(), name="desk_first_password"),
    ]
