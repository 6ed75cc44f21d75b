"""Connecting an account: the operator's command, the consent link, the address Zalo sends the browser back to."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import include, path

from zalo.account import oauth, tokens
from zalo.api.client import code_challenge
from zalo.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.zalo.people.test_connect")]
from django.contrib import admin  # noqa: E402

urlpatterns = [path("admin/", admin.site.urls), path("zalo/", include("zalo.urls"))]


@pytest.fixture
def options(zalo_hosts):
    app = zalo_hosts.app
    return {
        "name": "Chính quyền số",
        "oa_id": zalo_hosts.oa_id,
        "app_id": app["id"],
        "app_secret": app["secret"],
        "oa_secret": app["oa_secret"],
    }


@pytest.fixture
def account(zalo_hosts, options):
    return Account.objects.create(**options)


def test_the_command_connects_with_a_pair(zalo_hosts, options, centre, capsys):
    pair = zalo_hosts.tokens()
    call_command(
        "zalo_connect",
        **options,
        access_token=pair["access_token"],
        refresh_token=pair["refresh_token"],
        agency=["H80.05"],
    )
    account = Account.objects.get()
    assert account.grant == Account.Grant.GOOD and account.services.get().agency == centre.agency
    assert "Đã kết nối" in capsys.readouterr().out
    call_command("zalo_connect", **options, agency=["H80.05"])
    assert account.services.count() == 1, "the second run changes nothing"


def test_the_command_connects_with_a_code(zalo_hosts, options):
    call_command("zalo_connect", **options)
    account = Account.objects.get()
    code = zalo_hosts.code(challenge=code_challenge(account.code_verifier))
    call_command("zalo_connect", **options, code=code)
    account.refresh_from_db()
    assert account.grant == Account.Grant.GOOD


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"agency": ["KHONG-CO"]}, "Không có cơ quan"),
        ({"oa_id": "abc"}, "Chỉ gồm chữ số"),
        ({"access_token": "x"}, "cả --access-token và --refresh-token"),
        ({"code": "đã dùng"}, "Chưa kết nối được"),
    ],
)
def test_the_command_says_what_is_wrong(options, change, words):
    with pytest.raises(CommandError, match=words):
        call_command("zalo_connect", **(options | change))


def test_two_accounts_never_speak_for_one_agency(options, centre):
    call_command("zalo_connect", **options, agency=["H80.05"])
    with pytest.raises(CommandError, match="đang dùng"):
        call_command("zalo_connect", **(options | {"oa_id": "4444444444"}), agency=["H80.05"])


@pytest.fixture
def administrator(client, admin_user):
    client.force_login(admin_user)
    return client


def test_consent_by_link(administrator, zalo_hosts, account, admin_user):
    link = administrator.post(f"/zalo/oauth/{account.pk}/")
    assert link.status_code == 302
    from urllib.parse import parse_qs, urlsplit

    query = {key: values[0] for key, values in parse_qs(urlsplit(link["Location"]).query).items()}
    account.refresh_from_db()
    assert query["code_challenge"] == code_challenge(account.code_verifier)
    assert query["redirect_uri"].endswith("/zalo/oauth/callback/")
    code = zalo_hosts.code(challenge=query["code_challenge"])
    answer = administrator.get("/zalo/oauth/callback/", {"code": code, "oa_id": account.oa_id, "state": query["state"]})
    account.refresh_from_db()
    assert answer.status_code == 302 and account.grant == Account.Grant.GOOD
    again = administrator.get("/zalo/oauth/callback/", {"code": code, "oa_id": account.oa_id, "state": query["state"]})
    assert again.status_code == 302, "a spent code is a sentence, not an error page"
    account.refresh_from_db()
    assert account.grant == Account.Grant.GOOD


def test_a_link_made_in_zalos_console_has_no_state(administrator, zalo_hosts, account):
    challenge = code_challenge(tokens.ensure_verifier(account))
    administrator.get("/zalo/oauth/callback/", {"code": zalo_hosts.code(challenge=challenge), "oa_id": account.oa_id})
    account.refresh_from_db()
    assert account.grant == Account.Grant.GOOD


@pytest.mark.parametrize("state", ["forged", "1:2:3"])
def test_a_forged_state_is_refused(administrator, account, state):
    answer = administrator.get("/zalo/oauth/callback/", {"code": "x", "oa_id": account.oa_id, "state": state})
    assert answer.status_code == 403


def test_a_state_of_somebody_else_is_refused(administrator, account, django_user_model):
    other = django_user_model.objects.create_superuser("khac", password="x")
    state = oauth.consent_address(account, other.pk).split("state=")[1]
    from urllib.parse import unquote

    answer = administrator.get("/zalo/oauth/callback/", {"code": "x", "oa_id": account.oa_id, "state": unquote(state)})
    assert answer.status_code == 403


def test_an_unknown_oa_and_a_refusal_are_sentences(administrator, account):
    assert administrator.get("/zalo/oauth/callback/", {"code": "x", "oa_id": "1"}).status_code == 302
    assert administrator.get("/zalo/oauth/callback/", {"oa_id": account.oa_id}).status_code == 302


def test_nobody_without_the_right_gets_near(client, account, centre):
    assert client.get("/zalo/oauth/callback/").status_code == 302, "to the sign-in page"
    client.force_login(centre.clerk)
    assert client.get("/zalo/oauth/callback/", {"code": "x", "oa_id": account.oa_id}).status_code == 403
    assert client.post(f"/zalo/oauth/{account.pk}/").status_code == 403
