"""What every answer carries, what logs may not, and who may read the figures."""

import datetime as dt
import json
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.db import OperationalError, connection
from django.test import override_settings
from django.urls import get_resolver
from django.utils import timezone

from dossiers.models import SweepRun
from portal import error_reports, health, logs
from portal.security import drop_nul
from zalo.models import InboxEvent


def test_alive_answers_without_a_database(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_names_every_part(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert set(answer.json()["parts"]) == {"database", "migrations", "cache", "broker"}


@pytest.mark.django_db
def test_ready_says_which_part_is_gone_without_its_secrets(client, monkeypatch):
    def gone():
        raise RuntimeError("postgresql://portal:secret@db/portal")

    monkeypatch.setitem(health.CHECKS, "database", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"]["error"] == "RuntimeError"
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_a_dead_broker_keeps_the_web_process_in_rotation(client, monkeypatch):
    def gone():
        raise ConnectionError

    monkeypatch.setitem(health.CHECKS, "broker", gone)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_figures_tell_what_waits(client, centre):
    def told() -> dict[str, float]:
        lines = client.get("/metrics").content.decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] != "#")}

    now = timezone.now()
    assert told()["portal_messages_due"] == 0 and told()["portal_sweep_age_seconds"] == -1
    SweepRun.objects.create(at=now - dt.timedelta(hours=3))
    InboxEvent.objects.create(
        name="x", remote_key="a" * 64, happened_at=now, received_at=now, next_at=now - dt.timedelta(minutes=9)
    )
    figures = told()
    assert figures["portal_sweep_age_seconds"] >= 10_800 and figures["portal_webhooks_oldest_seconds"] >= 540
    assert figures['portal_part_up{part="database"}'] == 1


@pytest.mark.django_db
def test_figures_tell_that_the_database_is_away(client):
    def away(*asked):
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        answer = client.get("/metrics")
    text = answer.content.decode()
    assert answer.status_code == 200 and 'portal_part_up{part="database"} 0.0' in text
    assert 'portal_part_up{part="cache"} 1.0' in text and "portal_dossiers_late" not in text


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_the_token_only(client):
    assert b"portal_dossiers_late" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    with override_settings(METRICS_TOKEN="t0ken"):
        asked = {"Authorization": "Bearer t0ken", "X-Forwarded-For": "203.0.113.9"}
        assert client.get("/metrics", headers=asked).status_code == 200


@pytest.mark.django_db
def test_the_policy_is_strict_outside_and_looser_only_under_admin(client):
    public = client.get("/khong-co-trang-nay/")["Content-Security-Policy"]
    staff = client.get("/admin/login/")["Content-Security-Policy"]
    assert "unsafe" not in public
    assert "script-src 'self' 'unsafe-eval'" in staff
    assert "object-src 'none'" in public and "object-src 'none'" in staff


def test_every_answer_names_its_request_and_refuses_sniffing(client):
    answer = client.get("/healthz")
    assert len(answer["X-Request-Id"]) == 16
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "secret",
    ["0912345678", "+84912345678", "080085001234", "an@example.vn", "access_token=abc.def", '"secret_key": "x1y2"'],
)
def test_no_log_line_carries_ids_phones_mails_or_tokens(secret):
    entry = {"event": f"người dân {secret} hỏi", "detail": secret, "level": "info"}
    text = json.dumps(logs.mask_event(None, "", entry), ensure_ascii=False)
    kept = secret.split("=")[-1].split(": ")[-1].strip('"')
    assert kept not in text


KEY = "Ab3dEf6hIj9lMn2pQr5t_w"
_IN_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def keyed_routes(urls=None, lead: str = "/") -> list[str]:
    """Return every address of the site that carries a key, as far as the key, with what stands before it filled in."""
    found = []
    for each in urls or get_resolver().url_patterns:
        route = lead + str(each.pattern).removeprefix("^")
        if hasattr(each, "url_patterns"):
            found += keyed_routes(each.url_patterns, route)
        elif key := re.search(r"<(?:\w+:)?(?:token|key)>", route):
            found.append(_IN_PLACE.sub("MTI", route[: key.start()]))
    return sorted(set(found))


def test_the_table_of_addresses_is_read():
    assert {"/h/", "/nop/", "/zalo/ket-noi/", "/zalo/thoi-nhan/", "/nhan-tin/", "/admin/mat-khau-dau/MTI/"} <= set(
        keyed_routes()
    )


@pytest.mark.parametrize("lead", keyed_routes())
def test_no_log_line_of_the_program_or_the_proxy_carries_the_key_in_an_address(lead):
    key = signing.dumps(7, salt="x") if lead == "/nhan-tin/" else KEY
    assert logs.mask(f"GET {lead}{key}/giay-to/ 500") == f"GET {lead}***/giay-to/ 500"
    proxy = (Path(settings.BASE_DIR) / "deploy" / "nginx.conf").read_text("utf-8")
    written = re.search(r'"~(\^\(\?<lead>[^"]+)" "\$lead\*\*\*"', proxy)[1].replace("?<lead>", "?P<lead>")
    assert re.sub(written, r"\g<lead>***", f"{lead}{key}/") == f"{lead}***/"


def test_the_proxy_keeps_no_refusal_with_its_address():
    """nginx writes the request as it came beside its errors; refusals of many requests are among them."""
    proxy = (Path(settings.BASE_DIR) / "deploy" / "nginx.conf").read_text("utf-8")
    assert re.search(r"^error_log \S+ crit;", proxy, re.MULTILINE)


def test_codes_and_times_stay_readable_in_logs():
    line = "H80.05-20261116-0000042 lúc 2026-11-16T08:30:00 pk=123456"
    assert logs.mask(line) == line


@pytest.fixture
def loggers_as_before():
    """What is set up while a test's output is caught writes to a file closed with it; put the old handlers back."""
    loggers = [logging.getLogger(), logging.getLogger("django.server")]
    before = [logger.handlers[:] for logger in loggers]
    yield
    for logger, handlers in zip(loggers, before, strict=True):
        logger.handlers[:] = handlers


def test_the_text_of_a_stack_trace_is_masked_too(loggers_as_before, capsys):
    logs.configure({"format": "json", "level": "INFO"})
    try:
        raise ValueError("số 0912345678")
    except ValueError:
        logging.getLogger("portal.test").exception("hỏng")
    line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    assert "0912345678" not in json.dumps(line, ensure_ascii=False)
    assert line["level"] == "error"


def test_error_reports_carry_no_person():
    event = {
        "exception": {
            "values": [{"value": "số 0912345678", "stacktrace": {"frames": [{"vars": {"id": "080085001234"}}]}}]
        },
        "request": {"url": "http://x/h/abc/", "cookies": {"sessionid": "s"}, "data": {"phone": "0912345678"}},
        "user": {"username": "tiepnhan"},
    }
    text = json.dumps(error_reports.masked(event), ensure_ascii=False)
    for secret in ("0912345678", "080085001234", "sessionid", "tiepnhan"):
        assert secret not in text


def test_a_nul_is_dropped_from_what_was_typed(rf):
    """PostgreSQL holds no NUL in text: nothing behind the door may meet one, and the rest of the words stays."""
    request = rf.post("/tra-cuu/?q=a%00b&q=c&d%00=e", {"number": "H80\x00.05", "n\x00ame": ["x", "\x00"]})
    drop_nul(request)
    assert dict(request.GET.lists()) == {"q": ["ab", "c"], "d": ["e"]}
    assert dict(request.POST.lists()) == {"number": ["H80.05"], "name": ["x", ""]}
    untouched = rf.get("/tra-cuu/?q=a")
    kept = untouched.GET
    drop_nul(untouched)
    assert untouched.GET is kept


TOKEN = "8IdzFFj1z6RLGH2legH1aQ"


@pytest.mark.parametrize(
    "line",
    [
        f"Not Found: /h/{TOKEN}/",
        f"GET https://dichvu.example.vn/h/{TOKEN}/lich-nhan.ics",
        f"/x/{TOKEN}/ opened",
        f"POST /zalo/ket-noi/{TOKEN}/trang-thai/?ma=1",
        f"/gop-y/{TOKEN}/tep/{TOKEN}/",
        f"/danh-gia/{TOKEN}/?quay=Q1",
        "the citizen sent #HS 482 193 and waits",
    ],
)
def test_no_token_and_no_one_time_code_stands_in_a_log_or_a_report(line):
    entry = {"event": line, "request": FakeRequest(line), "more": [{"path": line}]}
    text = json.dumps(logs.mask_event(None, "", entry), ensure_ascii=False, default=repr)
    report = json.dumps(error_reports.masked({"message": line, "request": {"url": line}, "tags": [["a", line]]}))
    for written in (text, report):
        assert TOKEN not in written and "482 193" not in written


class FakeRequest:
    """What Django hangs on its own warnings: written by its repr, which carries the address."""

    def __init__(self, line):
        self.line = line

    def __repr__(self):
        return f"<WSGIRequest: GET '{self.line}'>"
