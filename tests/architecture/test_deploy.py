"""The examples in deploy/ agree with the product they start."""

import configparser
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
README = (ROOT / "README.md").read_text("utf-8")
pytestmark = pytest.mark.sqlite_only


def names_in_readme() -> set[str]:
    table = README.split("## Environment", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"`([A-Z][A-Z_]+)`", table))


def test_every_name_of_the_example_environment_is_explained():
    names = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / ".env.example").read_text("utf-8"), re.M))
    assert {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "DATABASE_URL", "CELERY_BROKER_URL", "PUBLIC_BASE_URL"} <= names
    assert names - names_in_readme() == {"POSTGRES_PASSWORD"}, "that one is the database container's"


def test_compose_starts_every_part_and_waits_for_the_migrations():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "beat", "proxy"}
    for part in ("web", "worker", "beat"):
        assert services[part]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert services[part]["env_file"] == ".env" and services[part]["volumes"] == ["var:/app/var"]
    assert "-A portal worker" in services["worker"]["command"] and "-A portal beat" in services["beat"]["command"]


def test_the_proxy_keeps_underscore_headers_hides_the_figures_and_says_who_called():
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for line in (
        "underscores_in_headers on;",
        "location = /metrics { deny all; }",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Host $host;",
    ):
        assert line in text


@pytest.mark.parametrize(
    "part, program",
    [
        ("web", "granian --interface wsgi portal.wsgi:application"),
        ("worker", "celery -A portal worker"),
        ("beat", "celery -A portal beat"),
    ],
)
def test_systemd_has_a_unit_for_every_part(part, program):
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / f"portal-{part}.service", "utf-8")
    assert program in unit["Service"]["ExecStart"]
    assert unit["Service"]["EnvironmentFile"] == "/etc/portal.env" and unit["Service"]["Restart"] == "always"
    assert unit["Service"]["ReadWritePaths"] == "/srv/portal/var"


def test_the_image_takes_no_secrets_along():
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "var", "deploy/.env", "deploy/tls"} <= set(left_out)
