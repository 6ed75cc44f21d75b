"""The health of the channel: keys, webhooks, quota, templates, what waits, what went wrong and what to do about it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages as notices
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dossiers.written_dates import written_day, written_moment, written_time
from zalo.account import checks as health
from zalo.account import template_register as templates
from zalo.account.keys import APP_SECRET
from zalo.admin.access import (
    accounts_of,
    agency_ids,
    incidents_of,
    kept_account,
    kept_accounts,
    must_have,
    page_context,
)
from zalo.api.errors import Host, ZaloError
from zalo.health.endings import SOON
from zalo.inbound import inbox
from zalo.models import Account, InboxEvent, RouteStop
from zalo.models.outbox import Lane, Route, State
from zalo.outbox.routes import PAID_REPLY

QUIET_WEBHOOK = dt.timedelta(hours=12)
TOKEN_SOON = dt.timedelta(hours=2)
SECRET_WORDS = {
    "oa_secret": "khoá đang lưu (đúng)",
    "previous": "khoá trước khi đổi",
    APP_SECRET: "khoá bí mật của ứng dụng (nhầm khoá)",
    "": "chưa nhận lần nào",
}
HOST_WORDS = {
    Host.OA: "Tin tư vấn, tệp và thông tin kênh",
    Host.TEMPLATE: "Tin theo mẫu",
    Host.OAUTH: "Cấp quyền truy cập",
}
ROUTE_WORDS = {RouteStop.ANY: "Mọi cách gửi", PAID_REPLY: "Tin tư vấn ngoài 48 giờ"}


@require_GET
def desk(request):
    """The channel's health: token, webhook, quota, templates, backlog, breakers, open incidents with what to do."""
    must_have(request, "view_account")
    now = timezone.now()
    accounts = list(accounts_of(request.user).filter(is_active=True).order_by("name"))
    ids = [account.pk for account in accounts]
    # What happens on an account, and its queue, are for those who keep it; the others see how it is.
    kept = list(kept_accounts(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    seen = health.overview(now=now, account_ids=kept, agency_ids=agency_ids(request.user))
    failed = InboxEvent.objects.filter(account__in=kept, state=InboxEvent.State.FAILED).order_by("-id")
    context = page_context(
        request,
        "Sức khoẻ kênh Zalo",
        Account,
        accounts=[(account, tiles(account, now), _unusable(account, now)) for account in accounts],
        backlog=[
            row | {"lane_words": Lane(row["lane"]).label, "state_words": State(row["state"]).label}
            for row in seen["backlog"]
        ],
        waiting_events=len(
            InboxEvent.objects.filter(account__in=kept, state__in=("stored", "working")).values_list("pk")[:1000]
        ),
        breakers=[(breaker, HOST_WORDS.get(breaker.host, breaker.host)) for breaker in seen["breakers"]],
        stops=[
            (stop, _route_words(stop.route))
            for stop in RouteStop.objects.filter(account__in=ids, until__gt=now).select_related("account")
        ],
        incidents=seen["incidents"],
        kept=kept,
        failed=failed[:10],
        events=InboxEvent.objects.filter(account__in=kept).order_by("-id").select_related("account")[:15],
        may_change=request.user.has_perm("zalo.change_account"),
        may_close=request.user.has_perm("zalo.change_incident"),
    )
    return render(request, "zalo/desk/health.html", context)


def _route_words(route: str) -> str:
    return ROUTE_WORDS.get(route) or Route(route).label


def tiles(account: Account, now: dt.datetime) -> list[dict]:
    """What the health desk shows of one account: title, value, explanation, and whether it is good, to watch or bad."""
    return [
        _token_tile(account, now),
        _webhook_tile(account, now),
        _quota_tile(account),
        _verified_tile(account, now),
    ]


def _token_tile(account: Account, now: dt.datetime) -> dict:
    if account.grant == Account.Grant.MISSING:
        return _tile("Mã truy cập", "Chưa kết nối", "Bấm “Kết nối Zalo” để quản trị viên OA đồng ý.", "bad")
    if account.grant == Account.Grant.CONSENT_NEEDED:
        return _tile("Mã truy cập", "Cần đồng ý lại", account.grant_error or "Quản trị viên OA phải đồng ý lại.", "bad")
    left = account.access_expires_at - now if account.access_expires_at else dt.timedelta(0)
    hours = max(0, int(left.total_seconds() // 3600))
    changed = f"Đổi lần cuối {written_moment(account.refreshed_at)}" if account.refreshed_at else ""
    return _tile("Mã truy cập", f"Còn {hours} giờ", changed, "good" if left > TOKEN_SOON else "wait")


def _webhook_tile(account: Account, now: dt.datetime) -> dict:
    if account.last_webhook_at is None:
        return _tile(
            "Zalo báo về", "Chưa nhận lần nào", "Lưu địa chỉ nhận tin ở trang quản trị Zalo rồi nhắn thử.", "wait"
        )
    ago = now - account.last_webhook_at
    words = SECRET_WORDS.get(account.last_webhook_secret, account.last_webhook_secret)
    shown = f"{written_time(account.last_webhook_at, seconds=True)} {written_day(account.last_webhook_at)}"
    return _tile("Zalo báo về lần cuối", shown, f"Ký bằng {words}", "good" if ago < QUIET_WEBHOOK else "wait")


def _quota_tile(account: Account) -> dict:
    if account.template_quota is None:
        return _tile("Hạn mức tin theo mẫu", "Chưa biết", "Bấm “Hỏi Zalo ngay”.", "wait")
    left = account.template_quota_left if account.template_quota_left is not None else account.template_quota
    tone = "bad" if left <= 0 else "wait" if left < account.template_quota / 10 else "good"
    quality = f"Chất lượng gửi: {account.quality_words}" if account.quality else ""
    return _tile("Còn gửi theo mẫu hôm nay", f"{left}/{account.template_quota}", quality, tone)


def _verified_tile(account: Account, now: dt.datetime) -> dict:
    today = timezone.localdate(now)
    ends = [day for day in (account.verified_until, account.package_until) if day]
    soon = min(ends) if ends else None
    words = (account.package or "Chưa rõ gói") + (f", hết hạn sớm nhất {written_day(soon)}" if soon else "")
    if not account.is_verified:
        return _tile("Xác thực OA", "Chưa xác thực", "Gửi hồ sơ xác thực trên trang quản trị Zalo.", "bad")
    tone = "bad" if soon and soon < today else "wait" if soon and soon - today <= SOON else "good"
    return _tile("Xác thực OA", "Đã xác thực", words, tone)


def _tile(title: str, value: str, words: str, tone: str) -> dict:
    return {"title": title, "value": value, "words": words, "tone": tone}


def _unusable(account: Account, now: dt.datetime) -> dict:
    lines = templates.mapping(account, now=now)
    return {"faulty": sum(1 for each in lines if each.faults), "all": len(lines)}


@require_POST
def desk_act(request, pk: int, act: str):
    """Ask Zalo now: the account's figures, or its templates."""
    must_have(request, "change_account")
    account = kept_account(request, pk)
    try:
        if act == "hoi":
            health.check(account)
            notices.success(request, "Đã cập nhật theo Zalo.")
        else:
            count = templates.sync(account)
            notices.success(request, f"Đã đồng bộ {count} mẫu tin.")
    except ZaloError as error:
        notices.error(request, f"{error.words} {error.advice}")
    return HttpResponseRedirect(reverse("admin:zalo_health" if act == "hoi" else "admin:zalo_template_changelist"))


@require_POST
def close_incident(request, pk: int):
    """Somebody has dealt with it."""
    must_have(request, "change_incident")
    if incidents_of(request.user).filter(pk=pk).update(closed_at=timezone.now(), closed_by=request.user):
        notices.success(request, "Đã đóng sự cố.")
    return HttpResponseRedirect(reverse("admin:zalo_health"))


@require_POST
def handle_again(request, pk: int):
    """Have a failed webhook event handled once more."""
    must_have(request, "change_incident")
    event = InboxEvent.objects.filter(pk=pk, account__in=kept_accounts(request.user)).first()
    if event and inbox.again(event, now=timezone.now()):
        notices.success(request, "Sự kiện sẽ được xử lý lại trong vài giây.")
    else:
        notices.warning(request, "Sự kiện này không còn xử lý lại được.")
    return HttpResponseRedirect(reverse("admin:zalo_health"))
