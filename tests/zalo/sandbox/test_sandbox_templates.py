"""Approved templates at the simulated Zalo (by phone and by user id), uploads, and what Zalo has retired."""

import hashlib
import io
import json
import zipfile

import pytest

from tests.fakes.zalo import SimulatedZalo, multipart, request

RECEIVED = "500001"
DATA = {
    "ten_khach_hang": "Nguyễn Thị Lan",
    "ma_ho_so": "000.00.01.H40-261123-0001",
    "ten_thu_tuc": "Cấp bản sao trích lục hộ tịch",
    "ngay_hen": "30/11/2026",
    "co_quan": "Trung tâm Phục vụ hành chính công",
}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


class Sender:
    def __init__(self, zalo: SimulatedZalo) -> None:
        self.zalo = zalo
        zalo.set_now("2026-11-23T09:00:00+07:00")
        self.token = zalo.tokens()["access_token"]

    def post(self, path: str, body: object) -> dict:
        return self.zalo.call("POST", path, body, token=self.token)

    def get(self, path: str, **query: object) -> dict:
        return self.zalo.call("GET", path, token=self.token, **query)

    def by_phone(self, phone: str = "84912000101", template_data: object = DATA, **more: object) -> dict:
        body = {"phone": phone, "template_id": RECEIVED, "template_data": template_data, "tracking_id": "HS1-1", **more}
        return self.post("/message/template", body)

    def by_user_id(self, **more: object) -> dict:
        body = {"user_id": self.zalo.user_id("lan"), "template_id": RECEIVED, "template_data": DATA, **more}
        return self.post("/v3.0/oa/message/template", body)

    def upload(self, role: str, name: str, content: bytes) -> dict:
        body, headers = multipart(name, content, "application/octet-stream")
        headers["access_token"] = self.token
        _, _, answer = request("POST", f"{self.zalo.url}/v2.0/oa/upload/{role}", body, headers)
        return json.loads(answer)


@pytest.fixture
def sender(simulated_zalo):
    return Sender(simulated_zalo)


def test_by_phone_answers_with_msg_id_and_string_quota(sender):
    answer = sender.by_phone()
    assert answer["error"] == 0
    assert set(answer["data"]) == {"msg_id", "sent_time", "sending_mode", "quota"}
    assert answer["data"]["quota"] == {"dailyQuota": "5000", "remainingQuota": "4999"}
    assert sender.get("/message/quota")["data"]["remainingQuota"] == 4999
    shown = sender.zalo.thread("lan")[-1]
    assert shown["channel"] == "phone" and DATA["ma_ho_so"] in shown["content"]["text"]


def test_by_user_id_answers_with_message_id_and_no_tracking(sender):
    answer = sender.by_user_id()
    assert answer["error"] == 0 and answer["sent_time"].isdigit()
    assert answer["data"]["message_id"] and answer["data"]["quota"]["owner_type"] == "OA"
    sender.zalo.behave(sent_time_inside=True)
    assert sender.by_user_id()["data"]["sent_time"].isdigit()


def test_templates_need_neither_follow_nor_interaction(sender):
    assert sender.zalo.contact("lan")["last_interaction_ms"] == 0
    assert sender.by_user_id()["error"] == 0 and sender.by_phone()["error"] == 0


@pytest.mark.parametrize("phone", ["+84912000101", "0912000101", "912000101"])
def test_phone_forms_understood(sender, phone):
    assert sender.by_phone(phone)["error"] == 0


def test_by_hash_of_the_84_form(sender):
    assert (
        hashlib.sha256(b"84987654321").hexdigest() == "116ce31ae9170769b075a11dedca1198f41d30318334919fb90917e9c617b438"
    )
    digest = hashlib.sha256(b"84912000101").hexdigest()
    body = {"hash_phone": digest, "template_id": RECEIVED, "template_data": DATA, "tracking_id": "HS1"}
    assert sender.post("/message/template/hashphone", body)["error"] == 0
    assert sender.zalo.messages()[-1]["phone"] == digest


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phone": "không phải số"}, -108),
        ({"phone": "84900000000"}, -118),
        ({"template_id": "1"}, -109),
        ({"template_data": None}, -111),
        ({"template_data": []}, -112),
        ({"template_data": {}}, -1122),
        ({"template_data": {k: v for k, v in DATA.items() if k != "ma_ho_so"}}, -1122),
        ({"template_data": DATA | {"ten_khach_hang": "x" * 61}}, -1121),
        ({"template_data": DATA | {"ngay_hen": "mai"}}, -1124),
        ({"tracking_id": ""}, -132),
        ({"tracking_id": "x" * 49}, -132),
        ({"tracking_id": "hồ sơ"}, -132),
        ({"mode": "development", "phone": "84912000102"}, -127),
    ],
)
def test_refusals_by_phone(sender, change, code):
    assert sender.by_phone(**change)["error"] == code
    assert sender.zalo.count() == 0


def test_empty_and_broken_bodies(sender):
    headers = {"access_token": sender.token, "Content-Type": "application/json"}
    for raw, code in ((b"", -121), (b"{", -122), (b"[]", -122)):
        _, _, answer = request("POST", f"{sender.zalo.url}/message/template", raw, headers)
        assert json.loads(answer)["error"] == code


def test_people_who_cannot_or_will_not_receive(sender):
    for change, code in (({"has_zalo": False}, -118), ({"can_receive": False}, -119), ({"inactive": True}, -114)):
        sender.zalo.change_person("lan", **change)
        assert sender.by_phone()["error"] == code
        sender.zalo.change_person("lan", has_zalo=True, can_receive=True, inactive=False)
    sender.zalo.act("lan", "refuse", types=[], tags=["TRANSACTION"])
    assert sender.by_phone()["error"] == -139 and sender.by_user_id()["error"] == -139
    sender.zalo.act("lan", "block")
    assert sender.by_phone()["error"] == -141 and sender.by_user_id()["error"] == -217


@pytest.mark.parametrize(
    ("change", "code"),
    [({"status": "PENDING_REVIEW"}, -131), ({"status": "REJECT"}, -131), ({"status": "DISABLE"}, -146)],
)
def test_templates_that_are_not_enabled(sender, change, code):
    sender.zalo.change_template(RECEIVED, **change)
    assert sender.by_phone()["error"] == code and sender.by_user_id()["error"] == code


def test_template_that_cannot_go_by_user_id(sender):
    sender.zalo.change_template(RECEIVED, uid_ok=False)
    assert sender.by_user_id()["error"] == -249 and sender.by_phone()["error"] == 0


def test_night_restriction_of_a_template_and_of_promotion(sender):
    sender.zalo.change_template(RECEIVED, night_ok=False)
    sender.zalo.set_now("2026-11-23T22:00:00+07:00")
    assert sender.by_phone()["error"] == -133 and sender.by_user_id()["error"] == 0
    sender.zalo.change_template(RECEIVED, tag="PROMOTION")
    assert sender.by_user_id()["error"] == -234
    sender.zalo.set_now("2026-11-24T06:00:00+07:00")
    assert sender.by_user_id()["error"] == 0


def test_daily_limits_and_money(sender):
    sender.zalo.change_account(template_daily_quota=1)
    assert [sender.by_phone()["error"] for _ in range(2)] == [0, -144]
    sender.zalo.set_now("2026-11-24T09:00:00+07:00")
    assert sender.by_phone()["error"] == 0
    sender.zalo.change_account(template_daily_quota=100)
    sender.zalo.change_template(RECEIVED, daily_limit=1)
    assert sender.by_phone()["error"] == -147
    sender.zalo.change_template(RECEIVED, daily_limit=0)
    sender.zalo.change_account(balance=10)
    assert sender.by_phone()["error"] == -115 and sender.by_user_id()["error"] == -321
    sender.zalo.change_account(zbs_linked=False)
    assert sender.by_user_id()["error"] == -320
    sender.zalo.change_account(verified=False)
    assert sender.by_phone()["error"] == -135


def test_development_mode_goes_to_admins_and_answers_less(sender):
    answer = sender.by_phone(mode="development")
    assert set(answer["data"]) == {"msg_id", "sent_time"}
    assert sender.zalo.account["balance"] == 5_000_000


def test_template_of_another_oa(sender):
    sender.zalo.change_account("388613280878800001", name="Xã Bình Hòa", alias="binhhoa")
    other = sender.zalo.tokens("388613280878800001")["access_token"]
    body = {"phone": "84912000101", "template_id": RECEIVED, "template_data": DATA, "tracking_id": "x"}
    assert sender.zalo.call("POST", "/message/template", body, token=other)["error"] == -117


def test_register_reads(sender):
    listed = sender.get("/template/all", offset=0, limit=3)
    assert len(listed["data"]) == 3 and listed["metadata"]["total"] == 11
    sender.zalo.change_template(RECEIVED, status="REJECT", reason="Nội dung chưa rõ")
    assert len(sender.get("/template/all", offset=0, limit=100, status=1)["data"]) == 10
    info = sender.get("/template/info/v2", template_id=RECEIVED)["data"]
    assert info["status"] == "REJECT" and info["price_uid"] == "200"
    assert info["listParams"][1] == {
        "name": "ma_ho_so",
        "require": True,
        "type": "STRING",
        "maxLength": 40,
        "minLength": 0,
        "acceptNull": False,
    }
    assert sender.get("/template/info", template_id=RECEIVED)["error"] == -106
    assert sender.get("/template/sample-data", template_id=RECEIVED)["data"]["ma_ho_so"]
    assert sender.get("/quality")["data"]["oaCurrentQuality"] == "HIGH"
    assert sender.get("/message/template-tag")["data"] == ["TRANSACTION", "CUSTOMER_CARE", "PROMOTION"]
    assert sender.get("/template/all", offset=0, limit=101)["error"] == -132


def test_status_of_a_sent_template(sender):
    sent = sender.by_phone()["data"]["msg_id"]
    assert sender.get("/message/status", message_id=sent)["data"]["status"] == 0
    sender.zalo.advance(seconds=1)
    assert sender.get("/message/status", message_id=sent)["data"]["status"] == 1
    assert sender.get("/message/status", message_id="0")["error"] == -107


def test_ratings_are_read_back(sender):
    data = {"ten_khach_hang": "Lan", "ma_ho_so": "HS1", "co_quan": "Trung tâm"}
    sent = sender.by_phone(template_id="500008", template_data=data)["data"]["msg_id"]
    sender.zalo.act("lan", "rate", message_id=sent, rate=5, note="Rất tốt")
    answer = sender.get("/rating/get", template_id="500008", from_time=0, to_time=10**13, offset=0, limit=10)["data"]
    assert answer["total"] == 1
    assert answer["data"][0]["rate"] == 5 and answer["data"][0]["trackingId"] == "HS1-1"


def docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("role", "name", "content", "key"),
    [
        ("image", "anh.png", PNG, "attachment_id"),
        ("image", "anh.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 20, "attachment_id"),
        ("gif", "anh.gif", b"GIF89a" + b"\0" * 20, "attachment_id"),
        ("file", "phieu.pdf", b"%PDF-1.7\n", "token"),
        ("file", "don.docx", docx(), "token"),
        ("file", "bang.csv", b"a,b\n", "token"),
    ],
    ids=["png", "jpg", "gif", "pdf", "docx", "csv"],
)
def test_uploads_that_are_taken(sender, role, name, content, key):
    assert sender.upload(role, name, content)["data"][key]


@pytest.mark.parametrize(
    ("role", "name", "content", "code"),
    [
        ("image", "anh.png", b"<script>", -201),
        ("image", "anh.png", PNG + b"\0" * 1024 * 1024, -210),
        ("file", "phieu.pdf", b"MZ\x90\0", -201),
        ("file", "phieu.pdf", b"%PDF-1.7\n" + b"\0" * 5 * 1024 * 1024, -210),
        ("gif", "anh.gif", PNG, -201),
    ],
    ids=["script", "big picture", "program", "big file", "png as gif"],
)
def test_uploads_are_judged_by_content_and_size(sender, role, name, content, code):
    assert sender.upload(role, name, content)["error"] == code


def test_file_message_until_the_upload_expires(sender):
    sender.zalo.say("lan", "Xin chào")
    token = sender.upload("file", "Phiếu hẹn.pdf", b"%PDF-1.7\n")["data"]["token"]
    message = {"attachment": {"type": "file", "payload": {"token": token}}}
    body = {"recipient": {"user_id": sender.zalo.user_id("lan")}, "message": message}
    assert sender.post("/v3.0/oa/message/cs", body)["error"] == 0
    url = sender.zalo.url + sender.zalo.thread("lan")[-1]["content"]["url"]
    assert request("GET", url)[2] == b"%PDF-1.7\n"
    sender.zalo.advance(days=7, seconds=1)
    sender.zalo.say("lan", "Xin chào lại")
    sender.token = sender.zalo.tokens()["access_token"]
    assert sender.post("/v3.0/oa/message/cs", body)["error"] == -100
    assert request("GET", url)[0] == 404


def test_retired_endpoints_refuse_and_can_be_brought_back(sender):
    user = sender.zalo.user_id("lan")
    row = {"type": "text", "content": "Hồ sơ đã xong"}
    attachment = {"type": "template", "payload": {"template_type": "promotion", "elements": [row]}}
    body = {"recipient": {"user_id": user}, "message": {"attachment": attachment}}
    for kind in ("transaction", "promotion"):
        assert sender.post(f"/v3.0/oa/message/{kind}", body)["error"] == -233
    sender.zalo.behave(retired="alive")
    assert sender.post("/v3.0/oa/message/promotion", body)["error"] == -213
    sender.zalo.follow("lan")
    assert sender.post("/v3.0/oa/message/promotion", body)["error"] == 0
    assert sender.post("/v3.0/oa/message/promotion", body)["error"] == -218
    sender.zalo.set_now("2026-11-23T23:00:00+07:00")
    assert sender.post("/v3.0/oa/message/promotion", body)["error"] == -234
    assert sender.post("/v3.0/oa/message/transaction", body)["error"] == 0


def test_second_version_to_a_user_is_shut_down(sender):
    body = {"recipient": {"user_id": sender.zalo.user_id("lan")}, "message": {"text": "x"}}
    assert sender.post("/v2.0/oa/message", body)["error"] == -240


def test_article_broadcast_reaches_followers_by_day(sender):
    sender.zalo.follow("lan")
    sender.zalo.follow("hung")
    article = {
        "type": "normal",
        "title": "Lịch cúp điện",
        "description": "Tuần này",
        "body": [{"type": "text", "content": "…"}],
    }
    token = sender.post("/v2.0/article/create", article)["data"]["token"]
    key = sender.post("/v2.0/article/verify", {"token": token})["data"]["id"]
    assert sender.get("/v2.0/article/getslice", offset=0, limit=5)["data"]["total"] == 1
    elements = [{"media_type": "article", "attachment_id": key}]
    message = {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": elements}}}
    body = {"recipient": {"target": {"cities": "4", "gender": "0"}}, "message": message}
    assert sender.post("/v2.0/oa/message", body)["error"] == 0
    assert sender.zalo.count(channel="broadcast") == 2
    sender.zalo.set_now("2026-11-23T23:00:00+07:00")
    assert sender.post("/v2.0/oa/message", body)["error"] == -234
