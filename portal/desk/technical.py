"""What only the operator looks at: periodic work and failed sign-ins, read-only but for the switch of a task."""

from __future__ import annotations

from axes import admin as axes_admin  # noqa: F401  (registers its models, replaced below)
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django_celery_beat import admin as beat_admin  # noqa: F401
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)
from django_otp.plugins.otp_totp import admin as totp_admin  # noqa: F401
from django_otp.plugins.otp_totp.models import TOTPDevice

from dossiers.admin.base import StaffAdmin

NOT_NEEDED = (ClockedSchedule, CrontabSchedule, IntervalSchedule, SolarSchedule, AccessFailureLog, TOTPDevice)
for model in (*NOT_NEEDED, PeriodicTask, AccessAttempt, AccessLog):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class OperatorAdmin(StaffAdmin):
    """Superusers only; nothing is added by hand."""

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(OperatorAdmin):
    """The schedule is written by portal.celery; an operator may switch a task off while something is mended."""

    list_display = ("name", "enabled", "schedule_words", "last_run_at", "total_run_count")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab")
    search_fields = ("name", "task")
    fields = ("name", "task", "schedule_words", "enabled", "args", "kwargs", "last_run_at", "total_run_count")
    readonly_fields = tuple(name for name in fields if name != "enabled")

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)

    @admin.display(description="Lịch chạy")
    def schedule_words(self, task) -> str:
        return str(task.interval or task.crontab or task.solar or task.clocked or "—")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        PeriodicTasks.update_changed()


@admin.register(AccessAttempt)
class AccessAttemptAdmin(OperatorAdmin):
    """Sign-ins that failed and count towards the lock; deleting one unlocks the account."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start")
    search_fields = ("ip_address", "username")
    fields = ("attempt_time", "username", "ip_address", "user_agent", "path_info", "failures_since_start")
    readonly_fields = fields

    def has_delete_permission(self, request, obj=None):
        return self.has_module_permission(request)


@admin.register(AccessLog)
class AccessLogAdmin(OperatorAdmin):
    """Sign-ins and sign-outs."""

    list_display = ("attempt_time", "logout_time", "username", "ip_address", "user_agent")
    search_fields = ("ip_address", "username")
    fields = ("attempt_time", "logout_time", "username", "ip_address", "user_agent", "path_info")
    readonly_fields = fields
