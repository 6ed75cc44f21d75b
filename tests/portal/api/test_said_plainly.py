"""Every refusal says what to change, and no part of what is sent keeps the rest out."""

from __future__ import annotations

import gzip
import json
from urllib.parse import quote

import pytest
from django.test import Client

from dossiers.models import Dossier
from tests.people import MONDAY
from tests.portal.api.test_door import CODE, body, door, event, on_wednesday

__all__ = ["door", "on_wednesday"]
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


def send(door, method, path, raw=b"", **headers):
    call = getattr(Client(), method)
    kept = {"Authorization": f"Api-Key {door.key}", **headers}
    return call(f"/api/v1/{path}", **({"data": raw, "content_type": "application/json"} if raw else {}), headers=kept)


@pytest.mark.parametrize(
    ("raw", "headers", "said"),
    [
        (gzip.compress(b"{}"), {"Content-Encoding": "gzip"}, "không nén"),
        (gzip.compress(b"{}"), {}, "không nén"),
        (json.dumps({"a": "ữ"}, ensure_ascii=False).encode("utf-16"), {}, "UTF-8"),
        (b'{"agency_code": "\\ud800"}', {}, "nửa ký tự"),
        (b"[" * 60 + b"]" * 60, {}, "40 tầng"),
        (b'{"receipt_number": 1e999}', {}, "không phải JSON"),
        (b'{"receipt_number": %s}' % (b"9" * 5000), {}, "không phải JSON"),
        (b'{\n"a": }', {}, "dòng 2"),
        (b"null", {}, "Chưa có nội dung"),
    ],
)
def test_what_cannot_be_read_is_told_apart(door, raw, headers, said):
    answer = send(door, "put", f"dossiers/{CODE}", raw, **headers)
    assert answer.status_code == 400 and said in answer.json()["detail"], answer.content
    assert answer["Content-Type"] == "application/problem+json" and "Chưa có gì được ghi" in answer.json()["detail"]


def test_a_plus_that_became_a_blank_is_still_an_offset(door):
    assert send(door, "get", "dossiers?updated_since=2026-11-01T08:00:00+07:00").status_code == 200
    assert send(door, "get", "dossiers?updated_since=2026-11-01T08:00:00.5+07:00").status_code == 200
    assert send(door, "get", "dossiers?updated_since=2026-11-01+08:00").status_code == 400  # a day and an hour


def test_the_wrong_method_names_the_right_ones(door):
    assert "GET hoặc PUT" in send(door, "post", f"dossiers/{CODE}", b"{}").json()["detail"]


def test_a_far_year_and_a_foreign_state_say_what_to_send(door, procedure):
    def sentence(**changes):
        (error,) = door("put", CODE, body(**changes)).json()["errors"]
        return error["detail"]

    assert "2000–2200" in sentence(received_at="0001-01-01T00:00:00+07:00")
    assert "2000–2200" in sentence(due_at="9999-12-31T23:59:59-12:00")
    assert "submitted hoặc accepted" in sentence(state="appraising")
    door("put", CODE, body())
    (error,) = door("post", f"{CODE}/events", event("e", "04", MONDAY)).json()["errors"]
    assert "appraising" in error["detail"] and "Mã của phần mềm khác" in error["detail"]


def test_a_code_with_strokes_is_reached_like_any_other(door, procedure):
    path = quote("12/HS-2026", safe="")
    assert door("put", path, body()).status_code == 201
    assert door("post", f"{path}/events", event("e", "appraising", MONDAY)).status_code == 201
    assert door("get", path).json()["state"] == "appraising"
    assert door("put", "12%2F", body()).status_code == 400


@pytest.mark.parametrize("steps", [{"id": "1"}, "x", [event(str(n), "appraising", MONDAY) for n in range(101)]])
def test_steps_that_cannot_be_taken_leave_the_dossier(door, procedure, steps):
    item = body(code=CODE, events=steps)
    answer = send(door, "post", "dossiers:batch", json.dumps({"items": [item]}).encode())
    (result,) = answer.json()["results"]
    assert result["status"] == 207 and result["errors"][0]["field"].startswith("events"), result
    stored = Dossier.objects.get(code=CODE)
    assert stored.events.exclude(external_id="").count() == (100 if isinstance(steps, list) else 0)


def test_a_number_is_a_code_of_a_batch(door, procedure):
    sent = json.dumps({"items": [body(code=12345)]}).encode()
    assert send(door, "post", "dossiers:batch", sent).json()["results"][0]["code"] == "12345"


def test_a_procedure_is_found_by_its_code_with_a_suffix(door, procedure):
    assert send(door, "get", f"procedures/{procedure.code}.000.00.00.H80").json()["code"] == procedure.code
    assert "procedures?q=" in send(door, "get", "procedures/khong-co").json()["detail"]


def test_a_name_of_an_event_that_is_none_is_refused_in_vietnamese(door, centre, settings):
    settings.CALLBACK_HOSTS = ["127.0.0.1:9"]
    made = send(door, "post", "subscriptions", b'{"address": "http://127.0.0.1:9/"}').json()
    answer = send(door, "post", f"subscriptions/{made['id']}/replay", b'{"message_ids": ["x"]}')
    assert "dossier-5012" in answer.json()["errors"][0]["detail"]
