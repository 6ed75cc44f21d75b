"""Routes of the case workplace; the status is never edited directly."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from dossiers.admin.base import StaffAdmin
from feedback.admin import boards, case_list, case_page
from feedback.models import Case


@admin.register(Case)
class CaseAdmin(StaffAdmin):
    """Routes to the pages of the workplace; each of them is in its own module."""

    def get_queryset(self, request):
        # Autocompletes and links from other pages see no more than the list does.
        return Case.objects.visible_to(request.user)

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        return [
            path("", page(case_list.view), name="feedback_case_changelist"),
            path("add/", page(case_list.add), name="feedback_case_add"),
            path("so-lieu/", page(boards.view), name="feedback_boards"),
            path("so-lieu/tai-ve/", page(boards.export), name="feedback_boards_export"),
            path("<int:pk>/change/", page(case_page.view), name="feedback_case_change"),
            path("<int:pk>/viec/<slug:name>/", page(case_page.act), name="feedback_case_act"),
            path("<int:pk>/tra-loi/", page(case_page.draft), name="feedback_case_draft"),
            path("<int:pk>/ghi-chu/", page(case_page.note), name="feedback_case_note"),
            path("<int:pk>/nguoi-gui/", page(case_page.sender), name="feedback_case_sender"),
            path("<int:pk>/tep/<int:file>/", page(case_page.file), name="feedback_case_file"),
        ]

    def has_add_permission(self, request):
        return request.user.has_perm("feedback.handle_case")

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
