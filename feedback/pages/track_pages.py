"""The tracking page: reading where a case is, and what its sender may do about it. The address is the key.

No CSRF token, for the reason given in case_pages: whoever has the address is the sender.
"""

from __future__ import annotations

import re

from django.http import FileResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.workflow.moving import ActError
from feedback.cases import emergency, refusals, tracking
from feedback.cases import files as case_files
from feedback.cases.acts import do
from feedback.models import Case, CaseFile
from feedback.pages.answers import nowhere, private
from feedback.states import STEPS

PREVIEW = re.compile(r"(?i)bot|crawl|spider|preview|externalhit|fetch")
DONE = {
    "bo-sung": "Đã nhận thông tin bổ sung của bạn.",
    "xem-lai": "Đã gửi yêu cầu xem lại. Cơ quan sẽ trả lời bạn lần nữa.",
    "rut": "Đã rút ý kiến.",
    "hai-long": "Cảm ơn bạn đã cho biết.",
    "chua-hai-long": "Cảm ơn bạn đã cho biết. Bạn có thể yêu cầu xem lại và ghi điều chưa được giải quyết.",
    "khong-cong-khai": "Ý kiến của bạn sẽ không được công khai.",
}

ACTS_HERE = {
    "bo-sung": "supply",
    "xem-lai": "reopen",
    "rut": "withdraw",
    "hai-long": "confirm",
    "chua-hai-long": "confirm",
    "khong-cong-khai": "object_to",
}
"""The acts offered to the sender (feedback.cases.acts), by the word of the page's form."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def track(request, token: str):
    """Show the case; POST does what the sender asks, or says in a sentence why not."""
    found, now = tracking.by_token(token), timezone.now()
    if found is None:
        return nowhere(request)
    trouble, typed = "", ""
    if request.method == "POST":
        act, typed = request.POST.get("act", ""), request.POST.get("text", "")[:8000]
        try:
            _do(found, act, typed, request, now)
        except ActError as wrong:
            trouble = refusals.said(wrong)
            found = tracking.by_token(token)
        else:
            return redirect(f"{tracking.address(found)}?xong={act}")
    context = {
        "page": tracking.page_of(found, now),
        "just_sent": "vua-gui" in request.GET,
        "numbers": emergency.numbers(found.text) if "vua-gui" in request.GET else [],
        "done": gettext(DONE[request.GET["xong"]]) if request.GET.get("xong") in DONE else "",
        "trouble": trouble,
        "typed": typed,
        "steps": [gettext(step) for step in STEPS],
        "accept": case_files.ACCEPT,
        "full_link": request.build_absolute_uri(tracking.address(found)),
    }
    response = private(request, "feedback/track.html", context)
    if request.method == "GET" and _is_a_person(request):
        tracking.seen(found, now)
    return response


def _is_a_person(request) -> bool:
    """Return whether a browser with a reader asks: chat programs fetch the address on their own to draw a preview."""
    program = PREVIEW.search(request.headers.get("User-Agent", ""))
    return program is None and bool(request.headers.get("Accept-Language"))


def _do(found, act: str, text: str, request, now) -> None:
    if not isinstance(found, Case):
        raise ActError("Đơn này do người có thẩm quyền xử lý; hãy liên hệ Ban Tiếp công dân nếu cần thay đổi.")
    name = ACTS_HERE.get(act)
    if name is None:
        raise ActError("Hãy chọn một việc trên trang này.")
    asked: dict = {"confirm": {"satisfied": act == "hai-long"}, "object_to": {}}.get(name, {"text": text})
    if name == "supply":
        asked["files"] = case_files.check(request.FILES.getlist("files"))
    do(name, found, by=None, now=now, **asked)


@require_safe
def case_file(request, token: str, file_token: str):
    """Hand the sender a file of the own case; pictures open, anything else is saved."""
    found = tracking.by_token(token)
    row = None
    if isinstance(found, Case):
        row = CaseFile.objects.filter(case=found, token=file_token).first()
    if row is None:
        return nowhere(request)
    return file_answer(row)


def file_answer(row: CaseFile) -> FileResponse:
    """Return the stored file with headers under which nothing in it can run."""
    response = FileResponse(
        row.file.open("rb"), as_attachment=not row.is_picture, filename=row.name, content_type=row.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
