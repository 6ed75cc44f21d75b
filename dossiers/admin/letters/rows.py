"""Lateness and letters in the admin: routes to the pages, and the lists behind them (causes, signers, sweeps)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from dossiers.admin import registers_page
from dossiers.admin.base import AgencyFilter, AgencyScopedAdmin, StaffAdmin
from dossiers.admin.letters import delay_page, delay_rows, lateness_page, signing_page
from dossiers.admin.letters import list as letter_list
from dossiers.admin.letters import page as letter_page
from dossiers.models import DelayCause, Letter, SigningAuthority, SweepRun


@admin.register(Letter)
class LetterAdmin(AgencyScopedAdmin):
    """Routes to the pages; a letter changes only through the acts of dossiers.letters."""

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        return [
            path("", page(letter_list.view), name="dossiers_letter_changelist"),
            path("duyet/", page(letter_list.approve), name="dossiers_letter_approve_many"),
            path("lap/<int:dossier>/", page(letter_page.draft), name="dossiers_letter_draft"),
            path("<int:pk>/change/", page(letter_page.view), name="dossiers_letter_change"),
            path("<int:pk>/viec/<slug:name>/", page(letter_page.act), name="dossiers_letter_act"),
            path("<int:pk>/xem-truoc.pdf", page(letter_page.preview), name="dossiers_letter_preview"),
            path("<int:pk>/ban-ky.pdf", page(letter_page.signed), name="dossiers_letter_signed"),
            path("tre-han/", page(lateness_page.view), name="dossiers_lateness"),
            path("cham-o-dau/", page(delay_page.view), name="dossiers_delay"),
            path("cham-o-dau/ho-so/", page(delay_rows.dossiers_view), name="dossiers_delay_dossiers"),
            path("cham-o-dau/van-ban/", page(delay_rows.letters_view), name="dossiers_delay_letters"),
            path("ky-so/", page(signing_page.view), name="dossiers_signing"),
            path("ky-so/tai-ve/", page(signing_page.download), name="dossiers_signing_download"),
            path("so/", page(registers_page.view), name="dossiers_registers"),
            path("so/tai-ve/", page(registers_page.download), name="dossiers_registers_download"),
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(DelayCause)
class DelayCauseAdmin(StaffAdmin):
    """The closed list of causes; one in use is switched off, not deleted."""

    list_display = ("name", "words", "blame", "proposed_for", "order", "active")
    list_editable = ("order", "active")
    list_filter = ("blame", "active")
    search_fields = ("name", "words")
    prepopulated_fields = {"code": ("name",)}

    def has_delete_permission(self, request, obj=None):
        used = obj is not None and obj.letters.exists()
        return super().has_delete_permission(request, obj) and not used


@admin.register(SigningAuthority)
class SigningAuthorityAdmin(AgencyScopedAdmin):
    """Who may sign for whom, between which dates."""

    list_display = ("user", "kind", "position", "stands_for", "agency", "valid_from", "valid_to", "decision")
    list_filter = (("agency", AgencyFilter), "kind")
    list_filter_submit = True
    list_select_related = ("user", "agency")
    autocomplete_fields = ("user", "agency")


@admin.register(SweepRun)
class SweepRunAdmin(StaffAdmin):
    """The diary of the sweeps; read only."""

    list_display = (
        "at",
        "seconds",
        "reminders",
        "drafts",
        "closed",
        "late_without_letter",
        "passed_new_date",
        "troubled",
    )
    readonly_fields = [field.name for field in SweepRun._meta.fields]

    @admin.display(description="có việc không làm được", boolean=True)
    def troubled(self, run: SweepRun) -> bool:
        return bool(run.problems)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
