"""The roles of a centre as groups of permissions; kept in step after every migrate, memberships are left alone."""

from __future__ import annotations

from django.contrib.auth.management import create_permissions

# Role → permissions, "app.codename"; "app.model:*" stands for add, change, view and delete of that model.
RECEPTION = "Tiếp nhận và trả kết quả"
HANDLER = "Thụ lý"
LEADER = "Lãnh đạo"
SUPERVISOR = "Giám sát"
EDITOR = "Biên tập kênh"
CONTENT_EDITOR = "Biên tập nội dung"
APPROVER = "Phê duyệt nội dung"
AUDITOR = "Thanh tra, kiểm tra"
ADMINISTRATOR = "Quản trị trung tâm"
PROVINCE = "Quản trị toàn tỉnh"

VIEW_WORK = [
    "dossiers.view_dossier",
    "dossiers.view_dossierevent",
    "dossiers.view_procedure",
    "dossiers.view_procedureversion",
    "dossiers.view_agency",
    "dossiers.view_calendarexception",
    "dossiers.view_weekpattern",
    "dossiers.view_letter",
]
HANDLE_VOICE = ["feedback.view_case", "feedback.handle_case", "feedback.view_faqentry", "feedback.view_cannedanswer"]
CHANNEL_WORK = [
    "zalo.view_conversation",
    "zalo.answer_chat",
    "zalo.view_outboxmessage",
    "zalo.send_message",
    "zalo.view_cannedanswer",
]
PACK_WORK = [
    "datasets.view_dataset",
    "datasets.add_dataset",
    "datasets.change_dataset",
    "datasets.add_datasetversion",
    "datasets.view_datasetversion",
]
FIGURES = ["reporting.see_boards", "reporting.view_report"]
REPORTS = [*FIGURES, "reporting.write_report"]
PACK_APPROVAL = ["datasets.view_dataset", "datasets.view_datasetversion", "datasets.approve_dataset"]
PRINT_WORK = ["print_studio.view_identity", "print_studio.add_printing"]
PRINT_LOOK = [
    *PRINT_WORK,
    "print_studio.change_identity",
    "print_studio.add_material",
    "print_studio.delete_material",
    "print_studio.view_figure",
]
TELL_MANY = ["zalo.view_broadcast", "zalo.add_broadcast"]
CHANNEL_WATCH = ["zalo.view_conversation", "zalo.view_outboxmessage", "zalo.view_account", "zalo.view_referralvisit"]
# Documents and tasks: everybody at a centre reads them, writes drafts, does what is theirs and proposes.
OFFICE_WORK = [
    "correspondence.view_document",
    "correspondence.draft_document",
    "correspondence.view_assignment",
    "correspondence.do_assignment",
    "correspondence.view_proposal",
    "correspondence.make_proposal",
]
OFFICE_WATCH = [
    "correspondence.view_document",
    "correspondence.view_assignment",
    "correspondence.give_assignment",
    "correspondence.view_proposal",
    "correspondence.view_urging",
    "correspondence.urge_unit",
]
# What is everybody's (dossiers.ownership): read in a centre, written by who sees every agency.
NATIONAL_LISTS = [
    "dossiers.formtemplate",
    "dossiers.delaycause",
    "dossiers.procedure",
    "dossiers.procedureversion",
    "dossiers.procedurecase",
    "dossiers.requiredpaper",
    "dossiers.timelimit",
    "dossiers.fee",
    "dossiers.procedurealias",
    "dossiers.procedurephrasing",
    "dossiers.searchsynonym",
    "dossiers.missedsearch",
    "dossiers.field",
    "dossiers.catalogueimport",
    "dossiers.agencysuccession",
    "feedback.category",
    "feedback.categoryowner",
    "feedback.questionset",
    "feedback.question",
]
ROLES: dict[str, list[str]] = {
    RECEPTION: [
        *OFFICE_WORK,
        "correspondence.record_document",
        *CHANNEL_WORK,
        *PRINT_WORK,
        "zalo.handle_call_list",
        "zalo.view_contact",
        "zalo.change_contact",
        *VIEW_WORK,
        *HANDLE_VOICE,
        "dossiers.receive_dossier",
        "dossiers.return_result",
        "dossiers.correct_dossier",
        "dossiers.assign_dossier",
        "dossiers.see_personal_data",
        "dossiers.deliver_letter",
        "dossiers.export_register",
    ],
    HANDLER: [
        *OFFICE_WORK,
        *CHANNEL_WORK,
        "print_studio.view_identity",
        *VIEW_WORK,
        *HANDLE_VOICE,
        "feedback.see_sender",
        "dossiers.process_dossier",
        "dossiers.see_personal_data",
        "dossiers.draft_letter",
    ],
    LEADER: [
        *OFFICE_WORK,
        *OFFICE_WATCH,
        "correspondence.issue_document",
        "correspondence.record_document",
        "correspondence.answer_proposal",
        "correspondence.view_recurrence",
        *PACK_APPROVAL,
        *REPORTS,
        *PRINT_WORK,
        "print_studio.view_figure",
        "print_studio.target:*",
        *TELL_MANY,
        "zalo.approve_broadcast",
        "zalo.send_urgent",
        *CHANNEL_WORK,
        *CHANNEL_WATCH,
        *VIEW_WORK,
        *HANDLE_VOICE,
        "feedback.assign_case",
        "feedback.approve_answer",
        "feedback.publish_case",
        "feedback.supervise_feedback",
        "feedback.see_sender",
        "feedback.faqentry:*",
        "feedback.cannedanswer:*",
        "zalo.view_contact",
        "zalo.erase_contact",
        "dossiers.correct_dossier",
        "dossiers.cancel_fee",
        "dossiers.assign_dossier",
        "dossiers.process_dossier",
        "dossiers.sign_dossier",
        "dossiers.stop_dossier",
        "dossiers.see_personal_data",
        "dossiers.view_legalrule",
        "dossiers.draft_letter",
        "dossiers.approve_letter",
        "dossiers.deliver_letter",
        "dossiers.keep_counter_list",
        "dossiers.supplementreason:*",
        "dossiers.export_register",
        "dossiers.supervise_lateness",
        "content.view_piece",
        "content.view_usecount",
        "content.write_piece",
        "content.approve_piece",
        "dossiers.view_signingauthority",
    ],
    SUPERVISOR: [
        *OFFICE_WATCH,
        "correspondence.do_assignment",
        "correspondence.make_proposal",
        "correspondence.view_recurrence",
        *REPORTS,
        *CHANNEL_WATCH,
        "print_studio.view_identity",
        "print_studio.view_figure",
        "print_studio.view_target",
        "zalo.handle_call_list",
        "zalo.change_incident",
        *VIEW_WORK,
        *HANDLE_VOICE,
        "feedback.assign_case",
        "feedback.supervise_feedback",
        "feedback.see_sender",
        "feedback.view_readrecord",
        "dossiers.view_personaldataread",
        "dossiers.view_legalrule",
        "dossiers.view_membership",
        "dossiers.cancel_fee",
        "dossiers.supervise_lateness",
        "dossiers.export_register",
        "dossiers.view_sweeprun",
        "content.view_usecount",
        "audit.search_logs",
    ],
    AUDITOR: [
        *VIEW_WORK,
        *FIGURES,
        "audit.search_logs",
        "zalo.view_outboxmessage",
        "feedback.view_readrecord",
        "dossiers.view_personaldataread",
        "dossiers.view_legalrule",
        "dossiers.view_membership",
    ],
    EDITOR: [
        *OFFICE_WORK,
        *TELL_MANY,
        *CHANNEL_WORK,
        *CHANNEL_WATCH,
        "zalo.view_template",
        "zalo.change_templateuse",
        "zalo.view_wording",
        "zalo.add_wording",
        "zalo.menuitem:*",
        "zalo.cannedanswer:*",
        "zalo.change_incident",
        "zalo.view_contact",
        *PACK_WORK,
        *PRINT_LOOK,
        "print_studio.view_target",
        "feedback.view_faqentry",
        "content.view_piece",
        "content.view_usecount",
        "content.write_piece",
        "content.link:*",
        "dossiers.view_agency",
        "dossiers.view_procedure",
        "dossiers.view_procedureversion",
    ],
    CONTENT_EDITOR: [
        *OFFICE_WORK,
        *PACK_WORK,
        "content.view_piece",
        "content.view_usecount",
        "content.write_piece",
        "content.link:*",
        "feedback.view_faqentry",
        "dossiers.view_agency",
        "dossiers.view_procedure",
        "dossiers.view_procedureversion",
    ],
    APPROVER: [
        *OFFICE_WORK,
        *PACK_APPROVAL,
        "content.view_piece",
        "content.approve_piece",
        "zalo.view_broadcast",
        "zalo.approve_broadcast",
        "dossiers.view_agency",
        "dossiers.view_procedure",
        "dossiers.view_procedureversion",
    ],
    ADMINISTRATOR: [
        *OFFICE_WATCH,
        "correspondence.do_assignment",
        "correspondence.make_proposal",
        "correspondence.recurrence:*",
        *FIGURES,
        "correspondence.rolloutstep:*",
        *PRINT_LOOK,
        "print_studio.target:*",
        *PACK_WORK,
        *PACK_APPROVAL,
        "datasets.delete_dataset",
        *CHANNEL_WATCH,
        "zalo.account:*",
        "zalo.accountagency:*",
        "zalo.view_template",
        "zalo.change_templateuse",
        "zalo.view_wording",
        "zalo.add_wording",
        "zalo.menuitem:*",
        "zalo.cannedanswer:*",
        "zalo.change_incident",
        "zalo.view_contact",
        "zalo.change_contact",
        "zalo.erase_contact",
        *VIEW_WORK,
        "dossiers.keep_counter_list",
        "submission.onlineprocedure:*",
        "dossiers.supplementreason:*",
        "dossiers.agency:*",
        "dossiers.agencyversion:*",
        "dossiers.unit:*",
        "dossiers.desk:*",
        "dossiers.hotline:*",
        "dossiers.membership:*",
        "dossiers.weekpattern:*",
        "dossiers.calendarexception:*",
        "dossiers.legalrule:*",
        "dossiers.signingauthority:*",
        "dossiers.view_sweeprun",
        "dossiers.export_register",
        "dossiers.codepattern:*",
        *(f"{app}.view_{model}" for app, model in (name.split(".") for name in NATIONAL_LISTS)),
        "dossiers.view_catalogueimportrow",
        "dossiers.view_personaldataread",
        "feedback.routingrule:*",
        "feedback.servicelevel:*",
        "feedback.cannedanswer:*",
        "feedback.faqentry:*",
        "feedback.restrictedofficer:*",
        "feedback.confirm_restrictedofficer",
        "feedback.view_readrecord",
        "content.link:*",
        "content.view_piece",
        "content.view_usecount",
        "auth.view_user",
        "auth.add_user",
        "auth.change_user",
        "api.apiclient:*",
        "api.subscription:*",
        "api.codetranslation:*",
    ],
}
ROLES[PROVINCE] = [
    *ROLES[ADMINISTRATOR],
    "dossiers.search_all_agencies",
    "correspondence.answer_proposal",
    *(f"{name}:*" for name in NATIONAL_LISTS),
]

# What each role is for, as the desk's page of roles says it.
MEANT_FOR = {
    RECEPTION: "Ngồi quầy: nhận hồ sơ, giao phòng, trả kết quả, trả lời người dân.",
    HANDLER: "Giải quyết hồ sơ được giao, xin bổ sung, soạn văn bản xin lỗi.",
    LEADER: "Ký, dừng, giao việc, duyệt văn bản, tin và câu trả lời.",
    SUPERVISOR: "Theo dõi chậm muộn, chất lượng, đôn đốc; không giải quyết hồ sơ.",
    EDITOR: "Giữ kênh Zalo: trò chuyện, tin, lời nhắn, ấn phẩm.",
    CONTENT_EDITOR: "Viết tin, hướng dẫn, liên kết, gói tra cứu; không tự duyệt.",
    APPROVER: "Người thứ hai: duyệt bài, gói tra cứu và tin gửi nhiều người do người khác soạn.",
    AUDITOR: "Thanh tra, kiểm tra: xem ai đã sửa, ai đã đọc gì; không sửa gì.",
    ADMINISTRATOR: "Giữ người, vai trò, lịch, thiết lập của cơ quan mình; không xem thông tin cá nhân trong hồ sơ.",
    PROVINCE: "Như quản trị trung tâm cho mọi cơ quan, và các danh mục dùng chung.",
}

# Who must have a second factor, from the day in SECOND_FACTOR_FROM on; superusers too.
SECOND_FACTOR = (LEADER, APPROVER, AUDITOR, ADMINISTRATOR, PROVINCE)

CENTRE_ROLES = (RECEPTION, HANDLER, LEADER, SUPERVISOR, EDITOR, CONTENT_EDITOR, APPROVER, AUDITOR, ADMINISTRATOR)
# Who gives which role to whom is a right of its own: nobody gives one that is not named here for a role they have,
# unless they hold all of it themselves.
MAY_GIVE: dict[str, tuple[str, ...]] = {
    ADMINISTRATOR: CENTRE_ROLES,
    PROVINCE: (*CENTRE_ROLES, PROVINCE),
}


def givable(user) -> set[str]:
    """Return the names of the roles the user may give to others, or take from them."""
    own = set(user.groups.values_list("name", flat=True))
    rights = user.get_all_permissions()
    held = {role for role, names in ROLES.items() if set(expanded(names)) <= rights}
    return held.union(*(MAY_GIVE.get(role, ()) for role in own))


def ensure(**_signal) -> None:
    """Create the groups and give each exactly its permissions. Called after migrate, and by tests' people."""
    from django.apps import apps
    from django.contrib.auth.models import Group, Permission

    rooms = ("api", "content", "datasets", "correspondence", "reporting", "submission", "print_studio", "portal")
    for label in ("auth", "dossiers", "zalo", "feedback", "audit", *rooms):
        create_permissions(apps.get_app_config(label), verbosity=0)
    by_name = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([by_name[name] for name in expanded(names) if name in by_name])


def expanded(names: list[str]) -> list[str]:
    """Return the names with every "app.model:*" written out."""
    found = []
    for name in names:
        if name.endswith(":*"):
            app, model = name[:-2].split(".")
            found += [f"{app}.{verb}_{model}" for verb in ("add", "change", "view", "delete")]
        else:
            found.append(name)
    return found
