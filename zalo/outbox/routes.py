"""Which way a message goes now: reply → template by UID → template by phone → e-mail → the counter's call list.

Pure: everything it needs is in the message and in `Facts`, read once per batch. It returns one of
`Send` (go, with why), `Hold` (not now, until when) or `End` (no way left: the visible outcome).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dossiers.identity_numbers import InvalidPhone, PhoneKind, parse_phone
from zalo.api.errors import Host
from zalo.health import night
from zalo.messages.consent import Consents, Purpose
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
from zalo.outbox.no_zalo import PhonesWithoutZalo

PAID_REPLY = "reply:paid"
"""What stops when the package's allowance for replies after 48 hours is used up; free replies go on."""
PATIENCE = dt.timedelta(minutes=30)
"""So long a silent host or a stopped account is waited for; then any other lawful way is better than waiting."""
LOOK_AGAIN = dt.timedelta(minutes=10)
QUIET = "Ngoài giờ nhắn tin của cơ quan"
HOST_OF: dict[str, Host] = {Route.REPLY: Host.OA, Route.UID: Host.OA, Route.PHONE: Host.TEMPLATE}


@dataclass(frozen=True, slots=True)
class Send:
    route: str
    reason: str
    address: str = field(default="", repr=False)  # user id, phone 84…, or e-mail
    template: Template | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    part: str = ""  # the part of the route that Zalo counts apart

    @property
    def gate(self) -> str:
        """What a refusal for everybody closes."""
        return self.part or self.route


@dataclass(frozen=True, slots=True)
class Hold:
    """`code` is Zalo's refusal when that is the reason: then later news need not wait behind this message."""

    until: dt.datetime
    reason: str
    code: int | None = None


@dataclass(frozen=True, slots=True)
class End:
    state: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Facts:
    """What the rows of one batch share."""

    accounts: Mapping[int | None, Account]
    consents: Consents
    uses: Mapping[tuple[int | None, str], TemplateUse] = field(default_factory=dict)
    stops: Mapping[tuple[int | None, str], RouteStop] = field(default_factory=dict)
    services: Mapping[tuple[int | None, int | None], AccountAgency] = field(default_factory=dict)
    down: Mapping[str, dt.datetime] = field(default_factory=dict)  # host → when it is tried again
    no_zalo: PhonesWithoutZalo = field(default_factory=PhonesWithoutZalo)
    doubted: Mapping[int, set[str]] = field(default_factory=dict)  # message → routes that left earlier news in doubt


class _No(Exception):
    """This route cannot take the message; the text says why. `until` when it may, later."""

    def __init__(self, why: str, until: dt.datetime | None = None, *, refused: bool = False, code: int | None = None):
        super().__init__(why)
        self.until, self.refused, self.code = until, refused, code


class _NotNow(Exception):
    """This is the right route, only not at this moment: waiting beats a dearer or slower way.

    A `rule` is waited for however long; trouble only for PATIENCE.
    """

    def __init__(self, until: dt.datetime, why: str, *, rule: bool = False):
        super().__init__(why)
        self.until, self.rule = until, rule


def choose(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send | Hold | End:
    """What to do with a claimed message at `now`."""
    if message.contact is not None and message.contact.erased_at is not None:
        return End(State.CANCELLED, Outcome.REFUSED, "Người dân yêu cầu xoá dữ liệu")
    if message.expires_at is not None and now >= message.expires_at:
        return _expired(kind)
    quiet = quiet_until(message, kind, facts.services.get((message.account_id, message.agency_id)), now)
    if quiet is not None:
        return Hold(quiet, QUIET)
    closed, refused = _closed(message, now), False
    reasons: list = []
    waits: list = []
    for route in _ladder(message, kind, facts):
        if route in closed:
            waits += [closed[route]] if closed[route] else []
            continue
        try:
            return _with_reasons(_TRY[route](message, kind, facts, now), reasons)
        except _NotNow as wait:
            if wait.rule or not _waited_long(message, now):
                return Hold(wait.until, str(wait))
            reasons.append(str(wait))
            waits.append(Hold(max(wait.until, now + LOOK_AGAIN), str(wait)))
        except _No as no:
            refused = refused or no.refused
            reasons.append(str(no))
            if no.until is not None:
                waits.append(Hold(no.until, str(no), no.code))
    first = min(waits, key=lambda hold: hold.until, default=None)
    if first is not None and (message.expires_at is None or first.until < message.expires_at):
        return first
    return _end(message, kind, reasons, refused)


def _ladder(message: OutboxMessage, kind: MessageKind, facts: Facts) -> list[str]:
    """The kind's routes in order; one that left earlier news of the dossier in doubt comes last."""
    doubted = facts.doubted.get(message.pk, ())
    return sorted((route for route in kind.routes if route != Route.CALL), key=lambda route: route in doubted)


def _closed(message: OutboxMessage, now: dt.datetime) -> dict[str, Hold | None]:
    """The routes this message has tried: closed for good, or until the day the allowance is new."""
    closed: dict[str, Hold | None] = {}
    for step in message.tried:
        until = dt.datetime.fromisoformat(step["until"]) if step.get("until") else None
        if until is None:
            closed[step["route"]] = None
        elif until > now:
            closed[step["route"]] = Hold(until, step.get("words", ""), step.get("code"))
    if any(step.get("opt_out") for step in message.tried):
        # A person who refused on Zalo is not asked again by another door of Zalo.
        closed |= dict.fromkeys(HOST_OF)
    return closed


def _waited_long(message: OutboxMessage, now: dt.datetime) -> bool:
    return message.created_at is not None and now - message.created_at >= PATIENCE


def _with_reasons(plan: Send, reasons: list[str]) -> Send:
    """A way that is not the first says why it is taken."""
    if not reasons or plan.route not in (Route.PHONE, Route.EMAIL):
        return plan
    return replace(plan, reason=f"{plan.reason}: {'; '.join(dict.fromkeys(reasons))}"[:200])


def _expired(kind: MessageKind) -> End:
    """Too old to be sent; what the citizen must act on is told by telephone."""
    words = "Quá thời gian thông báo còn ý nghĩa"
    state = State.UNREACHABLE if kind.call and kind.required else State.CANCELLED
    return End(state, Outcome.EXPIRED, words)


def _end(message: OutboxMessage, kind: MessageKind, reasons: list[str], refused: bool) -> End:
    why = "; ".join(dict.fromkeys(reasons))[:200]
    if refused or any(step.get("opt_out") for step in message.tried):
        return End(State.CANCELLED, Outcome.REFUSED, why or "Người dân từ chối nhận tin")
    # "Not connected" is said of nobody who is.
    linked = message.contact is not None
    outcome = Outcome.FAILED if message.tried or linked else Outcome.NOT_LINKED
    if not kind.required:
        return End(State.CANCELLED, outcome, why)
    return End(State.UNREACHABLE, outcome, why)


def quiet_until(
    message: OutboxMessage, kind: MessageKind, service: AccountAgency | None, now: dt.datetime
) -> dt.datetime | None:
    """The end of the quiet hours that hold the message at `now`; None when it may go."""
    if message.lane in (Lane.REPLY, Lane.URGENT) or kind.any_hour:
        return None
    own = night.held_until(now, service.quiet_from, service.quiet_to) if service else None
    general = night.promotional_until(now) if message.lane == Lane.BULK else None
    return max((until for until in (own, general) if until), default=None)


def _reply(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    contact = _contact(message, facts, now)
    if not contact.may_be_replied(now):
        raise _No("quá 7 ngày kể từ lần tương tác cuối")
    free = now < contact.replies_free_until()
    paid = facts.accounts[message.account_id].use_paid_replies and message.broadcast_id is None
    if not free and message.lane != Lane.REPLY and not paid:
        raise _No("quá 48 giờ kể từ lần tương tác cuối")
    part = "" if free else PAID_REPLY
    _open(message, Route.REPLY, facts, now, part=part)
    reason = (
        "Người dân tương tác trong 48 giờ qua, miễn phí"
        if free
        else "Người dân tương tác trong 7 ngày qua, theo hạn mức gói"
    )
    return Send(Route.REPLY, reason, contact.user_id, part=part)


def _by_uid(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    contact = _contact(message, facts, now)
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
    refused = facts.consents.phone_refused(phone.e164, message.purpose)
    if message.broadcast_id is not None:
        # Told of the centre's own accord: whoever proved the phone by Zalo's form, follows and said yes there.
        if _contact(message, facts, now).phone != phone.e164:
            raise _No("số điện thoại đã xác nhận không còn là số đang chia sẻ với kênh")
        allowed = not refused
    else:
        allowed = facts.consents.of_phone(phone.e164, message.purpose, facts.accounts[message.account_id])
    if not allowed:
        raise _No(
            "người dân từ chối nhận tin theo số điện thoại"
            if refused
            else "chưa có đồng ý nhận tin theo số điện thoại",
            refused=refused,
        )
    known = facts.no_zalo.why(phone.e164, now)
    if known:
        raise _No(known)
    template, data = _template(message, kind, facts, now)
    _open(message, Route.PHONE, facts, now)
    return Send(Route.PHONE, "Gửi theo số điện thoại", phone.zalo, template, data)


def _by_email(message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime) -> Send:
    if not message.email:
        raise _No("không có thư điện tử")
    return Send(Route.EMAIL, "Gửi thư điện tử", message.email)


def _contact(message: OutboxMessage, facts: Facts, now: dt.datetime) -> Any:
    contact = message.contact
    if contact is None or contact.erased_at is not None:
        raise _No("chưa kết nối Zalo")
    if message.broadcast_id is not None and message.purpose != Purpose.DOSSIER and not contact.is_follower:
        raise _No("đã bỏ quan tâm", refused=True)
    # A direct answer to what the person has just written is no notice: a "stop" must still be confirmed.
    if message.lane != Lane.REPLY and not facts.consents.of_contact(contact, message.purpose):
        raise _No("người dân từ chối nhận loại tin này", refused=True)
    if message.lane != Lane.REPLY and contact.unreachable_until and now < contact.unreachable_until:
        raise _No("Zalo báo tài khoản của người nhận bị khoá hoặc đã lâu không dùng")
    return contact


def _template(
    message: OutboxMessage, kind: MessageKind, facts: Facts, now: dt.datetime
) -> tuple[Template, Mapping[str, Any]]:
    use = facts.uses.get((message.account_id, kind.slug))
    if use is None:
        raise _No("chưa gắn mẫu tin cho bước này")
    template, mapping, values = use.template, use.mapping, message.content.get("values", {})
    if not template.is_usable(now):
        until = template.stopped_until if template.gone_at is None else None
        raise _No("mẫu tin chưa dùng được", until if until and until > now else None)
    night_over = night.promotional_until(now) if template.is_promotional else None
    if night_over is not None:
        raise _NotNow(night_over, "Zalo không cho gửi mẫu này ban đêm", rule=True)
    try:
        return template, filled(template, mapping, values)
    except TemplateDataError as error:
        raise _No(str(error)) from None


def _open(message: OutboxMessage, route: str, facts: Facts, now: dt.datetime, *, part: str = "") -> None:
    down = facts.down.get(HOST_OF[route])
    if down is not None:
        raise _NotNow(max(down, now + dt.timedelta(seconds=1)), "Zalo đang gián đoạn")
    everything = facts.stops.get((message.account_id, RouteStop.ANY))
    if everything is not None and everything.until > now:
        raise _NotNow(everything.until, everything.words)
    for gate in (route, part):
        stop = facts.stops.get((message.account_id, gate))
        if stop is not None and stop.until > now:
            raise _No(stop.words, stop.until, code=stop.code)


_TRY: dict[str, Callable[[OutboxMessage, MessageKind, Facts, dt.datetime], Send]] = {
    Route.REPLY: _reply,
    Route.UID: _by_uid,
    Route.PHONE: _by_phone,
    Route.EMAIL: _by_email,
}
