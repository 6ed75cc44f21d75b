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
from django_otp.plugins.otp_static import admin as static_admin  # noqa: F401
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as totp_admin  # noqa: F401
from django_otp.plugins.otp_totp.models import TOTPDevice

from dossiers.admin.base import StaffAdmin
from dossiers.written_dates import written_moment

# Devices of the second factor have pages of their own (portal.access).
NOT_NEEDED = (
    *(ClockedSchedule, CrontabSchedule, IntervalSchedule, SolarSchedule, AccessFailureLog),
    *(TOTPDevice, StaticDevice),
)
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


def crontab_words(when: CrontabSchedule) -> str:
    """Return "lúc 07:15 hằng ngày", "mỗi 10 phút" or "phút 15, 45 mỗi giờ"."""
    hour, minute = str(when.hour), str(when.minute)
    if hour != "*":
        return (
            f"lúc {int(hour):02}:{int(minute):02} hằng ngày"
            if (hour + minute).isascii() and (hour + minute).isdigit()
            else "theo giờ đã đặt"
        )
    if minute.startswith("*/"):
        return f"mỗi {minute[2:]} phút"
    return "mỗi phút" if minute == "*" else f"phút {minute.replace(',', ', ')} mỗi giờ"


# Name in portal.celery → what the work does, in words.
WORK = {
    "sweep-deadlines": "Rà soát hạn, lập dự thảo văn bản xin lỗi",
    "mail-reminders": "Gửi thư nhắc hạn buổi sáng",
    "remind-uncollected": "Nhắc người dân đến nhận kết quả",
    "mail-alarms": "Gửi thư báo ý kiến nguy cấp",
    "sweep-cases": "Rà soát hạn trả lời ý kiến",
    "datasets-load": "Nạp gói tra cứu đang chờ",
    "datasets-sweep": "Rút gói tra cứu hết hạn",
    "figures-count": "Đếm số liệu hằng ngày cho bảng và báo cáo",
    "figures-compare": "So số liệu đã chốt với sổ hồ sơ",
    "audit-seal": "Niêm phong nhật ký của ngày đã qua",
    "measure-pace": "Đo thời gian giải quyết thường lệ",
    "mail-danger": "Gửi thư báo trò chuyện có nguy hiểm",
    "tasks-remind": "Giao báo cáo định kỳ, nhắc nhiệm vụ có hạn",
    "submission-forget": "Xóa hồ sơ trực tuyến soạn dở quá ngày giữ",
    "transfer-forget": "Xóa tệp hồ sơ cũ, tệp bảng và báo cáo quá một tuần",
    "units-urge": "Nhắc lãnh đạo đơn vị chưa báo người dân",
    "api-tell": "Báo sự kiện cho phần mềm khác",
    "api-forget": "Xóa nhật ký báo sự kiện quá 90 ngày",
    "content-hours": "Đăng, gỡ bài viết theo giờ đã đặt",
    "read-papers-again": "Đọc lại giấy tờ của thủ tục khi cách đọc đã mới hơn",
    "forget-search-choices": "Xóa lượt chọn thủ tục quá một năm",
    "print-funnel": "Đếm phễu tuyên truyền của hôm nay, hôm qua",
    "print-funnel-again": "Đếm lại phễu tuyên truyền hai tuần, bỏ bộ ấn phẩm cũ",
    "pick-up-long-acts": "Chạy tiếp việc chạy lâu bị bỏ lỡ",
    "zalo-drain": "Gửi tin đang chờ",
    "zalo-rescue": "Gửi lại tin bị bỏ dở",
    "zalo-broadcasts": "Gửi tin gửi nhiều người",
    "zalo-prepare-broadcasts": "Tự soạn dự thảo tin gửi nhiều người",
    "zalo-refresh-tokens": "Gia hạn mã truy cập Zalo",
    "zalo-sync-templates": "Đồng bộ mẫu tin",
    "zalo-check-accounts": "Hỏi Zalo tình trạng Official Account",
    "zalo-reconcile-events": "Đối chiếu diễn biến với tin đã gửi",
    "zalo-remind-untold": "Nhắc các phòng chưa báo người dân",
    "zalo-handle-events": "Xử lý điều Zalo báo về",
    "zalo-fetch": "Tải tệp người dân gửi qua Zalo",
    "zalo-rescue-events": "Xử lý lại điều Zalo báo về bị bỏ dở",
    "zalo-sweep-events": "Dọn điều Zalo báo về đã xử lý",
    "zalo-retention": "Xóa dữ liệu hết hạn lưu",
    "celery.backend_cleanup": "Dọn kết quả việc nền",
}


def _in_words(task: PeriodicTask) -> str:
    return WORK.get(task.name, task.name)


# Titles and breadcrumbs name a row by itself, which here is the schedule as cron writes it.
PeriodicTask.add_to_class("__str__", _in_words)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(OperatorAdmin):
    """The schedule is written by portal.celery; an operator may switch a task off while something is mended."""

    list_display = ("work", "running", "schedule_words", "last_run", "runs")
    list_filter = ()
    list_select_related = ("interval", "crontab")
    ordering = ("name",)
    fields = ("work", "enabled", "schedule_words", "last_run", "runs")
    readonly_fields = ("work", "schedule_words", "last_run", "runs")

    @admin.display(description="Việc")
    def work(self, task) -> str:
        return str(task)

    @admin.display(description="Đang bật", boolean=True)
    def running(self, task) -> bool:
        return task.enabled

    @admin.display(description="Chạy lần cuối")
    def last_run(self, task) -> str:
        return written_moment(task.last_run_at) if task.last_run_at else "Chưa chạy"

    @admin.display(description="Số lần đã chạy")
    def runs(self, task) -> int:
        return task.total_run_count

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "enabled":
            field.label, field.help_text = "Bật", "Tắt khi đang sửa chữa; nhớ bật lại."
        return field

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)

    @admin.display(description="Lịch chạy")
    def schedule_words(self, task) -> str:
        if task.interval:
            every = int(task.interval.schedule.run_every.total_seconds())
            return f"mỗi {every // 60} phút" if every % 60 == 0 else f"mỗi {every} giây"
        return crontab_words(task.crontab) if task.crontab else "—"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        PeriodicTasks.update_changed()


class SignIns(OperatorAdmin):
    """Rows of the sign-in log in words of the desk; the library's own are English."""

    @admin.display(description="Lúc", ordering="attempt_time")
    def at(self, row) -> str:
        return written_moment(row.attempt_time)

    @admin.display(description="Tên đăng nhập", ordering="username")
    def account(self, row) -> str:
        return row.username or "—"

    @admin.display(description="Địa chỉ máy", ordering="ip_address")
    def machine(self, row) -> str:
        return row.ip_address or "—"

    @admin.display(description="Trình duyệt")
    def browser(self, row) -> str:
        return row.user_agent or "—"


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignIns):
    """Sign-ins that failed and count towards the lock; deleting one unlocks the account."""

    list_display = ("at", "account", "machine", "failures")
    search_fields = ("ip_address", "username")
    fields = ("at", "account", "machine", "browser", "failures")
    readonly_fields = fields

    @admin.display(description="Số lần sai")
    def failures(self, row) -> int:
        return row.failures_since_start

    def has_delete_permission(self, request, obj=None):
        return self.has_module_permission(request)


@admin.register(AccessLog)
class AccessLogAdmin(SignIns):
    """Sign-ins and sign-outs."""

    list_display = ("at", "left", "account", "machine")
    search_fields = ("ip_address", "username")
    fields = ("at", "left", "account", "machine", "browser")
    readonly_fields = fields

    @admin.display(description="Đăng xuất lúc")
    def left(self, row) -> str:
        return written_moment(row.logout_time) if row.logout_time else "—"
