"""Public pages of the channel: the short addresses that lead to the OA, and the page that links a dossier to a Zalo."""

from __future__ import annotations

import structlog
from django.core import signing
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from dossiers import qr
from dossiers.lookup.facts import Facts, last_four
from dossiers.models import Dossier
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from zalo.messages import broadcast_words
from zalo.models import Account, ConsentRecord, Contact, LinkCode
from zalo.people import area_wishes, followers, linking, referrals

log = structlog.get_logger(__name__)
ASK = _noop("Hãy nhập 4 số cuối của CCCD/CMND hoặc của số điện thoại đã ghi khi nộp hồ sơ.")
MISMATCH = _noop("Chưa khớp. Hãy nhập 4 số cuối của CCCD/CMND hoặc điện thoại đúng như đã ghi khi nộp hồ sơ.")
STATE_SALT = "zalo.connect"
STATE_LIFE = 60 * 60  # seconds
KINDS_OF_MESSAGES = {
    "dossier": _noop("Tin về hồ sơ của tôi"),
    "news": _noop("Tin tức, chính sách mới"),
    "urgent": _noop("Thông báo khẩn cấp"),
    "survey": _noop("Mời đánh giá"),
    "area": _noop("Tin theo xã đã đăng ký"),
}
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
    """Explain linking; a POST with a second fact makes a one-time code and shows it.

    The address stands on a slip that anybody may photograph: alone it opens what the public may see and nothing more.
    """
    dossier = next(iter(linking.dossiers_behind(token)), None)
    if dossier is None:
        raise Http404
    account = referrals.account_for(dossier.agency, timezone.localdate())
    context = {"token": token, "number": dossier.shown_number, "agency": dossier.agency_name, "account": account}
    if account is None:
        return _private(render(request, "zalo/no_channel.html", context, status=404))
    context["address"] = referrals.target(account)
    status = 200
    if request.method == "POST" and "last4" in request.POST:
        try:
            issued = _issued(request, token, dossier)
        except guessing.TooMany as over:
            status, context["trouble"] = 429, _("Đã thử nhiều lần chưa đúng. Hãy chờ rồi thử lại, hoặc nhờ cán bộ.")
            context["wait"] = over.minutes
        except linking.LinkRefused as refused:
            context["trouble"] = _(str(refused))
        else:
            context |= {
                "issued": issued,
                "spaced": f"{issued.code[:3]} {issued.code[3:]}",
                "qr": qr.svg(context["address"]),
                "state": signing.dumps(issued.pk, salt=STATE_SALT),
            }
    response = render(request, "zalo/connect.html", context, status=status)
    if "wait" in context:
        response["Retry-After"] = str(context["wait"] * 60)
    return _private(response)


def _issued(request, token: str, dossier: Dossier) -> linking.Issued:
    """Return a code for whoever knows the second fact. Raises LinkRefused, TooMany."""
    last4 = last_four(request.POST["last4"][:60])
    if not last4:
        raise linking.LinkRefused(ASK)
    tried = guessing.attempt(client_address(request), [dossier.code])
    proved = linking.prove(token, Facts(last4=last4))
    if proved is None:
        log.info("link_refused", caller=guessing.caller_mark(client_address(request)))
        raise linking.LinkRefused(MISMATCH)
    tried.right()
    found, whole_receipt = proved
    return linking.issue_code(found, now=timezone.now(), whole_receipt=whole_receipt)


@never_cache
@require_GET
def connect_state(request, token: str):
    """Return {"linked"}: whether the code shown on the page was used. Says nothing about anybody."""
    try:
        pk = signing.loads(request.GET.get("ma", ""), salt=STATE_SALT, max_age=STATE_LIFE)
    except signing.BadSignature:
        return JsonResponse({"linked": False}, status=400)
    behind = [dossier.pk for dossier in linking.dossiers_behind(token)]
    used = LinkCode.objects.filter(pk=pk, dossier__in=behind, used_at__isnull=False).exists()
    return _private(JsonResponse({"linked": used}))


@never_cache
@csrf_exempt  # the address was given to one person alone and does one thing, which a word in the chat takes back
@require_http_methods(["GET", "HEAD", "POST"])
def way_out(request, token: str):
    """Say what kind of message the link ends; a POST ends it. Opening the page alone changes nothing."""
    read = broadcast_words.read_way_out(token) if len(token) < 200 else None
    contact = Contact.objects.filter(pk=read[0], erased_at=None).select_related("account").first() if read else None
    if read is None or contact is None:
        raise Http404
    purpose = read[1]
    done = request.method == "POST"
    if done:
        followers.restrict(contact, [purpose], how="Bấm “Thôi nhận” trong tin", now=timezone.now())
        if purpose == ConsentRecord.Purpose.AREA:
            area_wishes.end(contact, now=timezone.now())
    context = {
        "kind": _(KINDS_OF_MESSAGES[purpose]),
        "of_dossiers": purpose == ConsentRecord.Purpose.DOSSIER,
        "done": done,
        "account": contact.account,
    }
    return _private(render(request, "zalo/way_out.html", context))


def has_channel() -> bool:
    """Whether any account is connected, so that pages may speak of Zalo at all."""
    return Account.objects.filter(is_active=True).exclude(grant=Account.Grant.MISSING).exists()


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response[name] = value
    return response
