"""The simulated Zalo as a process: loopback only, killed and started again, and fast enough to measure with."""

import ast
import asyncio
import json
import sys
import time
from pathlib import Path

import pytest

from tests.fakes.zalo import PATIENCE, ROOT, SimulatedZalo, WebhookTrap, request
from zalo.sandbox.__main__ import main, read_arguments
from zalo.sandbox.fast_lane import HOT
from zalo.sandbox.server import NotLoopback, require_loopback

RATING_DATA = {"ten_khach_hang": "Hùng", "ma_ho_so": "HS-2", "co_quan": "Trung tâm"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "192.168.1.2", "example.vn", ""])
def test_only_loopback_is_bound(host):
    with pytest.raises(NotLoopback, match="chỉ chạy trên máy này"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_loopback_names(host):
    require_loopback(host)


def test_command_ends_with_a_sentence_and_a_code(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["zalo.sandbox", "--host", "0.0.0.0"])
    assert main() == 2
    assert "chỉ chạy trên máy này" in capsys.readouterr().err
    assert read_arguments(["--port", "8105"]).host == "127.0.0.1"


@pytest.mark.parametrize("headers", [{"Host": "zalo.example.vn"}, {"X-Forwarded-For": "203.0.113.7"}])
def test_what_came_through_a_proxy_is_refused(simulated_zalo, headers):
    assert request("GET", f"{simulated_zalo.url}/phone/", headers=headers)[0] == 403


def test_killed_process_forgets_nothing(tmp_path):
    zalo = SimulatedZalo(state=tmp_path / "sandbox.sqlite3")
    with WebhookTrap() as trap, zalo:
        zalo.deliver_webhooks_to(trap.url)
        zalo.behave(receipts=False, echo=False)
        zalo.advance(hours=3)
        template = {"user_id": zalo.user_id("hung"), "template_id": "500008", "template_data": RATING_DATA}
        assert (
            zalo.call("POST", "/v3.0/oa/message/template", template, token=zalo.tokens()["access_token"])["error"] == 0
        )
        zalo.behave(echo=True)
        zalo.say("lan", "Xin chào")
        pair = zalo.tokens()
        user = zalo.user_id("lan")
        body = {"recipient": {"user_id": user}, "message": {"text": "HS-001"}}
        first = zalo.call("POST", "/v3.0/oa/message/cs", body, token=pair["access_token"])
        trap.wait(2)
        zalo.settle()
        trap.status = 500
        zalo.say("lan", "Chưa giao được")
        trap.wait(3)
        zalo.settle(count=3)
        zalo.fault("html", where="oauth")
        zalo.kill()
        trap.status = 200

        zalo.start()
        assert zalo.user_id("lan") == user
        assert zalo.overview()["offset_ms"] == 3 * 3_600_000
        assert [fault["kind"] for fault in zalo.overview()["faults"]] == ["html"]
        assert zalo.count(contains="HS-001") == 1
        left = zalo.call("GET", "/message/quota", token=pair["access_token"])["data"]
        assert left["remainingQuota"] == left["dailyQuota"] - 1
        second = zalo.call("POST", "/v3.0/oa/message/cs", body, token=pair["access_token"])
        assert second["data"]["message_id"] != first["data"]["message_id"]
        zalo.advance(seconds=31)
        deadline = time.monotonic() + PATIENCE
        while not any("num_retry" in headers for headers, _ in trap.received) and time.monotonic() < deadline:
            time.sleep(0.02)
        retried = [raw for headers, raw in trap.received if "num_retry" in headers]
        assert json.loads(retried[0])["message"]["text"] == "Chưa giao được"


def test_same_seed_same_ids():
    def ids(seed: int) -> tuple[str, str]:
        with SimulatedZalo(seed=seed) as zalo:
            return zalo.user_id("lan"), zalo.tokens()["access_token"]

    assert ids(7) == ids(7) != ids(8)


@pytest.fixture(scope="module")
def fast():
    with SimulatedZalo(fast=True) as running:
        yield running


def test_fast_mode_accepts_anybody_after_a_constant_20_ms(fast):
    token = fast.tokens()["access_token"]
    body = {"recipient": {"user_id": "1999999999999999999"}, "message": {"text": "HS-001"}}
    started = time.monotonic()
    assert fast.call("POST", "/v3.0/oa/message/cs", body, token=token)["error"] == 0
    assert time.monotonic() - started >= 0.019
    assert fast.call("POST", "/v3.0/oa/message/cs", {"recipient": {}}, token=token)["error"] == -201
    assert fast.call("POST", "/v3.0/oa/message/cs", body, token="sai")["error"] == -216
    assert fast.call("GET", "/v2.0/oa/getoa", token=token)["error"] == 0
    assert fast.count(contains="HS-001") == 1


def test_fast_lane_serves_the_three_sending_endpoints():
    paths = {line.split()[1] for line in HOT}
    assert paths == {b"/v3.0/oa/message/cs", b"/v3.0/oa/message/template", b"/message/template"}


def test_fast_lane_keeps_a_connection_through_pipelines_faults_and_other_paths(fast):
    token = fast.tokens()["access_token"]

    def raw(path: str, body: dict | None) -> bytes:
        content = json.dumps(body).encode() if body else b""
        verb = "POST" if body else "GET"
        head = f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\naccess_token: {token}\r\nContent-Length: {len(content)}"
        return f"{head}\r\n\r\n".encode() + content

    message = {"recipient": {"user_id": "1888888888888888888"}, "message": {"text": "Nối đuôi"}}
    send, about = raw("/v3.0/oa/message/cs", message), raw("/v2.0/oa/getoa", None)

    async def talk() -> list[bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", fast.port)

        async def answer() -> bytes:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            return await reader.readexactly(int(length.split(b":")[1]))

        writer.write(send[:40])
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.write(send[40:] + send)
        answers = [await answer(), await answer()]
        for each in (about, send):
            writer.write(each)
            answers.append(await answer())
        writer.close()
        return answers

    answers = asyncio.run(talk())
    assert [json.loads(answer)["error"] for answer in answers] == [0, 0, 0, 0]
    assert fast.count(contains="Nối đuôi") == 3
    fast.fault("error", code=-200, times=1)
    assert fast.call("POST", "/v3.0/oa/message/cs", message, token=token)["error"] == -200


def imported(path: Path) -> set[str]:
    """Modules a file imports, relative ones as they stand in ``zalo.sandbox``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(f"zalo.sandbox.{node.module or ''}" if node.level == 1 else str(node.module))
            assert node.level <= 1
    return found


def test_shares_no_code_with_the_portal():
    own = set().union(*(imported(path) for path in (ROOT / "zalo" / "sandbox").glob("*.py")))
    outside = {name.split(".")[0] for name in own if not name.startswith("zalo.sandbox")}
    assert outside - sys.stdlib_module_names == {"aiohttp", "zxingcpp", "PIL"}
    product = [
        path
        for app in ("portal", "dossiers", "feedback", "zalo")
        for path in (ROOT / app).rglob("*.py")
        if "sandbox" not in path.parts
    ]
    users = [path for path in product if any(name.startswith("zalo.sandbox") for name in imported_anywhere(path))]
    assert users == []


def imported_anywhere(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_kept_world_follows_the_portal_to_its_new_address(tmp_path):
    path = tmp_path / "sandbox.sqlite3"
    with SimulatedZalo(state=path, portal="http://127.0.0.1:8000") as zalo:
        zalo.say("lan", "Xin chào")
    with SimulatedZalo(state=path, portal="http://127.0.0.1:9000") as zalo:
        assert zalo.app["webhook_url"] == "http://127.0.0.1:9000/zalo/webhook/"
        assert zalo.app["callback_urls"] == ["http://127.0.0.1:9000/zalo/oauth/callback/"]
        assert "127.0.0.1:8000" not in json.dumps([zalo.account["menu"], zalo.overview()["templates"]])
        assert zalo.count(direction="in") == 1
