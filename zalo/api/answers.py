"""Zalo's answers as frozen dataclasses. Ids are strings (up to 19 digits), quotas come as strings or numbers,
every key but the essential one is optional: the pages of Zalo disagree with each other and with live traffic."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def whole(value: Any) -> int | None:
    """The value as an int; None when absent or not a number ("90000", 90000 and 90000.0 are all 90000)."""
    try:
        return int(float(value)) if value is not None and not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def moment(value: Any) -> dt.datetime | None:
    """Milliseconds since 1970 (string or number) as an aware UTC time; None when absent or absurd."""
    number = whole(value)
    if not number or number < 0:
        return None
    try:
        return dt.datetime.fromtimestamp(number / 1000, tz=dt.UTC)
    except (OverflowError, OSError, ValueError):
        return None


def text(value: Any) -> str:
    """The value as text; empty for None, so that ids sent as numbers and as strings compare equal."""
    return "" if value is None else str(value)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value when it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; empty when the value is anything else."""
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class TokenPair:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int  # seconds


@dataclass(frozen=True, slots=True)
class Quota:
    kind: str = ""  # reply, sub_quota, purchase_quota, reward_quota, welcome_msg, template; "" = charged message
    remain: int | None = None
    total: int | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Quota":
        if "remainingQuota" in data or "dailyQuota" in data:
            return cls("template", whole(data.get("remainingQuota")), whole(data.get("dailyQuota")))
        return cls(text(data.get("quota_type")), whole(data.get("remain")), whole(data.get("total")))


@dataclass(frozen=True, slots=True)
class Sent:
    """A message Zalo accepted. `message_id` is `data.message_id` (cs, UID) or `data.msg_id` (phone)."""

    message_id: str
    sent_at: dt.datetime | None = None
    quota: Quota | None = None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Sent":
        data = mapping(body.get("data"))
        quota = data.get("quota")
        return cls(
            text(data.get("message_id") or data.get("msg_id")),
            moment(data.get("sent_time") or body.get("sent_time")),
            Quota.read(quota) if isinstance(quota, Mapping) else None,
        )


@dataclass(frozen=True, slots=True)
class AccountProfile:
    oa_id: str
    name: str
    is_verified: bool
    followers: int | None
    package: str
    package_until: str
    zbs_linked: bool

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "AccountProfile":
        return cls(
            text(data.get("oa_id") or data.get("oaid")),
            text(data.get("name")),
            bool(data.get("is_verified")),
            whole(data.get("num_follower")),
            text(data.get("package_name")),
            text(data.get("package_valid_through_date")),
            bool(data.get("linked_ZCA")),
        )


@dataclass(frozen=True, slots=True)
class Profile:
    user_id: str
    user_id_by_app: str
    name: str = field(repr=False)
    avatar: str = field(repr=False)
    is_follower: bool
    last_interaction: dt.date | None
    shared: Mapping[str, str] = field(repr=False)  # name, phone, address… as the citizen typed them; empty until shared

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Profile":
        avatars = mapping(data.get("avatars"))
        return cls(
            text(data.get("user_id")),
            text(data.get("user_id_by_app")),
            text(data.get("display_name")),
            text(avatars.get("240") or data.get("avatar")),
            bool(data.get("user_is_follower")),
            _day(data.get("user_last_interaction_date")),
            {key: text(value) for key, value in mapping(data.get("shared_info")).items() if value is not None},
        )


def _day(value: Any) -> dt.date | None:
    try:
        return dt.datetime.strptime(text(value), "%d/%m/%Y").date()
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class UserPage:
    total: int
    user_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConversationMessage:
    """A line of the read-back. `from_user` is Zalo's src == 1; `raw` keeps what this class does not name."""

    message_id: str
    from_user: bool
    text: str = field(repr=False)
    kind: str
    at: dt.datetime | None
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "ConversationMessage":
        return cls(
            text(data.get("message_id") or data.get("msg_id")),
            whole(data.get("src")) == 1,
            text(data.get("message")),
            text(data.get("type")),
            moment(data.get("time")),
            data,
        )


@dataclass(frozen=True, slots=True)
class UserQuota:
    last_interaction: dt.datetime | None
    reply_remain: int | None
    reply_total: int | None


@dataclass(frozen=True, slots=True)
class TemplateParam:
    name: str
    required: bool
    kind: str
    max_length: int | None
    min_length: int | None
    accept_null: bool

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "TemplateParam":
        return cls(
            text(data.get("name")),
            bool(data.get("require")),
            text(data.get("type")),
            whole(data.get("maxLength")),
            whole(data.get("minLength")),
            bool(data.get("acceptNull")),
        )


TEMPLATE_STATUS = {1: "ENABLE", 2: "PENDING_REVIEW", 3: "REJECT", 4: "DISABLE"}


@dataclass(frozen=True, slots=True)
class TemplateInfo:
    template_id: str
    name: str
    status: str
    params: tuple[TemplateParam, ...] = ()
    quality: str = ""
    tag: str = ""
    preview_url: str = ""
    reason: str = ""
    price_phone: int | None = None
    price_uid: int | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "TemplateInfo":
        status = data.get("status")
        return cls(
            text(data.get("templateId") or data.get("template_id")),
            text(data.get("templateName") or data.get("name")),
            TEMPLATE_STATUS.get(whole(status), text(status).upper()),
            tuple(TemplateParam.read(row) for row in rows(data.get("listParams"))),
            text(data.get("templateQuality")),
            text(data.get("templateTag")),
            text(data.get("previewUrl")),
            text(data.get("reason")),
            whole(data.get("price_sdt") if data.get("price_sdt") is not None else data.get("price")),
            whole(data.get("price_uid")),
        )


@dataclass(frozen=True, slots=True)
class TemplateQuota:
    daily: int | None
    remaining: int | None


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """status: -1 unknown to Zalo, 0 at the server, 1 on the phone."""

    status: int | None
    delivered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Rating:
    message_id: str
    tracking_id: str
    rate: int | None
    note: str = field(repr=False)
    feedbacks: tuple[str, ...]
    submitted_at: dt.datetime | None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Rating":
        feedbacks = data.get("feedbacks")
        return cls(
            text(data.get("msgId")),
            text(data.get("trackingId")),
            whole(data.get("rate")),
            text(data.get("note")),
            tuple(text(line) for line in feedbacks) if isinstance(feedbacks, list) else (),
            moment(data.get("submitDate")),
        )
