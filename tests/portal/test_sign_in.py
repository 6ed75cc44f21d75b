"""Wrong passwords: the pair of name and real address is locked, a named clerk is not kept out by others."""

import pytest
from axes.models import AccessLog

from portal.desk import sign_in

PROXY = "10.0.0.1"


@pytest.fixture
def guarded(settings, centre):
    settings.AXES_ENABLED = True
    settings.TRUSTED_PROXIES = 1
    return centre


def enter(client, username, password, address):
    answer = client.post(
        "/admin/login/?next=/admin/",
        {"username": username, "password": password},
        REMOTE_ADDR=PROXY,
        HTTP_X_FORWARDED_FOR=f"1.1.1.1, {address}",
    )
    client.logout()
    return answer.status_code


def test_wrong_passwords_behind_the_proxy_lock_their_own_address_only(client, guarded):
    name = guarded.clerk.username
    statuses = [enter(client, name, "sai", "203.0.113.9") for _ in range(7)]
    assert statuses[-1] == 429
    assert enter(client, name, "x", "203.0.113.9") == 429
    assert enter(client, name, "x", "198.51.100.7") == 302, "the clerk at the counter goes on working"
    assert set(AccessLog.objects.values_list("ip_address", flat=True)) == {"198.51.100.7"}


def test_a_name_tried_from_everywhere_is_slowed_for_strangers_only(client, guarded):
    name = guarded.clerk.username
    assert enter(client, name, "x", "198.51.100.7") == 302
    for number in range(sign_in.FAILURES[0].most):
        enter(client, name.upper() if number % 2 else name, "sai", f"203.0.113.{number + 1}")
    assert enter(client, name, "x", "192.0.2.1") == 429, "even the right password, from where nobody knows the clerk"
    assert enter(client, name, "x", "198.51.100.7") == 302
    assert enter(client, guarded.leader.username, "x", "192.0.2.1") == 302


def test_an_address_that_is_none_breaks_nothing(client, guarded):
    answer = client.post(
        "/admin/login/",
        {"username": "a", "password": "b"},
        REMOTE_ADDR=PROXY,
        HTTP_X_FORWARDED_FOR="không phải địa chỉ",
    )
    assert answer.status_code == 200
