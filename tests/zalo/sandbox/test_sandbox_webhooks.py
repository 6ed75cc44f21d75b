"""Webhooks of the simulated Zalo: signature, catalogue, retry ladder, and every departure from the calm case."""

import hashlib
import hmac
import json

import pytest

from tests.fakes.zalo import SimulatedZalo
from zalo.sandbox.webhooks import mac

APP_ID = "360846524940903967"
BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Chào cán bộ",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1732240800123"}'
)
DIGEST = "9cc00e352c9d94e05581a0ee842ea8059cd16c17f03213f884e1b7e14d70e1f8"


def expected(app: dict, raw: bytes, secret: str = "") -> str:
    timestamp = json.loads(raw)["timestamp"]
    return hashlib.sha256(
        app["id"].encode() + raw + timestamp.encode() + (secret or app["oa_secret"]).encode()
    ).hexdigest()


def reply(zalo: SimulatedZalo, text: str = "Chào bạn", person: str = "lan") -> str:
    body = {"recipient": {"user_id": zalo.user_id(person)}, "message": {"text": text}}
    answer = zalo.call("POST", "/v3.0/oa/message/cs", body, token=zalo.tokens()["access_token"])
    return str(answer["data"]["message_id"])


def test_signer_is_pinned_to_the_documented_vector():
    assert len(BODY.encode()) == 272
    assert mac(APP_ID, BODY, "1732240800123", "OASecretKeyExample123") == DIGEST
    again = json.dumps(json.loads(BODY))
    assert mac(APP_ID, again, "1732240800123", "OASecretKeyExample123").startswith("a9f537a5")


def test_signature_covers_the_exact_bytes(simulated_zalo, webhook_trap):
    simulated_zalo.say("lan", "Chào cán bộ")
    webhook_trap.wait(1)
    headers, raw = webhook_trap.received[0]
    assert headers["x-zevent-signature"] == f"mac={expected(simulated_zalo.app, raw)}"
    assert "Chào cán bộ".encode() in raw and b", " not in raw
    assert "num_retry" not in headers


def test_escapes_and_odd_spacing_are_signed_as_sent(simulated_zalo, webhook_trap):
    simulated_zalo.webhook_mode(escape=True, odd_spacing=True)
    simulated_zalo.say("lan", "Chào cán bộ")
    webhook_trap.wait(1)
    headers, raw = webhook_trap.received[0]
    assert b"Ch\\u00e0o" in raw and b" :  " in raw
    assert headers["x-zevent-signature"] == f"mac={expected(simulated_zalo.app, raw)}"


def test_wrong_signatures(simulated_zalo, webhook_trap):
    app = simulated_zalo.app
    for mode in ("bad", "wrong_secret", "app_secret", "hmac", "none", "spaced"):
        simulated_zalo.webhook_mode(signature=mode)
        simulated_zalo.say("lan", mode)
    webhook_trap.wait(6)
    sent = {json.loads(raw)["message"]["text"]: (headers, raw) for headers, raw in webhook_trap.received}
    right = {mode: f"mac={expected(app, raw)}" for mode, (_, raw) in sent.items()}
    got = {mode: headers.get("x-zevent-signature") for mode, (headers, _) in sent.items()}
    assert got["none"] is None
    assert got["spaced"] == right["spaced"].replace("mac=", "mac = ")
    assert got["app_secret"] == f"mac={expected(app, sent['app_secret'][1], app['secret'])}"
    keyed = hmac.new(app["oa_secret"].encode(), sent["hmac"][1], hashlib.sha256).hexdigest()
    assert got["hmac"] == f"mac={keyed}"
    assert all(got[mode] != right[mode] for mode in ("bad", "wrong_secret", "app_secret", "hmac"))


def test_follow_and_unfollow_carry_follower_and_no_sender(simulated_zalo, webhook_trap):
    simulated_zalo.follow("lan")
    simulated_zalo.follow("lan")
    simulated_zalo.unfollow("lan")
    follow, unfollow = webhook_trap.wait(2)
    assert (follow["event_name"], unfollow["event_name"]) == ("follow", "unfollow")
    assert follow["follower"] == {"id": simulated_zalo.user_id("lan")} and follow["source"] == "oa_profile"
    assert follow["oa_id"] == simulated_zalo.oa_id and "sender" not in follow


def test_every_kind_of_incoming_message(simulated_zalo, webhook_trap):
    zalo = simulated_zalo
    zalo.act("lan", "location", latitude=10.53, longitude=106.41)
    zalo.act("lan", "link", url="https://example.vn/", description="Trang")
    zalo.act("lan", "sticker", sticker="bfe458bf64fa8da4d4eb")
    zalo.act("lan", "business_card", name="Hùng", phone="84912000102")
    zalo.send_file("lan", "don.pdf", b"%PDF-1.7\n")
    zalo.send_file("lan", "anh.jpg", b"\xff\xd8\xff\xe0")
    zalo.send_file("lan", "noi.amr", b"#!AMR\n")
    zalo.send_file("lan", "phim.mp4", b"\0\0\0\x18ftypmp42")
    zalo.send_file("lan", "vui.gif", b"GIF89a")
    sent = {event["event_name"]: event["message"]["attachments"][0] for event in webhook_trap.wait(9)}
    names = ("location", "link", "sticker", "business_card", "file", "image", "audio", "video", "gif")
    assert set(sent) == {f"user_send_{name}" for name in names}
    assert sent["user_send_location"]["payload"]["coordinates"] == {"latitude": "10.53", "longitude": "106.41"}
    assert sent["user_send_business_card"]["type"] == "link"
    document = sent["user_send_file"]["payload"]
    assert document["checksum"] == hashlib.md5(b"%PDF-1.7\n").hexdigest()
    assert document["size"] == "9" and document["type"] == "pdf" and document["url"].startswith(zalo.url + "/media/")
    assert set(sent["user_send_image"]["payload"]) == {"thumbnail", "url"}


def test_shared_info_in_the_new_address_form(simulated_zalo, webhook_trap):
    simulated_zalo.share_info("lan")
    info = webhook_trap.wait(1, "user_submit_info")[0]["info"]
    assert info["phone"] == "84912000101" and info["gender"] == "Nữ" and info["user_dob"] == "12/03/1988"
    assert set(info["full_address"]) == {"user_city", "user_ward", "user_address"}


def test_chat_now_is_told_once(simulated_zalo, webhook_trap):
    simulated_zalo.act("lan", "open_chat")
    simulated_zalo.act("lan", "open_chat")
    simulated_zalo.say("lan", "xong")
    assert [event["event_name"] for event in webhook_trap.wait(2)] == ["user_click_chatnow", "user_send_text"]
    assert webhook_trap.events[0]["user_id"] == simulated_zalo.user_id("lan")


def test_echo_then_received_then_seen_with_directions_as_documented(simulated_zalo, webhook_trap):
    simulated_zalo.say("lan", "Xin chào")
    sent = reply(simulated_zalo)
    webhook_trap.wait(3)
    simulated_zalo.see("lan")
    names = [event["event_name"] for event in webhook_trap.wait(4)]
    assert names == ["user_send_text", "oa_send_text", "user_received_message", "user_seen_message"]
    _, echo, received, seen = webhook_trap.events
    for event in (echo, received, seen):
        assert event["sender"]["id"] == simulated_zalo.oa_id
        assert event["recipient"]["id"] == simulated_zalo.user_id("lan")
    assert echo["message"] == {"msg_id": sent, "text": "Chào bạn"}
    assert received["message"] == {"msg_id": sent} and seen["message"] == {"msg_ids": [sent]}


def test_staff_in_zalos_own_tool_are_named_in_the_echo(simulated_zalo, webhook_trap):
    simulated_zalo.act("lan", "staff_says", text="Cán bộ trả lời tay", admin_id="7000000000000000009")
    (echo,) = webhook_trap.wait(1, "oa_send_text")
    assert echo["sender"] == {"id": simulated_zalo.oa_id, "admin_id": "7000000000000000009"}


def test_receipt_of_a_template_by_phone(simulated_zalo, webhook_trap):
    data = {"ten_khach_hang": "Lan", "ma_ho_so": "HS1", "co_quan": "Trung tâm"}
    body = {"phone": "84912000101", "template_id": "500008", "template_data": data, "tracking_id": "HS1-dg"}
    token = simulated_zalo.tokens()["access_token"]
    sent = simulated_zalo.call("POST", "/message/template", body, token=token)["data"]["msg_id"]
    receipt = webhook_trap.wait(1, "user_received_message")[0]
    assert receipt["recipient"]["id"] == "84912000101" and receipt["sender"]["id"] == simulated_zalo.oa_id
    assert receipt["message"]["msg_id"] == sent and receipt["message"]["tracking_id"] == "HS1-dg"
    assert receipt["message"]["delivery_time"].isdigit()
    assert webhook_trap.received[0][0]["x-zevent-server"] == "ZNS"
    simulated_zalo.act("lan", "rate", message_id=sent, rate=4, note="Tốt", feedbacks=["Nhanh"])
    feedback = webhook_trap.wait(1, "user_feedback")[0]
    assert feedback["message"]["rate"] == 4 and feedback["message"]["tracking_id"] == "HS1-dg"
    assert not {"sender", "user_id", "recipient"} & set(feedback)


def test_buttons_and_menu_arrive_as_text(simulated_zalo, webhook_trap):
    simulated_zalo.act("lan", "press", button={"type": "oa.query.show", "payload": "ho so cua toi"})
    simulated_zalo.act("lan", "press", button={"type": "oa.query.hide", "payload": "#DG 5"})
    opened = simulated_zalo.act("lan", "press", button={"type": "oa.open.url", "payload": {"url": "https://x.vn/"}})
    assert opened == {"open": "https://x.vn/"}
    assert [event["message"]["text"] for event in webhook_trap.wait(2)] == ["ho so cua toi", "#DG 5"]
    assert [message["content"]["text"] for message in simulated_zalo.thread("lan")] == ["ho so cua toi"]


def test_management_events(simulated_zalo, webhook_trap):
    simulated_zalo.change_template("500001", status="DISABLE", reason="Chất lượng thấp")
    simulated_zalo.change_template("500001", quality="LOW")
    simulated_zalo.change_account(template_daily_quota=10)
    simulated_zalo.revoke_tokens(tell=True)
    simulated_zalo.act("lan", "withdraw")
    simulated_zalo.act("lan", "widget", external_id="phien-1")
    simulated_zalo.act("lan", "emit", name="su_kien_chua_biet", rest={"la": "lạ"})
    found = {event["event_name"]: event for event in webhook_trap.wait(7)}
    assert found["change_template_status"]["status"] == {"prev_status": "ENABLE", "new_status": "DISABLE"}
    assert found["change_template_quality"]["quality"] == "LOW"
    assert found["change_oa_daily_quota"]["oaId"] == simulated_zalo.oa_id
    assert "permission_revoked" in found and "su_kien_chua_biet" in found
    assert found["user_withdraw"]["user_id"] == simulated_zalo.user_id("lan")
    assert found["widget_interaction_accepted"]["data"]["user_external_id"] == "phien-1"


def test_console_probes(simulated_zalo, webhook_trap):
    simulated_zalo.probe("empty")
    simulated_zalo.probe("sample")
    webhook_trap.wait(2)
    empty, sample = sorted(webhook_trap.received, key=lambda pair: len(pair[1]))
    assert empty[1] == b"{}" and "x-zevent-signature" not in empty[0]
    assert json.loads(sample[1])["message"] == {"text": "This is testing message", "msg_id": "This is message id"}
    assert sample[0]["x-zevent-signature"] == f"mac={expected(simulated_zalo.app, sample[1])}"


def test_retry_ladder_with_num_retry_then_unsubscribed(simulated_zalo, webhook_trap):
    webhook_trap.status = 500
    simulated_zalo.say("lan", "Xin chào")
    webhook_trap.wait(1)
    for retry, seconds in enumerate((30, 300, 900, 1800, 3600), 1):
        simulated_zalo.settle(count=retry)
        simulated_zalo.advance(seconds=seconds - 20)
        simulated_zalo.settle(count=retry)
        assert len(webhook_trap.received) == retry
        simulated_zalo.advance(seconds=21)
        webhook_trap.wait(retry + 1)
    simulated_zalo.settle(count=6)
    assert [headers.get("num_retry") for headers, _ in webhook_trap.received] == [None, "1", "2", "3", "4", "5"]
    assert len({(headers["x-zevent-signature"], raw) for headers, raw in webhook_trap.received}) == 1
    assert simulated_zalo.app["webhook_enabled"] is False
    assert simulated_zalo.webhooks(state="lost")[0]["attempt"] == 6
    webhook_trap.status = 200
    simulated_zalo.say("lan", "Không ai nghe")
    simulated_zalo.change_app(webhook_enabled=True)
    simulated_zalo.say("lan", "Đã nghe lại")
    assert webhook_trap.wait(7)[-1]["message"]["text"] == "Đã nghe lại"


def test_ladder_ends_with_success(simulated_zalo, webhook_trap):
    webhook_trap.status = 503
    simulated_zalo.say("lan", "Xin chào")
    webhook_trap.wait(1)
    simulated_zalo.settle(count=1)
    webhook_trap.status = 200
    simulated_zalo.advance(seconds=31)
    webhook_trap.wait(2)
    simulated_zalo.settle(count=2)
    assert [row["state"] for row in simulated_zalo.webhooks()] == ["done"]


def test_slow_answer_counts_as_failure(simulated_zalo, webhook_trap):
    simulated_zalo.webhook_mode(timeout_ms=100)
    webhook_trap.delay = 0.4
    simulated_zalo.say("lan", "Xin chào")
    simulated_zalo.settle(count=1)
    assert simulated_zalo.webhooks()[0]["history"][0]["outcome"] == "timeout"
    assert simulated_zalo.webhooks()[0]["state"] == "pending"


def test_retry_can_be_off_or_for_connections_only(simulated_zalo, webhook_trap):
    webhook_trap.status = 500
    simulated_zalo.webhook_mode(retry_on="connection")
    simulated_zalo.say("lan", "một")
    simulated_zalo.settle(count=1)
    simulated_zalo.webhook_mode(retry_on="non200")
    simulated_zalo.change_app(webhook_retry=False)
    simulated_zalo.say("lan", "hai")
    simulated_zalo.settle(count=2)
    assert [row["state"] for row in simulated_zalo.webhooks()] == ["lost", "lost"]


def test_duplicates_and_late_events(simulated_zalo, webhook_trap):
    simulated_zalo.webhook_mode(copies=3, delay_ms=60_000)
    simulated_zalo.say("lan", "Ba lần")
    assert webhook_trap.received == []
    simulated_zalo.advance(minutes=1)
    webhook_trap.wait(3)
    assert len({raw for _, raw in webhook_trap.received}) == 1


def test_reordered_events(simulated_zalo, webhook_trap):
    simulated_zalo.webhook_mode(hold=True)
    for text in "abc":
        simulated_zalo.say("lan", text)
    assert simulated_zalo.release("reverse") == 3
    assert [event["message"]["text"] for event in webhook_trap.wait(3)] == ["c", "b", "a"]
    simulated_zalo.webhook_mode(hold=False, reorder=True)
    for text in "de":
        simulated_zalo.say("hung", text)
    assert len(webhook_trap.wait(5)) == 5


def test_events_lost_switched_off_or_filtered(simulated_zalo, webhook_trap):
    simulated_zalo.webhook_mode(drop=True)
    simulated_zalo.say("lan", "mất")
    simulated_zalo.webhook_mode(drop=False)
    simulated_zalo.change_app(webhook_events_off=["follow"], hash_only_syntax=True)
    simulated_zalo.follow("lan")
    simulated_zalo.say("lan", "không có dấu thăng")
    simulated_zalo.say("lan", "#HS 123")
    assert [event["message"]["text"] for event in webhook_trap.wait(1)] == ["#HS 123"]


def test_bare_events_lack_optional_fields(simulated_zalo, webhook_trap):
    simulated_zalo.webhook_mode(bare=True)
    simulated_zalo.follow("lan")
    assert not {"user_id_by_app", "source"} & set(webhook_trap.wait(1)[0])


def test_raw_events(simulated_zalo, webhook_trap):
    simulated_zalo.raw_webhook(text="không phải JSON", timestamp="1")
    simulated_zalo.raw_webhook(event={"event_name": "shop_has_order"}, signature="none")
    simulated_zalo.settle(count=2)
    sent = {raw: headers for headers, raw in webhook_trap.received}
    assert sent.pop("không phải JSON".encode())["x-zevent-signature"].startswith("mac=")
    (unsigned,) = sent.values()
    assert "x-zevent-signature" not in unsigned


@pytest.mark.parametrize("mode", [{"kopies": 2}, {"copies": "2"}])
def test_unknown_or_wrongly_typed_switches_are_refused(simulated_zalo, mode):
    with pytest.raises(AssertionError, match=r"[ck]opies"):
        simulated_zalo.webhook_mode(**mode)
