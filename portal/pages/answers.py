"""How public pages answer: what personal answers carry, waiting pages, refusals counted and logged without names."""

from __future__ import annotations

import structlog
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.lookup import asked_after
from dossiers.lookup.tiers import Detail, Glance, OwnDossiers
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.content import use
from portal.errors import error_page
from portal.pages.question import Question

log = structlog.get_logger("portal.lookup")
PRIVATE = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex, nofollow"}


def private(response):
    """Return the answer marked: kept by nobody, indexed by nobody. Its address stays here (SECURE_REFERRER_POLICY)."""
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def show(request, found: Glance | OwnDossiers, *, question: Question | None = None, action: str = "/tra-cuu/"):
    """Return the page of what was found; `action` is where the second fact of a tier 1 answer goes."""
    use.count(request, use.What.FOUND)
    codes = [row.code for row in found.rows] if isinstance(found, OwnDossiers) else [found.code]
    asked_after.told(asked_after.WEB, codes)
    if isinstance(found, OwnDossiers):
        return private(render(request, "portal/own_list.html", {"found": found, "section": "lookup"}))
    context = {
        "section": "lookup",
        "dossier": found,
        "full": isinstance(found, Detail),
        "question": question,
        "unlock_action": action,
        "unlock_number": found.code if action == "/tra-cuu/" else "",
    }
    return private(render(request, "portal/dossier.html", context))


def form(request, question: Question, *, missed: bool = False, expired: bool = False):
    """Return the look-up form, with sentences beside the fields where something is wrong or missing."""
    typed = question.values
    person = any(typed[name] or name in question.errors for name in ("id_number", "phone", "full_name"))
    context = {
        "section": "lookup",
        "question": question,
        "missed": missed,
        "expired": expired,
        "open_person": person or request.GET.get("cach") == "giay-to",
    }
    return private(render(request, "portal/lookup.html", context))


def log_miss(request, tier: int) -> None:
    """Write down that nothing was found; unknown and mismatched are one outcome, here too."""
    use.count(request, use.What.MISSED)
    address = guessing.caller_mark(client_address(request))
    log.info("lookup_missed", tier=tier, outcome="unknown_or_mismatched", caller=address)


def wait(request, over: guessing.TooMany, did: str, meanwhile: str = "", *, back: tuple[str, str] | None = None):
    """Return the 429 page that says what was done too often, how long to wait and what works meanwhile.

    `back` is (what to go back to, its address); else the look-up of dossiers.
    """
    detail = " ".join(filter(None, [did, pause(over), meanwhile]))
    response = private(error_page(request, 429, detail=detail, back=back))
    response["Retry-After"] = str(over.seconds)
    return response


def wait_for_dossier(request, over: guessing.TooMany):
    """Return that page for whoever looks dossiers up."""
    return wait(request, over, looked_up_often(), _("Quét mã QR trên Giấy tiếp nhận thì vẫn xem được ngay."))


def looked_up_often() -> str:
    """Return the sentence that look-ups were too many, or wrong too often."""
    return _("Có quá nhiều lượt tra cứu từ mạng này, hoặc thông tin đã nhập sai nhiều lần.")


def pause(over: guessing.TooMany) -> str:
    """Return how long to wait: in minutes, beyond an hour and a half in hours."""
    minutes = max(1, -(-over.seconds // 60))
    if minutes <= 90:
        words = ngettext("Hãy chờ %(minutes)d phút rồi thử lại.", "Hãy chờ %(minutes)d phút rồi thử lại.", minutes)
        return words % {"minutes": minutes}
    return _("Hãy chờ %(hours)d giờ rồi thử lại.") % {"hours": -(-minutes // 60)}


def now():
    """Return the moment of this request."""
    return timezone.now()
