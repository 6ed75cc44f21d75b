"""The intake form sent more than once: two clicks, two tabs, a draft that comes late; on SQLite as the demo runs it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from dossiers.models import Dossier, IntakeDraft, Receipt
from tests import people
from tests.people import AN, BINH

pytestmark = pytest.mark.sqlite_only  # tests/concurrency races clerks on PostgreSQL
ROOT = Path(__file__).resolve().parents[2]
ADD = "/admin/dossiers/dossier/add/"
SENDERS = 6
RACE = """
import json, sys, threading
import django
django.setup()
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
asked = json.loads(sys.argv[1])
gate, answers = threading.Barrier(asked["senders"]), []
def send():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=asked["user"]))
    gate.wait()
    answer = client.post(asked["address"], asked["data"])
    answers.append([answer.status_code, answer.headers.get("Location", "")])
    connection.close()
threads = [threading.Thread(target=send) for _ in range(asked["senders"])]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(answers))
"""


def form_of(procedure, person=AN, key: str = "form-1") -> dict:
    return {
        "key": key,
        "item-0-procedure": procedure.code,
        "item-0-all": "on",
        "id_number": person.id_number,
        "full_name": person.full_name,
        "phone": person.phone,
        "kind": "person",
        "channel": "counter",
    }


@pytest.fixture
def clerk(client, centre):
    client.force_login(centre.clerk)
    return client


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_several_tabs_at_once_is_one_receipt_on_a_sqlite_file(tmp_path):
    centre, procedure = people.centre(), people.procedure()
    file = tmp_path / "portal.sqlite3"
    # The tests' database lives in memory, in SQLite's shared cache: there a second writer is refused at once ("database
    # table is locked") instead of waiting. People work on a file.
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    copy.close()
    asked = {"user": centre.clerk.username, "address": ADD, "data": form_of(procedure), "senders": SENDERS}
    done = subprocess.run(
        [sys.executable, "-c", RACE, json.dumps(asked)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{file}", "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    answers = json.loads(done.stdout.splitlines()[-1])
    assert [status for status, _ in answers] == [302] * SENDERS, (answers, done.stderr[-2000:])
    assert len({address for _, address in answers}) == 1, answers
    with sqlite3.connect(file) as stored:
        assert stored.execute("SELECT count(*) FROM dossiers_dossier").fetchone() == (1,)
        assert stored.execute("SELECT max(last) FROM dossiers_counter").fetchone() == (1,)
    stored.close()


def test_the_second_tab_is_led_to_the_first_receipt_and_told_so(clerk, procedure):
    first = clerk.post(ADD, form_of(procedure), follow=True)
    again = clerk.post(ADD, form_of(procedure), follow=True)
    assert again.redirect_chain == first.redirect_chain
    assert "Đã tiếp nhận" in first.content.decode()
    assert "nên không lập thêm hồ sơ nào" in again.content.decode()
    assert Dossier.objects.count() == 1


def test_the_second_tab_with_somebody_else_in_it_keeps_everything_and_saves_on_the_next_try(clerk, procedure):
    clerk.post(ADD, form_of(procedure))
    answer = clerk.post(ADD, form_of(procedure, BINH))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Trang này đã lưu lúc" in page
    assert f'value="{BINH.full_name}"' in page
    key = answer.context["key"]
    assert key != "form-1"
    assert clerk.post(ADD, form_of(procedure, BINH, key)).status_code == 302
    assert Receipt.objects.count() == 2


def test_a_draft_keeps_the_key_of_its_form_so_two_tabs_that_restore_it_are_one_intake(clerk, centre, procedure):
    clerk.post(reverse("admin:dossiers_intake_draft"), form_of(procedure))
    assert clerk.get(ADD).context["key"] == "form-1"
    clerk.post(ADD, form_of(procedure))
    assert not IntakeDraft.objects.exists()
    # What the first tab still had under way arrives after the save.
    assert clerk.post(reverse("admin:dossiers_intake_draft"), form_of(procedure)).status_code == 204
    assert not IntakeDraft.objects.exists()


def test_saving_one_tab_leaves_the_draft_of_another(clerk, procedure):
    clerk.post(reverse("admin:dossiers_intake_draft"), form_of(procedure, BINH, "form-2"))
    clerk.post(ADD, form_of(procedure))
    assert clerk.get(ADD).context["form"].text("full_name") == BINH.full_name


def test_a_key_longer_than_any_of_ours_is_no_error(clerk, procedure):
    assert clerk.post(ADD, form_of(procedure, key="k" * 500)).status_code == 302
