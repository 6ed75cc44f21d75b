"""What the parts are wired to: guarded addresses, the beat, migrations, settings fit for production, the sidebar."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

import pytest
from django.contrib import admin
from django.urls import URLPattern, get_resolver, reverse

from portal.celery import BEAT_SCHEDULE, app
from portal.desk import roles
from portal.desk.sidebar import NAVIGATION, open_line
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.sqlite_only
PRODUCTION = {
    "DATABASE_URL": "postgresql://portal:portal@127.0.0.1:5432/portal",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "CACHE_URL": "redis://127.0.0.1:6379/1",
    "PUBLIC_BASE_URL": "https://motcua.example.gov.vn",
    "ALLOWED_HOSTS": "motcua.example.gov.vn",
    "SECRET_KEY": "k" * 30 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "FIELD_ENCRYPTION_KEYS": "Zm9yLWNoZWNrLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk",
    "EMAIL_URL": "smtp://thu.example.gov.vn:25",
    "METRICS_TOKEN": "m" * 32,
    "SECOND_FACTOR_FROM": "2027-01-01",
}


def leaves(patterns=None, prefix: str = ""):
    """Yield (route, pattern) of every address of the project."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern
        else:
            yield from leaves(pattern.url_patterns, prefix + str(pattern.pattern))


def test_every_staff_address_passes_the_sign_in_guard():
    """Each view under /admin/ went through AdminSite.admin_view, which asks for a member of staff first."""
    open_to_all = {"login", "logout", "jsi18n"}
    open_to_all |= {"desk_first_password", "desk_provider", "desk_provider_return"}  # ways to sign in, or to be able to
    unguarded = []
    for route, pattern in leaves():
        if not route.startswith("admin/") or pattern.name in open_to_all:
            continue
        wrapped = hasattr(pattern.callback, "model_admin") or hasattr(pattern.callback, "admin_site")
        if not wrapped and not any(name.startswith("AdminSite.admin_view") for name in _makers(pattern.callback)):
            unguarded.append(route)
    assert not unguarded


def _makers(view, depth: int = 6) -> set[str]:
    """Return the names of the functions a view is wrapped in, read from what the wrappers hold."""
    code = getattr(view, "__code__", None)
    if code is None or depth == 0:
        return set()
    held = [cell.cell_contents for cell in view.__closure__ or () if callable(cell.cell_contents)]
    return {code.co_qualname}.union(*(_makers(inner, depth - 1) for inner in held))


def test_every_model_admin_is_of_the_desk():
    strange = [model._meta.label for model, page in admin.site._registry.items() if not _is_unfold(page)]
    assert not strange, "registered in Django's own look"


def _is_unfold(page) -> bool:
    from unfold.admin import ModelAdmin

    return isinstance(page, ModelAdmin)


def test_the_sidebar_leads_somewhere_and_one_line_is_open_at_a_time():
    lines = {reverse(line["page"]): line["title"] for group in NAVIGATION for line in group["items"]}
    for address in lines:
        assert address.startswith("/admin/") and open_line(address) == address
    assert lines[open_line("/admin/dossiers/dossier/12/change/")] == "Hồ sơ"
    assert lines[open_line("/admin/dossiers/letter/12/change/")] == "Văn bản xin lỗi"
    assert lines[open_line("/admin/zalo/account/suc-khoe/")] == "Sức khoẻ kênh"
    assert open_line("/admin/password_change/") is None


@pytest.mark.django_db
def test_every_permission_of_a_role_exists():
    from django.contrib.auth.models import Permission

    roles.ensure()
    known = {
        f"{app_label}.{codename}"
        for app_label, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    for role, names in roles.ROLES.items():
        assert not set(roles.expanded(names)) - known, role


def test_every_beat_entry_finds_its_task_and_fits_it():
    app.loader.import_default_modules()
    for name, entry in BEAT_SCHEDULE.items():
        task = app.tasks.get(entry["task"])
        assert task is not None, f"{name}: no task {entry['task']}"
        inspect.signature(task.run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))


def test_every_beat_entry_has_a_name_of_its_own_task():
    tasks = [entry["task"] for entry in BEAT_SCHEDULE.values()]
    assert len(tasks) == len(set(tasks))


@pytest.mark.django_db
def run_with(extra: dict, *arguments: str) -> subprocess.CompletedProcess:
    """Run manage.py with nothing of this test run's environment but the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VAR_DIR", "VIRTUAL_ENV") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, **extra},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_no_migration_is_missing_and_each_app_has_one_line_of_them():
    """In a process of its own: in this one the tables come straight from the models."""
    found = run_with({"PORTAL_TESTING": "true"}, "makemigrations", "--check", "--dry-run", "--verbosity", "0")
    assert found.returncode == 0, found.stdout + found.stderr


def test_production_settings_pass_djangos_deployment_check(tmp_path):
    done = run_with({**PRODUCTION, "VAR_DIR": str(tmp_path)}, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_embedded_installation_is_not_taken_for_production(tmp_path):
    done = run_with({"VAR_DIR": str(tmp_path)}, "check", "--deploy", "--fail-level", "ERROR")
    assert done.returncode != 0
    for words in ("PostgreSQL", "CELERY_BROKER_URL", "https://"):
        assert words in done.stderr


def test_the_home_of_the_desk_is_reversible():
    assert reverse("admin:index") == "/admin/"
