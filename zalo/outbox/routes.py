"""Which way a message goes now: reply → template by UID → template by phone → e-mail → the counter's call list.

Pure: everything it needs is in the message and in `Facts`, read once per batch. It returns one of
`Send` (go, with why), `Hold` (not now, until when) or `End` (no way left: the visible outcome).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers.identity_numbers import InvalidPhone, PhoneKind, parse_phone
from zalo.api.errors import Host
from zalo.health import night
from zalo.messages.consent import Consents
from zalo.messages.registry import MessageKind
from zalo.messages.template_data import TemplateDataError, filled
from zalo.models import (
    Account,
    AccountAgency,
    Lane,
    OutboxMessage,
    Outcome,
    Route,
    RouteStop,
    State,
    Template,
    TemplateUse,
)

HOST_OF = {Route.REPLY: Host.OA, Route.UID: Host.OA, Route.PHONE: Host.TEMPLATE}


@dataclass(frozen=True, slots=True)
class Send:
    route: str
    reason: str
    address: str = field(default="", repr=False)  # user id, phone 84…, or e-mail
    template: Template | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Hold:
    until: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class End:
    state: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Facts:
    """What the rows of one batch share."""

    accounts: Mapping[int, Account]
    consents: Consents
    uses: Mapping[tuple[int, str], TemplateUse] = field(default_factory=dict)
    stops: Mapping[tuple[int, str], RouteStop] = field(default_factory=dict)
    services: Mapping[tuple[int, int | None], AccountAgency] = field(default_factory=dict)
    down: Mapping[str, dt.datetime] = field(default_factory=dict)  # host → when it is tried again


class _No(Exception):
    """This route cannot take the message; the text says why. `until` when it may, later."""

    def __init__(self, why: str, until: dt.datetime | None = None, *, refused: bool = False):
        super().__init__(why)
        self.until, self.refused = until, refused


class _NotNow(Exception):
    """This is the right route, only not at this moment: waiting beats a dearer or slower way."""

    def __init__(self, until: dt.datetime, why: str):
        super().__init__(why)
        self.until = until


def choose(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send | Hold | End:
    """What to do with a claimed message at `now`."""
    if message.contact is not None and message.contact.erased_at is not None:
        return End(State.CANCELLED, Outcome.REFUSED, "Người dân yêu cầu xoá dữ liệu")
    if message.expires_at is not None and now >= message.expires_at:
        return End(State.CANCELLED, Outcome.EXPIRED, "Quá thời gian thông báo còn ý nghĩa")
    quiet = _quiet_until(message, kind, facts, now)
    if quiet is not None:
        return Hold(quiet, "Ngoài giờ nhắn tin của cơ quan")
    tried = {step["route"] for step in message.tried}
    if any(step.get("opt_out") for step in message.tried):
        tried |= set(HOST_OF)  # a person who refused on Zalo is not asked again by another door of Zalo
    reasons, waits, refused = [], [], False
    for route in kind.routes:
        if route in tried or route == Route.CALL:
            continue
        try:
            return _TRY[route](message, kind, facts, now)
        except _NotNow as wait:
            return Hold(wait.until, str(wait))
        except _No as no:
            refused = refused or no.refused
            reasons.append(str(no))
            if no.until is not None:
                waits.append((no.until, str(no)))
    if waits:
        return Hold(*min(waits))
    return _end(message, kind, reasons, refused)


def _end(message: OutboxMessage, kind: MessageKind, reasons: list[str], refused: bool) -> End:
    why = "; ".join(dict.fromkeys(reasons))[:200]
    if refused or any(step.get("opt_out") for step in message.tried):
        return End(State.CANCELLED, Outcome.REFUSED, why or "Người dân từ chối nhận tin")
    outcome = Outcome.FAILED if message.tried else Outcome.NOT_LINKED
    if not kind.required:
        return End(State.CANCELLED, outcome, why)
    return End(State.UNREACHABLE, outcome, why)


def _quiet_until(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> dt.datetime | None:
    if message.lane in (Lane.REPLY, Lane.URGENT) or kind.any_hour:
        return None
    service = facts.services.get((message.account_id, message.agency_id))
    own = night.held_until(now, service.quiet_from, service.quiet_to) if service else None
    general = night.promotional_until(now) if message.lane == Lane.BULK else None
    return max((until for until in (own, general) if until), default=None)


def _reply(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    contact = _contact(message, facts)
    if not contact.may_be_replied(now):
        raise _No("quá 7 ngày kể từ lần tương tác cuối")
    free = now < contact.replies_free_until()
    if not free and message.lane != Lane.REPLY and not facts.accounts[message.account_id].use_paid_replies:
        raise _No("quá 48 giờ kể từ lần tương tác cuối")
    _open(message, Route.REPLY, facts, now)
    reason = (
        "Người dân tương tác trong 48 giờ qua, miễn phí"
        if free
        else "Người dân tương tác trong 7 ngày qua, theo hạn mức gói"
    )
    return Send(Route.REPLY, reason, contact.user_id)


def _by_uid(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    contact = _contact(message, facts)
    template, data = _template(message, kind, facts, now)
    if not template.by_uid:
        raise _No("mẫu tin không gửi được theo mã người dùng")
    _open(message, Route.UID, facts, now)
    return Send(Route.UID, "Đã kết nối Zalo, ngoài thời gian trả lời tự do", contact.user_id, template, data)


def _by_phone(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    raw = message.phone
    if not raw:
        raise _No("không có số điện thoại")
    try:
        phone = parse_phone(raw)
    except InvalidPhone:
        raise _No("số điện thoại để lại không đúng") from None
    if phone.kind != PhoneKind.MOBILE:
        raise _No("số điện thoại không phải di động")
    account = facts.accounts[message.account_id]
    if not facts.consents.of_phone(phone.e164, message.purpose, account):
        refused = facts.consents.phone_refused(phone.e164, message.purpose)
        raise _No(
            "người dân từ chối nhận tin theo số điện thoại"
            if refused
            else "chưa có đồng ý nhận tin theo số điện thoại",
            refused=refused,
        )
    template, data = _template(message, kind, facts, now)
    _open(message, Route.PHONE, facts, now)
    return Send(Route.PHONE, "Chưa kết nối Zalo, gửi theo số điện thoại", phone.zalo, template, data)


def _by_email(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    if not message.email:
        raise _No("không có thư điện tử")
    return Send(Route.EMAIL, "Không gửi được qua Zalo, gửi thư điện tử", message.email)


def _contact(message: OutboxMessage, facts: Facts):
    contact = message.contact
    if contact is None or contact.erased_at is not None:
        raise _No("chưa kết nối Zalo")
    # A direct answer to what the person has just written is no notice: a "stop" must still be confirmed.
    if message.lane != Lane.REPLY and not facts.consents.of_contact(contact, message.purpose):
        raise _No("người dân từ chối nhận loại tin này", refused=True)
    return contact


def _template(
    message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime
) -> tuple[Template, Mapping[str, Any]]:
    if message.broadcast is not None:
        template, mapping, values = message.broadcast.template, {}, message.broadcast.template_values
    else:
        use = facts.uses.get((message.account_id, kind.slug))
        if use is None:
            raise _No("chưa gắn mẫu tin cho bước này")
        template, mapping, values = use.template, use.mapping, message.content.get("values", {})
    if template is None or not template.is_usable(now):
        until = template.stopped_until if template and template.gone_at is None else None
        raise _No("mẫu tin chưa dùng được", until if until and until > now else None)
    night_over = night.promotional_until(now) if template.is_promotional else None
    if night_over is not None:
        raise _NotNow(night_over, "Zalo không cho gửi mẫu này ban đêm")
    try:
        return template, filled(template, mapping, values)
    except TemplateDataError as error:
        raise _No(str(error)) from None


def _open(message: OutboxMessage, route: str, facts: Facts, now: dt.datetime) -> None:
    down = facts.down.get(HOST_OF[route])
    if down is not None:
        raise _NotNow(max(down, now + dt.timedelta(seconds=1)), "Zalo đang gián đoạn")
    stop = facts.stops.get((message.account_id, route))
    if stop is not None and stop.until > now:
        raise _No(stop.words, stop.until)


_TRY = {Route.REPLY: _reply, Route.UID: _by_uid, Route.PHONE: _by_phone, Route.EMAIL: _by_email}
