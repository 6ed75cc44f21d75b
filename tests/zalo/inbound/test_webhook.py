"""The webhook's answers: stored once when signed, refused as documented, never a 5xx."""

import datetime as dt
import io
import json

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.utils import timezone

from dossiers import kept
from tests.zalo import signing
from tests.zalo.signing import URL, follow_event, post, stored, text_event, user_event
from zalo.account import keys as webhook_keys
from zalo.inbound import drain as inbound
from zalo.inbound import inbox, webhook
from zalo.inbound import spool as webhook_spool
from zalo.models import Account, InboxEvent, Incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    webhook_keys.forget()
    webhook._complained.clear()
    row = Account.objects.create(
        name="Chính quyền số",
        oa_id="388613280878808645",
        app_id="360846524940903967",
        app_secret="app-secret",
        oa_secret="oa-secret",
        previous_oa_secret="oa-secret-cu",
    )
    yield row
    webhook_keys.forget()


def test_a_signed_event_is_stored_sealed_with_who_and_when(account):
    body = text_event(account, "Chào cán bộ", timestamp=1795000000123)
    assert post(account, body).status_code == 200
    (row,) = stored()
    assert (row.name, row.person, row.account_id, row.secret) == (
        "user_send_text",
        "700000000000000001",
        account.pk,
        "oa_secret",
    )
    assert json.loads(row.raw) == body
    with_raw = InboxEvent.objects.raw("SELECT id, raw AS sealed FROM zalo_inboxevent")[0]
    assert "Chào" not in with_raw.sealed


@pytest.mark.parametrize("how", [{"spaced": True}, {"escaped": True}, {"secret": "oa-secret-cu"}])
def test_exact_bytes_and_the_previous_secret_verify(account, how):
    assert post(account, text_event(account, "Đã nộp"), **how).status_code == 200
    assert len(stored()) == 1


def test_spacing_and_case_of_the_header_do_not_matter(account):
    body = text_event(account, "a")
    raw = json.dumps(body).encode()
    header = signing.signature(account.app_id, raw, body["timestamp"], account.oa_secret)
    spaced = "mac = " + header.removeprefix("mac=").upper()
    assert post(account, raw, header=spaced).status_code == 200
    assert len(stored()) == 1


def test_the_same_event_is_one_row_however_often_and_however_spelled(account):
    body = text_event(account, "Hồ sơ của tôi")
    for how in ({}, {}, {"spaced": True}, {"escaped": True}, {"extra": {"HTTP_NUM_RETRY": "2"}}):
        assert post(account, body, **how).status_code == 200
    assert len(stored()) == 1


@pytest.mark.parametrize("body", [b"{}", b"", b"  {}  "], ids=["empty object", "nothing", "blanks"])
def test_the_consoles_unsigned_probe_is_answered_without_effect(account, body):
    assert post(account, body, header=None).status_code == 200
    assert stored() == []


def test_the_consoles_signed_sample_is_answered_without_effect(account):
    sample = user_event(account, "user_send_text", "246845883529197922")
    sample["recipient"] = {"id": "388613280878808000"}
    sample["message"] = {"text": "This is testing message", "msg_id": "This is message id"}
    assert post(account, sample).status_code == 200
    assert stored() == []


def test_unsigned_forged_and_hmac_events_are_refused(account):
    body = text_event(account, "giả mạo")
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [None, "", "mac=", "mac=" + "0" * 64, signing.hmac_signature(raw, account.oa_secret), "bearer x"]
    for header in headers:
        assert post(account, raw, header=header).status_code == 401
    assert post(account, body, secret="sai").status_code == 401
    assert post(account, body, secret="").status_code == 401
    assert stored() == []


def test_an_event_of_another_application_is_refused(account):
    body = text_event(account, "a") | {"app_id": "999999999999999999"}
    assert post(account, body).status_code == 401
    assert stored() == []


def test_an_account_without_a_secret_accepts_nothing(account):
    Account.objects.update(oa_secret="", previous_oa_secret="")
    webhook_keys.forget()
    assert post(account, text_event(account, "a"), secret="").status_code == 401
    assert "Chưa nhập khoá" in Incident.objects.get(subject="webhook").words


def test_the_health_desk_hears_which_secret_signed(account):
    assert post(account, text_event(account, "a"), secret="app-secret").status_code == 401
    incident = Incident.objects.get(subject="webhook")
    assert "khoá bí mật của ứng dụng" in incident.words
    assert "app-secret" not in incident.words + incident.advice


def test_refusals_are_noted_once_in_a_while_and_settled_by_a_good_event(account):
    for _ in range(3):
        post(account, text_event(account, "a"), secret="sai")
    assert Incident.objects.get(subject="webhook").count == 1
    post(account, text_event(account, "b"))
    inbound.drain()
    assert Incident.objects.get(subject="webhook").closed_at is not None
    account.refresh_from_db()
    assert account.last_webhook_secret == "oa_secret"
    assert account.last_webhook_at is not None


def test_a_secret_entered_after_a_reset_works_at_once(account, monkeypatch):
    post(account, text_event(account, "a"))
    Account.objects.update(oa_secret="moi")
    later = kept.time.monotonic() + 1
    monkeypatch.setattr(kept.time, "monotonic", lambda: later)
    assert post(account, text_event(account, "b"), secret="moi").status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"null",
        b"12",
        b'"text"',
        b"{",
        b"\xff\xfe\x00",
        b'{"app_id":',
        b"[" * 100_000,
        b'{"timestamp":' + b"9" * 5000 + b"}",
        "{}".encode("utf-16"),
    ],
)
def test_malformed_bodies_are_a_client_error(account, raw):
    assert post(account, raw, header="mac=" + "a" * 64).status_code in (400, 401)
    assert stored() == []


def test_ten_megabytes_are_refused_unread(account):
    body = text_event(account, "x" * (10 * 1024 * 1024))
    assert post(account, body).status_code == 413
    assert stored() == []


def in_chunks(account, raw: bytes, **environ):
    """The answer to a signed body without Content-Length, as granian hands it over."""
    body = json.loads(raw) if len(raw) < 100_000 else {"timestamp": "1"}
    header = signing.signature(account.app_id, raw, str(body["timestamp"]), account.oa_secret)
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", **environ}
    request = RequestFactory().generic("POST", URL, HTTP_X_ZEVENT_SIGNATURE=header, **environ)
    request.META.pop("CONTENT_LENGTH", None)
    request.META["wsgi.input"] = io.BytesIO(raw)
    return webhook.receive(request)


def test_a_signed_event_in_chunks_is_stored(account):
    raw = json.dumps(text_event(account, "Đã nộp đủ giấy tờ"), ensure_ascii=False).encode()
    assert in_chunks(account, raw).status_code == 200
    assert [row.name for row in stored()] == ["user_send_text"]


def test_chunks_without_an_end_are_refused_aloud_and_endless_ones_early(account):
    raw = json.dumps(text_event(account, "a")).encode()
    assert in_chunks(account, raw, **{"wsgi.input_terminated": False}).status_code == 411
    assert in_chunks(account, b"[" + b" " * (2 * webhook.LONGEST)).status_code == 413
    assert stored() == []


def test_other_methods_are_told_what_is_allowed(account):
    for method in ("get", "put", "delete", "head", "options"):
        answer = getattr(Client(), method)(URL)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_no_session_no_csrf_no_other_middleware(account):
    answer = post(account, text_event(account, "a"), client=Client(enforce_csrf_checks=True))
    assert answer.status_code == 200
    assert not answer.cookies
    assert "Content-Security-Policy" not in answer


def test_odd_names_ids_and_times_are_stored_harmlessly(account):
    for body in (
        user_event(account, "sự kiện\x00lạ", message={}),
        user_event(account, "x" * 300),
        user_event(account, "user_send_text", "a b\x00'; DROP", message={"text": "\ud800 lẻ", "msg_id": 7}),
        follow_event(account, timestamp=-5),
        follow_event(account, timestamp="99999999999999999999"),
        follow_event(account, timestamp=1),
    ):
        assert post(account, body, escaped=True).status_code == 200
    assert len(stored()) == 6
    inbound.drain()
    assert not InboxEvent.objects.filter(state__in=("stored", "working")).exists()


def test_the_person_is_found_whatever_the_direction(account):
    oa, user = account.oa_id, "700000000000000009"
    bodies = [
        follow_event(account, user=user),
        {"event_name": "user_click_chatnow", "oa_id": oa, "user_id": user},
        {
            "event_name": "user_received_message",
            "sender": {"id": oa},
            "recipient": {"id": user},
            "message": {"msg_id": "1"},
        },
        {
            "event_name": "user_seen_message",
            "sender": {"id": oa},
            "recipient": {"id": user},
            "message": {"msg_ids": ["1"]},
        },
        {"event_name": "oa_send_text", "sender": {"id": oa}, "recipient": {"id": user}},
        {"event_name": "widget_interaction_accepted", "data": {"user_id": user}, "oa_id": oa},
    ]
    assert [webhook.person_of(body) for body in bodies] == [user] * 6
    by_phone = {"event_name": "user_received_message", "sender": {"id": oa}, "recipient": {"id": "84912000101"}}
    assert webhook.person_of(by_phone | {"message": {"delivery_time": "1", "tracking_id": "tin5"}}) == ""


def test_when_the_database_is_away_the_event_waits_in_the_spool(account, monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    body = text_event(account, "trong lúc mất cơ sở dữ liệu")
    post(account, text_event(account, "trước"))  # the secrets are known

    def down(row):
        raise DatabaseError("away")

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "insert", down)
        assert post(account, body).status_code == 200
        assert webhook_spool.waiting()
        assert webhook_spool.adopt() == 0
    (file,) = webhook_spool.folder().glob("*.event")
    assert "dữ liệu" not in file.read_text()
    assert webhook_spool.adopt() == 1
    assert not webhook_spool.waiting()
    assert json.loads(stored()[-1].raw) == body


def test_an_unreadable_spooled_event_is_set_aside(account, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    webhook_spool.folder().mkdir(parents=True)
    (webhook_spool.folder() / "1.event").write_text("rác")
    assert webhook_spool.adopt() == 0
    assert not webhook_spool.waiting()
    (kept,) = webhook_spool.folder().glob("*.bad")
    assert webhook_spool.sweep(now=timezone.now() + inbox.KEEP_RAW - dt.timedelta(hours=1)) == 0
    assert webhook_spool.sweep(now=timezone.now() + inbox.KEEP_RAW + dt.timedelta(hours=1)) == 1
    assert not kept.exists()
