"""The one token pair of each account: refreshed early, by one process at a time, never lost to an error.

Zalo's access token lives 25 hours; its refresh token is single use and rotates at every refresh. So: a lease in the
account's row (a conditional update, longer than the HTTP time limit) lets one process refresh; the new pair is written
to a sealed journal file, then committed, then used. A process killed between Zalo's answer and the commit leaves the
journal, and the next refresh on that machine adopts it. A refusal never touches the old pair: it may still work, and
people are told that an administrator of the OA must give consent again.
"""

import datetime as dt
import json
import os
import time
import uuid
from pathlib import Path

import structlog
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from dossiers.privacy.sealing import SealingError, seal, unseal
from zalo.api.answers import TokenPair
from zalo.api.client import ZaloClient, new_code_verifier
from zalo.api.errors import Action, GrantRefused, ZaloError
from zalo.health import incidents
from zalo.models import Account, RouteStop

log = structlog.get_logger(__name__)

EARLY = dt.timedelta(hours=5)  # at 20 of 25 hours: a refresher down for hours still finds a living token
IDLE = dt.timedelta(days=25)  # the refresh token dies after 3 months unused
LEASE = dt.timedelta(seconds=60)  # > client.TIME_LIMIT, or two processes would spend one single-use token
WAIT_FOR_OTHER = 15.0  # seconds
AFTER_TRANSPORT_ERROR = dt.timedelta(seconds=20)
AFTER_REFUSAL = dt.timedelta(minutes=30)
JOURNAL_PURPOSE = "zalo-token-journal"
SUBJECT = "grant"


class TokenUnavailable(ZaloError):
    """No usable access token now: messages of the account wait, nothing is lost."""

    action = Action.STOP_ACCOUNT
    words = "Official Account chưa có mã truy cập dùng được; tin được giữ lại chờ kết nối."
    advice = ZaloError.advice

    def __init__(self, account: Account):
        super().__init__(account.grant_error)
        # Only a definite refusal asks for a new consent; a token host that is out of order comes back by itself.
        if account.grant in (Account.Grant.CONSENT_NEEDED, Account.Grant.MISSING):
            self.advice = GrantRefused.advice


def current(account: Account, *, now: dt.datetime | None = None) -> str:
    """A living access token, refreshed first when its end is near. Raises TokenUnavailable."""
    now = now or timezone.now()
    if _is_alive(account, now) and not _is_due(account, now):
        return account.access_token
    return refresh(account.pk, now=now)


def refresh(account_id: int, *, rejected: str = "", now: dt.datetime | None = None) -> str:
    """A living access token other than `rejected`; exactly one process asks Zalo, the others wait for its result.

    With no `rejected` token the call is an early refresh: while the old token lives it is returned when Zalo cannot
    be reached. Raises TokenUnavailable. Must not run inside a transaction: the pair is committed before it is used.
    """
    start, clock = now or timezone.now(), time.monotonic()
    owner = uuid.uuid4().hex
    while True:
        moment = start + dt.timedelta(seconds=time.monotonic() - clock)
        account = Account.objects.get(pk=account_id)
        if _adopt_journal(account, moment):
            account.refresh_from_db()
        if (
            _is_alive(account, moment)
            and account.access_token != rejected
            and (rejected or not _is_due(account, moment))
        ):
            return account.access_token
        if not account.refresh_token or (account.refresh_after and moment < account.refresh_after):
            return _old_token(account, rejected, moment)
        if _take_lease(account, owner, moment):
            return _refresh_as_owner(account, owner, rejected, moment)
        if time.monotonic() - clock > WAIT_FOR_OTHER:
            return _old_token(account, rejected, moment)
        time.sleep(0.1)


def refresh_due(*, now: dt.datetime | None = None) -> int:
    """How many accounts were due for a refresh; each was tried, troubles are incidents."""
    now = now or timezone.now()
    due = [
        account
        for account in Account.objects.filter(is_active=True).exclude(grant=Account.Grant.MISSING)
        if _is_due(account, now)
    ]
    for account in due:
        try:
            refresh(account.pk, now=now)
        except ZaloError as error:
            log.warning("token refresh failed", account=account.pk, error=str(error))
    return len(due)


def connect_with_code(account: Account, code: str, *, now: dt.datetime | None = None) -> None:
    """Store the first pair of a consent code. Raises GrantRefused or another ZaloError, changing nothing."""

    async def ask() -> TokenPair:
        async with ZaloClient(concurrency=1) as zalo:
            return await zalo.exchange_code(
                app_id=account.app_id, app_secret=account.app_secret, code=code, verifier=account.code_verifier
            )

    adopt(account.pk, async_to_sync(ask)(), now=now or timezone.now())


def connect_with_pair(
    account: Account, access_token: str, refresh_token: str, *, now: dt.datetime | None = None
) -> None:
    """Store a pair an administrator took from Zalo's API Explorer; its real end is unknown, so it is refreshed soon."""
    now = now or timezone.now()
    adopt(account.pk, TokenPair(access_token, refresh_token, int(EARLY.total_seconds())), now=now)


def adopt(account_id: int, pair: TokenPair, *, now: dt.datetime, seen: dt.datetime | str | None = "any") -> bool:
    """True when the pair was committed; `seen` = the `refreshed_at` it must replace, "any" for a fresh consent."""
    row = Account.objects.filter(pk=account_id)
    if seen != "any":
        row = row.filter(refreshed_at=seen)
    with transaction.atomic(durable=True):
        saved = row.update(
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            access_expires_at=now + dt.timedelta(seconds=pair.expires_in),
            refreshed_at=now,
            grant=Account.Grant.GOOD,
            grant_error="",
            refresh_owner="",
            refresh_until=None,
            refresh_after=None,
        )
        if saved:
            incidents.settle(account_id, SUBJECT, now=now)
            RouteStop.objects.filter(account=account_id, route=RouteStop.ANY).delete()
    return bool(saved)


def ensure_verifier(account: Account) -> str:
    """The account's long-lived PKCE verifier: the console stores its challenge, so it must not change per request."""
    if not account.code_verifier:
        Account.objects.filter(pk=account.pk, code_verifier="").update(code_verifier=new_code_verifier())
        account.refresh_from_db(fields=["code_verifier"])
    return account.code_verifier


def _is_alive(account: Account, now: dt.datetime) -> bool:
    return bool(account.access_token) and account.access_expires_at is not None and now < account.access_expires_at


def _is_due(account: Account, now: dt.datetime) -> bool:
    if account.access_expires_at is None or account.refreshed_at is None:
        return True
    return now >= account.access_expires_at - EARLY or now >= account.refreshed_at + IDLE


def _old_token(account: Account, rejected: str, now: dt.datetime) -> str:
    if _is_alive(account, now) and account.access_token != rejected:
        return account.access_token
    raise TokenUnavailable(account)


def _take_lease(account: Account, owner: str, now: dt.datetime) -> bool:
    free = Q(refresh_until__isnull=True) | Q(refresh_until__lte=now)
    rows = Account.objects.filter(free, pk=account.pk, refreshed_at=account.refreshed_at)
    return rows.update(refresh_owner=owner, refresh_until=now + LEASE) == 1


def _refresh_as_owner(account: Account, owner: str, rejected: str, now: dt.datetime) -> str:
    try:
        pair = async_to_sync(_ask_zalo)(account)
    except GrantRefused as error:
        # Another machine may have spent the token and committed its pair just now: that is no refusal of ours.
        fresh = Account.objects.get(pk=account.pk)
        if fresh.refreshed_at != account.refreshed_at and _is_alive(fresh, now):
            return fresh.access_token
        _release(account, owner, now + AFTER_REFUSAL, Account.Grant.CONSENT_NEEDED, f"{error.words} {error}")
        account.grant = Account.Grant.CONSENT_NEEDED
        incidents.report(account.pk, SUBJECT, error.words, error.advice, now=now, code=error.code, loud=True)
        return _old_token(account, rejected, now)
    except ZaloError as error:
        # If Zalo took the request and the answer was lost, the token is spent: the next try will be refused, loudly.
        _release(account, owner, now + AFTER_TRANSPORT_ERROR, account.grant, f"{error.words} {error}")
        words = f"Chưa đổi được mã truy cập: {error.words}"
        incidents.report(account.pk, SUBJECT, words, ZaloError.advice, now=now)
        return _old_token(account, rejected, now)
    journal = _write_journal(account, pair, now)
    if adopt(account.pk, pair, now=now, seen=account.refreshed_at):
        journal.unlink(missing_ok=True)
    return pair.access_token


async def _ask_zalo(account: Account) -> TokenPair:
    async with ZaloClient(concurrency=1) as zalo:
        return await zalo.refresh(
            app_id=account.app_id, app_secret=account.app_secret, refresh_token=account.refresh_token
        )


def _release(account: Account, owner: str, after: dt.datetime, grant: str, words: str) -> None:
    Account.objects.filter(pk=account.pk, refresh_owner=owner).update(
        refresh_owner="", refresh_until=None, refresh_after=after, grant=grant, grant_error=words[:300]
    )


# --- The journal: Zalo's answer survives a crash before the commit


def _journal_path(account: Account) -> Path:
    return Path(settings.VAR_DIR) / "zalo-grants" / f"{account.oa_id}.sealed"


def _write_journal(account: Account, pair: TokenPair, now: dt.datetime) -> Path:
    path = _journal_path(account)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = [pair.access_token, pair.refresh_token, pair.expires_in, now.isoformat()]
    draft = path.with_suffix(f".{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(seal(json.dumps(content), JOURNAL_PURPOSE))
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    return path


def _adopt_journal(account: Account, now: dt.datetime) -> bool:
    """True when a pair left by a crash was newer than the row and was committed; the file is gone afterwards."""
    path = _journal_path(account)
    try:
        access, refresh_token, expires_in, at = json.loads(unseal(path.read_text(encoding="ascii"), JOURNAL_PURPOSE))
        got_at = dt.datetime.fromisoformat(at)
    except FileNotFoundError:
        return False
    except (SealingError, ValueError, TypeError):
        log.error("unreadable token journal", account=account.pk)
        return False
    newer = account.refreshed_at is None or got_at > account.refreshed_at
    # While the lease runs, its owner is between the journal and the commit: let it finish.
    if newer and account.refresh_until and now < account.refresh_until:
        return False
    adopted = newer and adopt(
        account.pk, TokenPair(access, refresh_token, expires_in), now=got_at, seen=account.refreshed_at
    )
    path.unlink(missing_ok=True)
    return bool(adopted)
