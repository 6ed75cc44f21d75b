"""The sidebar of the staff desk: its lines, who sees each, and which one is open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

HOME = "admin:index"


def may(*permissions: str):
    """Return a check: does the request's user have any of the permissions? Everybody passes where none is named."""
    return lambda request: not permissions or any(request.user.has_perm(each) for each in permissions)


def line(title: str, icon: str, name: str, *permissions: str) -> dict:
    """Return a line that opens the page of that name, shown to those with any of the permissions."""
    return {"title": title, "icon": icon, "page": name, "permission": may(*permissions)}


def item(title: str, icon: str, model: str, *permissions: str) -> dict:
    """Return a line that opens the model's list, shown to those who may view it unless permissions are named."""
    app, name = model.rsplit("_", 1)
    return line(title, icon, f"admin:{model}_changelist", *(permissions or (f"{app}.view_{name}",)))


def open_line(path: str) -> str | None:
    """Return the address of the one line that is open: the longest that the path begins with; home only by itself."""
    addresses = _addresses()
    if path == addresses[HOME]:
        return path
    below = (each for page, each in addresses.items() if page != HOME and path.startswith(each))
    return max(below, key=len, default=None)


def shown_to(request) -> list[dict[str, Any]]:
    """Return the groups with what each line is for who asks: its address, whether it is open and whether it is shown.

    What Unfold makes of the same list, at a fifth of the cost: it copies every line and asks for every address anew.
    """
    addresses, here = _addresses(), open_line(request.path)
    return [
        {**group, "items": [_for(request, each, addresses[each["page"]], here) for each in group["items"]]}
        for group in NAVIGATION
    ]


def _for(request, each: dict, address: str, here: str | None) -> dict:
    permission = each["permission"]
    check = import_string(permission) if isinstance(permission, str) else permission
    return {**each, "link": address, "active": address == here, "has_permission": check(request)}


@cache
def _addresses() -> dict[str, str]:
    """Return the address of every page the sidebar opens, by name: they stay while the process does."""
    return {each["page"]: reverse(each["page"]) for group in NAVIGATION for each in group["items"]}


MONEY = "dossiers.receive_dossier", "dossiers.cancel_fee"
NAVIGATION: list[dict[str, Any]] = [
    {
        "title": "Một cửa",
        "separator": False,
        "items": [
            line("Bàn làm việc", "home", HOME),
            line("Tiếp nhận hồ sơ", "post_add", "admin:dossiers_dossier_add", "dossiers.receive_dossier"),
            item("Hồ sơ", "folder_open", "dossiers_dossier"),
            line("Chờ tôi ký", "edit_document", "admin:dossiers_to_sign", "dossiers.sign_dossier"),
            line("Trễ hạn", "alarm", "admin:dossiers_lateness", "dossiers.view_dossier"),
            item("Văn bản xin lỗi", "mail", "dossiers_letter"),
            line("Ký số văn bản", "draw", "admin:dossiers_signing", "dossiers.deliver_letter"),
            line("Chậm ở đâu", "hourglass_bottom", "admin:dossiers_delay", "dossiers.supervise_lateness"),
            line("Tiền thu trong ngày", "payments", "admin:dossiers_fees_day", *MONEY),
            line("Bảng số liệu", "monitoring", "admin:boards", "reporting.see_boards"),
            line("Báo cáo", "summarize", "admin:reports", "reporting.see_boards"),
            line("Sổ theo dõi, sổ văn bản", "menu_book", "admin:dossiers_registers", "dossiers.export_register"),
            line("Trợ giúp, sổ tay", "help", "admin:desk_help"),
        ],
    },
    {
        "title": "Văn thư, nhiệm vụ",
        "items": [
            item("Văn bản đi, văn bản đến", "drafts", "correspondence_document"),
            line(
                "Sổ đăng ký văn bản", "import_contacts", "admin:correspondence_register", "correspondence.view_document"
            ),
            item("Nhiệm vụ có hạn", "task_alt", "correspondence_assignment"),
            item("Báo cáo định kỳ", "event_repeat", "correspondence_recurrence"),
            item("Đôn đốc đơn vị chưa báo", "notification_important", "correspondence_urging"),
            item("Đề xuất của cơ sở", "lightbulb", "correspondence_proposal"),
        ],
    },
    {
        "title": "Tiếng nói người dân",
        "items": [
            item("Ý kiến người dân", "forum", "feedback_case"),
            line("Số liệu, đánh giá", "reviews", "admin:feedback_boards", "feedback.supervise_feedback"),
            item("Đánh giá thấp", "sentiment_dissatisfied", "feedback_followup", "feedback.supervise_feedback"),
            item("Phiếu nghi không thật", "policy", "feedback_rating", "feedback.supervise_feedback"),
            {
                **line("Đơn khiếu nại, tố cáo", "lock", "admin:feedback_transferrecord_changelist"),
                "permission": "feedback.petitions.restricted.shown_in_menu",
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
            item("Tin gửi nhiều người", "campaign", "zalo_broadcast"),
            item("Sổ tin nhắn", "outgoing_mail", "zalo_outboxmessage"),
            line("Cần gọi điện", "call", "admin:zalo_call_list", "zalo.handle_call_list"),
            line("Đơn vị chưa báo", "notifications_off", "admin:zalo_untold", "zalo.view_outboxmessage"),
            line("Sức khoẻ kênh", "ecg_heart", "admin:zalo_health", "zalo.view_account"),
        ],
    },
    {
        "title": "Thiết lập kênh Zalo",
        "collapsible": True,
        "items": [
            item("Official Account", "verified", "zalo_account", "zalo.change_account"),
            item("Mẫu tin", "dashboard_customize", "zalo_template"),
            line("Kiểm tra mẫu trước khi nộp", "fact_check", "admin:zalo_template_check", "zalo.view_template"),
            item("Lời nhắn", "edit_note", "zalo_wording"),
            item("Menu OA", "menu", "zalo_menuitem"),
            item("Câu trả lời mẫu trong hội thoại", "quickreply", "zalo_cannedanswer"),
            item("Người quan tâm", "groups", "zalo_contact"),
            item("Nguồn quan tâm", "qr_code_2", "zalo_referralvisit"),
        ],
    },
    {
        "title": "Nội dung",
        "items": [
            item("Bài viết", "newspaper", "content_piece"),
            item("Liên kết", "link", "content_link"),
            line("Lượt sử dụng trang", "bar_chart", "admin:content_use", "content.view_usecount"),
            item("Gói tra cứu", "dataset", "datasets_dataset"),
            item("Ấn phẩm", "print", "print_studio_identity"),
            item("Phễu tuyên truyền", "filter_alt", "print_studio_figure"),
            item("Chỉ tiêu quan tâm", "flag", "print_studio_target"),
        ],
    },
    {
        "title": "Danh mục thủ tục",
        "collapsible": True,
        "items": [
            item("Thủ tục hành chính", "list_alt", "dossiers_procedure"),
            item("Nộp trực tuyến tại đây", "cloud_upload", "submission_onlineprocedure"),
            item("Các lần nạp danh mục", "upload_file", "dossiers_catalogueimport"),
            item("Lĩnh vực", "category", "dossiers_field"),
            item("Tìm chưa thấy", "search_off", "dossiers_missedsearch"),
            item("Từ đồng nghĩa khi tìm", "dictionary", "dossiers_searchsynonym"),
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
            item("Lý do có sẵn", "playlist_add_check", "dossiers_supplementreason"),
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
            line("Bảng triển khai", "rocket_launch", "admin:dossiers_agency_rollout", "dossiers.change_agency"),
            item("Việc triển khai", "checklist_rtl", "correspondence_rolloutstep"),
            line("Thêm đồng nghiệp", "person_add", "admin:desk_colleague", "auth.add_user"),
            item("Cán bộ của cơ quan", "badge", "dossiers_membership"),
            line("Ai đã học xong", "school", "admin:desk_trained", "dossiers.view_membership"),
            item("Tài khoản", "person", "auth_user"),
            item("Phần mềm kết nối", "hub", "api_apiclient"),
            line("Chuyển hồ sơ cũ", "move_to_inbox", "admin:dossiers_bring", "api.change_apiclient"),
            line(
                "Nhập, xuất bảng",
                "table_view",
                "admin:tables",
                *("dossiers.change_agency", "feedback.change_faqentry", "zalo.change_cannedanswer"),
            ),
            item("Nơi nhận sự kiện", "podcasts", "api_subscription"),
            item("Mã của phần mềm khác", "translate", "api_codetranslation"),
            line("Kiểm tra nhật ký", "manage_search", "admin:audit_search", "audit.search_logs"),
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


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to the page that is open; without an address it is only said."""

    title: str
    address: str = ""


def crumbs(path: str, title: str) -> list[Crumb]:
    """Return the way to a page: its group and line of the sidebar, then its own title where it is below the line."""
    here, addresses = open_line(path), _addresses()
    for group in NAVIGATION:
        for each in group["items"]:
            if here is not None and addresses[each["page"]] == here:
                below = path != here
                way = [Crumb(group["title"]), Crumb(each["title"], here if below else "")]
                return [*way, Crumb(title)] if below and title and title != each["title"] else way
    return [Crumb(title)] if title else []
