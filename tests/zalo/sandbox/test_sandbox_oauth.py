"""The simulated Zalo's OAuth: consent, PKCE, single-use refresh tokens, and error bodies in a shape of their own."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.fakes.zalo import SimulatedZalo, request

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def exchange(zalo: SimulatedZalo, secret: str | None = None, **form: str) -> tuple[int, dict]:
    app = zalo.app
    headers = FORM | {"secret_key": app["secret"] if secret is None else secret}
    body = urlencode({"app_id": app["id"], **form}).encode()
    status, _, answer = request("POST", f"{zalo.url}/v4/oa/access_token", body, headers)
    return status, json.loads(answer)


def refresh(zalo: SimulatedZalo, token: str, **extra: str) -> dict:
    return exchange(zalo, grant_type="refresh_token", refresh_token=token, **extra)[1]


def consent(zalo: SimulatedZalo, decision: str = "allow", **query: str) -> dict[str, list[str]]:
    app = zalo.app
    query = {"app_id": app["id"], "redirect_uri": app["callback_urls"][0], **query}
    url = f"{zalo.url}/v4/oa/permission?{urlencode(query)}"
    status, _, page = request("GET", url)
    assert status == 200 and zalo.account["name"] in page.decode()
    body = urlencode({"oa_id": zalo.account["id"], "decision": decision}).encode()
    status, headers, _ = request("POST", url, body, FORM)
    assert status == 302 and headers["location"].startswith(app["callback_urls"][0])
    return parse_qs(urlsplit(headers["location"]).query)


def test_challenge_vector_of_rfc_7636():
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == CHALLENGE


def test_consent_gives_code_and_oa_and_state(simulated_zalo):
    back = consent(simulated_zalo, code_challenge=CHALLENGE, state="xyz")
    assert back["oa_id"] == [simulated_zalo.account["id"]] and back["state"] == ["xyz"]
    status, pair = exchange(
        simulated_zalo, grant_type="authorization_code", code=back["code"][0], code_verifier=VERIFIER
    )
    assert status == 200
    assert set(pair) == {"access_token", "refresh_token", "expires_in"}
    assert pair["expires_in"] == "90000"
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=pair["access_token"])["error"] == 0


def test_refused_consent_brings_no_code(simulated_zalo):
    assert "code" not in consent(simulated_zalo, decision="deny", state="s")


@pytest.mark.parametrize(
    ("query", "code"),
    [({"app_id": "1"}, "-14002"), ({"redirect_uri": "https://ke-gian.example/"}, "-14003")],
)
def test_unknown_app_and_foreign_callback_go_to_the_error_page(simulated_zalo, query, code):
    app = simulated_zalo.app
    asked = {"app_id": app["id"], "redirect_uri": app["callback_urls"][0]} | query
    status, headers, _ = request("GET", f"{simulated_zalo.url}/v4/oa/permission?{urlencode(asked)}")
    assert status == 302 and headers["location"] == f"/v4/permission/error?error_code={code}"
    _, _, page = request("GET", simulated_zalo.url + headers["location"])
    assert code in page.decode()


def test_code_is_single_use_and_lives_ten_minutes(simulated_zalo):
    code = simulated_zalo.code()
    assert exchange(simulated_zalo, grant_type="authorization_code", code=code)[1]["access_token"]
    assert "error_name" in exchange(simulated_zalo, grant_type="authorization_code", code=code)[1]
    late = simulated_zalo.code()
    simulated_zalo.advance(minutes=10, seconds=1)
    assert "error_name" in exchange(simulated_zalo, grant_type="authorization_code", code=late)[1]


def test_wrong_verifier_is_refused_and_the_code_survives_it(simulated_zalo):
    code = simulated_zalo.code(challenge=CHALLENGE)
    wrong = exchange(simulated_zalo, grant_type="authorization_code", code=code, code_verifier="x" * 43)[1]
    assert wrong["error_name"] == "Invalid code verifier"
    right = exchange(simulated_zalo, grant_type="authorization_code", code=code, code_verifier=VERIFIER)[1]
    assert right["access_token"]


def test_challenge_of_the_console_wins_when_so_configured(simulated_zalo):
    simulated_zalo.change_app(code_challenge=CHALLENGE, challenge_from="console")
    back = consent(simulated_zalo, code_challenge="mot-challenge-khac")
    pair = exchange(simulated_zalo, grant_type="authorization_code", code=back["code"][0], code_verifier=VERIFIER)[1]
    assert pair["access_token"]


def test_refresh_rotates_and_the_old_token_is_dead(simulated_zalo):
    first = simulated_zalo.tokens()["refresh_token"]
    pair = refresh(simulated_zalo, first)
    assert pair["refresh_token"] != first
    again = refresh(simulated_zalo, first)
    assert "access_token" not in again and "data" not in again and "error" not in again
    assert {"error_name", "error_reason", "ref_doc", "error_description"} <= set(again)
    assert refresh(simulated_zalo, pair["refresh_token"])["access_token"]


def test_error_bodies_come_with_200_unless_switched(simulated_zalo):
    assert exchange(simulated_zalo, grant_type="refresh_token", refresh_token="không có")[0] == 200
    simulated_zalo.behave(oauth_http=400, oauth_numeric=True)
    status, body = exchange(simulated_zalo, grant_type="refresh_token", refresh_token="không có")
    assert status == 400 and body["error"] < 0


def test_refresh_token_lives_three_months(simulated_zalo):
    token = simulated_zalo.tokens()["refresh_token"]
    simulated_zalo.advance(days=89)
    token = refresh(simulated_zalo, token)["refresh_token"]
    simulated_zalo.advance(days=91)
    assert "error_name" in refresh(simulated_zalo, token)


@pytest.mark.parametrize(
    ("secret", "form", "name"),
    [
        ("sai", {"grant_type": "refresh_token", "refresh_token": "x"}, "Invalid secret key"),
        (None, {"grant_type": "password"}, "Invalid request"),
        (None, {"grant_type": "refresh_token", "app_id": "7"}, "Invalid app id"),
    ],
)
def test_wrong_secret_grant_or_app(simulated_zalo, secret, form, name):
    assert exchange(simulated_zalo, secret, **form)[1]["error_name"] == name


def test_json_body_is_refused(simulated_zalo):
    body = json.dumps({"grant_type": "refresh_token"}).encode()
    headers = {"Content-Type": "application/json", "secret_key": simulated_zalo.app["secret"]}
    status, _, answer = request("POST", f"{simulated_zalo.url}/v4/oa/access_token", body, headers)
    assert status == 200 and "error_name" in json.loads(answer)


def test_access_token_lives_25_hours(simulated_zalo):
    token = simulated_zalo.tokens()["access_token"]
    simulated_zalo.advance(hours=24, minutes=59)
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=token)["error"] == 0
    simulated_zalo.advance(minutes=2)
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=token)["error"] == -220
    assert simulated_zalo.call("GET", "/message/quota", token=token)["error"] == -124


def test_bearer_header_and_unknown_token_are_invalid(simulated_zalo):
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token="bịa".encode().decode("latin-1"))["error"] == -216
    token = simulated_zalo.tokens()["access_token"]
    _, _, answer = request("GET", f"{simulated_zalo.url}/v2.0/oa/getoa", headers={"Authorization": f"Bearer {token}"})
    assert json.loads(answer) == {"error": -216, "message": "Access token is invalid"}
    assert simulated_zalo.call("GET", "/message/quota", token="x")["error"] == -124


def test_old_access_token_survives_a_refresh_unless_switched(simulated_zalo):
    pair = simulated_zalo.tokens()
    second = refresh(simulated_zalo, pair["refresh_token"])
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=pair["access_token"])["error"] == 0
    simulated_zalo.behave(old_access_survives=False)
    refresh(simulated_zalo, second["refresh_token"])
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=second["access_token"])["error"] == -216


def test_revoked_tokens(simulated_zalo):
    pair = simulated_zalo.tokens()
    assert simulated_zalo.revoke_tokens("access", "refresh") == 2
    assert simulated_zalo.call("GET", "/v2.0/oa/getoa", token=pair["access_token"])["error"] == -216
    assert "error_name" in refresh(simulated_zalo, pair["refresh_token"])
