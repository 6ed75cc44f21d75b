"""The dossier workplace in the admin: list, page with its acts, intake. The status field is never edited directly."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from dossiers.admin import act_papers, corrections, dossier_list, dossier_page, fees, paper_files, sign_list
from dossiers.admin.base import AgencyScopedAdmin
from dossiers.admin.intake import page as intake_page
from dossiers.models import Dossier


@admin.register(Dossier)
class DossierAdmin(AgencyScopedAdmin):
    """Routes to the pages of the workplace; each of them is in its own module."""

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        return [
            path("", page(dossier_list.view), name="dossiers_dossier_changelist"),
            path("tim/", page(dossier_list.find), name="dossiers_dossier_search"),
            path("them/", page(dossier_list.bulk), name="dossiers_dossier_bulk"),
            path("cho-ky/", page(sign_list.view), name="dossiers_to_sign"),
            path("bo-loc/", page(dossier_list.save_filter), name="dossiers_dossier_save_filter"),
            path("add/", page(intake_page.view), name="dossiers_dossier_add"),
            path("add/thu-tuc/", page(intake_page.procedures), name="dossiers_intake_procedures"),
            path("add/chi-tiet/", page(intake_page.procedure), name="dossiers_intake_procedure"),
            path("add/nguoi-nop/", page(intake_page.person), name="dossiers_intake_person"),
            path("add/quet/", page(intake_page.scan), name="dossiers_intake_scan"),
            path("add/nhap/", page(intake_page.draft), name="dossiers_intake_draft"),
            path("<int:pk>/change/", page(dossier_page.view), name="dossiers_dossier_change"),
            path("<int:pk>/viec/<slug:name>/", page(dossier_page.act), name="dossiers_dossier_act"),
            path("thu-phi/", page(fees.day), name="dossiers_fees_day"),
            path("<int:pk>/sua/", page(corrections.view), name="dossiers_dossier_correct"),
            path("<int:pk>/giay-thay-the/", page(corrections.replace_receipt), name="dossiers_receipt_replace"),
            path("<int:pk>/tach-giay/", page(corrections.take_off_receipt), name="dossiers_receipt_take_off"),
            path("<int:pk>/thu-phi/", page(fees.collect), name="dossiers_fees_collect"),
            path("<int:pk>/huy-thu/", page(fees.cancel), name="dossiers_fees_cancel"),
            path("<int:pk>/ghi-chu/", page(dossier_page.note), name="dossiers_dossier_note"),
            path("<int:pk>/tep/", page(paper_files.attach), name="dossiers_dossier_attach"),
            path("<int:pk>/tep/<int:file>/", page(paper_files.attachment), name="dossiers_dossier_file"),
            path("bien-nhan/<int:pk>/", page(paper_files.receipt), name="dossiers_receipt_print"),
            path("giay-to/<int:pk>/", page(paper_files.paper), name="dossiers_paper"),
            path("<int:pk>/in/<int:event>/<slug:form_code>/", page(act_papers.event), name="dossiers_event_paper"),
            path("<int:pk>/phieu-kiem-soat/", page(act_papers.control_sheet), name="dossiers_control_sheet"),
        ]

    def has_add_permission(self, request):
        return request.user.has_perm("dossiers.receive_dossier")

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
