"""Who may open a draft: whoever has its link, and after half an hour away also four digits that stand in it.

A link is forwarded, stays in the history of a shared phone, stands in a photo of a screen; alone it opens what was
typed for half an hour in the browser that wrote it, and nowhere else. While no number stands in it there are no digits
to ask for: then that browser opens it as long as it is kept, so that what was typed is not lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.errors import error_page
from portal.pages import answers as pages
from portal.submission import drafts
from portal.submission.models import FilingDraft

SALT = "filing-opened"
SECONDS = 30 * 60


def cookie(draft: FilingDraft) -> str:
    return f"nop-{draft.pk}"


def remember(response, draft: FilingDraft):
    """Return the answer with half an hour more for this browser, or all the draft's days before it has a number."""
    left = int((draft.expires_at - timezone.now()).total_seconds())
    response.set_signed_cookie(
        cookie(draft),
        "1",
        salt=SALT,
        max_age=SECONDS if drafts.has_digits(draft) else left,
        path="/nop/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def is_open(request, draft: FilingDraft) -> bool:
    """Tell whether this browser wrote to the draft, or proved to know it, within its time."""
    if not drafts.is_personal(draft):
        return True
    seconds = SECONDS if drafts.has_digits(draft) else None
    return request.get_signed_cookie(cookie(draft), None, salt=SALT, max_age=seconds) == "1"


def with_draft(view: Callable) -> Callable:
    """Give the view the draft behind its token: 404 for none, the question for four digits when it is closed."""

    @wraps(view)
    def opened(request, token: str, **more):
        draft = drafts.find(token, now=timezone.now())
        if draft is None:
            try:
                guessing.missed(client_address(request))
            except guessing.TooMany as over:
                return pages.wait(request, over, _("Có quá nhiều đường dẫn sai hoặc hết hạn được mở từ mạng này."))
            return _nothing(request)
        if not is_open(request, draft):
            return ask(request, token)
        try:
            answer = view(request, draft=draft, token=token, **more)
        except FilingDraft.DoesNotExist:  # erased in another window while this page was sent
            return _nothing(request)
        # Who saw it empty is not remembered: begun for somebody else, it shows nothing of what they type.
        return pages.private(remember(answer, draft) if drafts.is_personal(draft) else answer)

    return opened


def _nothing(request):
    detail = _("Đường dẫn này không còn hồ sơ nào: đã quá ngày giữ, đã xóa, hoặc chép thiếu.")
    return pages.private(error_page(request, 404, detail=detail))


def ask(request, token: str, *, trouble: str = "", status: int = 200):
    """Return the page that asks for the four digits."""
    context = {"section": "submit", "token": token, "trouble": trouble}
    return pages.private(render(request, "portal/filing_locked.html", context, status=status))


def wait_words(over: guessing.TooMany) -> str:
    """Return how long to wait, and that nothing is lost."""
    return f"{_('Có quá nhiều lượt từ mạng này; nội dung đã ghi vẫn còn.')} {pages.pause(over)}"
