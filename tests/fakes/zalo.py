"""The simulated Zalo as a real process, steered from tests.

``SimulatedZalo`` starts ``python -m zalo.sandbox`` on free ports and offers plain calls; the ``simulated_zalo`` fixture
(a conftest imports it from here) gives a fresh world per test on one shared process. Only the standard library is
used, so that it works from threads, from child processes and beside any event loop.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds: how long anything may take on a busy machine; nothing waits longer than it must
PORTAL_NOT_RUNNING = "http://127.0.0.1:9"  # the discard port: webhooks to it are refused at once


class ZaloControlError(AssertionError):
    """The control API refused a call; the text says why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def request(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None, timeout: float = PATIENCE
) -> tuple[int, dict[str, str], bytes]:
    """One HTTP request: status, headers (lower-case names), body. Redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def multipart(name: str, content: bytes, content_type: str, field: str = "file") -> tuple[bytes, dict[str, str]]:
    """Body and headers of a multipart form with one file."""
    boundary = "ranh-gioi-cua-bieu-mau"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {content_type}\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


class SimulatedZalo(AbstractContextManager["SimulatedZalo"]):
    """A running simulated Zalo.

    ``url`` serves for all three of the portal's base URLs (OAuth, OA host, template host). Control and phone stay
    reachable at ``control_url`` even while connections to ``url`` are refused.
    """

    def __init__(
        self,
        *,
        portal: str = PORTAL_NOT_RUNNING,
        state: Path | None = None,
        seed: int = 1,
        fast: bool = False,
        port: int = 0,
    ) -> None:
        self.portal, self.state, self.seed, self.fast = portal, state, seed, fast
        self.port = port or free_port()
        self.control_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.control_url = f"http://127.0.0.1:{self.control_port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._oa_id = ""
        self._printed = ""

    # -- the process -----------------------------------------------------------------------------------------------

    def __enter__(self) -> "SimulatedZalo":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> "SimulatedZalo":
        command = [sys.executable, "-m", "zalo.sandbox", "--port", str(self.port)]
        command += ["--control-port", str(self.control_port), "--portal", self.portal, "--seed", str(self.seed)]
        if self.state:
            command += ["--state", str(self.state)]
        if self.fast:
            command.append("--fast")
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ZaloControlError(f"simulated Zalo ended: {self.output()}")
            try:
                self.control("GET", "state")
            except (ConnectionError, TimeoutError):
                time.sleep(0.03)
            else:
                return self
        raise ZaloControlError("simulated Zalo did not start")

    def stop(self, sig: int = signal.SIGTERM) -> None:
        process = self.process
        if process is None:
            return
        if process.poll() is None:
            os.kill(process.pid, sig)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        self.output()
        self.process = None
        self._log.close()

    def output(self) -> str:
        """What the process has printed so far."""
        if self.process is not None:
            self._log.seek(0)
            self._printed = self._log.read().decode()
        return self._printed

    def kill(self) -> None:
        """SIGKILL, as a power cut would: with ``state`` everything accepted is there after ``start()``."""
        self.stop(signal.SIGKILL)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        """A call of the control API; raises ZaloControlError with its sentence."""
        suffix = "?" + urlencode(query) if query else ""
        raw = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if body is not None else {}
        status, _, answer = request(method, f"{self.control_url}/__control/{path}{suffix}", raw, headers)
        data: dict[str, Any] = json.loads(answer)
        if status != 200:
            raise ZaloControlError(data.get("error", answer.decode()))
        return data

    # -- world -----------------------------------------------------------------------------------------------------

    def overview(self) -> dict[str, Any]:
        return self.control("GET", "state")

    def reset(self, *, empty: bool = False) -> None:
        """The first state again: one app, one OA, five people, eleven templates; no faults, clock set right."""
        self.control("POST", "reset", {"empty": empty})
        self._oa_id = ""

    @property
    def app(self) -> dict[str, Any]:
        """The first app: ``id``, ``secret``, ``oa_secret``, ``webhook_url``, ``webhook_enabled`` …"""
        return dict(self.overview()["apps"][0])

    @property
    def account(self) -> dict[str, Any]:
        """The first Official Account: ``id``, ``balance``, ``sub_quota_used`` …"""
        return dict(self.overview()["accounts"][0])

    @property
    def oa_id(self) -> str:
        """Id of the first Official Account."""
        if not self._oa_id:
            self._oa_id = str(self.account["id"])
        return self._oa_id

    def change_app(self, **values: Any) -> dict[str, Any]:
        return self.control("POST", "apps", {"id": self.app["id"], **values})

    def change_account(self, oa_id: str = "", **values: Any) -> dict[str, Any]:
        """Change the first OA, or change or create the one with ``oa_id``."""
        return self.control("POST", "accounts", {"id": oa_id or self.oa_id, **values})

    def change_template(self, template_id: str, **values: Any) -> dict[str, Any]:
        return self.control("POST", "templates", {"id": template_id, **values})

    def behave(self, **switches: Any) -> None:
        """Set switches of ``zalo.sandbox.behaviour``; those of webhooks go in ``webhook={...}``."""
        self.control("POST", "behaviour", switches)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move Zalo's clock; webhook retries that become due leave at once."""
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        self.control("POST", "clock", {"advance_ms": round(total * 1000)})

    def set_now(self, iso: str) -> None:
        """Set Zalo's clock to an ISO 8601 moment with an offset."""
        self.control("POST", "clock", {"now": iso})

    def deliver_webhooks_to(self, url: str) -> None:
        self.change_app(webhook_url=url, webhook_enabled=True)

    # -- tokens ----------------------------------------------------------------------------------------------------

    def tokens(self, oa_id: str = "") -> dict[str, Any]:
        """A fresh pair without the consent page: ``access_token``, ``refresh_token``, ``expires_in``, ``oa_id``."""
        return self.control("POST", "grants", {"oa_id": oa_id})

    def code(self, oa_id: str = "", challenge: str = "") -> str:
        return str(
            self.control("POST", "grants", {"kind": "code", "oa_id": oa_id, "code_challenge": challenge})["code"]
        )

    def revoke_tokens(self, *kinds: str, how: str = "revoke", tell: bool = False) -> int:
        """Revoke or ``expire`` tokens of ``kinds`` (default: access); returns how many."""
        body = {"kinds": list(kinds or ("access",)), "how": how, "tell": tell}
        return int(self.control("POST", "tokens", body)["tokens"])

    # -- faults ----------------------------------------------------------------------------------------------------

    def fault(self, kind: str, **rule: Any) -> str:
        """Set a fault (``refuse timeout reset html garbage rate error slow swallow truncate mutate``); returns its id.

        ``where``: oauth, openapi, business, upload, media or "*"; ``times``, ``for_seconds``, ``skip``, ``path``,
        ``contains``, ``probability``, ``ms``, ``status``, ``code``, ``then`` … see ``zalo.sandbox.faults.Fault``.
        """
        return str(self.control("POST", "faults", {"kind": kind, **rule})["id"])

    def lift(self, fault_id: str = "") -> None:
        """Lift one fault, or all."""
        self.control("DELETE", "faults", id=fault_id)

    # -- people ----------------------------------------------------------------------------------------------------

    def person(self, name: str, phone: str, **values: Any) -> str:
        """Make somebody; returns the person's id."""
        return str(self.control("POST", "people", {"name": name, "phone": phone, **values})["id"])

    def crowd(self, count: int) -> list[str]:
        """So many people who follow the first OA and wrote to it just now; returns the OA's ids of them."""
        found: list[str] = []
        while len(found) < count:  # an answer in time, whatever else the machine does
            part = {"oa_id": self.oa_id, "first": len(found), "count": min(2000, count - len(found))}
            found += self.control("POST", "crowd", part)["user_ids"]
        return found

    def change_person(self, person: str, **values: Any) -> None:
        self.control("POST", "people", {"id": person, **values})

    def user_id(self, person: str, oa_id: str = "") -> str:
        """The OA's id of a person."""
        return str(self.contact(person, oa_id)["user_id"])

    def contact(self, person: str, oa_id: str = "") -> dict[str, Any]:
        """Follow, last interaction, shared info … of a person towards an OA."""
        oa_id = oa_id or self.oa_id
        for row in self.control("GET", f"people/{quote(person)}/inbox")["accounts"]:
            if row["id"] == oa_id:
                return dict(row["contact"])
        raise ZaloControlError(f"no account {oa_id}")

    def act(self, person: str, act: str, oa_id: str = "", **values: Any) -> dict[str, Any]:
        """Any act of the phone; the methods below name the usual ones."""
        oa_id = oa_id or self.oa_id
        return self.control("POST", f"people/{quote(person)}/act/{oa_id}/{act}", values)

    def follow(self, person: str, oa_id: str = "") -> None:
        self.act(person, "follow", oa_id)

    def unfollow(self, person: str, oa_id: str = "") -> None:
        self.act(person, "unfollow", oa_id)

    def say(self, person: str, text: str, oa_id: str = "") -> str:
        """The person types ``text``; returns the message id."""
        return str(self.act(person, "text", oa_id, text=text)["message_id"])

    def share_info(self, person: str, oa_id: str = "", **changes: Any) -> None:
        self.act(person, "share_info", oa_id, changes=changes or None)

    def see(self, person: str, oa_id: str = "") -> list[str]:
        """The person opens the conversation; returns the ids that were unread."""
        return list(self.act(person, "see", oa_id)["ids"])

    def send_file(self, person: str, name: str, content: bytes, oa_id: str = "", content_type: str = "") -> str:
        oa_id = oa_id or self.oa_id
        body, headers = multipart(name, content, content_type or "application/octet-stream")
        url = f"{self.control_url}/__control/people/{quote(person)}/file/{oa_id}"
        status, _, answer = request("POST", url, body, headers)
        if status != 200:
            raise ZaloControlError(answer.decode())
        return str(json.loads(answer)["message_id"])

    def specimen(self, **values: Any) -> dict[str, Any]:
        """A hostile or odd file on the content host (``base64``, ``content_type``, ``redirect_to``, ``status``,
        ``pretend_size``); returns ``key`` and ``url``. Send it with ``send_specimen``."""
        return self.control("POST", "media", values)

    def send_specimen(self, person: str, key: str, oa_id: str = "") -> str:
        oa_id = oa_id or self.oa_id
        return str(self.control("POST", f"people/{quote(person)}/file/{oa_id}", {"key": key})["message_id"])

    def thread(self, person: str, oa_id: str = "") -> list[dict[str, Any]]:
        """The conversation as the phone shows it, oldest first."""
        oa_id = oa_id or self.oa_id
        return list(self.control("GET", f"people/{quote(person)}/thread/{oa_id}")["messages"])

    # -- counting --------------------------------------------------------------------------------------------------

    def messages(self, **filters: Any) -> list[dict[str, Any]]:
        """Accepted messages in order; filters: direction (default out), channel, kind, tracking_id, user_id, phone,
        oa_id, contains, since, limit, fields."""
        return list(self.control("GET", "messages", **filters)["messages"])

    def count(self, **filters: Any) -> int:
        return int(self.control("GET", "messages", count=1, **filters)["count"])

    def repeated(self, by: str = "text", **filters: Any) -> dict[str, int]:
        """What was accepted more than once, by ``text`` (per receiver), ``tracking_id``, ``user_id`` or ``phone``."""
        return dict(self.control("GET", "messages/summary", by=by, **filters)["repeated"])

    # -- webhooks --------------------------------------------------------------------------------------------------

    def webhooks(self, **filters: Any) -> list[dict[str, Any]]:
        """Deliveries (``event_name body headers state attempt history``); filters: state, event, limit."""
        return list(self.control("GET", "webhooks", **filters)["deliveries"])

    def webhook_mode(self, **mode: Any) -> None:
        """Set ``copies delay_ms reorder hold drop signature escape`` … of the webhooks that follow."""
        self.behave(webhook=mode)

    def release(self, order: str = "normal") -> int:
        return int(self.control("POST", "webhooks/release", {"order": order})["released"])

    def probe(self, kind: str = "empty") -> None:
        """What the console posts when a URL is saved: ``empty`` (unsigned ``{}``) or ``sample`` (signed)."""
        self.control("POST", "webhooks/probe", {"kind": kind})

    def raw_webhook(self, **values: Any) -> None:
        """Exact ``text`` or an ``event`` object, with ``signature`` and ``timestamp`` as wanted."""
        self.control("POST", "webhooks/raw", values)

    def settle(self, seconds: float = PATIENCE, *, count: int = 0) -> None:
        """Wait until no webhook is due (retries that lie in the future don't count) and ``count`` have been tried.

        ``seconds`` is how long nothing may move: thousands of them take as long as they take on a busy machine.
        """
        tried, deadline, pause = -1, time.monotonic() + seconds, 0.02
        while time.monotonic() < deadline:
            now = self.overview()["now_ms"]
            state = self.control("GET", "webhooks", state="pending", limit=10_000)
            if state["attempts"] >= count and all(
                row["attempt"] and row["due_ms"] > now for row in state["deliveries"]
            ):
                return
            if state["attempts"] != tried:
                tried, deadline = state["attempts"], time.monotonic() + seconds
            time.sleep(pause)
            pause = min(1.5 * pause, 0.5)  # asking costs whoever is to deliver them
        raise ZaloControlError("webhooks did not settle")

    # -- calling it as an OA client would --------------------------------------------------------------------------

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = "", data: Any = None, **query: Any
    ) -> dict[str, Any]:
        """A plain API call with the ``access_token`` header; ``data`` becomes the OA host's GET parameter."""
        if data is not None:
            query["data"] = json.dumps(data)
        url = self.url + path + ("?" + urlencode(query) if query else "")
        raw = json.dumps(body).encode() if body is not None else None
        headers = {"access_token": token, "Content-Type": "application/json"}
        status, _, answer = request(method, url, raw, headers)
        assert status == 200, f"HTTP {status}: {answer[:200]!r}"
        return dict(json.loads(answer))


class WebhookTrap(AbstractContextManager["WebhookTrap"]):
    """A portal that only records: ``received`` holds (headers, raw body); ``status`` and ``delay`` may be changed."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.delay = 0.0
        trap = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                trap.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(trap.delay)
                try:
                    self.send_response(trap.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    return

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/zalo/webhook/"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "WebhookTrap":
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Bodies received, as objects, in the order of arrival."""
        return [json.loads(body) for _, body in self.received]

    def named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("event_name") == name]

    def wait(self, count: int, name: str = "", seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """The events (called ``name``) once there are ``count`` of them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.named(name) if name else self.events
            if len(found) >= count:
                return found
            time.sleep(0.01)
        raise AssertionError(
            f"{count} × {name or 'event'} did not arrive; got {[e.get('event_name') for e in self.events]}"
        )


@pytest.fixture(scope="session")
def simulated_zalo_process() -> Iterator[SimulatedZalo]:
    """One process for the whole run; use ``simulated_zalo``, which cleans it before each test."""
    with SimulatedZalo() as running:
        yield running


@pytest.fixture
def simulated_zalo(simulated_zalo_process: SimulatedZalo) -> SimulatedZalo:
    """A simulated Zalo in its first state. It has no ``state`` file: for kill and restart start your own."""
    simulated_zalo_process.reset()
    return simulated_zalo_process


@pytest.fixture
def webhook_trap(simulated_zalo: SimulatedZalo) -> Iterator[WebhookTrap]:
    """A recording portal to which ``simulated_zalo`` delivers."""
    with WebhookTrap() as trap:
        simulated_zalo.deliver_webhooks_to(trap.url)
        yield trap
