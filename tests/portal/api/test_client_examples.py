"""The examples of docs/clients work as they stand, against a real server: whoever copies them is joined."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dossiers.models import Dossier, DossierEvent
from portal.api import keys
from portal.api.callbacks import acts, sending
from portal.api.models import ApiClient
from tests import factories
from tests.people import MONDAY

CLIENTS = Path(__file__).resolve().parents[3] / "docs" / "clients"
CODE = "H80.05-20261116-0000042"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


def run(*command: str, **env: str) -> str:
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_pushing_polling_and_being_told(live_server, centre, procedure, tmp_path, settings):
    client, key = keys.create_client(name="Mẫu", agency=centre.agency, scope=ApiClient.Scope.WRITE)
    ours = {"AGENCY": centre.agency.code, "PROCEDURE": procedure.code}
    said = run(sys.executable, str(CLIENTS / "one_stop.py"), CODE, PORTAL=live_server.url, KEY=key, **ours)
    statuses = re.findall(r"^(\d{3})\b", said, re.MULTILINE)
    assert statuses == ["201", "201", "200"], said
    assert Dossier.objects.get(code=CODE).state == "appraising"
    more = [factories.dossier(centre, procedure, now=MONDAY) for _ in range(3)]
    if shutil.which("curl"):
        time.sleep(1.2)  # what is younger than a second is not settled
        where = {"PORTAL": live_server.url, "KEY": key, "CURSOR_FILE": str(tmp_path / "cursor")}
        first = run("bash", str(CLIENTS / "poll.sh"), **where)
        assert all(code in first for code in (CODE, *(each.code for each in more)))
        assert not run("bash", str(CLIENTS / "poll.sh"), **where)
    port = free_port()
    settings.CALLBACK_HOSTS = [f"127.0.0.1:{port}"]
    told = acts.register(client, f"http://127.0.0.1:{port}/su-kien")
    listening = subprocess.Popen(
        [sys.executable, str(CLIENTS / "receive_events.py"), str(port)],
        env={**os.environ, "SECRET": told.secret},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_for(port)
        for event in DossierEvent.objects.filter(dossier__code=CODE):
            told.deliveries.create(
                stream="dossier", event_id=event.pk, subject_id=event.dossier_id, subject=CODE, kind=event.kind,
                next_at=MONDAY,
            )  # fmt: skip
        assert sending.send(told.pk) == 2
        assert sending.try_now(told).status == 204
        told.secret = acts.change_secret(told, now=MONDAY)  # another secret, without overlap by now
        told.save()
        assert sending.try_now(told).status == 401
    finally:
        listening.terminate()
        said, _ = listening.communicate(timeout=20)
    assert said.count(CODE) == 2 and "vn.motcua.test.ping" in said


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as found:
            if found.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the example does not listen")
