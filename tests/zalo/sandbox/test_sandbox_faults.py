"""Breaking the simulated Zalo: what fails before acceptance, what after, and that the tally tells them apart."""

import http.client
import json
import time

import pytest

from tests.fakes.zalo import PATIENCE, SimulatedZalo, request


class Client:
    def __init__(self, zalo: SimulatedZalo) -> None:
        self.zalo = zalo
        zalo.say("lan", "Xin chào")
        self.token = zalo.tokens()["access_token"]
        self.body = {"recipient": {"user_id": zalo.user_id("lan")}, "message": {"text": "HS-001"}}

    def send(self, timeout: float = PATIENCE) -> tuple[int, dict[str, str], bytes]:
        headers = {"access_token": self.token, "Content-Type": "application/json"}
        raw = json.dumps(self.body).encode()
        return request("POST", f"{self.zalo.url}/v3.0/oa/message/cs", raw, headers, timeout)

    @property
    def accepted(self) -> int:
        return self.zalo.count(contains="HS-001")


@pytest.fixture
def client(simulated_zalo):
    yield Client(simulated_zalo)
    simulated_zalo.lift()


def test_refused_connections_while_control_stays_open(client):
    client.zalo.fault("refuse")
    with pytest.raises(ConnectionRefusedError):
        client.send()
    assert client.zalo.overview()["faults"][0]["kind"] == "refuse"
    client.zalo.lift()
    assert json.loads(client.send()[2])["error"] == 0
    assert client.accepted == 1


def test_kept_connections_are_cut_when_refusing(client):
    connection = http.client.HTTPConnection("127.0.0.1", client.zalo.port, timeout=PATIENCE)
    connection.request("GET", "/v2.0/oa/getoa", headers={"access_token": client.token})
    connection.getresponse().read()
    client.zalo.fault("refuse")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.request("GET", "/v2.0/oa/getoa", headers={"access_token": client.token})
        connection.getresponse()


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("timeout", {"ms": 5000}), ("reset", {}), ("swallow", {"ms": 5000}), ("swallow", {"then": "reset"})],
)
def test_no_answer_leaves_the_caller_uncertain(client, kind, rule):
    client.zalo.fault(kind, where="openapi", times=1, **rule)
    with pytest.raises((OSError, http.client.HTTPException)):
        client.send(timeout=1.5)
    assert client.accepted == (1 if kind == "swallow" else 0)
    assert json.loads(client.send()[2])["error"] == 0


@pytest.mark.parametrize("status", [500, 502, 503])
def test_html_error_pages(client, status):
    client.zalo.fault("html", status=status, times=1)
    code, headers, body = client.send()
    assert code == status and headers["content-type"].startswith("text/html") and b"<h1>" in body
    assert client.accepted == 0


def test_html_after_acceptance(client):
    client.zalo.fault("swallow", then="html", status=502, times=1)
    assert client.send()[0] == 502
    assert client.accepted == 1


def test_200_without_json(client):
    client.zalo.fault("garbage", times=1)
    code, _, body = client.send()
    assert code == 200 and body.startswith(b"<!doctype")
    assert client.accepted == 0


def test_truncated_answer_was_accepted(client):
    client.zalo.fault("truncate", times=1)
    with pytest.raises(ValueError):
        json.loads(client.send()[2])
    assert client.accepted == 1


def test_rate_limit_quota_gone_and_any_code(client):
    client.zalo.fault("rate", times=1)
    assert json.loads(client.send()[2])["error"] == -32
    client.zalo.fault("error", code=-211, times=1)
    assert json.loads(client.send()[2]) == {"error": -211, "message": "Out of quota"}
    assert client.accepted == 0


def test_missing_and_extra_fields(client):
    client.zalo.fault("mutate", drop=["data.quota", "message"], add={"moi": 1}, times=1)
    body = json.loads(client.send()[2])
    assert "quota" not in body["data"] and "message" not in body and body["moi"] == 1


def test_slow_is_slow_and_goes_on_to_the_next_rule(client):
    client.zalo.fault("slow", ms=150)
    client.zalo.fault("error", code=-200, times=1)
    started = time.monotonic()
    assert json.loads(client.send()[2])["error"] == -200
    assert time.monotonic() - started >= 0.15
    assert json.loads(client.send()[2])["error"] == 0


def test_rules_are_narrowed_counted_and_end_with_the_clock(client):
    client.zalo.fault("html", where="oauth")
    client.zalo.fault("html", where="openapi", path="/v2.0/")
    client.zalo.fault("html", contains="HS-999")
    assert client.send()[0] == 200
    client.zalo.lift()
    client.zalo.fault("html", skip=1, times=1)
    assert [client.send()[0] for _ in range(3)] == [200, 500, 200]
    client.zalo.fault("html", for_seconds=60)
    assert client.send()[0] == 500
    client.zalo.advance(seconds=61)
    assert client.send()[0] == 200
    assert client.zalo.overview()["faults"] == []


def test_token_endpoint_can_fail_on_its_own(client):
    client.zalo.fault("swallow", where="oauth", then="reset", times=1)
    pair = client.zalo.tokens()
    app = client.zalo.app
    form = f"app_id={app['id']}&grant_type=refresh_token&refresh_token={pair['refresh_token']}".encode()
    headers = {"secret_key": app["secret"], "Content-Type": "application/x-www-form-urlencoded"}
    with pytest.raises((OSError, http.client.HTTPException)):
        request("POST", f"{client.zalo.url}/v4/oa/access_token", form, headers)
    _, _, answer = request("POST", f"{client.zalo.url}/v4/oa/access_token", form, headers)
    assert json.loads(answer)["error_name"] == "Invalid refresh token"  # the pair was made and nobody got it


@pytest.mark.parametrize("rule", [{"kind": "lụt"}, {"kind": "html", "where": "sao hỏa"}, {"kind": "html", "sai": 1}])
def test_unknown_faults_are_refused(client, rule):
    with pytest.raises(AssertionError):
        client.zalo.fault(**rule)
    assert client.zalo.overview()["faults"] == []


def test_hostile_files_on_the_content_host(client):
    redirected = client.zalo.specimen(redirect_to="http://169.254.169.254/latest/")
    status, headers, _ = request("GET", redirected["url"])
    assert status == 302 and headers["location"].startswith("http://169.254.")
    endless = client.zalo.specimen(name="anh.jpg", content_type="image/jpeg", pretend_size=300_000)
    status, headers, body = request("GET", endless["url"])
    assert "content-length" not in headers and len(body) == 300_000
    assert client.zalo.send_specimen("lan", endless["key"])
    client.zalo.fault("html", where="media", times=1)
    assert request("GET", endless["url"])[0] == 500
