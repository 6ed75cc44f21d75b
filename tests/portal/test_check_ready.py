"""check_ready: a line a point, a sentence on what to do, and a failure while a must is missing."""

import datetime as dt
import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from dossiers.models import Applicant, CalendarException
from dossiers.privacy import sealing
from portal.management.commands import check_ready
from portal.transfer import backup
from zalo.models import Account, AccountAgency


@pytest.fixture
def proper_settings(monkeypatch):
    """As if the settings were those of a public installation; they are checked by tests of their own."""
    monkeypatch.setattr(check_ready.checks, "run_checks", lambda **options: [])
    monkeypatch.setitem(check_ready.health.CHECKS, "migrations", lambda: None)


def run() -> tuple[str, bool]:
    out = io.StringIO()
    try:
        call_command("check_ready", stdout=out)
    except CommandError as error:
        return out.getvalue() + str(error), False
    return out.getvalue(), True


def test_an_empty_installation_is_told_what_is_missing(db, proper_settings):
    said, ready = run()
    assert not ready
    assert "✓ Cơ sở dữ liệu trả lời" in said
    assert "✗ Có người quản trị – Chạy: python manage.py createsuperuser." in said
    assert "✗ Có cơ quan triển khai" in said and "✗ Có thủ tục đang áp dụng" in said


@pytest.fixture
def spoken_for(centre):
    account = Account.objects.create(name="Chính quyền số", oa_id="388613280878808645", app_id="360846524940903967")
    return AccountAgency.objects.create(account=account, agency=centre.agency, valid_from=dt.date(2026, 1, 1))


def test_a_centre_live_without_an_account_is_not_ready(centre, procedure, proper_settings):
    said, ready = run()
    assert not ready
    assert f"✗ {centre.agency.name} – thiếu Official Account (gắn cơ quan vào tài khoản)" in said


def test_a_centre_with_everything_is_ready(centre, procedure, proper_settings, spoken_for):
    User.objects.create_superuser("quantri", password="một mật khẩu dài")
    year = (timezone.localdate() + dt.timedelta(days=45)).year
    CalendarException.objects.create(
        date=dt.date(year, 1, 1), kind="off", name="Tết Dương lịch", confirmed_at=timezone.now()
    )
    said, ready = run()
    assert ready, said
    assert f"! {centre.agency.name} – thiếu mẫu tin cho mọi bước." in said and "Sẵn sàng." in said


def test_a_centre_without_hotline_or_with_a_demo_password_is_not(centre, procedure, proper_settings):
    centre.agency.hotlines.all().delete()
    User.objects.create_superuser("admin", password="demo-admin")
    said, ready = run()
    assert not ready
    assert "thiếu số điện thoại hỗ trợ, Official Account" in said
    assert "Đổi mật khẩu của: admin." in said


def test_settings_of_a_trial_are_refused_with_words(db):
    said, ready = run()
    assert not ready
    assert "✗ PUBLIC_BASE_URL phải là https://…" in said
    assert "SECURE_SSL_REDIRECT setting" not in said, "only Vietnamese sentences"


def test_what_runs_for_a_while_is_looked_after(centre, proper_settings, settings, tmp_path):
    settings.VAR_DIR, settings.LOGS_KEPT_BY_DATABASE = tmp_path, False
    old, new = sealing.generate_key(), sealing.generate_key()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    Applicant.objects.create(full_name="An", id_number="080085001234")
    said, _ = run()
    assert "! Có bản sao lưu trong 48 giờ qua" in said and "khóa mã hóa" not in said
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    (tmp_path / backup.NOTE).write_text(timezone.now().isoformat())
    said, _ = run()
    assert "✓ Có bản sao lưu trong 48 giờ qua" in said and "! Mọi dữ liệu đã ở khóa mã hóa đầu tiên" in said
    call_command("rotate_keys", stdout=io.StringIO())
    assert "✓ Mọi dữ liệu đã ở khóa mã hóa đầu tiên" in run()[0]


@pytest.mark.parametrize(
    ("mode", "how", "archived", "failed", "well"),
    [
        ("on", "cp %p /luu/%f", 2, None, True),
        ("on", "cp %p /luu/%f", 2, 1, True),
        ("on", "cp %p /luu/%f", 1, 2, False),
        ("on", "cp %p /luu/%f", None, None, False),
        ("on", "", None, None, False),
        ("on", "", 2, None, False),
        ("off", "(disabled)", 2, None, False),
    ],
)
def test_the_log_is_kept_aside_only_where_something_keeps_it(monkeypatch, mode, how, archived, failed, well):
    at = [day and dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (archived, failed)]
    monkeypatch.setattr(check_ready, "_archiver", lambda: (mode, how, *at))
    assert check_ready._archives() is well


@pytest.mark.django_db
def test_the_server_says_what_keeps_its_log_aside():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps such a log")
    mode, how, *_ = check_ready._archiver()
    assert mode in {"on", "off", "always"} and isinstance(how, str)
