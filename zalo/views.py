"""Public pages of the channel: the short addresses that lead to the OA, and the page that links a dossier to a Zalo."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from dossiers import qr
from dossiers.models import Dossier
from zalo.models import Account, LinkCode
from zalo.people import linking, referrals

STATE_SALT = "zalo.connect"
STATE_LIFE = 60 * 60  # seconds
_MACHINES = ("bot", "crawler", "spider", "preview", "facebookexternalhit", "curl", "wget", "python-requests")
PRIVATE = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@never_cache
@require_http_methods(["GET", "HEAD"])
def short_address(request, code: str = ""):
    """Lead to the OA; write down whose address was opened. An unknown code still leads to the channel."""
    origin = referrals.origin_of(code) if code else None
    today = timezone.localdate()
    account = referrals.account_for(origin.agency if origin else None, today) or referrals.account_for(None, today)
    if account is None:
        return render(request, "zalo/no_channel.html", status=404)
    agent = request.headers.get("User-Agent", "").lower()
    if request.method == "GET" and not any(word in agent for word in _MACHINES):
        referrals.visited(origin, account, now=timezone.now())
    return redirect(referrals.target(account))


@never_cache
@csrf_exempt  # like the look-up: it acts for nobody's session, and phones without cookies must be able to ask
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request, token: str):
    """Explain linking; a POST makes a one-time code and shows it. Whoever holds the token holds the receipt."""
    dossier = dossier_behind(token)
    if dossier is None:
        raise Http404
    account = referrals.account_for(dossier.agency, timezone.localdate())
    context = {"token": token, "number": dossier.shown_number, "agency": dossier.agency_name, "account": account}
    if account is None:
        return _private(render(request, "zalo/no_channel.html", context, status=404))
    context |= {"address": referrals.target(account), "linked": linking.holders_of(dossier).exists()}
    if request.method == "POST":
        try:
            issued = linking.issue_code(dossier, now=timezone.now())
        except linking.LinkRefused as refused:
            context["trouble"] = str(refused)
        else:
            context |= {
                "issued": issued,
                "spaced": f"{issued.code[:3]} {issued.code[3:]}",
                "qr": qr.svg(context["address"]),
                "state": signing.dumps(issued.pk, salt=STATE_SALT),
            }
    return _private(render(request, "zalo/connect.html", context))


@never_cache
@require_GET
def connect_state(request, token: str):
    """Return {"linked"}: whether the code shown on the page was used. Says nothing about anybody."""
    try:
        pk = signing.loads(request.GET.get("ma", ""), salt=STATE_SALT, max_age=STATE_LIFE)
    except signing.BadSignature:
        return JsonResponse({"linked": False}, status=400)
    dossier = dossier_behind(token)
    used = dossier is not None and LinkCode.objects.filter(pk=pk, dossier=dossier, used_at__isnull=False).exists()
    return _private(JsonResponse({"linked": used}))


def dossier_behind(token: str) -> Dossier | None:
    """Return the dossier of an address printed on paper, or the first of a receipt's; None when there is none."""
    rows = Dossier.objects.select_related("agency", "owner")
    return (
        rows.filter(token=token).first() or rows.filter(receipt__token=token).order_by("pk").first()
        if len(token) <= 32
        else None
    )


def has_channel() -> bool:
    """Whether any account is connected, so that pages may speak of Zalo at all."""
    return Account.objects.filter(is_active=True).exclude(grant=Account.Grant.MISSING).exists()


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response[name] = value
    return response
