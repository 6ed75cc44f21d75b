"""Signing in through a provider that really answers: it opens what the person had, makes nothing, and leaves a line."""

from __future__ import annotations

import datetime as dt
import io
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from oidc_provider_mock import User as Claimed
from oidc_provider_mock import run_server_in_thread

from portal.access import factor, provider
from portal.access.models import ProviderAccount, ProviderSignIn
from portal.checks import provider_settings
from tests.portal.access.identity_provider import CLIENT, SECRET, IdentityProvider

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
OFF, TIE, SECURITY = "/admin/dang-nhap-tinh/", "/admin/dang-nhap-tinh/noi/", "/admin/dang-nhap-cua-toi/"


@pytest.fixture(scope="module")
def running():
    with IdentityProvider() as found:
        yield found


@pytest.fixture
def there(running, settings):
    running.begin_again()
    cache.clear()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running.issuer, CLIENT, SECRET
    settings.OIDC_NAME = "Cổng cán bộ tỉnh"
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, provider.BACKEND]
    return running


@pytest.fixture
def tied(there, centre):
    ProviderAccount.objects.create(user=centre.leader, issuer=there.issuer, subject="a1b2")
    return centre.leader


def walk(client, address: str = OFF, **changed) -> object:
    """Go to the provider and come back as a browser does; `changed` are parameters of the way back."""
    off = client.get(address)
    assert off.status_code == 302, off.content.decode()
    back = urlsplit(requests.get(off["Location"], allow_redirects=False, timeout=5).headers["Location"])
    sent = {name: values[0] for name, values in parse_qs(back.query).items()}
    return client.get(back.path, {**sent, **changed})


def outcomes() -> list[str]:
    return list(ProviderSignIn.objects.order_by("pk").values_list("outcome", flat=True))


def test_there_is_no_such_way_where_no_provider_is_named(client, centre):
    for address in (OFF, f"{OFF}ve/?code=a&state=b"):
        assert client.get(address).status_code == 404
    assert OFF not in client.get("/admin/login/").content.decode()


def test_a_tied_account_enters_and_everything_of_the_flow_was_sent(client, tied, there):
    page = client.get("/admin/login/?next=/admin/nhat-ky/").content.decode()
    assert "Đăng nhập bằng Cổng cán bộ tỉnh" in page
    answer = walk(client, f"{OFF}?next=/admin/vai-tro/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/vai-tro/")
    assert client.get("/admin/vai-tro/").status_code == 200
    assert there.asked["code_challenge_method"] == "S256"
    assert len(there.asked["nonce"]) == len(there.asked["state"]) == 32
    row = ProviderSignIn.objects.get()
    assert (row.user, row.outcome, row.second_factor) == (tied, "entered", False)
    assert walk(Client(), f"{OFF}?next=https://la.example.vn/")["Location"] == "/admin/"


def test_the_provider_makes_no_account_and_gives_no_right(client, there, centre):
    there.person |= {"is_superuser": True, "groups": ["Quản trị toàn tỉnh"], "email": "moi@example.vn"}
    before = User.objects.count()
    page = walk(client)
    assert page.status_code == 403
    assert "chưa được nối" in page.content.decode()
    assert (User.objects.count(), outcomes()) == (before, ["unknown"])
    there.person["sub"] = ""
    assert walk(client).status_code == 403


def test_a_closed_account_stays_closed(client, tied):
    User.objects.filter(pk=tied.pk).update(is_active=False)
    assert "đã khóa" in walk(client).content.decode()
    User.objects.filter(pk=tied.pk).update(is_active=True, is_staff=False)
    assert "đã khóa" in walk(client).content.decode()
    assert outcomes() == ["closed", "closed"]


def test_an_account_is_tied_once_by_its_own_person_who_says_yes(centre, there):
    client = Client()
    client.force_login(centre.leader)
    assert "?noi=1" in client.get(SECURITY).content.decode()
    answer = walk(client, f"{OFF}?noi=1")
    assert answer["Location"] == TIE
    assert "lan.nt" in client.get(TIE).content.decode()
    assert not ProviderAccount.objects.exists(), "a look ties nothing"
    client.post(TIE)
    assert ProviderAccount.objects.get().user == centre.leader
    assert "Nối với Cổng cán bộ tỉnh: lan.nt" in LogEntry.objects.latest("pk").get_change_message()
    assert walk(Client())["Location"] == "/admin/"
    other = Client()
    other.force_login(centre.clerk)
    walk(other, f"{OFF}?noi=1")
    assert "của người khác" in other.get(SECURITY).content.decode()
    assert other.get("/admin/").context["user"] == centre.clerk
    client.post(TIE, {"viec": "untie"})
    assert walk(Client()).status_code == 403


def test_an_open_desk_of_somebody_with_a_second_factor_ties_nothing(centre, there):
    """Whoever sits down at it would get a way of their own into the account: that takes a code entered just now."""
    client = Client()
    client.force_login(centre.leader)
    TOTPDevice.objects.create(user=centre.leader, confirmed=True)
    for age, ties in ((factor.FRESH + 60, False), (60, True)):
        session = client.session
        session[factor.PROVED] = timezone.now().timestamp() - age
        session.save()
        assert walk(client, f"{OFF}?noi=1")["Location"] == TIE
        told = client.post(TIE, follow=True).content.decode()
        assert ProviderAccount.objects.exists() is ties, age
        assert ("đăng nhập lại kèm mã" in told) is not ties


def test_a_provider_written_by_others_lets_in_whoever_was_tied(centre, settings):
    """oidc-provider-mock answers by Authlib: another reading of the standard than ours, other answers on every step."""
    cache.clear()
    with run_server_in_thread(user_claims=[Claimed(sub="a1b2", claims={"name": "Lan"})]) as server:
        settings.OIDC_ISSUER = f"http://localhost:{server.server_port}"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_NAME = CLIENT, SECRET, "Nơi cấp khác"
        settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, provider.BACKEND]

        def there_and_back(client, address: str = OFF, **form):
            off = client.get(address)["Location"]
            answer = requests.post(off, data={"sub": "a1b2", **form}, allow_redirects=False, timeout=5)
            back = urlsplit(answer.headers["Location"])
            return client.get(back.path, {name: values[0] for name, values in parse_qs(back.query).items()})

        assert "chưa được nối" in there_and_back(Client()).content.decode()
        own = Client()
        own.force_login(centre.leader)
        assert there_and_back(own, f"{OFF}?noi=1")["Location"] == TIE
        own.post(TIE)
        fresh = Client()
        assert there_and_back(fresh)["Location"] == "/admin/"
        assert fresh.get("/admin/").context["user"] == centre.leader
        assert "đã hủy" in there_and_back(Client(), action="deny").content.decode()
        assert there_and_back(Client(), sub="c3d4").status_code == 403
        assert f"{settings.OIDC_ISSUER}/" in fresh.post("/admin/logout/").content.decode()


def test_who_keeps_the_accounts_may_untie_with_a_reason_and_cannot_tie(tied, centre):
    keeper = Client()
    keeper.force_login(centre.administrator)
    address = f"/admin/dong-nghiep/{tied.pk}/dang-nhap/"
    assert "Gỡ nối" in keeper.get(address).content.decode()
    assert keeper.post(address, {"viec": "untie"}).status_code == 422
    keeper.post(address, {"viec": "untie", "reason": "chuyển công tác"})
    assert not ProviderAccount.objects.exists()
    assert "chuyển công tác" in LogEntry.objects.latest("pk").get_change_message()


SPOILT = (
    {"iss": "https://la.example.vn"},
    {"aud": "phan-mem-khac"},
    {"aud": [CLIENT, "phan-mem-khac"]},
    {"azp": "phan-mem-khac"},
    {"exp": 1_700_000_000},
    {"iat": 4_000_000_000},
    {"exp": None},
    {"nonce": "cua-luot-khac"},
    {"nonce": None},
    {"sub": None},
)


def test_a_token_that_does_not_hold_opens_nothing(client, tied, there):
    for spoilt in SPOILT:
        there.spoilt = spoilt
        page = walk(client)
        assert page.status_code == 403, spoilt
        assert "không kiểm tra được" in page.content.decode()
    assert outcomes() == ["unsound"] * len(SPOILT)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_strange_key_opens_nothing_and_a_change_of_keys_needs_nobody(client, tied, there):
    there.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert walk(client).status_code == 403
    there.signing_key = None
    there.rotate()
    assert walk(client)["Location"] == "/admin/"


def test_an_answer_is_taken_once_in_the_browser_that_asked(client, tied, there):
    assert walk(client, state="cua-nguoi-khac").status_code == 403
    assert walk(client, code="bịa").status_code == 403
    assert "đã hủy" in walk(client, error="access_denied").content.decode()
    assert walk(client, iss="https://la.example.vn").status_code == 403
    off = client.get(OFF)
    back = requests.get(off["Location"], allow_redirects=False, timeout=5).headers["Location"]
    back = back[back.index("/admin/") :]
    assert Client().get(back).status_code == 403, "another browser"
    assert client.get(back)["Location"] == "/admin/"
    assert client.get(back).status_code == 403, "a second time"


def test_the_second_factor_is_the_providers_only_where_the_settings_take_its_word(tied, there, settings):
    settings.SECOND_FACTOR_FROM = dt.date(2020, 1, 1)
    there.person |= {"amr": ["pwd", "otp"], "acr": "2"}
    for wanted, passes in (({}, False), ({"amr": ["mfa"]}, False), ({"amr": ["otp"]}, True), ({"acr": ["2"]}, True)):
        settings.OIDC_SECOND_FACTOR = wanted
        client = Client()
        walk(client)
        assert (client.get("/admin/vai-tro/").status_code == 200) is passes, wanted
        assert ProviderSignIn.objects.latest("pk").second_factor is passes
    assert there.asked["acr_values"] == "2"


def test_the_claim_that_ties_may_be_another_and_come_from_the_second_answer(client, tied, there, settings):
    settings.OIDC_CLAIM = "ma_can_bo"
    there.person |= {"ma_can_bo": "CB-17"}
    there.hidden = {"ma_can_bo"}
    ProviderAccount.objects.update(subject="CB-17")
    assert walk(client)["Location"] == "/admin/"


def test_a_silent_or_false_provider_is_said_in_a_sentence(client, there, settings):
    there.claimed_issuer = "https://la.example.vn"
    page = client.get(OFF)
    assert (page.status_code, "Không liên lạc được" in page.content.decode()) == (503, True)
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert client.get(OFF).status_code == 503
    assert client.get(f"{OFF}ve/", {"code": "a", "state": "b"}).status_code == 503
    assert client.get("/admin/login/").status_code == 200


def test_whoever_came_through_the_provider_is_shown_the_way_out_there(client, tied, there):
    walk(client)
    page = client.post("/admin/logout/").content.decode()
    assert f"{there.issuer}/ra?client_id={CLIENT}&amp;post_logout_redirect_uri=" in page
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    client.force_login(tied, backend="django.contrib.auth.backends.ModelBackend")
    assert there.issuer not in client.post("/admin/logout/").content.decode()


def test_sessions_end_when_the_way_is_switched_off(client, tied, settings):
    walk(client)
    assert client.get("/admin/vai-tro/").status_code == 200
    settings.OIDC_CLIENT_SECRET = ""
    assert client.get("/admin/vai-tro/").status_code == 302


def test_the_inspector_finds_who_came_through_the_provider(client, tied, there, centre):
    walk(Client())
    client.force_login(centre.supervisor)
    page = client.get("/admin/nhat-ky/?so=dang-nhap").content.decode()
    assert "đã vào" in page
    assert tied.get_full_name() in page


def test_an_operator_ties_many_from_a_file(tmp_path, there, centre):
    file = tmp_path / "noi.csv"
    file.write_text(
        f"tài khoản,mã\n{centre.clerk.username},c-1\nkhong-co,c-2\n{centre.leader.username},c-1\n,\n", encoding="utf-8"
    )
    told = io.StringIO()
    with pytest.raises(CommandError, match="2 dòng"):
        call_command("tie_provider_accounts", str(file), stdout=told, stderr=told)
    assert list(ProviderAccount.objects.values_list("user__username", "subject")) == [(centre.clerk.username, "c-1")]
    assert "khong-co" in told.getvalue()
    assert LogEntry.objects.filter(object_id=str(centre.clerk.pk)).exists()


def test_a_half_made_configuration_is_named(settings):
    assert provider_settings() == []
    settings.OIDC_ISSUER = "http://dang-nhap.example.vn"
    said = " ".join(found.msg for found in provider_settings())
    assert "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET" in said
    assert "https://" in said
    assert not provider.is_on()
