"""What an OA may read and write about its people: profiles, lists, tags, conversations, itself."""

from typing import Any

from aiohttp import web

from zalo.sandbox import events
from zalo.sandbox.clock import DAY
from zalo.sandbox.records import Contact, Message
from zalo.sandbox.refusals import Refusal, invalid
from zalo.sandbox.remote import Call, endpoint, success
from zalo.sandbox.sending import absolute
from zalo.sandbox.zalo_api.consultation import known_user

LIST_LIMIT = 50
LAST_OFFSET = 9951
CONVERSATION_LIMIT = 10
PERIODS = {"TODAY": 0, "YESTERDAY": 1, "L7D": 7, "L30D": 30}


def routes() -> list[web.RouteDef]:
    def get(path: str, handler: Any) -> web.RouteDef:
        return web.get(path, endpoint("openapi", handler))

    def post(path: str, handler: Any) -> web.RouteDef:
        return web.post(path, endpoint("openapi", handler))

    return [
        get("/v3.0/oa/user/detail", detail),
        get("/v3.0/oa/user/getlist", user_list),
        get("/v2.0/oa/getprofile", detail),
        get("/v2.0/oa/getfollowers", followers),
        post("/v2.0/oa/updatefollowerinfo", update_shared),
        post("/v3.0/oa/user/update", update_shared),
        get("/v2.0/oa/tag/gettagsofoa", tags_of_oa),
        post("/v2.0/oa/tag/tagfollower", tag),
        post("/v2.0/oa/tag/rmfollowerfromtag", untag),
        post("/v2.0/oa/tag/rmtag", remove_tag),
        get("/v2.0/oa/getoa", about_oa),
        get("/v2.0/oa/conversation", conversation),
        get("/v2.0/oa/listrecentchat", recent),
    ]


def _date(call: Call, at_ms: int) -> str:
    return call.world.clock.local(at_ms).strftime("%d/%m/%Y") if at_ms else ""


async def detail(call: Call) -> dict[str, Any]:
    """``shared_info`` is absent until the person has shared it; its phone is a number, as in some live answers."""
    _, contact = known_user(call, call.data().get("user_id"))
    if contact is None:
        raise invalid("user_id")
    person = call.world.people[contact.person_id]
    avatar = f"{call.state.base_url}/avatar/{person.id}.svg"
    data: dict[str, Any] = {
        "user_id": contact.user_id,
        "user_id_by_app": contact.user_id_by_app,
        "user_external_id": "",
        "display_name": person.name,
        "user_alias": contact.alias or person.name,
        "is_sensitive": False,
        "user_last_interaction_date": _date(call, contact.last_interaction_ms),
        "user_is_follower": contact.follows,
        "avatar": avatar,
        "avatars": {"120": avatar, "240": avatar},
        "dynamic_param": "",
        "tags_and_notes_info": {"notes": [], "tag_names": contact.tags},
    }
    if contact.shared:
        shared = contact.shared
        data["shared_info"] = {
            "name": shared["name"],
            "phone": int(shared["phone"]),
            "address": shared["address"],
            "city": shared["city"],
            "district": shared["ward"],
            "user_dob": shared["user_dob"],
        }
    return success(data)


def _page(data: dict[str, Any], most_count: int) -> tuple[int, int]:
    offset, count = data.get("offset"), data.get("count")
    if not isinstance(offset, int) or isinstance(offset, bool) or not 0 <= offset <= LAST_OFFSET:
        raise invalid("offset")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= most_count:
        raise invalid("count")
    return offset, count


async def user_list(call: Call) -> dict[str, Any]:
    """At most 50 a page and offset 9951; people the OA has met, filtered by tag, follow and last interaction."""
    data = call.data()
    offset, count = _page(data, LIST_LIMIT)
    met = [c for c in call.world.contacts_of(call.account.id) if c.follows or c.last_interaction_ms]
    if data.get("tag_name"):
        met = [contact for contact in met if data["tag_name"] in contact.tags]
    if "is_follower" in data:
        met = [contact for contact in met if contact.follows == (str(data["is_follower"]).lower() == "true")]
    if data.get("last_interaction_period"):
        start, end = _period(call, str(data["last_interaction_period"]))
        met = [contact for contact in met if start <= contact.last_interaction_ms < end]
    page = [{"user_id": contact.user_id} for contact in met[offset : offset + count]]
    return success({"total": len(met), "count": len(page), "offset": offset, "users": page})


def _period(call: Call, period: str) -> tuple[int, int]:
    midnight = call.world.clock.local().replace(hour=0, minute=0, second=0, microsecond=0)
    today = int(midnight.timestamp() * 1000)
    if period in PERIODS:
        end = today if period == "YESTERDAY" else today + DAY
        return today - PERIODS[period] * DAY, end
    try:
        first, last = (
            midnight.strptime(part, "%Y_%m_%d").replace(tzinfo=midnight.tzinfo) for part in period.split(":")
        )
    except ValueError:
        raise invalid("last_interaction_period") from None
    return int(first.timestamp() * 1000), int(last.timestamp() * 1000) + DAY


async def followers(call: Call) -> dict[str, Any]:
    offset, count = _page(call.data(), LIST_LIMIT)
    known = [contact for contact in call.world.contacts_of(call.account.id) if contact.follows]
    page = [{"user_id": contact.user_id} for contact in known[offset : offset + count]]
    return success({"total": len(known), "followers": page})


async def update_shared(call: Call) -> dict[str, Any]:
    body = call.json()
    _, contact = known_user(call, body.get("user_id"))
    if contact is not None:
        contact.alias = str(body.get("user_alias", body.get("name", contact.alias)))
        call.world.save_contact(contact)
    return success()


async def tags_of_oa(call: Call) -> dict[str, Any]:
    names = {name for contact in call.world.contacts_of(call.account.id) for name in contact.tags}
    return success(sorted(names))


def _tag_name(body: dict[str, Any]) -> str:
    name = body.get("tag_name")
    if not isinstance(name, str) or not name.strip():
        raise invalid("tag_name")
    return name


def _tell_tag(call: Call, event: str, name: str, user_ids: list[str]) -> None:
    now = call.world.clock.now_ms()
    call.state.dispatcher.send(call.app, events.tags(call.app, event, call.account.id, name, user_ids, now))


async def tag(call: Call) -> dict[str, Any]:
    body = call.json()
    name = _tag_name(body)
    _, contact = known_user(call, body.get("user_id"))
    if contact is not None and name not in contact.tags:
        contact.tags.append(name)
        call.world.save_contact(contact)
        _tell_tag(call, "add_user_to_tag", name, [contact.user_id])
    return success()


async def untag(call: Call) -> dict[str, Any]:
    body = call.json()
    name = _tag_name(body)
    _, contact = known_user(call, body.get("user_id"))
    if contact is not None and name in contact.tags:
        contact.tags.remove(name)
        call.world.save_contact(contact)
        _tell_tag(call, "remove_user_from_tag", name, [contact.user_id])
    return success()


async def remove_tag(call: Call) -> dict[str, Any]:
    name = _tag_name(call.json())
    touched = [contact for contact in call.world.contacts_of(call.account.id) if name in contact.tags]
    if not touched:
        raise invalid("tag_name")
    for contact in touched:
        contact.tags.remove(name)
        call.world.save_contact(contact)
    _tell_tag(call, "remove_tag", name, [contact.user_id for contact in touched])
    return success()


async def about_oa(call: Call) -> dict[str, Any]:
    account = call.account
    return success(
        {
            "oa_id": account.id,
            "name": account.name,
            "description": account.description,
            "oa_alias": account.alias,
            "is_verified": account.verified,
            "oa_type": account.oa_type,
            "cate_name": "Cơ quan nhà nước",
            "num_follower": sum(contact.follows for contact in call.world.contacts_of(account.id)),
            "avatar": f"{call.state.base_url}/avatar/{account.id}.svg",
            "cover": "",
            "package_name": account.package_name,
            "package_valid_through_date": "31/12/2026",
            "package_auto_renew_date": "01/01/2027",
            "linked_ZCA": "Tài khoản ZBS" if account.zbs_linked else "",
        }
    )


def _row(call: Call, message: Message, contact: Contact) -> dict[str, Any]:
    """A line of the read-back: ``src`` 1 is the person, 0 the OA."""
    person, account = call.world.people[contact.person_id], call.account
    incoming = message.direction == "in"
    user = (contact.user_id, person.name, f"{call.state.base_url}/avatar/{person.id}.svg")
    own = (account.id, account.name, f"{call.state.base_url}/avatar/{account.id}.svg")
    sender, taker = (user, own) if incoming else (own, user)
    kinds = {"image": "photo", "buttons": "text", "template": "text", "request_info": "text", "list": "links"}
    row: dict[str, Any] = {
        "src": 1 if incoming else 0,
        "time": message.at_ms,
        "sent_time": call.world.clock.local(message.at_ms).strftime("%H:%M:%S %d/%m/%Y"),
        "type": kinds.get(message.kind, message.kind),
        "message": message.content.get("text") or message.content.get("title", ""),
        "message_id": message.id,
        "from_id": sender[0],
        "to_id": taker[0],
        "from_display_name": sender[1],
        "from_avatar": sender[2],
        "to_display_name": taker[1],
        "to_avatar": taker[2],
    }
    if message.content.get("url"):
        row["url"] = row["thumb"] = absolute(message.content["url"], call.state.base_url)
    return row


async def conversation(call: Call) -> dict[str, Any]:
    """The newest messages with one person first, at most 10 a page; ``data`` is a bare array."""
    data = call.data()
    offset, count = _page(data, CONVERSATION_LIMIT)
    _, contact = known_user(call, str(data.get("user_id", "")))
    if contact is None:
        raise invalid("user_id")
    # A template by phone belongs to no user id, so the read-back does not know it.
    thread = [m for m in call.world.thread(call.account.id, contact.person_id) if m.channel != "phone"]
    newest = thread[::-1][offset : offset + count]
    return success([_row(call, message, contact) for message in newest])


async def recent(call: Call) -> dict[str, Any]:
    """The last message of each conversation, newest first."""
    offset, count = _page(call.data(), CONVERSATION_LIMIT)
    last = []
    for (oa_id, person_id), thread in call.world.threads.items():
        shown = [message for message in thread if message.channel != "phone"]
        if oa_id == call.account.id and shown:
            last.append((shown[-1], call.world.contact(oa_id, person_id)))
    last.sort(key=lambda pair: (pair[0].at_ms, pair[0].seq), reverse=True)
    if offset > len(last):
        raise Refusal(-210)
    return success([_row(call, message, contact) for message, contact in last[offset : offset + count]])
