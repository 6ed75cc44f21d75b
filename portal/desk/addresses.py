"""Addresses of the desk that belong to no list: quick find, the bell, help, long acts, boards, reports, colleagues."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path


def of(site: AdminSite) -> list[URLPattern]:
    """Return them, each behind the site's sign-in."""
    from dossiers.admin import long_act_page
    from portal.access import pages as access_pages
    from portal.access import provider_pages, roles_page
    from portal.audit import pages as audit_pages
    from portal.desk import bell, colleague, find, help_pages
    from portal.reporting import board_page, form_06_page
    from portal.reporting.questions import panel as question_panel
    from portal.reporting.questions import proposal as question_proposal
    from portal.reporting.reports import pages as report_pages
    from portal.transfer import bringing_page
    from portal.transfer.everyday import pages as table_pages

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
        path("viec/<int:pk>/tep/", page(long_act_page.file), name="desk_long_act_file"),
        path("viec/<int:pk>/dung/", page(long_act_page.stop), name="desk_long_act_stop"),
        path("dong-nghiep/", page(colleague.view), name="desk_colleague"),
        path("dong-nghiep/<int:pk>/dang-nhap/", page(access_pages.colleague), name="desk_colleague_security"),
        path("vai-tro/", page(roles_page.view), name="desk_roles"),
        path("dang-nhap-cua-toi/", page(access_pages.security), name="desk_security"),
        path("dang-nhap-cua-toi/hai-buoc/", page(access_pages.change), name="desk_factor"),
        path("dang-nhap-cua-toi/ma/", page(access_pages.ask), name="desk_factor_ask"),
        path("dang-nhap-tinh/", provider_pages.off, name="desk_provider"),
        path("dang-nhap-tinh/ve/", provider_pages.back, name="desk_provider_return"),
        path("dang-nhap-tinh/noi/", page(provider_pages.tie), name="desk_provider_tie"),
        path("dang-nhap-cua-toi/ket-thuc/", page(access_pages.end_session), name="desk_sessions_end"),
        path("so-lieu/", page(board_page.view), name="boards"),
        path("so-lieu/bang-tinh/", page(board_page.workbook), name="boards_workbook"),
        path("so-lieu/dem-lai/", page(board_page.recount), name="boards_recount"),
        path("so-lieu/06/", page(form_06_page.view), name="boards_06"),
        path("so-lieu/06/bang-tinh/", page(form_06_page.workbook), name="boards_06_workbook"),
        path("so-lieu/bieu-do/<slug:chart>/", page(board_page.image), name="boards_picture"),
        path("so-lieu/hoi-tien-do/de-xuat/", page(question_proposal.propose), name="question_proposed"),
        path("so-lieu/hoi-tien-do/<int:pk>/", page(question_panel.noted), name="question_noted"),
        path("bao-cao/", page(report_pages.listed), name="reports"),
        path("bao-cao/lap/", page(report_pages.begin), name="reports_begin"),
        path("bao-cao/<int:pk>/", page(report_pages.view), name="reports_report"),
        path("bao-cao/<int:pk>/viec/", page(report_pages.act), name="reports_act"),
        path("bao-cao/<int:pk>/tep/<slug:ending>/", page(report_pages.file), name="reports_file"),
        path("chuyen-ho-so/", page(bringing_page.send), name="dossiers_bring"),
        path("chuyen-ho-so/<int:pk>/", page(bringing_page.brought), name="dossiers_brought"),
        path("chuyen-ho-so/<int:pk>/nhan/", page(bringing_page.take), name="dossiers_brought_take"),
        path("chuyen-ho-so/<int:pk>/bao-cao/", page(bringing_page.report), name="dossiers_brought_report"),
        path("bang/", page(table_pages.index), name="tables"),
        path("bang/tep/<int:pk>/", page(table_pages.sent), name="table_sent"),
        path("bang/tep/<int:pk>/cot/", page(table_pages.columns), name="table_columns"),
        path("bang/tep/<int:pk>/ghi/", page(table_pages.write), name="table_write"),
        path("bang/tep/<int:pk>/mat-khau-lan-dau/", page(table_pages.links), name="table_links"),
        path("bang/tep/<int:pk>/bao-cao/", page(table_pages.report), name="table_report"),
        path("bang/<slug:table>/", page(table_pages.send), name="table_send"),
        path("bang/<slug:table>/quen-cot/", page(table_pages.forget), name="table_forget"),
        path("bang/<slug:table>/xuat.<slug:extension>", page(table_pages.export), name="table_export"),
        path("nhat-ky/", page(audit_pages.view), name="audit_search"),
        path("nhat-ky/xuat/", page(audit_pages.export), name="audit_export"),
        # Where exports of the logs were fetched before: results of acts still name it.
        path("nhat-ky/xuat/<int:pk>/", page(long_act_page.file), name="desk_long_act_file_before"),
        path("mat-khau-dau/<uidb64>/<token>/", colleague.FirstPassword.as_view(), name="desk_first_password"),
    ]
