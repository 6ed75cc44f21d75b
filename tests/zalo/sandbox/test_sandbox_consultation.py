"""Consultation messages at the simulated Zalo: shapes, limits, windows, quotas, and the read-back."""

import pytest

from tests.fakes.zalo import SimulatedZalo

CS = "/v3.0/oa/message/cs"


class Desk:
    """An OA with a token, talking to Lan."""

    def __init__(self, zalo: SimulatedZalo) -> None:
        self.zalo = zalo
        self.token = zalo.tokens()["access_token"]
        self.user = zalo.user_id("lan")

    def send(self, message: object, user: str = "") -> dict:
        body = {"recipient": {"user_id": user or self.user}, "message": message}
        return self.zalo.call("POST", CS, body, token=self.token)

    def template(self, **payload: object) -> dict:
        return self.send({"text": "Chọn việc cần làm", "attachment": {"type": "template", "payload": payload}})

    def get(self, path: str, **data: object) -> dict:
        return self.zalo.call("GET", path, token=self.token, data=data)


@pytest.fixture
def desk(simulated_zalo):
    simulated_zalo.say("lan", "Xin chào")
    return Desk(simulated_zalo)


def test_text_within_48_hours_is_a_free_reply(desk):
    answer = desk.send({"text": "Chào bạn"})
    assert answer["error"] == 0 and answer["message"] == "Success"
    assert answer["data"]["user_id"] == desk.user
    assert answer["data"]["quota"] == {"quota_type": "reply"}
    int(answer["data"]["message_id"], 16)
    assert desk.zalo.thread("lan")[-1]["content"]["text"] == "Chào bạn"


def test_no_follow_is_needed(desk):
    assert not desk.zalo.contact("lan")["follows"]
    assert desk.send({"text": "Chào bạn"})["error"] == 0


def test_after_48_hours_the_package_pays_with_strings(desk):
    desk.zalo.advance(hours=49)
    desk.token = desk.zalo.tokens()["access_token"]
    quota = desk.send({"text": "Chào bạn"})["data"]["quota"]
    assert quota == {"quota_type": "sub_quota", "remain": "1999", "total": "2000", "expired_date": "31/12/2026"}


def test_after_seven_days_nothing_goes(desk):
    desk.zalo.advance(days=7, seconds=1)
    desk.token = desk.zalo.tokens()["access_token"]
    assert desk.send({"text": "Chào bạn"})["error"] == -230


@pytest.mark.parametrize("act", ["follow", "open_chat", "share_info"])
def test_what_counts_as_an_interaction(desk, act):
    desk.zalo.advance(days=8)
    desk.token = desk.zalo.tokens()["access_token"]
    desk.zalo.act("lan", act)
    assert desk.send({"text": "Chào bạn"})["error"] == 0


def test_package_then_purchase_then_charge_then_nothing(desk):
    desk.zalo.advance(hours=49)
    desk.token = desk.zalo.tokens()["access_token"]
    desk.zalo.change_account(sub_quota_total=0, purchase_quota=1, balance=60)
    assert desk.send({"text": "1"})["data"]["quota"]["quota_type"] == "purchase_quota"
    assert "quota" not in desk.send({"text": "2"})["data"]
    assert desk.send({"text": "3"})["error"] == -321
    desk.zalo.change_account(zbs_linked=False)
    assert desk.send({"text": "4"})["error"] == -211


def test_eight_replies_a_window_as_before_2026(desk):
    desk.zalo.behave(reply_quota="eight")
    remains = [desk.send({"text": str(turn)})["data"]["quota"] for turn in range(9)]
    assert remains[0] == {"quota_type": "reply", "remain": "7", "total": "8"}
    assert remains[8]["quota_type"] == "sub_quota"


def test_who_cannot_be_reached(desk):
    desk.zalo.act("lan", "refuse", types=["cs"], tags=[])
    assert desk.send({"text": "x"})["error"] == -244
    desk.zalo.act("lan", "block")
    assert desk.send({"text": "x"})["error"] == -217
    desk.zalo.change_person("lan", inactive=True)
    assert desk.send({"text": "x"})["error"] == -227
    assert desk.send({"text": "x"}, user="1234567890123456789")["error"] == -201


def test_nothing_is_deduplicated(desk):
    first, second = desk.send({"text": "Một tin"}), desk.send({"text": "Một tin"})
    assert first["data"]["message_id"] != second["data"]["message_id"]
    assert desk.zalo.repeated() == {f"{desk.user}|Một tin": 2}


def test_text_limit_counts_code_points(desk):
    assert desk.send({"text": "ữ" * 2000})["error"] == 0
    assert desk.send({"text": "ữ" * 2001})["error"] == -210


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": "  "},
        {"text": 5},
        "chữ",
        {"attachment": {"type": "video", "payload": {}}},
        {"attachment": {"type": "template"}},
        {"attachment": {"type": "file", "payload": {}}},
        {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": []}}},
        {
            "attachment": {
                "type": "template",
                "payload": {"template_type": "media", "elements": [{"media_type": "gif"}]},
            }
        },
        {"attachment": {"type": "template", "payload": {"buttons": [{"title": "không lời", "type": "oa.open.url"}]}}},
    ],
)
def test_malformed_messages(desk, message):
    assert desk.send(message)["error"] == -201
    assert desk.zalo.count() == 0


def test_unknown_template_type_is_unsupported(desk):
    assert desk.template(template_type="carousel")["error"] == -233


def test_buttons_of_every_type(desk):
    buttons = [
        {"title": "Xem hồ sơ", "type": "oa.open.url", "payload": {"url": "https://example.vn/h/abc/"}},
        {"title": "Hồ sơ của tôi", "type": "oa.query.show", "payload": "ho so cua toi"},
        {"title": "Đánh giá", "type": "oa.query.hide", "payload": "#DG 5"},
        {"title": "Gọi", "type": "oa.open.phone", "payload": {"phone_code": "842723123456"}},
        {"title": "Nhắn", "type": "oa.open.sms", "payload": {"phone_code": "84912000111", "content": "HS"}},
    ]
    assert desk.template(buttons=buttons)["error"] == 0
    assert [b["title"] for b in desk.zalo.thread("lan")[-1]["content"]["buttons"]] == [b["title"] for b in buttons]
    assert desk.template(buttons=[*buttons, buttons[0]])["error"] == -210
    assert desk.template(buttons=[buttons[1] | {"payload": "x" * 1001}])["error"] == -210
    assert desk.template(buttons=[buttons[0] | {"title": "x" * 101}])["error"] == -210


def test_list_with_action_url_beside_its_type(desk):
    action = {"type": "oa.open.url", "url": "https://example.vn/thu-tuc/1/"}
    rows = [{"title": "Khai sinh", "subtitle": "Miễn phí", "default_action": action}]
    assert desk.template(template_type="list", elements=rows)["error"] == 0
    nested = {"type": "oa.open.url", "payload": {"url": "https://example.vn/"}}
    assert desk.template(template_type="list", elements=[{"title": "x", "default_action": nested}])["error"] == -201


def test_request_user_info_has_exactly_one_element(desk):
    element = {
        "title": "Chia sẻ số điện thoại",
        "subtitle": "Để liên kết hồ sơ",
        "image_url": "https://example.vn/a.png",
    }
    assert desk.template(template_type="request_user_info", elements=[element])["error"] == 0
    assert desk.template(template_type="request_user_info", elements=[element, element])["error"] == -201
    assert desk.template(template_type="request_user_info", elements=[element | {"title": "x" * 101}])["error"] == -210


def test_quota_of_one_person_in_integers(desk):
    answer = desk.zalo.call("POST", "/v3.0/oa/quota/message", {"user_id": desk.user}, token=desk.token)
    assert answer["data"]["cs_reply"] == {"remain": 8, "total": 8}
    assert answer["data"]["last_interaction"].isdigit() and len(answer["data"]["last_interaction"]) == 13


def test_read_back_knows_both_sides_newest_first(desk):
    sent = desk.send({"text": "Chào bạn"})["data"]["message_id"]
    rows = desk.get("/v2.0/oa/conversation", user_id=desk.user, offset=0, count=10)["data"]
    assert [(row["src"], row["message"]) for row in rows] == [(0, "Chào bạn"), (1, "Xin chào")]
    assert rows[0]["message_id"] == sent
    recent = desk.get("/v2.0/oa/listrecentchat", offset=0, count=10)["data"]
    assert [row["message_id"] for row in recent] == [sent]
    assert desk.get("/v2.0/oa/conversation", user_id=desk.user, offset=0, count=11)["error"] == -201


def test_get_parameters_travel_as_one_json(desk):
    assert desk.zalo.call("GET", "/v3.0/oa/user/detail", token=desk.token, user_id=desk.user)["error"] == -201


def test_profile_shows_shared_info_only_once_shared(desk):
    profile = desk.get("/v3.0/oa/user/detail", user_id=desk.user)["data"]
    assert "shared_info" not in profile and profile["user_is_follower"] is False
    assert len(profile["user_id"]) == 19
    desk.zalo.share_info("lan")
    shared = desk.get("/v3.0/oa/user/detail", user_id=desk.user)["data"]["shared_info"]
    assert shared["phone"] == 84912000101 and shared["name"] == "Nguyễn Thị Lan"


def test_user_list_pages_and_filters(desk):
    desk.zalo.follow("hung")
    everyone = desk.get("/v3.0/oa/user/getlist", offset=0, count=50)["data"]
    assert (everyone["total"], everyone["count"]) == (2, 2)
    following = desk.get("/v3.0/oa/user/getlist", offset=0, count=50, is_follower=True)["data"]
    assert following["users"] == [{"user_id": desk.zalo.user_id("hung")}]
    today = desk.get("/v3.0/oa/user/getlist", offset=0, count=50, last_interaction_period="TODAY")["data"]
    assert today["total"] == 2
    assert desk.get("/v3.0/oa/user/getlist", offset=0, count=51)["error"] == -201
    assert desk.get("/v3.0/oa/user/getlist", offset=9952, count=1)["error"] == -201


def test_tags(desk):
    body = {"user_id": desk.user, "tag_name": "Hồ sơ đất đai"}
    assert desk.zalo.call("POST", "/v2.0/oa/tag/tagfollower", body, token=desk.token)["error"] == 0
    assert desk.zalo.call("GET", "/v2.0/oa/tag/gettagsofoa", token=desk.token)["data"] == ["Hồ sơ đất đai"]
    assert desk.zalo.call("POST", "/v2.0/oa/tag/rmfollowerfromtag", body, token=desk.token)["error"] == 0
    assert desk.zalo.call("GET", "/v2.0/oa/tag/gettagsofoa", token=desk.token)["data"] == []


def test_about_the_oa(desk):
    about = desk.zalo.call("GET", "/v2.0/oa/getoa", token=desk.token)["data"]
    assert about["oa_id"] == desk.zalo.account["id"] and about["is_verified"] is True
    assert about["num_follower"] == 0 and about["package_name"] and about["linked_ZCA"]
    desk.zalo.change_account(enabled=False)
    assert desk.zalo.call("GET", "/v2.0/oa/getoa", token=desk.token)["error"] == -204


def test_rate_limit_and_its_headers(desk):
    desk.zalo.behave(rate_per_minute=3)
    codes = [desk.send({"text": str(turn)})["error"] for turn in range(5)]
    assert sorted(codes) == [-32, -32, 0, 0, 0]
    desk.zalo.advance(minutes=1)
    assert desk.send({"text": "phút sau"})["error"] == 0
