"""Connecting the demonstration's account to the simulated Zalo; refuses to run anywhere else.

The simulated Zalo is asked through its control API, as an administrator would read Zalo's console: this module and
the demonstration are the only places besides the client that speak HTTP to it.
"""

from __future__ import annotations

import datetime as dt
import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from dossiers.models import Agency
from zalo.account import agencies_served, template_register, tokens
from zalo.account import checks as health
from zalo.account import keys as webhook_keys
from zalo.account import oa_menu as menu
from zalo.api.errors import ZaloError
from zalo.models import Account, AccountAgency

TIME_LIMIT = 5
NAME = "Chính quyền số xã Cần Giuộc"
KEEPER = "H80.05.01"  # the centre of Cần Giuộc, whose people run the demonstration's channel
KEYWORD = "Chính quyền điện tử tỉnh Tây Ninh"  # as on posters: near the name, not the name


class NotADemo(Exception):
    """The demonstration's hook was called in an installation that is none."""


def account_of_the_console(*, today: dt.date) -> Account:
    """Return the account of the simulated OA, made or corrected from its console, serving every centre."""
    state = ask("GET", "state")
    app, oa = state["apps"][0], state["accounts"][0]
    account, _ = Account.objects.update_or_create(
        oa_id=oa["id"],
        defaults={
            "app_id": app["id"],
            "app_secret": app["secret"],
            "oa_secret": app["oa_secret"],
            "name": oa.get("name") or NAME,
            "search_keyword": KEYWORD,
            "phone_basis": Account.PhoneBasis.PUBLIC_TASK,
            "verified_until": today + dt.timedelta(days=300),
            "agreement_partner": "Công ty VNG – Zalo",
            "agreement_on": today - dt.timedelta(days=60),
            "is_active": True,
        },
    )
    if account.keeper_id is None:
        account.keeper = Agency.objects.filter(code=KEEPER).first()
        account.save(update_fields=["keeper"])
    for agency in Agency.objects.filter(kind=Agency.Kind.CENTRE, active=True):
        if not account.services.filter(agency=agency, valid_to=None).exists():
            AccountAgency.objects.create(account=account, agency=agency, valid_from=today - dt.timedelta(days=60))
    agencies_served.forget()
    webhook_keys.forget()
    return account


def connect(*, now: dt.datetime | None = None) -> list[str]:
    """Return Vietnamese lines of what was done: grant taken, templates brought over and mapped, menu planned.

    Repeatable; call it outside a transaction, with the simulated Zalo running. Raises NotADemo, ZaloError, OSError.
    """
    now = now or timezone.now()
    account = account_of_the_console(today=timezone.localdate(now))
    if not _works(account, now):
        pair = ask("POST", "grants", {"oa_id": account.oa_id})
        tokens.connect_with_pair(account, pair["access_token"], pair["refresh_token"], now=now)
        tokens.refresh(account.pk, now=now)
        account.refresh_from_db()
        health.check(account, now=now)
    # The seeded month's followers exist only here: what is sent to them must not come back as a stranger's refusal.
    ask("POST", "behaviour", {"unknown_users": "accept"})
    found = template_register.sync(account, now=now)
    mapped = template_register.propose(account)
    menu.make_usual(account, today=timezone.localdate(now))
    menu.mark_entered(account, now=now)
    return [f"Kênh Zalo “{account.name}” đã kết nối với Zalo mô phỏng: {found} mẫu tin, {mapped} bước vừa gắn mẫu."]


def ask(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the answer of the simulated Zalo's control API. Raises NotADemo, OSError."""
    host = urlsplit(settings.ZALO_OPENAPI_BASE_URL).hostname
    if not (settings.DEMO or settings.TESTING) or host not in settings.LOOPBACK:
        raise NotADemo("Chỉ dùng được trong bản chạy thử với Zalo mô phỏng trên máy này.")
    request = urllib.request.Request(
        f"{settings.ZALO_OPENAPI_BASE_URL}/__control/{path}",
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Content-Type": "application/json"},
        method=method,
    )
    # No proxy: this machine only.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=TIME_LIMIT) as answer:
        return json.load(answer)


def _works(account: Account, now: dt.datetime) -> bool:
    """Whether the grant of an earlier start is still good."""
    if account.grant != Account.Grant.GOOD:
        return False
    try:
        health.check(account, now=now)
    except ZaloError:
        return False
    return True
