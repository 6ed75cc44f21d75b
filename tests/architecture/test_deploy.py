"""The examples in deploy/ agree with the product they start."""

import configparser
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
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


@pytest.mark.filterwarnings("ignore:The metaschema specified by")
@pytest.mark.parametrize("name", ["compose.yaml", "compose.three-hosts.yaml"])
def test_compose_files_fit_the_specification(name):
    """By the schema that Compose itself checks files with (compose-spec on GitHub, commit 170098b, Apache 2.0)."""
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    faults = validator.iter_errors(yaml.safe_load((DEPLOY / name).read_text("utf-8")))
    assert not [f"{list(each.path)}: {each.message[:200]}" for each in faults]


def test_three_hosts_run_every_part_and_no_more_than_one_beat():
    text = (DEPLOY / "compose.three-hosts.yaml").read_text("utf-8")
    services = yaml.safe_load(text)["services"]
    on = {
        host: {name for name, each in services.items() if host in each["profiles"]} for host in ("one", "two", "three")
    }
    assert on["one"] - {"database-1", "web-1"} == on["two"] - {"database-2", "web-2"} == {"pooler", "worker", "proxy"}
    assert on["one"] >= {"database-1", "web-1"} and on["two"] >= {"database-2", "web-2"}
    assert on["three"] == {"redis", "beat"}, "one beat, whichever host is lost"
    assert services["web-1"]["environment"] == services["web-2"]["environment"]
    web, worker = services["web-1"]["environment"], services["worker"]["environment"]
    assert web["DATABASE_POOLED"] == "true" and "127.0.0.1:6432" in web["DATABASE_URL"]
    assert "DATABASE_POOLED" not in worker and worker["DATABASE_URL"].endswith(":5432/portal")
    assert services["worker"]["environment"] == services["beat"]["environment"] == services["migrate"]["environment"]
    assert "server web:8000;" in (DEPLOY / "nginx.conf").read_text("utf-8"), "what the proxy's command replaces"
    head, handbook = text.split("x-app:")[0], (ROOT / "docs" / "nhieu-may.md").read_text("utf-8")
    for name in set(re.findall(r"\$\{([A-Z_]+)", text)) - {"POSTGRES_PASSWORD"}:
        assert name in head and f"`{name}`" in handbook, name


def test_three_hosts_listen_at_their_inner_addresses_alone():
    """The containers share their hosts' networks: what listens everywhere is open to whoever reaches the host."""
    text = re.sub(r":\?[^}]*", "", (DEPLOY / "compose.three-hosts.yaml").read_text("utf-8"))
    whole = yaml.safe_load(text)
    for number, host in (("1", "${HOST_ONE}"), ("2", "${HOST_TWO}")):
        web, database = whole["services"][f"web-{number}"], whole["services"][f"database-{number}"]
        assert f"--host {host} --port 8000" in web["command"] and f"http://{host}:8000/healthz" in str(
            web["healthcheck"]
        )
        assert f"listen_addresses={host},${{DATABASE_HOST}}" in database["command"]
        assert "hba_file=/etc/postgresql/pg_hba.conf" in database["command"]
        assert database["configs"] == [{"source": "pg_hba", "target": "/etc/postgresql/pg_hba.conf"}]
    assert whole["services"]["redis"]["command"][-3:] == ["--bind", "127.0.0.1", "${HOST_THREE}"]
    may = [line.split() for line in whole["configs"]["pg_hba"]["content"].splitlines()]
    assert may[0] == ["local", "all", "all", "trust"], "inside the container"
    for kind, database, user, address, how in may[1:]:
        assert (kind, user, how) == ("host", "portal", "scram-sha-256") and database in {"portal", "replication"}
        assert address in {f"${{{name}}}/32" for name in ("HOST_ONE", "HOST_TWO", "HOST_THREE", "DATABASE_HOST")}
    assert "listen_addr = 127.0.0.1" in (DEPLOY / "pgbouncer.ini").read_text("utf-8")
    assert "0.0.0.0" not in text
    handbook = (ROOT / "docs" / "nhieu-may.md").read_text("utf-8")
    assert "tcp dport { 5432, 6379, 8000 } drop" in handbook and "net.ipv4.ip_nonlocal_bind = 1" in handbook


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


def test_what_the_proxy_itself_refuses_under_api_is_a_problem_document():
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    asked = text.split("location /api/ {")[1].split("}")[0]
    pages = re.findall(r"error_page ([\d ]+?) (?:=(\d+) )?(@api_\w+);", asked)
    assert {code for codes, *_ in pages for code in codes.split()} == {"413", "429", "502", "503", "504"}
    for codes, answered, name in pages:
        kind, status, said = re.search(
            rf"location {name} {{\s+default_type (\S+);(?:\s+add_header [^;]+;)?\s+return (\d+) '(.+)';", text
        ).groups()
        problem = json.loads(said)
        assert kind == "application/problem+json" and problem["status"] == int(status) and problem["detail"]
        assert (answered or codes) == status, f"{name}: nginx would answer {codes} with a document that says {status}"


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


def test_the_proxy_limits_requests_and_sends_port_80_to_the_site_alone():
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    plain, unknown, site = text.split("\nserver {")[1:]
    assert "return 301 https://motcua.example.vn$request_uri;" in plain and "$host" not in plain
    assert "return 444;" in unknown and "default_server" in unknown
    assert "limit_req zone=people" in site and "limit_conn open" in site and "client_body_timeout" in site
    for block in re.findall(r"location [^{]+\{[^}]+proxy_pass[^}]+\}", site):
        assert "proxy_set_header" not in block, "a block with headers of its own would drop the common ones"


def test_the_process_cannot_write_the_code_and_installs_what_is_locked():
    steps = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "--chown" not in steps and "chown -R portal /app/var" in steps
    assert "pip install --require-hashes -r requirements.lock" in steps
    app = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["x-app"]
    assert app["read_only"] is True and app["cap_drop"] == ["ALL"]


def test_the_lock_holds_every_pin_with_hashes():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {}
    for entry in re.split(r"\n(?=[a-z0-9])", lock):
        found = re.match(r"([a-z0-9._-]+)==(\S+)", entry)
        if found:
            locked[found[1].replace("_", "-").replace(".", "-")] = found[2]
            assert "--hash=sha256:" in entry, found[1]
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M
    ):
        assert locked[name.lower().replace("_", "-")] == version, f"{name}: requirements.lock is older"
    assert len(locked) > 40, "what others ask for is locked too"


def test_the_image_takes_no_secrets_along():
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").split()
    assert {".git", ".venv", "var", "deploy/.env", "deploy/tls"} <= set(left_out)


def test_the_pooler_lends_by_transaction_and_the_portal_then_keeps_no_cursor_open(settings_of):
    pooler = configparser.ConfigParser(interpolation=None, comment_prefixes=(";",))
    pooler.read(DEPLOY / "pgbouncer.ini", "utf-8")
    assert pooler["pgbouncer"]["pool_mode"] == "transaction"
    server = settings_of(DATABASE_URL="postgresql://a@b/c?connect_timeout=2", DATABASE_POOLED="true")
    assert server["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert server["OPTIONS"]["connect_timeout"] == 2, "what the address says goes before our own"
    assert server["OPTIONS"]["tcp_user_timeout"] == 15_000, "milliseconds until a vanished server is given up"
    assert settings_of(DATABASE_URL="postgresql://a@b/c")["DISABLE_SERVER_SIDE_CURSORS"] is False


@pytest.fixture
def settings_of():
    """The database of a new process with this environment."""

    def ask(**environment):
        said = "import json; from portal import settings; print(json.dumps(settings.DATABASES['default'], default=str))"
        secrets = {"SECRET_KEY": "x" * 60, "FIELD_ENCRYPTION_KEYS": "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ"}
        command = [sys.executable, "-c", said]
        return json.loads(subprocess.check_output(command, env=secrets | environment, cwd=ROOT))

    return ask


@pytest.mark.django_db
def test_alerts_and_board_ask_for_figures_there_are_and_say_what_to_do(client):
    told = set(re.findall(r"^(portal_\w+)", client.get("/metrics").content.decode(), re.M))
    rules = yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    board = json.loads((DEPLOY / "grafana-board.json").read_text("utf-8"))
    asked = [rule["expr"] for rule in rules] + [
        target["expr"] for panel in board["panels"] for target in panel["targets"]
    ]
    named = set(re.findall(r"portal_\w+", " ".join(asked)))
    assert named == told, "every figure is watched, and every one that is watched is there"
    for rule in rules:
        assert rule["for"] and rule["labels"]["severity"] in {"khan", "viec"}
        assert rule["annotations"]["summary"] and rule["annotations"]["description"].endswith(".")
    assert len({rule["alert"] for rule in rules}) == len(rules)
