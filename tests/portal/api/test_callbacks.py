"""Other programs are told: every event once or again, in order, signed, to nobody inside, killed or not.

Against a real server on loopback that answers as it is told to.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import json
import socket
import threading
import time

import pytest
import time_machine
from django.db import connection, connections, transaction

from dossiers.models import DossierEvent
from dossiers.workflow import events
from feedback.cases import intake as voice
from feedback.models import Kind
from portal.api import keys, tasks
from portal.api.callbacks import acts, addresses, feeding, sending
from portal.api.models import ApiClient, Delivery, Subscription
from tests import factories
from tests.people import MONDAY
from tests.portal.api.test_door import api


class Listener:
    """A program that keeps what it is sent; `answers` are given one after the other, the last again and again."""

    def __init__(self):
        self.got: list[tuple[dict, bytes]] = []
        self.answers: list[tuple[int, dict]] = [(200, {})]
        self.refuse = lambda document: None
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0]
                status = listener.refuse(json.loads(body)) or status
                if status < 300:
                    listener.got.append((dict(self.headers), body))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/nhan"

    @property
    def documents(self) -> list[dict]:
        return [json.loads(body) for _, body in self.got]

    @property
    def kinds(self) -> list[str]:
        return [each["type"].rpartition(".")[2] for each in self.documents]


@pytest.fixture
def listener(settings):
    found = Listener()
    settings.CALLBACK_HOSTS = [f"127.0.0.1:{found.port}"]
    yield found
    found.server.shutdown()
    found.server.server_close()


class Clock:
    """The time of the test, moved by hand."""

    def __init__(self, travel):
        self._travel = travel
        self.now = MONDAY

    def pass_(self, **more):
        self.now += dt.timedelta(**more)
        self._travel.move_to(self.now)

    def tick(self):
        """What beat does every five seconds, often enough for what was seen to settle."""
        for _ in range(2):
            self.pass_(seconds=5)
            feeding.feed()
        for pk in sending.due(self.now):
            sending.send(pk)


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as travel:
        yield Clock(travel)


@pytest.fixture
def client_row(centre):
    return keys.create_client(name="IOC", agency=centre.agency, scope=ApiClient.Scope.TELL)[0]


@pytest.fixture
def told(client_row, listener, clock) -> Subscription:
    return acts.register(client_row, listener.address)


def row(told) -> Subscription:
    return Subscription.objects.get(pk=told.pk)


@pytest.mark.django_db
def test_what_happens_is_told_in_order_signed_and_without_the_person(centre, procedure, told, listener, clock):
    dossier = factories.in_state("appraising", centre, procedure, now=clock.now)
    clock.tick()
    assert listener.kinds == [each.kind for each in dossier.events.order_by("id")]
    first = listener.documents[0]
    assert first["id"] == f"dossier-{dossier.events.order_by('id').first().pk}" and first["subject"] == dossier.code
    assert first["data"]["procedure_code"] == procedure.code and first["data"]["event"]["national_code"] == 2
    assert [each["sequence"] for each in listener.documents] == sorted(each["sequence"] for each in listener.documents)
    everything = b"".join(body for _, body in listener.got).decode()
    for word in ("Nguyễn Văn An", "0912345678", "080085001234", "Ấp 2"):
        assert word not in everything
    headers, body = listener.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(told.secret.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{proof}" and headers["webhook-id"] == first["id"]
    assert abs(int(headers["webhook-timestamp"]) - clock.now.timestamp()) < 2
    before = len(listener.got)
    clock.tick()
    assert len(listener.got) == before and row(told).last_delivered_at


@pytest.mark.django_db
def test_another_agencys_events_and_what_is_not_wanted_are_not_told(
    centre, elsewhere, procedure, client_row, listener, clock
):
    acts.register(client_row, listener.address, ["dossier.result_ready"])
    factories.in_state("result_ready", elsewhere, procedure, now=clock.now)
    own = factories.in_state("result_ready", centre, procedure, now=clock.now)
    clock.tick()
    assert [(each["subject"], each["type"]) for each in listener.documents] == [
        (own.code, "vn.motcua.dossier.result_ready")
    ]


@pytest.mark.django_db
def test_an_address_that_fails_is_left_alone_and_then_told_everything_in_order(
    centre, procedure, told, listener, clock
):
    listener.answers = [(503, {})]
    dossier = factories.in_state("signing", centre, procedure, now=clock.now)
    for _ in range(30):
        clock.tick()
    tried = sum(Delivery.objects.values_list("attempts", flat=True))
    assert not listener.got and 3 <= tried < 12, tried
    assert row(told).failing_since and "503" in row(told).last_error
    listener.answers = [(200, {})]
    clock.pass_(minutes=20)
    for _ in range(8):
        clock.tick()
    assert listener.kinds == [each.kind for each in dossier.events.order_by("id")]
    assert row(told).failing_since is None and not row(told).last_error


@pytest.mark.django_db
def test_the_wait_the_other_side_asks_for_is_kept(centre, procedure, told, listener, clock):
    listener.answers = [(429, {"Retry-After": "1800"}), (200, {})]
    factories.dossier(centre, procedure, now=clock.now)
    clock.tick()
    clock.pass_(minutes=25)
    clock.tick()
    assert not listener.got
    clock.pass_(minutes=6)
    clock.tick()
    assert listener.got


@pytest.mark.django_db
def test_one_event_that_is_refused_holds_its_own_dossier_back_and_no_other(centre, procedure, told, listener, clock):
    bad = factories.in_state("assigned", centre, procedure, now=clock.now)
    good = factories.in_state("assigned", centre, procedure, now=clock.now)
    listener.refuse = lambda document: 422 if document["subject"] == bad.code else None
    for _ in range(3):
        clock.tick()
    assert {each["subject"] for each in listener.documents} == {good.code}
    for _ in range(12):
        clock.pass_(days=1)
        factories.dossier(centre, procedure, now=clock.now)
        clock.tick()
    parked = Delivery.objects.filter(state="parked")
    # Each of its events had its days, one after the other.
    assert {each.subject for each in parked} == {bad.code} and parked.first().status == 422
    listener.refuse = lambda document: None
    assert acts.send_again(told, now=clock.now) == parked.model.objects.filter(subject=bad.code, attempts=0).count()
    for _ in range(4):
        clock.tick()
    kinds = [each["type"].rpartition(".")[2] for each in listener.documents if each["subject"] == bad.code]
    assert kinds == [each.kind for each in bad.events.order_by("id")]


@pytest.mark.django_db
def test_an_address_dead_for_days_is_stopped_told_to_staff_and_nothing_is_lost(
    centre, procedure, told, listener, clock, client
):
    listener.answers = [(500, {})]
    factories.dossier(centre, procedure, now=clock.now)
    for _ in range(130):
        clock.pass_(hours=1)
        clock.tick()
    assert row(told).state == "failed" and Delivery.objects.filter(state="waiting").exists()
    later = factories.dossier(centre, procedure, now=clock.now)
    clock.tick()
    listener.answers = [(200, {})]
    acts.go_on(told, now=clock.now)
    for _ in range(4):
        clock.tick()
    assert len(listener.got) == DossierEvent.objects.count() and later.code in {
        d["subject"] for d in listener.documents
    }


@pytest.mark.django_db
def test_gone_stops_at_once_and_a_redirect_is_not_followed(centre, procedure, told, listener, clock):
    listener.answers = [(307, {"Location": listener.address}), (410, {})]
    factories.dossier(centre, procedure, now=clock.now)
    clock.tick()
    assert not listener.got and "địa chỉ khác" in row(told).last_error
    clock.pass_(minutes=1)
    clock.tick()
    assert row(told).state == "failed"


@pytest.mark.django_db
def test_stopped_by_hand_nothing_leaves_and_nothing_is_missed(centre, procedure, told, listener, clock):
    acts.stop(told)
    factories.dossier(centre, procedure, now=clock.now)
    clock.tick()
    assert not listener.got
    acts.go_on(told, now=clock.now)
    clock.tick()
    assert len(listener.got) == DossierEvent.objects.count()


@pytest.mark.django_db
def test_what_was_there_before_is_not_told_as_news(centre, procedure, client_row, listener, clock):
    factories.in_state("appraising", centre, procedure, now=clock.now)
    clock.pass_(hours=1)
    acts.register(client_row, listener.address)
    clock.tick()
    assert not listener.got


@pytest.mark.django_db
def test_a_sender_killed_after_the_request_sends_the_same_again(centre, procedure, told, listener, clock, monkeypatch):
    factories.dossier(centre, procedure, now=clock.now)
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_record", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            clock.tick()
    assert len(listener.got) == 1 and Delivery.objects.get(subject=listener.documents[0]["subject"]).state == "waiting"
    clock.tick()
    assert len(listener.got) == 1, "the dead sender's lease still holds"
    clock.pass_(minutes=2)
    clock.tick()
    assert len(listener.got) == 2 and listener.got[0][1] == listener.got[1][1]


@pytest.mark.django_db
def test_two_secrets_sign_while_one_is_changed(centre, procedure, told, listener, clock):
    new = acts.change_secret(row(told), now=clock.now)
    assert new != told.secret
    sending.try_now(row(told))
    assert len(listener.got[0][0]["webhook-signature"].split()) == 2
    clock.pass_(days=8)
    sending.try_now(row(told))
    assert len(listener.got[1][0]["webhook-signature"].split()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "http://ioc.example.vn/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[::a00:1]/x",
        "https://[2002:a00:1::1]/x",
        "https://[fec0::1]/x",
        "https://[64:ff9b:1::a00:1]/x",
        "https://[5f00::1]/x",
        "https://192.88.99.1/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/meta-data",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://user:pass@example.vn/",
        "https://example.vn/\nX: 1",
        "https://example.vn:99999/",
        "ftp://example.vn/",
        "javascript:alert(1)",
        "https:///x",
        "https://localhost/x",
        "",
    ],
)
def test_an_inner_or_odd_address_is_refused(address, centre):
    door = api(centre.agency, ApiClient.Scope.TELL, "IOC")
    answer = call(door, "post", "subscriptions", {"address": address})
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "address", answer.content
    assert not Subscription.objects.exists()


@pytest.mark.django_db
def test_a_name_that_leads_inside_later_is_not_followed(
    centre, procedure, told, listener, clock, settings, monkeypatch
):
    """The look-up is made anew at each delivery: what was outside yesterday may be inside today."""
    settings.CALLBACK_HOSTS = []
    longest = "doi-ten." * 30
    Subscription.objects.update(address=f"https://{longest}example.vn:{listener.port}/x")
    monkeypatch.setattr(
        addresses.outer_host.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("127.0.0.1", listener.port))]
    )
    factories.dossier(centre, procedure, now=clock.now)
    clock.tick()
    assert not listener.got and "mạng nội bộ" in row(told).last_error
    assert len(Delivery.objects.exclude(error="").get().error) == 300, "as much as its column holds"
    assert len(sending.try_now(row(told)).error) == 300


@pytest.mark.django_db
def test_an_inner_machine_is_spoken_to_by_its_name(told, listener, settings, monkeypatch):
    named = f"tich-hop.xa.local:{listener.port}"
    settings.CALLBACK_HOSTS = [named]
    monkeypatch.setattr(
        addresses.outer_host.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("127.0.0.1", listener.port))]
    )
    told.address = f"http://{named}/nhan"
    assert sending.try_now(told).status == 200 and listener.got[0][0]["Host"] == named


def test_a_handshake_that_is_never_finished_is_cut_off_too():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = addresses.Target("https", "cham.example.vn", silent.getsockname()[1], "127.0.0.1", "/")
        opened, began = addresses.outer_host.connection(target, 20.0), time.monotonic()
        with addresses.outer_host.cut_off_after(0.3, opened) as late, pytest.raises(OSError):
            opened.request("GET", target.path)
    assert late.is_set() and time.monotonic() - began < 10


@pytest.mark.django_db
def test_cases_are_told_only_to_keys_that_may_know_them_and_without_their_words(
    centre, told, client_row, listener, clock
):
    sent = voice.Sent(
        kind=Kind.REPORT, agency=centre.agency, text="Đèn đường trước cổng trường tắt một tuần nay", phone="0912345678"
    )
    voice.receive(sent, now=clock.now)
    clock.tick()
    assert not listener.got
    ApiClient.objects.update(reads_cases=True)
    case = voice.receive(
        voice.Sent(kind=Kind.REPORT, agency=centre.agency, text="Ngập nước ở ấp 3 từ sáng", phone="0912345678"),
        now=clock.now,
    )
    clock.tick()
    (document,) = listener.documents
    assert document["subject"] == case.code and document["type"] == "vn.motcua.case.received"
    assert "Ngập" not in json.dumps(document, ensure_ascii=False) and "0912345678" not in json.dumps(document)


@pytest.mark.django_db
def test_a_key_withdrawn_or_moved_away_is_told_nothing_more(centre, procedure, told, listener, clock):
    factories.dossier(centre, procedure, now=clock.now)
    clock.pass_(seconds=5)
    feeding.feed()
    ApiClient.objects.update(active=False)
    clock.tick()
    assert not listener.got


@pytest.mark.django_db
def test_the_tasks_do_it(centre, procedure, told, listener, clock, settings, monkeypatch):
    monkeypatch.setattr(tasks.send, "apply_async", lambda args, expires: tasks.send(*args))
    factories.dossier(centre, procedure, now=clock.now)
    for _ in range(2):
        clock.pass_(seconds=5)
        tasks.tell()
    assert len(listener.got) == DossierEvent.objects.count()
    clock.pass_(days=91)
    tasks.forget()
    assert not Delivery.objects.exists()


def call(door, method, path, data=None):
    from django.test import Client

    ask = getattr(Client(), method)
    headers = {"Authorization": f"Api-Key {door.key}"}
    if method == "get":
        return ask(f"/api/v1/{path}", data, headers=headers)
    return ask(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_a_program_registers_looks_tries_and_replays_by_itself(centre, procedure, listener, clock):
    door = api(centre.agency, ApiClient.Scope.TELL, "IOC")
    made = call(door, "post", "subscriptions", {"address": listener.address, "kinds": ["dossier.accepted"]})
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    again = call(door, "post", "subscriptions", {"address": listener.address, "kinds": ["dossier.*"]})
    assert again.status_code == 200 and not again.json()["secret"] and again.json()["kinds"] == ["dossier.*"]
    path = f"subscriptions/{made.json()['id']}"
    tried = call(door, "post", f"{path}/test").json()
    assert (
        tried["status"] == 200 and tried["state"] == "done" and listener.documents[0]["type"] == "vn.motcua.test.ping"
    )
    dossier = factories.dossier(centre, procedure, now=clock.now)
    clock.tick()
    log = call(door, "get", f"{path}/deliveries", {"limit": 1}).json()
    assert log["more"] and log["items"][0]["subject"] == dossier.code
    name = log["items"][0]["message_id"]
    assert call(door, "post", f"{path}/replay", {"message_ids": [name]}).json() == {"queued": 1}
    many = [f"{stream}-{10**9 + place}" for place in range(500) for stream in ("dossier", "case")]
    assert call(door, "post", f"{path}/replay", {"message_ids": many}).json() == {"queued": 0}
    clock.tick()
    assert [each["id"] for each in listener.documents].count(name) == 2
    assert call(door, "post", f"{path}/secret").json()["secret"] != made.json()["secret"]
    assert call(door, "get", "subscriptions").json()["items"][0]["waiting"] == 0
    other = api(centre.agency, ApiClient.Scope.TELL, "Phần mềm khác")
    for method in ("get", "delete"):
        assert call(other, method, path).status_code == 404
    assert call(door, "delete", path).status_code == 204 and not Subscription.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kinds", [["dossier.bay"], ["case.*"], ["x" * 61], "dossier.*"])
def test_kinds_nobody_knows_or_may_not_know_are_refused(centre, listener, kinds):
    door = api(centre.agency, ApiClient.Scope.TELL, "IOC")
    assert call(door, "post", "subscriptions", {"address": listener.address, "kinds": kinds}).status_code == 400


@pytest.mark.django_db
def test_a_key_that_only_reads_registers_nothing(centre, listener):
    door = api(centre.agency, ApiClient.Scope.READ, "Chỉ đọc")
    assert call(door, "post", "subscriptions", {"address": listener.address}).status_code == 403
    teller = api(centre.agency, ApiClient.Scope.TELL, "IOC")
    assert teller("put", "X-1", {}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_an_event_committed_after_a_younger_one_is_told_too(centre, procedure, client_row, listener):
    """Two transactions at once: the younger event is there first, the elder must not be passed (PostgreSQL)."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    first, second = (factories.dossier(centre, procedure, now=MONDAY) for _ in range(2))
    told = acts.register(client_row, listener.address)
    held, go = threading.Event(), threading.Event()

    def assign(dossier):
        # Nobody listens: without an account both would wait for the one line of the incident.
        events.record(dossier, DossierEvent.Kind.ASSIGNED, at=MONDAY, to_state="assigned", announce=False)

    def elder():
        try:
            with transaction.atomic():
                assign(first)
                held.set()
                go.wait(20)
        finally:
            connections.close_all()

    def look():
        """As beat does, in the time of the clock on the wall, which is the database's too."""
        for _ in range(2):
            feeding.feed()
            time.sleep(1.1)
        sending.send(told.pk)
        return [each["subject"] for each in listener.documents if each["type"].endswith(".assigned")]

    thread = threading.Thread(target=elder)
    thread.start()
    assert held.wait(20)
    with transaction.atomic():
        assign(second)
    assert look() == [], "told past one that is not committed"
    go.set()
    thread.join()
    assert sorted(look()) == sorted([first.code, second.code])
