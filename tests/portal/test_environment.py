"""The environment is checked loudly: a wrong or missing value stops the start with a sentence."""

import os
import subprocess
import sys

import pytest
from django.urls import NoReverseMatch, reverse

KEY = "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ"
PRODUCTION = {
    "SECRET_KEY": "k9-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "FIELD_ENCRYPTION_KEYS": KEY,
    "DATABASE_URL": "postgresql://portal:x@db.example.vn:5432/portal",
    "CELERY_BROKER_URL": "redis://cache.example.vn:6379/0",
    "CACHE_URL": "redis://cache.example.vn:6379/1",
    "ALLOWED_HOSTS": "motcua.example.vn",
    "PUBLIC_BASE_URL": "https://motcua.example.vn",
    "EMAIL_URL": "smtp+tls://a:b@mail.example.vn:587",
    "SECOND_FACTOR_FROM": "2027-01-01",
}


def start(tmp_path, *arguments, **environment) -> subprocess.CompletedProcess:
    """Run manage.py in a clean environment of these values."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *(arguments or ("check",))],
        env={**kept, "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEBUG": "maybe"}, "Biến môi trường DEBUG"),
        ({"PUBLIC_BASE_URL": "motcua.example.vn"}, "Biến môi trường PUBLIC_BASE_URL"),
        ({"DATABASE_URL": "mysql://x/y"}, "Biến môi trường DATABASE_URL"),
        ({"CELERY_BROKER_URL": "kafka://x"}, "CELERY_BROKER_URL không hợp lệ"),
        ({"CACHE_URL": "memcached://x"}, "CACHE_URL không hợp lệ"),
        ({"FIELD_ENCRYPTION_KEYS": "short"}, "Khóa thứ 1 trong FIELD_ENCRYPTION_KEYS"),
        ({"FIELD_ENCRYPTION_KEYS": f"{KEY},@@"}, "Khóa thứ 2 trong FIELD_ENCRYPTION_KEYS"),
        ({"SECRET_KEY": ""}, "Thiếu SECRET_KEY"),
        ({"ZALO_MAX_RATE_PER_MINUTE": "-1"}, "Biến môi trường ZALO_MAX_RATE_PER_MINUTE"),
        ({"ZALO_OAUTH_BASE_URL": "ftp://x"}, "Biến môi trường ZALO_OAUTH_BASE_URL"),
        ({"EMAIL_URL": "pigeon://x"}, "EMAIL_URL không hợp lệ"),
        ({"SECOND_FACTOR_FROM": "01/01/2027"}, "Biến môi trường SECOND_FACTOR_FROM"),
        ({"OIDC_ISSUER": "dang-nhap.example.vn"}, "Biến môi trường OIDC_ISSUER"),
        ({"OIDC_SECOND_FACTOR": "mfa"}, "Biến môi trường OIDC_SECOND_FACTOR"),
        ({"LOG_FORMAT": "xml"}, "Biến môi trường LOG_FORMAT"),
        ({"PORTAL_DEMO": "true"}, "PORTAL_DEMO chỉ được bật"),
        ({"SENTRY_DSN": "khong-phai-dsn"}, "Biến môi trường SENTRY_DSN"),
        ({"SENTRY_DSN": "https://@sentry.example.vn/"}, "Biến môi trường SENTRY_DSN"),
        ({"ZALO_MEDIA_HOSTS": "https://zdn.vn/"}, "Biến môi trường ZALO_MEDIA_HOSTS"),
        ({"ZALO_MEDIA_HOSTS": "zdn.vn, *"}, "Biến môi trường ZALO_MEDIA_HOSTS"),
        ({"ZALO_MEDIA_HOSTS": "zdn.vn; zadn.vn"}, "Biến môi trường ZALO_MEDIA_HOSTS"),
        ({"MEDIA_ROOT": "s3://kho"}, "Biến môi trường MEDIA_ROOT"),
        ({"MEDIA_ROOT": "/dev/null/media"}, "Biến môi trường MEDIA_ROOT"),
        ({"MEDIA_ROOT": "/dev/null"}, "Biến môi trường MEDIA_ROOT"),
        ({"STATIC_ROOT": "/dev/null"}, "Biến môi trường STATIC_ROOT"),
        ({"VAR_DIR": "/dev/null/var"}, "Biến môi trường VAR_DIR"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(tmp_path, changes, sentence):
    done = start(tmp_path, **{**PRODUCTION, **changes})
    assert done.returncode != 0
    assert sentence in done.stderr


@pytest.mark.sqlite_only
def test_private_files_never_lie_among_the_public_ones(tmp_path):
    public = {"STATIC_ROOT": str(tmp_path / "static"), "MEDIA_ROOT": str(tmp_path / "static" / "media")}
    assert "MEDIA_ROOT nằm trong STATIC_ROOT" in start(tmp_path, **PRODUCTION, **public).stderr


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_are_answered_under_the_hosts_of_the_example(client, settings, address):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["motcua.example.vn"], True
    assert client.get(address, headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/tra-cuu/", headers={"host": "127.0.0.1:8000"}).status_code == 400


@pytest.mark.sqlite_only
def test_the_embedded_installation_makes_its_own_keys_once(tmp_path):
    assert start(tmp_path).returncode == 0
    first = (tmp_path / "secret_key").read_text()
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert start(tmp_path).returncode == 0
    assert (tmp_path / "secret_key").read_text() == first


@pytest.mark.sqlite_only
def test_an_embedded_installation_is_never_public_with_made_up_keys(tmp_path):
    done = start(tmp_path, PUBLIC_BASE_URL="https://motcua.example.vn")
    assert "Thiếu SECRET_KEY" in done.stderr


@pytest.mark.sqlite_only
def test_the_deploy_check_is_clean_with_production_settings(tmp_path):
    done = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.sqlite_only
def test_the_simulated_zalo_is_never_taken_for_zalo(tmp_path):
    """The phone and its frame exist in a demonstration on this machine alone (see "PORTAL_DEMO" above)."""
    simulated = {"ZALO_OPENAPI_BASE_URL": "http://127.0.0.1:8001"}
    done = start(tmp_path, "check", "--deploy", **PRODUCTION, **simulated)
    assert done.returncode != 0 and "portal.E005" in done.stderr


@pytest.mark.django_db
def test_the_phone_has_no_address_outside_the_demonstration(client):
    with pytest.raises(NoReverseMatch):
        reverse("demo-phone")
    assert client.get("/demo/dien-thoai/").status_code == 404


@pytest.mark.sqlite_only
def test_the_deploy_check_refuses_an_embedded_installation(tmp_path):
    done = start(tmp_path, "check", "--deploy")
    assert done.returncode != 0
    for code in ("portal.E001", "portal.E002", "portal.E003"):
        assert code in done.stderr
