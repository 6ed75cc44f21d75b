"""Everything the simulated Zalo knows, in memory, written through to the store."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from .behaviour import Behaviour, change
from .clock import DAY, HOUR, Clock
from .records import (
    Account,
    App,
    Article,
    Contact,
    Delivery,
    Grant,
    Message,
    Person,
    Rating,
    Template,
    Upload,
)
from .store import MemoryStore

Record = TypeVar("Record")

ACCESS_LIFE = 25 * HOUR
REFRESH_LIFE = 90 * DAY
CODE_LIFE = 10 * 60 * 1000
UPLOAD_LIFE = 7 * DAY
NUMBER_BLOCK = 64


class World:
    """The state, and the few operations that keep its indexes true."""

    def __init__(self, store: MemoryStore, seed: int = 1) -> None:
        self.store = store
        self.seed = seed
        self.clock = Clock()
        self.watchers: set[Callable[[str], None]] = set()
        self._clear()
        self._load()

    def _clear(self) -> None:
        self.counter = 0
        self.portal = ""
        self.behaviour = Behaviour()
        self.apps: dict[str, App] = {}
        self.accounts: dict[str, Account] = {}
        self.grants: dict[str, Grant] = {}
        self.people: dict[str, Person] = {}
        self.contacts: dict[tuple[str, str], Contact] = {}
        self.by_user_id: dict[str, Contact] = {}
        self.by_phone: dict[str, str] = {}
        self.templates: dict[str, Template] = {}
        self.uploads: dict[str, Upload] = {}
        self.messages: dict[str, Message] = {}
        self.threads: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self.ratings: list[Rating] = []
        self.articles: dict[str, Article] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.template_use: dict[tuple[str, str], int] = defaultdict(int)
        self.upload_use: dict[str, int] = defaultdict(int)
        self.accepted = 0

    def _load(self) -> None:
        load = self.store.load
        for record in load("meta"):
            self.counter, self.clock.offset_ms = record["counter"], record["offset_ms"]
            self.seed, self.portal = record["seed"], record["portal"]
            change(self.behaviour, record["behaviour"])
        self.apps = {r["id"]: App(**r) for r in load("app")}
        self.accounts = {r["id"]: Account(**r) for r in load("account")}
        self.grants = {r["value"]: Grant(**r) for r in load("grant")}
        for record in load("person"):
            self._index_person(Person(**record))
        for record in load("contact"):
            self._index_contact(Contact(**record))
        self.templates = {r["id"]: Template(**r) for r in load("template")}
        self.uploads = {r["key"]: Upload(**r) for r in load("upload")}
        for record in load("message"):
            message = Message(**record)
            self._index_message(message)
            if message.template_id and message.price:
                self.count_template(message.oa_id, message.template_id, message.at_ms)
        self.ratings = [Rating(**r) for r in load("rating")]
        self.articles = {r["id"]: Article(**r) for r in load("article")}
        self.deliveries = {r["id"]: Delivery(**r) for r in load("delivery")}

    def wipe(self) -> None:
        """Forget everything, the clock's offset included."""
        self.store.wipe()
        self.clock.offset_ms = 0
        self._clear()
        self.save_meta()

    # -- writing through -------------------------------------------------------------------------------------------

    def save_meta(self) -> None:
        self.store.save(
            "meta",
            "meta",
            {
                # A block ahead, so that a killed process never hands out a number twice.
                "counter": self.counter + NUMBER_BLOCK,
                "offset_ms": self.clock.offset_ms,
                "seed": self.seed,
                "portal": self.portal,
                "behaviour": asdict(self.behaviour),
            },
        )

    def save_app(self, app: App) -> App:
        self.apps[app.id] = app
        self.store.save("app", app.id, app.__dict__)
        return app

    def save_account(self, account: Account) -> Account:
        known = account.id in self.accounts
        self.accounts[account.id] = account
        self.store.save("account", account.id, account.__dict__)
        if not known:
            for person_id in list(self.people):
                self.contact(account.id, person_id)
        return account

    def save_grant(self, grant: Grant) -> Grant:
        self.grants[grant.value] = grant
        self.store.save("grant", grant.value, grant.__dict__)
        return grant

    def save_person(self, person: Person) -> Person:
        self._index_person(person)
        self.store.save("person", person.id, person.__dict__)
        for oa_id in self.accounts:
            self.contact(oa_id, person.id)
        return person

    def save_contact(self, contact: Contact) -> None:
        self.store.save("contact", f"{contact.oa_id}/{contact.person_id}", contact.__dict__)

    def save_template(self, template: Template) -> Template:
        self.templates[template.id] = template
        self.store.save("template", template.id, template.__dict__)
        return template

    def save_upload(self, upload: Upload) -> Upload:
        self.uploads[upload.key] = upload
        self.store.save("upload", upload.key, upload.__dict__)
        return upload

    def save_message(self, message: Message) -> Message:
        if message.id not in self.messages:
            self._index_message(message)
        self.store.save("message", message.id, message.__dict__)
        if message.person_id:
            self.tell(message.person_id)
        return message

    def save_rating(self, rating: Rating) -> None:
        self.ratings.append(rating)
        self.store.save("rating", rating.msg_id, rating.__dict__)

    def save_article(self, article: Article) -> None:
        self.articles[article.id] = article
        self.store.save("article", article.id, article.__dict__)

    def save_delivery(self, delivery: Delivery) -> None:
        self.deliveries[delivery.id] = delivery
        if delivery.state in ("pending", "held"):
            self.store.save("delivery", delivery.id, delivery.__dict__)
        else:
            self.store.remove("delivery", delivery.id)

    def commit(self) -> None:
        self.store.commit()

    # -- indexes ---------------------------------------------------------------------------------------------------

    def _index_person(self, person: Person) -> None:
        before = self.people.get(person.id)
        if before and before.phone != person.phone:
            self.by_phone.pop(before.phone, None)
        self.people[person.id] = person
        self.by_phone[person.phone] = person.id

    def _index_contact(self, contact: Contact) -> None:
        self.contacts[contact.oa_id, contact.person_id] = contact
        self.by_user_id[contact.user_id] = contact

    def _index_message(self, message: Message) -> None:
        self.messages[message.id] = message
        self.accepted += message.direction == "out"
        if message.person_id:
            self.threads[message.oa_id, message.person_id].append(message)

    def contact(self, oa_id: str, person_id: str) -> Contact:
        """The person's relation to the OA, made when missing; user ids are the same on every run of one seed."""
        found = self.contacts.get((oa_id, person_id))
        if found:
            return found
        made = Contact(
            oa_id=oa_id,
            person_id=person_id,
            user_id=self.derived_id("user", oa_id, person_id),
            user_id_by_app=self.derived_id("by-app", self.accounts[oa_id].app_id, person_id),
        )
        self._index_contact(made)
        self.save_contact(made)
        return made

    def count_template(self, oa_id: str, template_id: str, at_ms: int) -> None:
        """Count a template against the day's limits of the OA and of the template."""
        day = self.clock.local(at_ms).strftime("%Y-%m-%d")
        self.template_use[oa_id, day] += 1
        self.template_use[template_id, day] += 1

    # -- names and numbers -----------------------------------------------------------------------------------------

    def derived_id(self, *parts: str) -> str:
        """A stable string of 19 digits, beyond what a JavaScript number can hold."""
        digest = hashlib.blake2b("|".join((str(self.seed), *parts)).encode(), digest_size=8).digest()
        return str(10**18 + int.from_bytes(digest, "big") % (8 * 10**18))

    def next_number(self) -> int:
        self.counter += 1
        if self.counter % NUMBER_BLOCK == 1:
            self.save_meta()
        return self.counter

    def next_message_id(self) -> str:
        """Twenty hexadecimal digits, as Zalo's message ids look."""
        return hashlib.blake2b(f"{self.seed}|m|{self.next_number()}".encode(), digest_size=10).hexdigest()

    def secret_value(self, purpose: str, size: int = 96) -> str:
        number = self.next_number()
        raw = b"".join(
            hashlib.blake2b(f"{self.seed}|{purpose}|{number}|{part}".encode()).digest()
            for part in range(size // 64 + 1)
        )
        return base64.urlsafe_b64encode(raw[:size]).decode().rstrip("=")

    # -- people watching -------------------------------------------------------------------------------------------

    def tell(self, person_id: str) -> None:
        """Wake the phones that show this person ("*" wakes all)."""
        for watcher in self.watchers:
            watcher(person_id)

    def thread(self, oa_id: str, person_id: str) -> list[Message]:
        return self.threads.get((oa_id, person_id), [])

    def contacts_of(self, oa_id: str) -> Iterable[Contact]:
        return (contact for contact in self.contacts.values() if contact.oa_id == oa_id)

    def app_of(self, oa_id: str) -> App:
        return self.apps[self.accounts[oa_id].app_id]

    def mint_pair(self, app_id: str, oa_id: str) -> tuple[Grant, Grant]:
        """A new access token (25 h) and refresh token (90 d, single use)."""
        now = self.clock.now_ms()
        family = str(self.next_number())
        access = Grant(self.secret_value("access"), "access", app_id, oa_id, now + ACCESS_LIFE, family=family)
        refresh = Grant(self.secret_value("refresh"), "refresh", app_id, oa_id, now + REFRESH_LIFE, family=family)
        return self.save_grant(access), self.save_grant(refresh)

    def mint_code(self, app_id: str, oa_id: str, challenge: str) -> Grant:
        expires = self.clock.now_ms() + CODE_LIFE
        return self.save_grant(Grant(self.secret_value("code", 48), "code", app_id, oa_id, expires, challenge))

    def state_counts(self) -> dict[str, Any]:
        return {
            "accepted": self.accepted,
            "messages": len(self.messages),
            "people": len(self.people),
            "pending_webhooks": sum(d.state in ("pending", "held") for d in self.deliveries.values()),
        }
