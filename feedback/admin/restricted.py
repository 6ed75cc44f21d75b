"""Complaints and denunciations: opened by officers named in a decision, every look written down."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers import ownership
from dossiers.admin.base import AgencyScopedAdmin, StaffAdmin
from dossiers.admin.workplace import Workplace
from dossiers.scoping import agency_ids_of
from dossiers.workflow.moving import Forbidden
from dossiers.written_dates import written_day
from feedback.admin.access import page_context
from feedback.admin.petition_forms import FORMS
from feedback.models import CaseFile, ReadRecord, RestrictedOfficer, TransferRecord
from feedback.pages.track_pages import file_answer
from feedback.petitions import officers, restricted
from feedback.petitions.acts import ACTS


@admin.register(TransferRecord)
class TransferRecordAdmin(StaffAdmin):
    """Own pages only; the right to open comes from a decision, not from a group, superusers included."""

    def get_queryset(self, request):
        return restricted.visible_to(request.user, timezone.now())

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        return [
            path("", page(record_list), name="feedback_transferrecord_changelist"),
            path("<int:pk>/change/", page(record_page), name="feedback_transferrecord_change"),
            path("<int:pk>/viec/<slug:name>/", page(record_act), name="feedback_transferrecord_act"),
            path("<int:pk>/tep/<int:file>/", page(record_file), name="feedback_transferrecord_file"),
        ]

    def has_module_permission(self, request):
        return restricted.shown_in_menu(request)

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@require_GET
def record_list(request):
    """Codes, kinds and dates of the records the officer may open; the words stay closed until one is opened."""
    now = timezone.now()
    if not restricted.is_officer(request.user, now):
        raise PermissionDenied
    restricted.note_read(request.user, what=ReadRecord.What.LIST, now=now)
    rows = restricted.visible_to(request.user, now).select_related("agency")[:200]
    context = page_context(request, "Đơn khiếu nại, tố cáo chuyển đến", TransferRecord, rows=rows, now=now)
    return render(request, "feedback/desk/record_list.html", context)


@require_GET
def record_page(request, pk: int):
    """One record in full; opening it is written down first."""
    return _page(request, _opened(request, pk))


@require_POST
def record_act(request, pk: int, name: str):
    """Do one act (see Workplace.act)."""
    return PLACE.act(request, pk, name)


@require_GET
def record_file(request, pk: int, file: int):
    """Hand out a file of a record; noted as a look of its own."""
    record = _opened(request, pk)
    row = CaseFile.objects.filter(record=record, pk=file).first()
    if row is None:
        raise Http404
    restricted.note_read(request.user, what=ReadRecord.What.FILE, now=timezone.now(), record=record)
    return file_answer(row)


def _opened(request, pk: int) -> TransferRecord:
    try:
        return restricted.open_record(request.user, pk, now=timezone.now())
    except Forbidden as refused:
        # The same answer for a record that is there and one that is not.
        raise PermissionDenied(str(refused)) from None


def _page(request, record: TransferRecord, *, refused=None, status: int = 200):
    context = page_context(
        request,
        record.code,
        TransferRecord,
        record=record,
        files=record.files.all(),
        events=record.events.order_by("-at", "-id"),
        reads=record.reads.select_related("user")[:30],
        **PLACE.offers(request, record, refused),
        waiting=record.status == TransferRecord.Status.RECEIVED,
    )
    response = render(request, "feedback/desk/record_page.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


PLACE = Workplace(
    acts=ACTS,
    forms=FORMS,
    own=_opened,
    page=_page,
    # Where it is against whoever did the act, the record itself no longer opens.
    after=lambda record, act: reverse("admin:feedback_transferrecord_changelist"),
    asked_twice=frozenset({"send_on", "guide", "release"}),
)


@admin.register(RestrictedOfficer)
class RestrictedOfficerAdmin(AgencyScopedAdmin):
    """Who may open records, by which decision; ended by a date, never deleted; confirmed from outside the agency."""

    shared_rows = True
    list_display = ("user", "agency", "decision", "valid_from", "valid_to", "standing")
    list_select_related = ("user", "agency", "named_by", "confirmed_by")
    readonly_fields = ("standing",)
    actions = ("confirm_selected",)

    @admin.display(description="tình trạng")
    def standing(self, row) -> str:
        if row.pk is None:
            return "Sau khi lưu, một người ngoài cơ quan phải xác nhận thì mới mở được đơn"
        if row.confirmed_at is None:
            return f"Chờ người ngoài cơ quan xác nhận (đề nghị: {row.named_by or 'chưa rõ'})"
        by = f" bởi {row.confirmed_by}" if row.confirmed_by else ""
        return f"Đã xác nhận{by} {written_day(row.confirmed_at)}"

    def has_confirm_permission(self, request) -> bool:
        return request.user.has_perm(officers.MAY_CONFIRM)

    @admin.action(description="Xác nhận người được giao", permissions=["confirm"])
    def confirm_selected(self, request, queryset):
        for row in queryset[:50]:
            try:
                officers.confirm(row, by=request.user, now=timezone.now())
            except Forbidden as refused:
                messages.error(request, f"{row}: {refused}")
            else:
                self.log_change(request, row, "Xác nhận người được mở đơn")
                messages.success(request, f"Đã xác nhận {row}. Những người đã được giao trước đó được báo.")

    def save_model(self, request, obj, form, change):
        ownership.refuse_foreign(request.user, [obj])
        officers.propose(obj, by=request.user, now=timezone.now())
        if obj.confirmed_at is None:
            messages.warning(
                request, "Đã ghi đề nghị. Người này chưa mở được đơn cho đến khi một người ngoài cơ quan xác nhận."
            )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        allowed = agency_ids_of(request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            # Whoever writes decisions down is not the one to be named by them.
            field.queryset = field.queryset.filter(is_active=True).exclude(pk=request.user.pk)
        if allowed is not None and db_field.name == "user":
            field.queryset = field.queryset.filter(memberships__agency__in=allowed).distinct()
        if allowed is not None and db_field.name == "agency":
            # Only whoever sees every agency may name an officer for every agency.
            field.required = True
        return field

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ReadRecord)
class ReadRecordAdmin(StaffAdmin):
    """Read-only: who opened what and when, and who tried."""

    list_display = ("at", "user", "what", "record", "case_code")
    list_filter = ("what",)
    list_select_related = ("user", "record", "case")
    ordering = ("-id",)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        allowed = agency_ids_of(request.user)
        if allowed is None:
            return rows
        return rows.filter(record__agency__in=allowed) | rows.filter(case__agency__in=allowed)

    @admin.display(description="ý kiến")
    def case_code(self, row):
        return row.case.code if row.case_id else ""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
