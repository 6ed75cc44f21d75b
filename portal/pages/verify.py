"""What the QR of an issued paper opens: is it ours, does it still hold, and is this file the very same one.

No CSRF token: the form changes nothing and a phone without cookies must be able to ask. The file is hashed as it
comes and kept nowhere.
"""

from __future__ import annotations

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dossiers.lookup import verification
from dossiers.privacy import guessing
from dossiers.privacy.callers import client_address
from portal.errors import error_page
from portal.pages.answers import private, wait


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, token: str):
    """Show the proof of the paper; a file posted here is compared with it byte for byte."""
    try:
        if request.method == "POST":
            guessing.searched(client_address(request))
        proof = verification.by_token(token)
        if proof is None:
            guessing.missed(client_address(request))
            return private(error_page(request, 404, detail=_(UNKNOWN)))
    except guessing.TooMany as over:
        did = _("Có quá nhiều lượt kiểm tra văn bản từ mạng này, hoặc mã không có thật nhiều lần.")
        return wait(request, over, did, _("Cần gấp thì gọi đường dây hỗ trợ để hỏi về văn bản."))
    checked, asked = None, ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            asked = _("Chọn tệp PDF cần kiểm tra.")
        else:
            checked = verification.check_file(proof, sent.chunks())
    context = {"proof": proof, "checked": checked, "asked": asked}
    return private(render(request, "portal/verify.html", context, status=422 if asked else 200))


UNKNOWN = gettext_noop(
    "Không có văn bản nào mang mã QR này. Nếu mã in trên một văn bản, rất có thể văn bản đó không phải do cơ quan "
    "phát hành: hãy gọi đường dây hỗ trợ để hỏi lại."
)
