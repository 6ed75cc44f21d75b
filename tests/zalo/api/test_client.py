"""The client against the simulated Zalo: every call the product makes, and every way a call can fail."""

import asyncio

import aiohttp
import pytest
from asgiref.sync import async_to_sync

from zalo.api import client
from zalo.api.client import ZaloClient, code_challenge, new_code_verifier
from zalo.api.errors import Action, GrantRefused, Host, NotSent, OutcomeUnknown, Refused

DATA = {
    "ten_khach_hang": "Nguyễn Thị Lan",
    "ma_ho_so": "HS-1",
    "ten_thu_tuc": "Trích lục",
    "ngay_hen": "30/11/2026",
    "co_quan": "Trung tâm",
}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def zalo(zalo_hosts):
    zalo_hosts.follow("lan")
    return zalo_hosts


@pytest.fixture
def token(zalo):
    return zalo.tokens()["access_token"]


def ask(call):
    """The result of one call on a client of its own."""

    async def run():
        async with ZaloClient(concurrency=2) as zalo:
            return await call(zalo)

    return async_to_sync(run)()


def test_pkce_by_the_rfc():
    assert (
        code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    assert len(new_code_verifier()) == 43


def test_code_and_refresh_give_pairs(zalo):
    app = {"app_id": zalo.app["id"], "app_secret": zalo.app["secret"]}
    verifier = new_code_verifier()
    code = zalo.code(challenge=code_challenge(verifier))
    pair = ask(lambda z: z.exchange_code(**app, code=code, verifier=verifier))
    assert pair.access_token and pair.refresh_token and pair.expires_in == 90000
    assert pair.access_token not in repr(pair)
    new = ask(lambda z: z.refresh(**app, refresh_token=pair.refresh_token))
    assert new.refresh_token != pair.refresh_token
    with pytest.raises(GrantRefused):
        ask(lambda z: z.refresh(**app, refresh_token=pair.refresh_token))


def test_the_three_ways_of_sending(zalo, token):
    user = zalo.user_id("lan")
    reply = ask(lambda z: z.send_reply(token, user, {"text": "Chào bà"}))
    by_uid = ask(lambda z: z.send_template_to_user(token, user, "500001", DATA))
    by_phone = ask(lambda z: z.send_template_to_phone(token, "84912000101", "500001", DATA, "tin15"))
    assert len({reply.message_id, by_uid.message_id, by_phone.message_id}) == 3
    assert reply.quota.kind == "reply" and by_phone.quota.kind == "template" and by_phone.quota.remain == 4998
    assert zalo.count(tracking_id="tin15") == 1


def test_a_file_goes_by_its_upload_token(zalo, token):
    async def send(z):
        handle = await z.upload_file(token, "giay-tiep-nhan.pdf", PDF)
        body = {"attachment": {"type": "file", "payload": {"token": handle}}}
        return await z.send_reply(token, zalo.user_id("lan"), body)

    assert ask(send).message_id
    assert zalo.count(kind="file") == 1


def test_reading_back(zalo, token):
    user = zalo.user_id("lan")
    zalo.say("lan", "Xin chào")
    sent = ask(lambda z: z.send_reply(token, user, {"text": "Chào bà"}))
    newest, *older = ask(lambda z: z.conversation(token, user))
    assert newest.message_id == sent.message_id and not newest.from_user and newest.text == "Chào bà" and newest.at
    assert any(line.from_user and line.text == "Xin chào" for line in older)
    profile = ask(lambda z: z.profile(token, user))
    assert profile.user_id == user and profile.is_follower and not profile.shared
    zalo.share_info("lan")
    assert ask(lambda z: z.profile(token, user)).shared["phone"].startswith("84")
    assert user in ask(lambda z: z.users(token)).user_ids
    assert ask(lambda z: z.account_profile(token)).oa_id == zalo.oa_id
    assert ask(lambda z: z.user_quota(token, user)).last_interaction


def test_the_template_register(zalo, token):
    found = {t.template_id: t for t in ask(lambda z: z.templates(token))}
    assert found["500001"].status == "ENABLE"
    info = ask(lambda z: z.template(token, "500001"))
    assert {p.name for p in info.params} == set(DATA) and all(p.required for p in info.params)
    assert ask(lambda z: z.template_quota(token)).daily == 5000
    assert ask(lambda z: z.quality(token))
    sent = ask(lambda z: z.send_template_to_phone(token, "84912000101", "500001", DATA, "tin16"))
    assert ask(lambda z: z.message_status(token, sent.message_id)).status in (0, 1)
    assert ask(lambda z: z.ratings(token, "500008", from_ms=0, to_ms=2**42)) == []


def test_refusals_carry_their_code(zalo, token):
    with pytest.raises(Refused) as caught:
        ask(lambda z: z.send_reply("wrong", zalo.user_id("lan"), {"text": "x"}))
    assert (caught.value.host, caught.value.code, caught.value.action) == (Host.OA, -216, Action.REFRESH_TOKEN)
    with pytest.raises(Refused) as caught:
        ask(lambda z: z.send_template_to_phone(token, "84999999999", "500001", DATA, "tin17"))
    assert caught.value.action == Action.NO_ACCOUNT


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "refuse"}, NotSent),
        ({"kind": "reset"}, OutcomeUnknown),
        ({"kind": "html"}, OutcomeUnknown),
        ({"kind": "html", "status": 502}, OutcomeUnknown),
        ({"kind": "html", "status": 403}, NotSent),
        ({"kind": "garbage"}, OutcomeUnknown),
        ({"kind": "timeout"}, OutcomeUnknown),
        ({"kind": "swallow"}, OutcomeUnknown),
        ({"kind": "truncate"}, OutcomeUnknown),
        ({"kind": "rate"}, Refused),
    ],
    ids=lambda value: str(value),
)
def test_every_way_a_call_can_fail(zalo, token, monkeypatch, fault, error):
    user = zalo.user_id("lan")
    if fault["kind"] in ("timeout", "swallow"):
        monkeypatch.setattr(client, "TIME_LIMIT", aiohttp.ClientTimeout(total=0.4, sock_connect=0.2))
    zalo.fault(
        where="openapi" if fault["kind"] != "refuse" else "*", times=1 if fault["kind"] != "refuse" else -1, **fault
    )
    with pytest.raises(error) as caught:
        ask(lambda z: z.send_reply(token, user, {"text": "x"}))
    assert type(caught.value) is error
    zalo.lift()


def test_redirects_are_not_followed_and_the_session_is_pooled(zalo, token):
    async def many(z):
        await asyncio.gather(*(z.account_profile(token) for _ in range(20)))
        return sum(len(pool) for pool in z._session.connector._conns.values())

    assert ask(many) <= 2
