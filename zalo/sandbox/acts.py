"""What a person does on the phone, and the webhook each act causes."""

import time
from collections.abc import Callable
from typing import Any

from . import events
from .records import Account, App, Contact, Message, Person, Rating, Upload
from .remote import Simulated
from .sending import absolute


class CannotDo(Exception):
    """The act is impossible; the text is for the person holding the phone."""


class Phone:
    """One person looking at one Official Account."""

    def __init__(self, state: Simulated, person: Person, account: Account) -> None:
        self.state = state
        self.world = state.world
        self.person = person
        self.account = account
        self.app: App = state.world.app_of(account.id)
        self.contact: Contact = state.world.contact(account.id, person.id)

    # -- acts ------------------------------------------------------------------------------------------------------

    def follow(self, source: str = "oa_profile") -> None:
        """Press "Quan tâm"; doing it twice tells the OA nothing new."""
        if self.contact.follows:
            return
        self.contact.follows, self.contact.source, self.contact.followed_ms = True, source, self._now()
        self.contact.blocked = False
        self._interact()
        if self.account.greeting:
            self._greet()
        self._send(events.follow(self.app, self.contact, self._now()))

    def unfollow(self) -> None:
        if not self.contact.follows:
            return
        self.contact.follows = False
        self._save()
        self._send(events.unfollow(self.app, self.contact, self._now()))

    def open_chat(self) -> None:
        """Press "Nhắn tin": told to the OA once per person, and counts as an interaction every time."""
        self._interact()
        if not self.contact.chatnow_told:
            self.contact.chatnow_told = True
            self._save()
            self._send(events.flat(self.app, self.contact, "user_click_chatnow", self._now()))

    def text(self, text: str, quote: str = "", *, hidden: bool = False) -> Message:
        """Type a message; buttons and menu entries with a query arrive the same way."""
        if not text.strip():
            raise CannotDo("Hãy gõ nội dung trước khi gửi.")
        content = {"text": text} | ({"quote": quote} if quote else {})
        message = self._say("text", content, hidden=hidden)
        told = {"text": text, "msg_id": message.id} | ({"quote_msg_id": quote} if quote else {})
        self._from_user("user_send_text", message=told)
        return message

    def upload(self, upload: Upload, text: str = "") -> Message:
        """Send a picture, a sound, a film or any other file that is already on the content host."""
        family = upload.content_type.split("/")[0]
        url = absolute(upload.path, self.state.base_url)
        if upload.content_type == "image/gif":
            kind, payload = "gif", {"thumbnail": url, "url": url}
        elif family == "image":
            kind, payload = "image", {"thumbnail": url, "url": url}
        elif family == "audio":
            kind, payload = "audio", {"url": url}
        elif family == "video":
            kind, payload = "video", {"url": url, "thumbnail": url, "description": ""}
        else:
            kind = "file"
            extension = upload.name.rsplit(".", 1)[-1].lower()
            size = str(upload.pretend_size or upload.size)
            payload = {"size": size, "name": upload.name, "checksum": upload.checksum, "type": extension, "url": url}
        content = {"text": text, "url": upload.path, "name": upload.name, "size": upload.size}
        return self._attach(kind, content, payload, text)

    def location(self, latitude: float, longitude: float) -> Message:
        coordinates = {"latitude": str(latitude), "longitude": str(longitude)}
        return self._attach("location", {"text": "", **coordinates}, {"coordinates": coordinates})

    def link(self, url: str, description: str = "") -> Message:
        payload = {"thumbnail": "", "description": description, "url": url}
        return self._attach("link", {"text": description, "url": url}, payload, url)

    def sticker(self, sticker: str) -> Message:
        return self._attach("sticker", {"text": "", "sticker": sticker}, {"url": "", "id": sticker})

    def business_card(self, name: str, phone: str) -> Message:
        """Arrives as a ``link`` whose description holds JSON."""
        payload = {"thumbnail": "", "description": f'{{"phone":"{phone}","name":"{name}"}}', "url": ""}
        return self._attach("business_card", {"text": f"{name}\n{phone}"}, payload, kind_in_event="link")

    def share_info(self, changes: dict[str, Any] | None = None) -> None:
        """Agree to give name, phone and address to the OA."""
        person = self.person
        shared = {
            "name": person.name,
            "phone": person.phone,
            "user_dob": person.birthday,
            "gender": person.gender,
            "city": person.city,
            "ward": person.ward,
            "address": person.address,
        } | (changes or {})
        self.contact.shared = shared
        self._interact()
        self._send(events.submit_info(self.app, self.contact, shared, self._now()))

    def press(self, button: dict[str, Any]) -> dict[str, Any]:
        """Tap a button or a menu entry; returns what the phone itself must open (a link, a number)."""
        payload = button.get("payload")
        match button.get("type"):
            case "oa.query.show":
                self.text(str(payload))
            case "oa.query.hide":
                self.text(str(payload), hidden=True)
            case "oa.open.url":
                return {"open": payload["url"] if isinstance(payload, dict) else str(payload)}
            case "oa.open.phone" if isinstance(payload, dict):
                return {"call": payload.get("phone_code", "")}
            case "oa.open.sms" if isinstance(payload, dict):
                return {"sms": payload.get("phone_code", ""), "text": payload.get("content", "")}
            case _:
                raise CannotDo("Nút này chưa dùng được.")
        return {}

    def see(self) -> list[str]:
        """Show the conversation: everything unread is now seen, in one event with a list of ids."""
        unread = [m for m in self._thread() if m.direction == "out" and not m.seen_ms]
        for message in unread:
            message.seen_ms = self._now()
            self.world.save_message(message)
        told = [message.id for message in unread if message.channel != "phone"]
        if told:
            self._send(events.seen(self.app, self.contact, told, self._now()))
        return [message.id for message in unread]

    def react(self, message_id: str, icon: str = "/-strong") -> None:
        message = self._message(message_id)
        message.reactions.append({"by": "person", "icon": icon})
        self.world.save_message(message)
        self._from_user("user_reacted_message", message={"msg_id": message.id, "react_icon": icon})

    def rate(self, message_id: str, rate: int, note: str = "", feedbacks: list[str] | None = None) -> None:
        """Answer a rating template, once."""
        message = self._message(message_id)
        if not message.content.get("rating") or not 1 <= rate <= 5:
            raise CannotDo("Tin này không có phần đánh giá.")
        if message.answered:
            raise CannotDo("Bạn đã đánh giá rồi. Xin cảm ơn!")
        now = self._now()
        message.answered = {"rate": rate, "note": note}
        self.world.save_message(message)
        rating = Rating(
            message.id, self.account.id, message.template_id, message.tracking_id, rate, note, feedbacks or [], now
        )
        self.world.save_rating(rating)
        self.state.dispatcher.send(
            self.app, events.feedback(self.app, rating, now), lane=self.contact.user_id, zns=message.channel == "phone"
        )

    def block(self, blocked: bool = True) -> None:
        """Block or unblock the OA; nothing is told to it."""
        self.contact.blocked = blocked
        self._save()

    def refuse(self, types: list[str], tags: list[str]) -> None:
        """Refuse message types ("cs", "promotion", "broadcast") and template tags; empty lists accept all again."""
        self.contact.refused_types, self.contact.refused_tags = types, tags
        self._save()

    def withdraw(self) -> None:
        """Ask, by law, that the OA erase this person's data."""
        self.contact.shared, self.contact.follows = {}, False
        self._save()
        self._send(events.flat(self.app, self.contact, "user_withdraw", self._now()))

    def widget(self, external_id: str, url: str = "") -> None:
        """Accept the website widget's invitation, which ties the site's own id to this person."""
        self._interact()
        data = {"user_id": self.contact.user_id, "user_external_id": external_id, "url": url}
        body = {
            "app_id": self.app.id,
            "oa_id": self.account.id,
            "event_name": "widget_interaction_accepted",
            "data": data,
            "timestamp": str(self._now()),
        }
        self._send(body)

    def staff_says(self, text: str, admin_id: str = "7000000000000000001") -> Message:
        """Somebody at the OA answers by hand in Zalo's own chat tool: the echo names the administrator."""
        message = self._record("out", "text", {"text": text})
        body = events.echo(self.app, self.contact, message, self._now())
        body["sender"]["admin_id"] = admin_id
        self._send(body)
        return message

    def emit(self, name: str, rest: dict[str, Any]) -> None:
        """Any other event in the user's envelope, also one nobody knows."""
        self._from_user(name, **rest)

    # -- the ground under them -------------------------------------------------------------------------------------

    def _now(self) -> int:
        return self.world.clock.now_ms()

    def _thread(self) -> list[Message]:
        return self.world.thread(self.account.id, self.person.id)

    def _message(self, message_id: str) -> Message:
        message = self.world.messages.get(message_id)
        if message is None or message.person_id != self.person.id:
            raise CannotDo("Không tìm thấy tin nhắn này.")
        return message

    def _save(self) -> None:
        self.world.save_contact(self.contact)
        self.world.tell(self.person.id)

    def _interact(self) -> None:
        self.contact.last_interaction_ms = self._now()
        self.contact.replies_in_window = 0
        self._save()

    def _send(self, body: dict[str, Any]) -> None:
        self.state.dispatcher.send(self.app, body, lane=self.contact.user_id)

    def _from_user(self, name: str, **rest: Any) -> None:
        self._send(events.from_user(self.app, self.contact, name, self._now(), **rest))

    def _record(self, direction: str, kind: str, content: dict[str, Any], *, hidden: bool = False) -> Message:
        world = self.world
        return world.save_message(
            Message(
                id=world.next_message_id(),
                seq=world.counter,
                oa_id=self.account.id,
                app_id=self.app.id,
                direction=direction,
                channel="chat",
                kind=kind,
                content=content,
                at_ms=self._now(),
                accepted_at=time.time(),
                user_id=self.contact.user_id,
                person_id=self.person.id,
                hidden=hidden,
            )
        )

    def _say(self, kind: str, content: dict[str, Any], *, hidden: bool = False) -> Message:
        self._interact()
        return self._record("in", kind, content, hidden=hidden)

    def _greet(self) -> None:
        """The OA's own automatic greeting, set in Zalo's console rather than by the portal."""
        self._record("out", "text", {"text": self.account.greeting})

    def _attach(
        self, kind: str, content: dict[str, Any], payload: dict[str, Any], text: str = "", kind_in_event: str = ""
    ) -> Message:
        message = self._say(kind, content)
        told: dict[str, Any] = {"text": text} if text else {}
        told |= {"msg_id": message.id, "attachments": [{"type": kind_in_event or kind, "payload": payload}]}
        self._from_user(f"user_send_{kind}", message=told)
        return message


def perform(phone: Phone, act: str, values: dict[str, Any]) -> dict[str, Any]:
    """Do a named act with JSON values; returns JSON for the caller. Raises CannotDo with a Vietnamese sentence."""
    known: dict[str, Callable[..., Any]] = {
        "follow": phone.follow,
        "unfollow": phone.unfollow,
        "open_chat": phone.open_chat,
        "text": phone.text,
        "location": phone.location,
        "link": phone.link,
        "sticker": phone.sticker,
        "business_card": phone.business_card,
        "share_info": phone.share_info,
        "press": phone.press,
        "see": phone.see,
        "react": phone.react,
        "rate": phone.rate,
        "block": phone.block,
        "refuse": phone.refuse,
        "withdraw": phone.withdraw,
        "widget": phone.widget,
        "staff_says": phone.staff_says,
        "emit": phone.emit,
    }
    if act not in known:
        raise CannotDo(f"Không có thao tác “{act}”.")
    try:
        result = known[act](**values)
    except (TypeError, KeyError) as error:
        raise CannotDo(f"Thiếu hoặc sai dữ liệu của thao tác: {error}.") from error
    if isinstance(result, Message):
        return {"message_id": result.id}
    if isinstance(result, list):
        return {"ids": result}
    return result or {}
