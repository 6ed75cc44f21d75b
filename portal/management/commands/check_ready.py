"""Go through what an installation needs before citizens come: one line a point, non-zero when a must is missing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from dossiers.admin.setup import going_live
from dossiers.deadlines.confirmed import reaching_beyond
from dossiers.models import (
    Agency,
    CalendarException,
    Dossier,
    LegalRule,
    Procedure,
    ProcedureVersion,
    WeekPattern,
    valid_on,
)
from dossiers.privacy import key_rotation
from feedback.petitions import restricted
from portal import health
from portal.audit import triggers
from portal.desk import roles
from portal.transfer import backup

PARTS = {
    "database": ("Cơ sở dữ liệu trả lời", "Kiểm tra DATABASE_URL và máy chủ cơ sở dữ liệu."),
    "migrations": ("Cấu trúc dữ liệu mới nhất", "Chạy: python manage.py migrate."),
    "cache": ("Bộ nhớ đệm trả lời", "Kiểm tra CACHE_URL; nếu để trống, chạy: python manage.py createcachetable."),
    "broker": ("Hàng đợi việc nền trả lời", "Kiểm tra CELERY_BROKER_URL. Hồ sơ vẫn nhận được, tin nhắn sẽ chờ."),
}

FRESH = dt.timedelta(hours=48)
"""A nightly backup may take its time."""


@dataclass(frozen=True)
class Point:
    """One point of the list; `must` points stop the go-live."""

    title: str
    well: bool
    advice: str = ""
    must: bool = True


class Command(BaseCommand):
    help = "Kiểm tra mọi thứ cần có trước khi phục vụ người dân."
    requires_system_checks: list[str] = []

    def handle(self, **options):
        missing = 0
        for point in points():
            missing += point.must and not point.well
            mark = "✓" if point.well else ("✗" if point.must else "!")
            self.stdout.write(f"{mark} {point.title}" + ("" if point.well else f" – {point.advice}"))
        if missing:
            raise CommandError(f"Chưa sẵn sàng: còn {missing} điểm bắt buộc (dấu ✗) phải xử lý.")
        self.stdout.write(self.style.SUCCESS("Sẵn sàng."))


def points() -> Iterator[Point]:
    """Yield the points in order; the data is asked only once the database answers with the newest structure."""
    working = True
    for name, check in health.CHECKS.items():
        title, advice = PARTS[name]
        well = health.outcome(check)["ok"]
        working &= well or name in {"broker", "cache"}
        yield Point(title, well, advice, must=name != "broker")
    yield from _settings()
    if not working:
        return
    today = timezone.localdate()
    for ask in (_people, _calendar, _content, _agencies, _upkeep):
        try:
            yield from ask(today)
        except DatabaseError:
            yield Point("Đọc được dữ liệu", False, "Chạy: python manage.py migrate, rồi kiểm tra lại.")


def _settings() -> Iterator[Point]:
    found = [message for message in checks.run_checks(include_deployment_checks=True) if not message.is_silenced()]
    for message in found:
        own = str(message.id).startswith("portal.")
        title = str(message.msg) if own else f"Cài đặt Django chưa chặt cho bản chính thức: {message.id}"
        advice = str(message.hint or "") if own else "Thường do PUBLIC_BASE_URL chưa phải https://…"
        yield Point(title, False, advice or "Xem README, mục Environment.", must=message.is_serious())
    if not found:
        yield Point("Cài đặt đúng cho bản chính thức", True)
    folder = settings.MEDIA_ROOT
    parent = folder if folder.exists() else folder.parent
    yield Point("Ghi được tệp riêng", os.access(parent, os.W_OK), f"Cho phép ghi vào {folder} (MEDIA_ROOT).")


def _people(today: dt.date) -> Iterator[Point]:
    groups = set(Group.objects.values_list("name", flat=True))
    yield Point("Đủ nhóm quyền theo vai trò", set(roles.ROLES) <= groups, "Chạy: python manage.py migrate.")
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    yield Point("Có người quản trị", administrators.exists(), "Chạy: python manage.py createsuperuser.")
    if not settings.DEMO:
        known = [user.username for user in administrators if user.check_password(f"demo-{user.username}")]
        yield Point("Không còn mật khẩu chạy thử", not known, f"Đổi mật khẩu của: {', '.join(known)}.")


def _calendar(today: dt.date) -> Iterator[Point]:
    yield Point("Có giờ làm việc", WeekPattern.objects.filter(valid_on(today)).exists(), "Khai báo giờ làm việc.")
    year = (today + dt.timedelta(days=45)).year
    days = CalendarException.objects.filter(date__year=year, agency__isnull=True)
    confirmed = days.filter(confirmed_at__isnull=False).exists()
    yield Point(f"Ngày nghỉ năm {year} đã xác nhận", confirmed, "Mở mục Ngày nghỉ, ngày làm bù và xác nhận.")
    beyond = len(reaching_beyond(Dossier.objects.order_by(), today).values_list("pk", flat=True)[:100])
    many = "100 hoặc hơn" if beyond == 100 else str(beyond)
    advice = f"{many} hồ sơ hẹn vào ngày lịch chưa xác nhận: xem danh sách “Hẹn quá lịch đã xác nhận”."
    yield Point("Không lời hẹn nào vượt lịch đã xác nhận", not beyond, advice, must=False)
    waiting = days.filter(confirmed_at__isnull=True, date__gte=today).count()
    yield Point("Không còn ngày nghỉ chờ quyết định", not waiting, f"Còn {waiting} ngày chờ xác nhận.", must=False)


def _content(today: dt.date) -> Iterator[Point]:
    unsure = LegalRule.objects.filter(valid_on(today), confidence="L").count()
    yield Point("Quy tắc pháp lý đã có", LegalRule.objects.filter(valid_on(today)).exists(), "Chạy lại migrate.")
    yield Point("Quy tắc đã được pháp chế xác nhận", not unsure, f"Còn {unsure} quy tắc mức “L”.", must=False)
    versions = ProcedureVersion.objects.filter(valid_on(today), status=ProcedureVersion.Status.PUBLISHED)
    active = Procedure.objects.filter(status=Procedure.Status.ACTIVE, pk__in=versions.values("procedure"))
    yield Point("Có thủ tục đang áp dụng", active.exists(), "Chạy: python manage.py import_catalogue <tệp>.")


def _agencies(today: dt.date) -> Iterator[Point]:
    unseen = restricted.seen_by_nobody(timezone.now())
    where = "; ".join(f"{agency}: {count}" for agency, count in unseen.items())
    advice = f"đơn đang chờ mà chưa ai được giao mở – {where}. Đề nghị và xác nhận người ở mục Người được mở đơn."
    yield Point("Đơn khiếu nại, tố cáo nào cũng có người được giao mở", not unseen, advice, must=False)
    on = Agency.objects.filter(rollout__in=[Agency.Rollout.PILOT, Agency.Rollout.LIVE], active=True)
    yield Point("Có cơ quan triển khai", on.exists(), "Khai báo cơ quan và ngày triển khai.")
    found = list(on.order_by("code"))
    missing = going_live.missing(found, today)
    for agency in found:
        lacks = missing[agency.pk]
        words = ", ".join(need.what for need in lacks)
        yield Point(agency.name, not lacks, f"thiếu {words}.", must=any(need.must for need in lacks))


def _upkeep(today: dt.date) -> Iterator[Point]:
    """What an installation that has run for a while needs; nothing of it stops a beginning."""
    made_at = backup.last_made()
    fresh = made_at is not None and timezone.now() - made_at < FRESH
    advice = "Chạy manage.py backup hằng đêm rồi chép sang máy khác."
    yield Point("Có bản sao lưu trong 48 giờ qua", fresh, advice, must=False)
    if connection.vendor == "postgresql":
        advice = "Bật archive_mode và xem archive_command (van-hanh.md): nếu không, mất máy là mất đến một ngày."
        yield Point("Nhật ký WAL đang được lưu", _archives(), advice, must=False)
    if len(settings.FIELD_ENCRYPTION_KEYS) > 1:
        advice = "Chạy manage.py rotate_keys; lệnh báo xong thì bỏ khóa cũ."
        yield Point("Mọi dữ liệu đã ở khóa mã hóa đầu tiên", not key_rotation.is_behind(), advice, must=False)
    if settings.LOGS_KEPT_BY_DATABASE:
        open_tables = triggers.missing()
        yield Point("Nhật ký không sửa, xóa được", not open_tables, f"Chạy migrate; còn: {', '.join(open_tables)}.")


def _archives() -> bool:
    """Return whether the server keeps its write-ahead log aside: it is told how, did so, and failed at none since.

    With archive_mode on and nothing to run, PostgreSQL keeps the log where it is, and notes no failure.
    """
    mode, how, archived_at, failed_at = _archiver()
    return mode != "off" and bool(how) and archived_at is not None and (failed_at is None or archived_at > failed_at)


def _archiver() -> tuple[str, str, dt.datetime | None, dt.datetime | None]:
    """Return archive_mode, the command or library that archives, and when it last did and last failed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('archive_mode'),"
            " current_setting('archive_command') || coalesce(current_setting('archive_library', true), ''),"
            " last_archived_time, last_failed_time FROM pg_stat_archiver"
        )
        return cursor.fetchone()
