"""What follows from a refusal or a failure: for the message, the template, the route, the account, the person.

The table of `zalo.api.errors` says which; this module does it, row by row, inside the recording transaction.
"""

import datetime as dt

from zalo.account.tokens import TokenUnavailable
from zalo.api.errors import Action, NotSent, ZaloError
from zalo.health import incidents, night, rate_limit
from zalo.messages import consent
from zalo.messages import registry as messages
from zalo.models import OutboxMessage, Route, RouteStop, Template, UploadedFile
from zalo.outbox import claims, no_zalo, routes
from zalo.outbox import rows as outbox
from zalo.outbox.dispatch import Deferred, EmailFailed, Result

ROUTE_PAUSE = dt.timedelta(minutes=30)
ACCOUNT_PAUSE = dt.timedelta(minutes=15)
TOKEN_PAUSE = dt.timedelta(minutes=1)
TEMPLATE_PAUSE = dt.timedelta(hours=6)
OVER_RATE_PAUSE = 5.0  # seconds
NIGHT_CODES = {-133, -234}
QUOTA = "quota"
"""Subject of the incident about people whose own allowance is used up."""
NOT_BY_UID = -249
TOO_FAST = -32


def apply(result: Result, *, now: dt.datetime) -> None:
    """Record a failed result with everything that follows from it."""
    message, error = result.planned.message, result.error
    if error is None:
        raise ValueError("nothing failed")
    if isinstance(error, Deferred):
        claims.put_back([message])
        return
    action = Action.LATER if error.code == TOO_FAST else error.action
    _ACTS[action](message, result, error, now)


def _retry(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    if message.attempts + 1 >= outbox.MAX_ATTEMPTS or (isinstance(error, EmailFailed) and message.attempts >= 5):
        claims.next_route(message, error.words, code=error.code, opt_out=False, now=now)
        return
    until = _open_at(result, now + outbox.backoff(message.attempts + 1))
    claims.postpone(message, until, error.words, code=error.code, counted=True, requested_at=result.requested_at)


def _later(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    if error.code == TOO_FAST:
        rate_limit.slow_down(result.planned.app_id, OVER_RATE_PAUSE, now=now)
        claims.postpone(message, now + outbox.backoff(1), error.words, code=error.code)
        return
    until = night.next_morning(now)
    until += outbox.backoff(6)  # minutes apart, so that a night's worth of messages does not start in one second
    if message.expires_at and until >= message.expires_at:
        claims.next_route(message, error.words, code=error.code, opt_out=False, now=now)
    else:
        claims.postpone(message, _open_at(result, until), error.words, code=error.code, counted=True)


def _open_at(result: Result, at: dt.datetime) -> dt.datetime:
    """When the message really goes again: not within the quiet hours that would only hold it once more."""
    message = result.planned.message
    return routes.quiet_until(message, messages.get(message.kind), result.planned.service, at) or at


def _reupload(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    UploadedFile.objects.filter(account=message.account_id, handle=result.planned.handle).delete()
    _retry(message, result, error, now)


def _next_route(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    if error.code == NOT_BY_UID and result.planned.plan.template:
        Template.objects.filter(pk=result.planned.plan.template.pk).update(by_uid=False)
    if error.opt_out:
        _record_refusal(message, error, now)
    claims.next_route(message, error.words, code=error.code, opt_out=error.opt_out, now=now)


def _record_refusal(message: OutboxMessage, error: ZaloError, now: dt.datetime) -> None:
    how = f"Zalo báo: {error.words}"
    if message.route == Route.PHONE and message.phone:
        consent.record(message.purpose, False, how=how, now=now, phone=message.phone)
    elif message.contact:
        consent.record(message.purpose, False, how=how, now=now, contact=message.contact)


def _no_account(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    no_zalo.remember(message, error.words, error.code or 0, now=now)
    claims.next_route(message, error.words, code=error.code, opt_out=False, now=now)


def _quota(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    """Used up for everybody until tomorrow: the other ways are tried, this message's by itself if there are none."""
    _pause(result.planned.account_id, result.planned.plan.gate, night.next_day(now) - now, error, now)
    claims.postpone(message, now, error.words, code=error.code)


def _person_quota(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    subject = f"{QUOTA}:{result.planned.plan.gate}"
    incidents.report(message.account_id, subject, error.words, error.advice, now=now, code=error.code)
    claims.next_route(message, error.words, code=error.code, opt_out=False, now=now, until=night.next_day(now))


def _template_quota(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    _set_aside(result, error, night.next_day(now), now)
    claims.postpone(message, now, error.words, code=error.code)


def _stop_template(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    _set_aside(result, error, now + TEMPLATE_PAUSE, now)
    claims.next_route(message, error.words, code=error.code, opt_out=False, now=now)


def _set_aside(result: Result, error: ZaloError, until: dt.datetime, now: dt.datetime) -> None:
    """Nobody uses the template before `until`."""
    template = result.planned.plan.template
    if template:
        Template.objects.filter(pk=template.pk).update(stopped_until=until, reason=error.words[:300])
        subject, words = f"template:{template.template_id}", f"{error.words}: {template.name}"
        incidents.report(template.account_id, subject, words, error.advice, now=now, code=error.code)


def _stop_route(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    _pause(result.planned.account_id, result.planned.plan.gate, ROUTE_PAUSE, error, now)
    claims.postpone(message, now, error.words, code=error.code)


def _stop_account(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    pause = TOKEN_PAUSE if isinstance(error, TokenUnavailable) else ACCOUNT_PAUSE
    _pause(result.planned.account_id, RouteStop.ANY, pause, error, now)
    claims.postpone(message, now + pause, error.words, code=error.code)


def _pause(account_id: int, route: str, pause: dt.timedelta, error: ZaloError, now: dt.datetime) -> None:
    values = {"until": now + pause, "code": error.code, "words": error.words[:300]}
    RouteStop.objects.update_or_create(account_id=account_id, route=route, defaults=values)
    # What heals by itself calls nobody out.
    loud = error.advice != ZaloError.advice
    incidents.report(account_id, f"route:{route}", error.words, error.advice, now=now, code=error.code, loud=loud)


def _doubt(message: OutboxMessage, result: Result, error: ZaloError, now: dt.datetime) -> None:
    claims.doubt(message, error.words, requested_at=result.requested_at, now=now)


def is_transport_failure(error: ZaloError | None) -> bool:
    """True for what the circuit breaker counts: no answer, or none that made sense."""
    return isinstance(error, NotSent) or (error is not None and error.action == Action.UNCERTAIN)


_ACTS = {
    Action.RETRY: _retry,
    Action.LATER: _later,
    Action.QUOTA: _quota,
    Action.PERSON_QUOTA: _person_quota,
    Action.TEMPLATE_QUOTA: _template_quota,
    Action.NO_ACCOUNT: _no_account,
    Action.REUPLOAD: _reupload,
    Action.NEXT_ROUTE: _next_route,
    Action.STOP_TEMPLATE: _stop_template,
    Action.STOP_ROUTE: _stop_route,
    Action.STOP_ACCOUNT: _stop_account,
    Action.REFRESH_TOKEN: _stop_account,  # a fresh token was refused too
    Action.UNCERTAIN: _doubt,
}
