"""What the simulated Zalo remembers. Every field is plain JSON so that a record is stored as it is."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass
class App:
    """An application in the developers' console; webhooks and tokens belong to it."""

    id: str
    name: str
    secret: str
    oa_secret: str
    callback_urls: list[str]
    webhook_url: str
    code_challenge: str = ""
    challenge_from: str = "link"  # "console": only the challenge saved in the console counts
    webhook_enabled: bool = True
    webhook_retry: bool = True
    webhook_events_off: list[str] = field(default_factory=list)
    hash_only_syntax: bool = False  # "Lọc cú pháp": forwards only messages that start with #
    admin_phones: list[str] = field(default_factory=list)
    active: bool = True


@dataclass
class Account:
    """An Official Account."""

    id: str
    app_id: str
    name: str
    alias: str
    description: str = ""
    oa_type: int = 4  # Cơ quan nhà nước
    verified: bool = True
    package_name: str = "Gói Nâng cao"
    enabled: bool = True
    zbs_linked: bool = True
    balance: int = 5_000_000
    sub_quota_total: int = 2000
    sub_quota_used: int = 0
    sub_quota_expires: str = "31/12/2026"
    purchase_quota: int = 0
    template_daily_quota: int = 5000
    quality: str = "HIGH"
    cs_price: int = 55
    hue: int = 212
    menu: list[dict[str, Any]] = field(default_factory=list)
    greeting: str = ""


@dataclass
class Grant:
    """A code, an access token or a refresh token."""

    value: str
    kind: str  # code · access · refresh
    app_id: str
    oa_id: str
    expires_ms: int
    challenge: str = ""
    used: bool = False
    family: str = ""


@dataclass
class Person:
    """Somebody with a phone."""

    id: str
    name: str
    phone: str  # 84…
    gender: str = "Nam"
    birthday: str = "01/01/1985"
    city: str = ""
    ward: str = ""
    address: str = ""
    has_zalo: bool = True
    inactive: bool = False  # -227
    can_receive: bool = True  # -119 by phone
    on_mobile: bool = True  # otherwise no user_received_message
    hue: int = 20


@dataclass
class Contact:
    """What one person is to one Official Account."""

    oa_id: str
    person_id: str
    user_id: str
    user_id_by_app: str
    follows: bool = False
    source: str = ""
    followed_ms: int = 0
    last_interaction_ms: int = 0
    shared: dict[str, Any] = field(default_factory=dict)
    alias: str = ""
    blocked: bool = False  # -217 / -141
    refused_types: list[str] = field(default_factory=list)  # "cs", "promotion" -> -244
    refused_tags: list[str] = field(default_factory=list)  # template tags -> -139
    chatnow_told: bool = False
    tags: list[str] = field(default_factory=list)
    replies_in_window: int = 0
    promotions: list[int] = field(default_factory=list)


@dataclass
class Template:
    """An approved (or not) ZBS template."""

    id: str
    oa_id: str
    name: str
    text: str
    params: list[dict[str, Any]]
    title: str = ""
    buttons: list[dict[str, Any]] = field(default_factory=list)
    status: str = "ENABLE"
    tag: str = "TRANSACTION"
    quality: str = "HIGH"
    uid_ok: bool = True
    night_ok: bool = True
    rating: bool = False
    price_sdt: int = 300
    price_uid: int = 200
    daily_limit: int = 0
    timeout_ms: int = 7_200_000
    sample: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass
class Upload:
    """A file on the content host: uploaded by an OA (key is an attachment id or a token) or by a person."""

    key: str
    oa_id: str
    role: str  # image · gif · file · media
    name: str
    content_type: str
    size: int
    expires_ms: int
    body: str = ""  # base64
    checksum: str = ""
    redirect_to: str = ""
    status: int = 200
    pretend_size: int = 0

    @property
    def path(self) -> str:
        """Where the content host serves it; in ASCII, as every URL in a webhook."""
        return f"/media/{self.key}/{quote(self.name)}"


@dataclass
class Message:
    """A message in a conversation, in either direction."""

    id: str
    seq: int
    oa_id: str
    app_id: str
    direction: str  # out: from the OA · in: from the person
    channel: str  # cs · uid · phone · broadcast · transaction · promotion · anonymous · chat
    kind: str
    content: dict[str, Any]
    at_ms: int
    accepted_at: float
    user_id: str = ""
    person_id: str = ""
    phone: str = ""
    tracking_id: str = ""
    template_id: str = ""
    price: int = 0
    delivered_ms: int = 0
    seen_ms: int = 0
    hidden: bool = False
    reactions: list[dict[str, Any]] = field(default_factory=list)
    answered: dict[str, Any] = field(default_factory=dict)


@dataclass
class Rating:
    """An answer to a rating template."""

    msg_id: str
    oa_id: str
    template_id: str
    tracking_id: str
    rate: int
    note: str
    feedbacks: list[str]
    submit_ms: int


@dataclass
class Article:
    """An article of an OA, which a broadcast may carry."""

    id: str
    oa_id: str
    token: str
    title: str
    description: str
    body: list[dict[str, Any]]
    cover_url: str = ""
    status: str = "show"
    created_ms: int = 0
    ready_ms: int = 0


@dataclass
class Delivery:
    """One webhook on its way: exact bytes, headers and the place it has reached on the retry ladder."""

    id: str
    app_id: str
    event_name: str
    body: str
    headers: dict[str, str]
    due_ms: int
    lane: str = ""
    attempt: int = 0
    state: str = "pending"  # pending · held · done · lost
    history: list[dict[str, Any]] = field(default_factory=list)
