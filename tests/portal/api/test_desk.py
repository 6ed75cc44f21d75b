"""The desk of joined programs: addresses and their log, keys, codes mapped and tried, staff told."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers.models import Dossier
from portal.api import keys
from portal.api.models import ApiClient, CodeTranslation, Delivery, Subscription
from portal.desk import notices
from tests.portal.api.test_callbacks import Listener, client_row, listener
from tests.portal.api.test_door import body, event

__all__ = ["client_row", "listener"]
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture
def desk(client, centre):
    client.force_login(centre.administrator)
    return client


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def register(desk, client_row, listener: Listener, **more):
    data = {"client": client_row.pk, "address": listener.address, **more}
    return desk.post(reverse("admin:api_subscription_add"), data, follow=True)


def test_an_address_is_registered_tried_stopped_and_sent_to_again(desk, client_row, listener):
    page = register(desk, client_row, listener, kinds=["dossier.accepted"])
    row = Subscription.objects.get()
    assert row.kinds == ["dossier.accepted"] and row.secret in said(page) and "no-store" in page["Cache-Control"]
    act, log = (
        reverse("admin:api_subscription_act", args=[row.pk]),
        reverse("admin:api_subscription_log", args=[row.pk]),
    )
    assert "Gửi thử được" in said(desk.post(act, {"viec": "thu"}, follow=True)) and len(listener.got) == 1
    listener.answers = [(500, {})]
    assert "HTTP 500" in said(desk.post(act, {"viec": "thu"}, follow=True))
    desk.post(act, {"viec": "dung"})
    assert Subscription.objects.get().state == "stopped"
    desk.post(act, {"viec": "tiep"})
    assert Subscription.objects.get().state == "active"
    parked = Delivery.objects.create(
        subscription=row, stream="dossier", event_id=7, subject_id=7, subject="H80.05-1", kind="accepted",
        state="parked", next_at=timezone.now(),
    )  # fmt: skip
    gone = said(desk.post(act, {"viec": "lai", "dong": parked.pk + 99}, follow=True))
    assert "không còn trong nhật ký" in gone and Delivery.objects.get(pk=parked.pk).state == "parked"
    assert "Sẽ gửi lại 1 sự kiện" in said(desk.post(act, {"viec": "lai", "dong": parked.pk}, follow=True))
    assert Delivery.objects.get(pk=parked.pk).state == "waiting"
    new = said(desk.post(act, {"viec": "khoa"}, follow=True))
    assert Subscription.objects.get().secret in new and Subscription.objects.get().secret != row.secret
    assert row.secret not in said(desk.get(log)) and Subscription.objects.get().secret not in said(desk.get(log))
    assert desk.get(log, {"muc": "parked", "truoc": "x²"}).status_code == 200
    assert desk.post(act, {"viec": "không có việc này"}).status_code == 302


@pytest.mark.parametrize("address", ["https://10.0.0.1/x", "http://ioc.example.vn/x", "không phải"])
def test_an_inner_address_is_refused_at_the_desk_too(desk, client_row, listener, address):
    page = desk.post(reverse("admin:api_subscription_add"), {"client": client_row.pk, "address": address})
    assert page.status_code == 200 and not Subscription.objects.exists()
    assert re.search("mạng nội bộ|https://|chưa đúng", said(page))


def test_case_events_need_the_keys_right(desk, client_row, listener):
    assert "chưa được biết diễn biến ý kiến" in said(register(desk, client_row, listener, kinds=["case.*"]))


def test_staff_are_told_of_a_program_that_cannot_be_told(desk, centre, client_row, listener):
    register(desk, client_row, listener)
    words = lambda: " ".join(each.sentence for each in notices.programs_not_told(centre.administrator, timezone.now()))  # noqa: E731
    assert not words()
    Subscription.objects.update(state="failed")
    assert "IOC" in words() and "nhiều ngày" in words()
    assert list(notices.programs_not_told(centre.clerk, timezone.now())) == []


def test_a_key_is_changed_at_the_desk(desk, client_row):
    address = reverse("admin:api_client_key", args=[client_row.pk])
    before = ApiClient.objects.get().key_hash
    assert desk.get(address).status_code == 200 and ApiClient.objects.get().key_hash == before
    page = desk.post(address)
    new = re.search(r'value="([0-9a-f]{8}\.[^"]+)"', page.content.decode())[1]
    assert keys.client_with(new) == client_row and "no-store" in page["Cache-Control"]


def test_codes_are_mapped_and_tried_before_anything_is_written(desk, client_row, centre, procedure):
    add = reverse("admin:api_codetranslation_add")
    line = {"client": client_row.pk, "kind": "procedure_code", "theirs": "TTHC-0815", "ours": "9.999999"}
    assert "chưa có thủ tục" in said(desk.post(add, line)) and not CodeTranslation.objects.exists()
    desk.post(add, line | {"ours": "1.004441"})
    desk.post(add, line | {"kind": "state", "theirs": "04", "ours": "appraising"})
    assert CodeTranslation.objects.count() == 2
    assert "đã có dòng rồi" in said(desk.post(add, line | {"theirs": "tthc-0815 ", "ours": "1.004441"}))
    page = reverse("admin:api_translation_try")
    tried = {"client": client_row.pk}
    sent = body(procedure_code="tthc-0815", mau_sac="xanh")
    shown = said(desk.post(page, tried | {"sent": json.dumps(sent)}))
    assert "nhận được" in shown and "1.004441" in shown and "mau_sac" in shown and not Dossier.objects.exists()
    step = event("e1", "04", timezone.now(), unit="PDC")
    shown = said(desk.post(page, tried | {"sent": json.dumps(step)}))
    assert "sẽ bị từ chối" in shown and "không có phòng" in shown and "appraising" in shown
    for wrong in ("{", "[]", "5", '{"a": ' * 50 + "1" + "}" * 50):
        assert desk.post(page, tried | {"sent": wrong}).status_code == 200


def test_what_is_anothers_is_not_offered(client, elsewhere, client_row, listener):
    client.force_login(elsewhere.administrator)
    data = {"client": client_row.pk, "address": listener.address}
    assert client.post(reverse("admin:api_subscription_add"), data).status_code == 200
    assert not Subscription.objects.exists()
    tried = client.post(reverse("admin:api_translation_try"), {"client": client_row.pk, "sent": "{}"})
    assert tried.status_code == 200 and "IOC" not in said(tried)
