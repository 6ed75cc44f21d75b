"""The health desk: what is wrong, what to do, and every word in Vietnamese."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.zalo.chat.talk import channel_of
from tests.zalo.test_staff_pages import signed_in
from zalo.admin import health_desk
from zalo.api.errors import Host
from zalo.inbound import handlers as inbound_handlers
from zalo.messages import event_words
from zalo.models import Account, Breaker, InboxEvent, Incident, Route, RouteStop

NOW = timezone.now


@pytest.fixture
def account(centre):
    return channel_of(centre)


@pytest.mark.django_db
def test_the_health_desk_says_what_is_wrong_and_what_to_do(client, centre, account):
    Incident.objects.create(
        account=account, subject="webhook", words="Chữ ký sai", advice="Chép khoá mới", first_at=NOW(), last_at=NOW()
    )
    Account.objects.update(last_webhook_at=NOW(), last_webhook_secret="previous", template_quota=5, quality="MEDIUM")
    signed_in(client, centre.supervisor)
    text = client.get(reverse("admin:zalo_health")).content.decode()
    assert "Chép khoá mới" in text
    assert "khoá trước khi đổi" in text
    assert "Chưa kết nối" in text
    assert "Chất lượng gửi: trung bình" in text and "MEDIUM" not in text
    client.post(reverse("admin:zalo_incident_close", args=[Incident.objects.get().pk]))
    assert Incident.objects.get().closed_by == centre.supervisor


@pytest.mark.django_db
def test_events_hosts_and_routes_are_told_in_words(client, centre, account):
    now = NOW()
    InboxEvent.objects.create(
        account=account, name="user_send_image", remote_key="k", happened_at=now, received_at=now, next_at=now
    )
    Breaker.objects.create(host=Host.TEMPLATE, state=Breaker.State.OPEN, opened_at=now, retry_at=now, words="Hỏng")
    for route in (Route.PHONE, RouteStop.ANY):
        until = now + dt.timedelta(hours=1)
        RouteStop.objects.create(account=account, route=route, until=until, words="Zalo không nhận")
    signed_in(client, centre.supervisor)
    text = client.get(reverse("admin:zalo_health")).content.decode()
    for words in ("Người dân gửi ảnh", "Tin theo mẫu: ngừng từ", "“Tin theo mẫu tới số điện thoại”", "“Mọi cách gửi”"):
        assert words in text


def test_every_event_and_host_has_words():
    assert set(inbound_handlers.HANDLERS) <= set(event_words.WORDS)
    assert set(health_desk.HOST_WORDS) == set(Host)
    assert event_words.in_words("something_new") == "something_new"
