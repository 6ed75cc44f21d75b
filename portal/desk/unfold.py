"""Look and navigation of the staff desk (Unfold's settings)."""

import re

from django.templatetags.static import static
from django.urls import reverse, reverse_lazy


def may(*permissions: str):
    """Return a check: does the request's user have any of the permissions?"""
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


def at(name: str):
    """Return a check: is this very page open? For pages whose address begins with another line's."""
    return lambda request: request.path == reverse(name)


def item(title: str, icon: str, model: str, *permissions: str) -> dict:
    """Return a line of the sidebar that opens the model's list, shown to those who may view it."""
    app, name = model.rsplit("_", 1)
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model}_changelist"),
        "permission": may(*(permissions or (f"{app}.view_{name}",))),
    }


def place_of(request) -> str:
    """Return the agency of the person signed in, "" before that; the line under the desk's name."""
    from dossiers.scoping import membership_of

    if not request.user.is_authenticated:
        return ""
    place = membership_of(request.user)
    return str(place.agency) if place else ""


NAVIGATION = [
    {
        "title": "Một cửa",
        "separator": False,
        "items": [
            {"title": "Bàn làm việc", "icon": "home", "link": reverse_lazy("admin:index")},
            {
                "title": "Tiếp nhận hồ sơ",
                "icon": "post_add",
                "link": reverse_lazy("admin:dossiers_dossier_add"),
                "active": at("admin:dossiers_dossier_add"),
                "permission": may("dossiers.receive_dossier"),
            },
            {
                **item("Hồ sơ", "folder_open", "dossiers_dossier"),
                "active": lambda request: bool(re.match(r"^/admin/dossiers/dossier/(\d|$)", request.path)),
            },
            {
                "title": "Trễ hạn",
                "icon": "alarm",
                "link": reverse_lazy("admin:dossiers_lateness"),
                "active": at("admin:dossiers_lateness"),
                "permission": may("dossiers.view_dossier"),
            },
            {
                **item("Văn bản xin lỗi", "mail", "dossiers_letter"),
                "active": lambda request: bool(re.match(r"^/admin/dossiers/letter/(\d|$)", request.path)),
            },
            {
                "title": "Ký số văn bản",
                "icon": "draw",
                "link": reverse_lazy("admin:dossiers_signing"),
                "active": at("admin:dossiers_signing"),
                "permission": may("dossiers.deliver_letter"),
            },
            {
                "title": "Chậm ở đâu",
                "icon": "hourglass_bottom",
                "link": reverse_lazy("admin:dossiers_delay"),
                "active": at("admin:dossiers_delay"),
                "permission": may("dossiers.supervise_lateness"),
            },
            {
                "title": "Sổ theo dõi, sổ văn bản",
                "icon": "menu_book",
                "link": reverse_lazy("admin:dossiers_registers"),
                "active": at("admin:dossiers_registers"),
                "permission": may("dossiers.export_register"),
            },
        ],
    },
    {
        "title": "Tiếng nói người dân",
        "items": [
            item("Ý kiến người dân", "forum", "feedback_case"),
            {
                "title": "Số liệu, đánh giá",
                "icon": "monitoring",
                "link": reverse_lazy("admin:feedback_boards"),
                "permission": may("feedback.supervise_feedback"),
            },
            item("Đánh giá thấp", "sentiment_dissatisfied", "feedback_followup", "feedback.supervise_feedback"),
            item("Phiếu nghi không thật", "policy", "feedback_rating", "feedback.supervise_feedback"),
            {
                "title": "Đơn khiếu nại, tố cáo",
                "icon": "lock",
                "link": reverse_lazy("admin:feedback_transferrecord_changelist"),
                "permission": "feedback.restricted.shown_in_menu",
            },
        ],
    },
    {
        "title": "Thiết lập tiếng nói",
        "collapsible": True,
        "items": [
            item("Hỏi đáp thường gặp", "quiz", "feedback_faqentry"),
            item("Câu trả lời mẫu", "stylus_note", "feedback_cannedanswer"),
            item("Lĩnh vực ý kiến", "sell", "feedback_category"),
            item("Phân luồng", "alt_route", "feedback_routingrule"),
            item("Thời hạn của địa phương", "timer", "feedback_servicelevel"),
            item("Bộ câu hỏi đánh giá", "checklist", "feedback_questionset"),
            item("Người được mở đơn", "admin_panel_settings", "feedback_restrictedofficer"),
            item("Nhật ký mở đơn", "visibility_lock", "feedback_readrecord"),
        ],
    },
    {
        "title": "Kênh Zalo",
        "items": [
            item("Hội thoại", "chat", "zalo_conversation", "zalo.view_conversation", "zalo.answer_chat"),
            item("Sổ tin nhắn", "outgoing_mail", "zalo_outboxmessage"),
            {
                "title": "Cần gọi điện",
                "icon": "call",
                "link": reverse_lazy("admin:zalo_call_list"),
                "permission": may("zalo.handle_call_list"),
            },
            {
                "title": "Đơn vị chưa báo",
                "icon": "campaign",
                "link": reverse_lazy("admin:zalo_untold"),
                "permission": may("zalo.view_outboxmessage"),
            },
            {
                "title": "Sức khoẻ kênh",
                "icon": "ecg_heart",
                "link": reverse_lazy("admin:zalo_health"),
                "permission": may("zalo.view_account"),
            },
        ],
    },
    {
        "title": "Thiết lập kênh Zalo",
        "collapsible": True,
        "items": [
            item("Official Account", "verified", "zalo_account", "zalo.change_account"),
            item("Mẫu tin", "dashboard_customize", "zalo_template"),
            item("Lời nhắn", "edit_note", "zalo_wording"),
            item("Menu OA", "menu", "zalo_menuitem"),
            item("Câu trả lời mẫu trong hội thoại", "quickreply", "zalo_cannedanswer"),
            item("Người quan tâm", "groups", "zalo_contact"),
            item("Nguồn quan tâm", "qr_code_2", "zalo_referralvisit"),
        ],
    },
    {
        "title": "Danh mục thủ tục",
        "collapsible": True,
        "items": [
            item("Thủ tục hành chính", "list_alt", "dossiers_procedure"),
            item("Các lần nạp danh mục", "upload_file", "dossiers_catalogueimport"),
            item("Lĩnh vực", "category", "dossiers_field"),
        ],
    },
    {
        "title": "Lịch và quy tắc",
        "collapsible": True,
        "items": [
            item("Ngày nghỉ, làm bù", "event_busy", "dossiers_calendarexception"),
            item("Giờ làm việc", "schedule", "dossiers_weekpattern"),
            item("Quy tắc pháp lý", "gavel", "dossiers_legalrule"),
            item("Dạng mã hồ sơ", "tag", "dossiers_codepattern"),
            item("Mẫu giấy tờ, lời văn", "description", "dossiers_formtemplate"),
            item("Nguyên nhân chậm", "help_center", "dossiers_delaycause"),
            item("Thẩm quyền ký", "signature", "dossiers_signingauthority"),
            item("Nhật ký rà soát hạn", "history", "dossiers_sweeprun"),
        ],
    },
    {
        "title": "Quản trị",
        "collapsible": True,
        "items": [
            item("Cơ quan", "account_balance", "dossiers_agency", "dossiers.change_agency"),
            {
                "title": "Bảng triển khai",
                "icon": "rocket_launch",
                "link": reverse_lazy("admin:dossiers_agency_rollout"),
                "permission": may("dossiers.change_agency"),
            },
            item("Cán bộ của cơ quan", "badge", "dossiers_membership"),
            item("Tài khoản", "person", "auth_user"),
            item("Phần mềm kết nối", "hub", "api_apiclient"),
            item("Nhật ký xem thông tin cá nhân", "visibility", "dossiers_personaldataread"),
        ],
    },
    {
        "title": "Kỹ thuật",
        "collapsible": True,
        "items": [
            item("Việc chạy định kỳ", "update", "django_celery_beat_periodictask"),
            item("Đăng nhập sai", "lock_person", "axes_accessattempt"),
            item("Nhật ký đăng nhập", "login", "axes_accesslog"),
        ],
    },
]

UNFOLD = {
    "SITE_TITLE": "Bàn làm việc một cửa",
    "SITE_HEADER": "Bàn làm việc một cửa",
    "SITE_SUBHEADER": place_of,
    "SITE_URL": "/",
    "SITE_SYMBOL": "account_balance",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("portal/desk.css")],
    "SCRIPTS": [lambda request: static("portal/desk.js")],
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "sizes": "any",
            "href": lambda request: static("portal/favicon.svg"),
        },
    ],
    "COLORS": {
        "primary": {
            "50": "254 242 242",
            "100": "254 226 226",
            "200": "254 202 202",
            "300": "252 165 165",
            "400": "232 93 93",
            "500": "200 40 45",
            "600": "170 27 32",
            "700": "143 22 27",
            "800": "116 20 24",
            "900": "92 18 22",
            "950": "58 8 11",
        },
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": NAVIGATION},
}
